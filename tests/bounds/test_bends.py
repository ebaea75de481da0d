"""Balls around sigma'' hold it, and bounds on Hessians hold against 45 digits, saturated and deep."""

import bends as cases
import numpy as np
import pytest
import second
from extremes import PIECEWISE_LINEAR
from hypothesis import given
from hypothesis import strategies as st
from nets import random_net, random_points
from oracle import mp, mpf
from sigma import KINKS, names_of, spread

from netgrad.bounds import balls
from netgrad.bounds.balls import Ball, Extended, exact
from netgrad.bounds.bends import BENDS, VARIED, bend_of, bends
from netgrad.bounds.hessians import hessian_bounds, hessian_times_bounds
from netgrad.core.activations import activation
from netgrad.core.hessian import hessian
from netgrad.core.network import Layer, Network
from netgrad.errors import UsageError

DIGITS = mpf(10) ** -40  # of the oracle's differences, relative
BOUNDED = names_of(BENDS, VARIED)
DTYPES = sorted({Extended, np.float64}, key=str)


@pytest.fixture(autouse=True)
def under_and_overflow_are_part_of_it():
    with np.errstate(all="ignore"):
        yield


@pytest.fixture(params=DTYPES)
def centres(request, monkeypatch):
    monkeypatch.setattr(balls, "Extended", request.param)


def number(x):
    return mp.fdiv(*map(mpf, x.as_integer_ratio()))


def holds(ball, value):
    if ball.rad[0] == np.inf:
        return True
    return abs(number(ball.mid[0]) - value) <= mpf(float(ball.rad[0])) + DIGITS * abs(value)


def kinks_of(name):
    """Where sigma' or sigma'' jumps."""
    return {*KINKS.get(name, []), *bend_of(activation(name)).kinks}


def third(name, z):
    """sigma'''(z) as a difference."""
    h = mpf(10) ** -12
    return (second.curvature(name, mpf(z) + h) - second.curvature(name, mpf(z) - h)) / (2 * h)


@pytest.mark.usefixtures("centres")
@pytest.mark.parametrize("name", BOUNDED)
def test_evaluation_is_as_exact_as_the_table_says(name):
    z = spread(700, 10)
    for t in z[np.abs(z) < 60] if name == "gelu" else z[z < 600]:  # erfc of more takes seconds to 400 digits
        if t not in kinks_of(name):
            assert holds(bends(activation(name), exact(np.array([t]))), second.curvature(name, t)), t


@pytest.mark.parametrize("name", BOUNDED)
@given(z=st.one_of(st.floats(-50, 50), st.floats(-3, 3)), exponent=st.floats(-22, 2), t=st.floats(-1, 1))
def test_balls_hold_the_second_derivative_at_all_their_points(name, z, exponent, t):
    rad = 10.0**exponent
    y = mpf(z) + mpf(rad) * mpf(t)
    if all(abs(y - kink) > mpf(10) ** -28 for kink in kinks_of(name)):
        ball = bends(activation(name), Ball(np.array([z], Extended), np.array([rad])))
        assert holds(ball, second.curvature(name, y))


@pytest.mark.parametrize("name", BOUNDED)
def test_second_and_third_derivatives_are_within_the_bounds_of_the_table(name):
    bend = bend_of(activation(name))
    for z in [*np.linspace(-9, 9, 73), -30.0, 30.0]:
        if all(abs(z - kink) > 1e-6 for kink in kinks_of(name)):
            assert abs(second.curvature(name, z)) <= bend.largest
            assert abs(third(name, z)) <= float(bend.third(np.array(z), np.array(z))) * (1 + 1e-9) + 1e-20
            assert abs(third(name, z)) <= float(bend.third(np.array(z - 0.3), np.array(z + 0.2))) * (1 + 1e-9) + 1e-20


@pytest.mark.parametrize("name", sorted({"softsign", *KINKS} & {*BOUNDED}))
def test_a_ball_around_a_kink_holds_the_second_derivatives_of_both_sides(name):
    for kink in bend_of(activation(name)).kinks:
        ball = bends(activation(name), Ball(np.array([kink], Extended), np.array([1e-20])))
        for side in (-1, 1):
            assert holds(ball, second.curvature(name, mpf(kink) + side * mpf(10) ** -21))


@pytest.mark.parametrize("seed", range(2 * len(cases.BOUNDED)))
def test_bounds_of_hessians_hold_against_45_digits(seed):
    _, finite, wrong, _, _ = cases.violations(seed)
    assert finite
    assert wrong == []


@pytest.mark.parametrize("scale", [1, 40])
def test_bounds_are_close_to_the_errors_where_units_saturate(scale):
    net, X = random_net((3, 5, 4, 1), scale, 2), random_points(10, 3)
    found = hessian_bounds(net, X)
    relative = found.H_err / np.abs(found.H).max(axis=(1, 2), keepdims=True)
    assert np.median(relative) < 1e-14
    along = hessian_times_bounds(net, X, np.array([1.0, 0.0, 0.0]))
    assert np.allclose(along.Hv, found.H[:, 0], rtol=1e-9)
    assert np.median(along.Hv_err / np.abs(along.Hv).max(axis=1, keepdims=True)) < 1e-14


def test_piecewise_linear_networks_have_no_second_derivatives_for_sure():
    for name in PIECEWISE_LINEAR:
        found = hessian_bounds(random_net((3, 4, 1), activation=name), random_points(5, 3))
        assert not found.H_err.any()


def test_where_numbers_overflow_bounds_are_infinite_or_hold():
    net = Network(
        (Layer(np.array([[1e200, 1.0]]), np.zeros(1), "tanh"), Layer(np.array([[1e200]]), np.zeros(1), "exp"))
    )
    X = np.array([[1e-200, 0.0], [1.0, 0.0], [-1.0, 1.0]])
    found = hessian_bounds(net, X)
    assert np.array_equal(found.H, hessian(net, X).H, equal_nan=True)
    assert (found.H_err[~np.isfinite(found.H)] == np.inf).all()


def test_the_bounds_of_an_output_that_must_be_chosen():
    with pytest.raises(UsageError, match="choose one"):
        hessian_bounds(random_net((2, 3, 2)), random_points(1, 2))
