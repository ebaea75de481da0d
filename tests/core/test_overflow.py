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
FAR = 10**5  # where sigma is at its limit, or grows like z


@pytest.mark.parametrize("sigma", sorted({*COMPONENTWISE} - {"exp"}))
def test_a_sum_that_overflows_has_its_sign(sigma):
    X = np.array([[1e200, 5e199], [5e199, 1e200]])
    a, grad = value_and_grad(Network.of([([[1e200, -1e200]], [0.5])], sigma), X)
    for sign, value, gradient in zip((1, -1), a, grad, strict=True):
        limit, slope = map(float, oracle.activation(sigma, sign * FAR))
        if abs(limit) > 10:  # it grows like z
            assert value == np.copysign(np.inf, limit)
        else:
            assert value == pytest.approx(limit, abs=2 / FAR)
            slope = 0.0
        assert gradient == pytest.approx([slope * 1e200, slope * -1e200], rel=1e-12)


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "identity", "softsign"])
@given(W=st.lists(LARGE, min_size=4, max_size=4), x=st.lists(LARGE, min_size=2, max_size=2), v=LARGE)
def test_no_overflow_ends_in_a_plausible_number(hidden, W, x, v):
    first = Layer(np.reshape(W, (2, 2)), np.zeros(2), hidden)
    net = Network((first, Layer(np.array([[v, -v]]), np.array([0.25]), "sigmoid")))
    a, _ = value_and_grad(net, np.array([x]))
    exact, known = well_known_value(net, x)
    assert not known or np.isnan(a[0]) or abs(a[0] - float(exact)) <= 1e-9


def well_known_value(net, x):
    """The value, and whether it is the one of rounded sums too: each z is small, or about as large as its terms."""
    a, known = [mpf(v) for v in x], True
    for layer in net.layers:
        terms = [[mpf(w) * v for w, v in zip(row, a, strict=True)] for row in layer.W.tolist()]
        z = [sum(row) + mpf(b) for row, b in zip(terms, layer.b, strict=True)]
        for row, z_j in zip(terms, z, strict=True):
            size = sum(map(abs, row))
            known &= bool(size < 1e4 or abs(z_j) > mpf("1e-3") * size)
        bounded = layer.activation in ("sigmoid", "tanh")
        a = [oracle.activation(layer.activation, min(max(v, -FAR), FAR) if bounded else v)[0] for v in z]
    return a[0], known


def test_exponentials_that_overflow_are_infinite_last_and_unknown_before():
    X = np.array([[1e200, 5e199], [5e199, 1e200], [710e-200, 0.0]])
    last, _ = value_and_grad(Network.of([([[1e200, -1e200]], [0.0])], "exp"), X)
    assert last.tolist() == [np.inf, 0, np.inf]
    small = Layer(np.array([[1e-308]]), np.zeros(1))
    a, grad = value_and_grad(Network((Layer(np.array([[1e200, -1e200]]), np.zeros(1), "exp"), small)), X)
    assert np.isnan([*a[[0, 2]], *grad[0], *grad[2]]).all()
    assert (a[1], *grad[1]) == (0.5, 0, 0)


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
