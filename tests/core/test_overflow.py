"""Where numbers overflow inside, the result is right, infinite or nan; the oracle has exponents without end."""

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import mpf
from sigma import COMPONENTWISE

from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Layer, Network, Scaling

LARGE = st.builds(lambda m, e: m * 10.0**e, st.floats(-9, 9), st.integers(-200, 300))
LARGEST = mpf(np.finfo(float).max)
# A sum whose terms cancel is as exact as the largest of them; where it overflows that is no digit of sigma.
CONDITION = mpf("1e-10")


def plausible(computed, exact):
    """Whether a finite number is far from a right one that is known; inf is right for what is too large."""
    if np.isnan(computed):
        return True
    if np.isinf(computed):
        return abs(exact) > LARGEST * (1 - mpf(2) ** -50) and (computed > 0) == (exact > 0)
    return abs(mpf(float(computed)) - exact) <= mpf("1e-9") * abs(exact) + mpf("1e-290")


@pytest.mark.parametrize("sigma", COMPONENTWISE)
def test_a_sum_that_overflows_has_its_sign(sigma):
    net = Network.of([([[1e200, -1e200]], [0.5])], sigma)
    X = np.array([[1e200, 5e199], [5e199, 1e200], [1e-200, 0.0]])
    a, grad = value_and_grad(net, X)
    for x, *computed in zip(X, a, grad, strict=True):
        exact_a, exact_grad = oracle.value_and_grad(net, x)
        assert plausible(computed[0], exact_a)
        assert all(plausible(*pair) for pair in zip(computed[1], exact_grad, strict=True)) or np.isinf(a[0])
    assert not np.isnan(a).any()


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "identity", "softsign", "exp"])
@given(W=st.lists(LARGE, min_size=4, max_size=4), x=st.lists(LARGE, min_size=2, max_size=2), v=LARGE)
def test_no_overflow_ends_in_a_plausible_number(hidden, W, x, v):
    first = Layer(np.reshape(W, (2, 2)), np.zeros(2), hidden)
    net = Network((first, Layer(np.array([[v, -v]]), np.array([0.25]), "sigmoid")))
    a, _ = value_and_grad(net, np.array([x]))
    steps = oracle.layers(net, x)
    if well_known(net, steps):
        assert plausible(a[0], steps[-1][1][0])


def well_known(net, steps):
    """Whether no z is much smaller than the terms of its sum, so that the exact result is that of rounded sums too."""
    for layer, (_, below, _), (z, _, _) in zip(net.layers, steps, steps[1:], strict=False):
        for w, z_j in zip(layer.W.tolist(), z, strict=True):
            size = sum(abs(mpf(w_k) * a_k) for w_k, a_k in zip(w, below, strict=True))
            if size and not (size * mpf("1e-16") < CONDITION or (abs(z_j) > mpf("1e-3") * size and abs(z_j) > 800)):
                return False
    return True


def test_only_the_rows_that_overflow_change():
    net = Network.of([([[1.0, -1.0]], [0.0])])
    X = np.array([[0.3, 0.2], [1.7e308, -1.7e308], [50.0, 0.0], [np.nan, 0.0], [0.1, 0.5]])
    a, grad = value_and_grad(net, X)
    for i in (0, 2, 4):
        alone, alone_grad = value_and_grad(net, X[i : i + 1])
        assert (a[i], *grad[i]) == (alone[0], *alone_grad[0])
    assert a[1] == 1
    assert np.isnan([a[3], *grad[3]]).all()


@pytest.mark.parametrize("sigma", [*COMPONENTWISE, "softmax"])
def test_nan_stays_nan_in_value_and_gradient(sigma):
    a, grad = value_and_grad(Network.of([([[1.0]], [0.0])], sigma), np.array([[np.nan]]))
    assert np.isnan([a, grad[0]]).all()


def test_differences_of_softmax_that_overflow_are_unknown():
    net = Network.of([([[1e200], [2e200]], [0.0, 0.0])], "softmax")
    a, _ = value_and_grad(net, np.array([[1e200], [-1e200], [1e-200]]), 0)
    assert np.isnan(a[:2]).all()
    assert a[2] == pytest.approx(1 / (1 + np.e))


def test_scaling_that_overflows_is_unknown():
    net = Network.of([([[1e-300]], [0.0])], scaling=Scaling([-1e308], [1e-3]))
    a, grad = value_and_grad(net, np.array([[1e308], [-1e308]]))
    assert np.isnan([a[0], grad[0, 0]]).all()
    assert a[1] == 0.5
