"""Logits and margins against 50 digits, bounds on them, and which outputs there are."""

import numpy as np
import oracle
import pytest
from nets import random_net, random_points
from oracle import mpf

from netgrad.bounds.certified import value_and_grad_bounds
from netgrad.core.backprop import value_and_grad
from netgrad.core.logits import at, logits, margin
from netgrad.errors import UsageError

DIGITS = mpf(10) ** -40


def exact(net, x, k, j=None):
    """z_k[L], or z_k[L] - z_j[L], and its gradient, by the definition."""
    z = oracle.layers(net, x)[-1][0]
    J = oracle.value_and_jacobian(type(net)(net.layers[:-1], scaling=net.scaling), x)[1]
    W = [[mpf(w) for w in row] for row in net.layers[-1].W.tolist()]
    rows = [[sum(w * r[i] for w, r in zip(row, J, strict=True)) for i in range(len(x))] for row in W]
    if j is None:
        return z[k], rows[k]
    return z[k] - z[j], [a - b for a, b in zip(rows[k], rows[j], strict=True)]


@pytest.mark.parametrize("scale", [1, 20, 100])
@pytest.mark.parametrize("last", ["softmax", "sigmoid"])
def test_bounds_of_logits_and_margins_hold_against_50_digits(last, scale):
    net, X = random_net((3, 5, 3), scale, 2, "tanh", last=last), random_points(4, 3)
    for changed, k, asked in ((logits(net), 1, (1, None)), (margin(net, 2, 0), 0, (2, 0))):
        found = value_and_grad_bounds(changed, X, k)
        for i, x in enumerate(X):
            value, gradient = exact(net, x.tolist(), *asked)
            computed, bounds = [found.a[i], *found.grad[i]], [found.a_err[i], *found.grad_err[i]]
            for c, bound, e in zip(computed, bounds, [value, *gradient], strict=True):
                assert abs(mpf(float(c)) - e) <= mpf(float(bound)) + DIGITS * abs(e)


def test_a_logit_has_a_gradient_where_the_output_is_saturated_to_nothing():
    net, X = random_net((2, 3, 1), 2000), random_points(5, 2)
    assert not value_and_grad(net, X)[1].all()
    assert np.abs(value_and_grad(logits(random_net((2, 1), 2000)), X)[1]).min() > 1


def test_outputs_are_named_after_those_of_the_network():
    net = random_net((2, 3, 2), outputs=("A", "B"))
    assert at(net, "pre").outputs == ("z_A", "z_B")
    assert at(net, "margin B, 1").layers[-1].W.tolist() == [[-1.0, 1.0]]
    assert at(random_net((2, 3, 2)), "pre").outputs == ("z1", "z2")
    assert at(net, "post") is net
    assert margin(net, "B", "A").layers[-1].W.tolist() == margin(net, np.int64(1), 0).layers[-1].W.tolist()


@pytest.mark.parametrize("pair", [("A", "A"), ("A", 0), ("A", "C"), (0, 2), (-1, 0), (0, None), (0, 1.0), (True, 0)])
def test_a_margin_is_that_of_two_outputs(pair):
    with pytest.raises(UsageError):
        margin(random_net((2, 3, 2), outputs=("A", "B")), *pair)


@pytest.mark.parametrize("place", ["post pre", "margin", "margin A", "margin A,A", "margin A,C", "margin 0,1", ""])
def test_what_is_no_place_is_refused(place):
    with pytest.raises(UsageError):
        at(random_net((2, 3, 2), outputs=("A", "B")), place)
