"""Condition numbers and backward errors against 50 digits."""

import numpy as np
import oracle
import pytest
from nets import random_net, random_points
from oracle import mp, mpf

from netgrad.bounds.condition import condition, norm
from netgrad.core.backprop import evaluate
from netgrad.core.network import Layer, Network

SMALL = 2.0**-30  # a change of weights for which first order is seen


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "silu"])
def test_condition_number_equals_50_digits(activation):
    net, X = random_net((3, 5, 4, 1), 2, 3, activation), random_points(5, 3)
    for x, found in zip(X, condition(net, X).number, strict=True):
        a, grad = oracle.value_and_grad(net, x.tolist())
        exact = mp.norm([mpf(v) for v in x]) * mp.norm(grad) / abs(a)
        assert abs(mpf(float(found)) - exact) < mpf(10) ** -12 * exact


def test_backward_error_is_no_less_than_the_true_one_and_near_it():
    # the largest |da| of weights that change by eps of their size is eps times the sum that a backward error is over
    net, X = random_net((3, 5, 4, 1), 1, 3, "tanh"), random_points(6, 3)
    ratios = []
    for x, found in zip(X, condition(net, X).backward_error, strict=True):
        a, exact = evaluate(net, x[np.newaxis])[0, 0], oracle.layers(net, x.tolist())[-1][1][0]
        reach = mpf(0)
        for l, layer in enumerate(net.layers):
            for i, j in [*np.ndindex(layer.W.shape), *((i, None) for i in range(len(layer.b)))]:
                W, b = layer.W.copy(), layer.b.copy()
                (W if j is not None else b)[(i, j) if j is not None else i] *= 1 + SMALL
                moved = Network((*net.layers[:l], Layer(W, b, layer.activation), *net.layers[l + 1 :]))
                reach += abs(oracle.layers(moved, x.tolist())[-1][1][0] - exact) / mpf(SMALL)
        true = abs(mpf(float(a)) - exact) / reach
        assert true <= mpf(float(found)) * (1 + mpf(10) ** -6)
        ratios.append(float(found / true) if true else 1)
    assert np.median(ratios) < 3


def test_a_value_that_is_exact_has_no_backward_error():
    assert condition(Network.of([([[2.0]], [1.0])], "relu"), np.array([[-3.0]])).backward_error[0] == 0


def test_norms_do_not_overflow():
    assert norm(np.array([[3e300, 4e300], [0.0, 0.0]])).tolist() == [5e300, 0.0]
