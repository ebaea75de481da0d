"""Hessians and directions against 50 digits, saturated and deep."""

import numpy as np
import oracle
import pytest
import second
from nets import random_net, random_points
from oracle import mpf
from sigma import COMPONENTWISE

from netgrad.core import blocks
from netgrad.core.backprop import value_and_grad
from netgrad.core.directions import directional, hessian_times
from netgrad.core.hessian import hessian, largest
from netgrad.core.logits import at
from netgrad.core.network import Network, Scaling
from netgrad.errors import UsageError

# Relative to the largest entry: some 1e-15 (1 + max |z|), times what terms of both signs lose.
ROUNDING = 3e-13
SCALES = [1, 40]


def net_of(activation, sizes, scale, **more):
    if activation == "softmax":
        return random_net((*sizes[:-1], 3), scale, 2, "tanh", last="softmax", **more)
    if activation == "exp":  # of exp it would be too large for a number
        return random_net(sizes, scale, 2, "tanh", last="exp", **more)
    return random_net(sizes, scale, 2, activation, **more)


def check(net, X, k=0):
    found = hessian(net, X, k)
    a, grad = value_and_grad(net, X, k)
    assert np.allclose(found.a, a, rtol=1e-14, atol=0)
    assert np.allclose(found.grad, grad, rtol=1e-10, atol=1e-13 * np.abs(grad).max())
    for x, H in zip(X, found.H, strict=True):
        exact = [v for row in second.hessian(net, x.tolist(), k) for v in row]
        largest_entry = max(map(abs, exact))
        if largest_entry > mpf(10) ** -280:
            assert oracle.relative_error(H.ravel(), exact) < ROUNDING
        else:
            assert np.abs(H).max() < 1e-279
    return found


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("activation", [*COMPONENTWISE, "softmax"])
def test_hessian_equals_50_digits_saturated_too(activation, scale):
    for k in range(3 if activation == "softmax" else 1):
        check(net_of(activation, (2, 3, 2, 1), scale), random_points(2, 2), k)
    check(net_of(activation, (5, 3, 2, 1), scale), random_points(1, 5), 0)


@pytest.mark.parametrize("activation", ["sigmoid", "silu", "softmax"])
def test_hessian_of_ten_layers_equals_50_digits(activation):
    check(net_of(activation, (5, *[3] * 8, 1), 2), random_points(1, 5))


@pytest.mark.parametrize("place", ["pre", "margin 1,3"])
def test_hessian_of_logits_and_margins_equals_50_digits(place):
    check(at(net_of("softmax", (3, 4, 1), 3), place), random_points(2, 3))


def test_scaling_is_in_the_units_of_x():
    scaling = Scaling(np.array([0.1, -1e3]), np.array([1e-3, 7.0]))
    check(net_of("sigmoid", (2, 3, 1), 1, scaling=scaling), random_points(3, 2) * [1e-3, 7] + [0.1, -1e3])


@pytest.mark.parametrize("sizes", [(2, 3, 2, 1), (9, 30, 20, 1)])
def test_hessian_is_symmetric_to_the_last_bit_and_does_not_depend_on_blocks_and_threads(sizes, monkeypatch):
    net, X = net_of("tanh", sizes, 1), random_points(203, sizes[0])
    H = hessian(net, X).H
    assert np.array_equal(H, H.swapaxes(1, 2))
    assert np.abs(H).max() > 0
    monkeypatch.setattr(blocks, "BYTES", 512)
    monkeypatch.setattr(blocks, "TALL", 64)
    assert np.array_equal(H, hessian(net, X, jobs=3).H)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("activation", [*COMPONENTWISE, "softmax"])
def test_hessian_times_a_direction_equals_50_digits(activation, scale):
    net, X = net_of(activation, (3, 5, 4, 1), scale), random_points(2, 3)
    V = random_points(2, 3, seed=7)
    g, Hv = hessian_times(net, X, V, 0)
    assert np.allclose(g, value_and_grad(net, X, 0)[1], rtol=1e-9, atol=1e-290)
    for x, v, found in zip(X, V, Hv, strict=True):
        exact = second.hessian_times(net, x.tolist(), v.tolist())
        if max(map(abs, exact)) > mpf(10) ** -280:
            assert oracle.relative_error(found, exact) < ROUNDING


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("activation", [*COMPONENTWISE, "softmax"])
def test_derivative_along_a_direction_equals_50_digits(activation, scale):
    net, X, v = net_of(activation, (3, 5, 4, 1), scale), random_points(3, 3), np.array([1.0, -1.0, 0.25])
    for x, da in zip(X, directional(net, X, v)[1], strict=True):
        J = oracle.value_and_jacobian(net, x.tolist())[1]
        for found, row in zip(da, J, strict=True):
            exact = sum(g * mpf(c) for g, c in zip(row, v, strict=True))
            size = sum(abs(g * mpf(c)) for g, c in zip(row, v, strict=True))
            assert abs(mpf(float(found)) - exact) <= size * mpf(ROUNDING) + mpf(10) ** -290


def test_largest_curvature_and_its_direction_are_an_eigenpair():
    H = hessian(net_of("tanh", (5, 6, 1), 1), random_points(20, 5)).H
    found = largest(H)
    residual = np.einsum("mij,mj->mi", H, found.direction) - found.curvature[:, None] * found.direction
    assert np.abs(residual).max() < 1e-14 * np.abs(H).max()
    assert np.allclose(np.linalg.norm(found.direction, axis=1), 1, atol=1e-14)
    assert np.allclose(np.abs(found.curvature), np.linalg.norm(H, 2, axis=(1, 2)), rtol=1e-12)


def test_piecewise_linear_networks_have_no_curvature_off_kinks():
    assert not hessian(net_of("relu", (5, 6, 1), 1), random_points(5, 5)).H.any()


def test_an_output_must_be_chosen_and_directions_fit():
    net = net_of("softmax", (2, 4, 1), 1)
    with pytest.raises(UsageError, match="choose one"):
        hessian(net, random_points(1, 2))
    with pytest.raises(UsageError, match=r"directions must have shape \(2,\) or \(1, 2\)"):
        directional(net, random_points(1, 2), np.ones(3))


def test_no_points_have_no_hessians():
    assert hessian(Network.of([([[1.0]], [0.0])]), np.empty((0, 1))).H.shape == (0, 1, 1)


@pytest.mark.parametrize("sigma", sorted({*COMPONENTWISE} - {"exp", "identity"}))
def test_where_a_sum_overflows_second_derivatives_are_right_or_no_number(sigma):
    # z is W x = 1e200 (1e200 - 1e199), whose terms are too large for a number, and its sum with them
    big = Network.of([([[1e200, -1e200], [1.0, 0.5]], [0.0, 0.25]), ([[1.0, 2.0]], [0.0])], sigma)
    X = np.array([[1e200, 1e199], [1e199, 1e200], [0.25, 0.25]])
    found, (a, grad) = hessian(big, X), value_and_grad(big, X)
    assert np.array_equal(found.a, a, equal_nan=True)
    assert np.array_equal(found.grad, grad, equal_nan=True)
    lost = np.isnan(a)
    assert np.isnan(found.H[lost]).all()
    known = ~lost[:2] & np.isfinite(grad[:2]).all(axis=1)
    assert np.isfinite(found.H[:2][known]).all()  # of the last it is some 1e400


def test_a_hidden_unit_that_overflows_to_its_limit_adds_nothing():
    net = Network.of([([[1e200, -1e200], [1.0, 0.5]], [0.0, 0.25]), ([[1.0, 2.0]], [0.0])], "tanh")
    alone = Network.of([([[1.0, 0.5]], [0.25]), ([[2.0]], [1.0])], "tanh")
    x = np.array([[1e200, 1e199]])
    assert np.array_equal(hessian(net, x).H, hessian(alone, x).H)
    assert np.array_equal(hessian_times(net, x, np.ones(2))[1], hessian_times(alone, x, np.ones(2))[1])
    assert directional(net, x, np.array([1.0, 1.0]))[0][0, 0] == value_and_grad(net, x)[0][0]


def test_the_value_and_the_gradient_are_those_of_value_and_grad_bit_for_bit():
    for sizes in ((2, 3, 2, 1), (9, 30, 20, 1), (30, 8, 1), (5, 1)):
        net, X = net_of("sigmoid", sizes, 3), random_points(77, sizes[0])
        found, (a, grad) = hessian(net, X), value_and_grad(net, X)
        assert np.array_equal(found.a, a)
        assert np.array_equal(found.grad, grad)
        assert np.array_equal(hessian_times(net, X, np.ones(sizes[0]))[0], grad)
