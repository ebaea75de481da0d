import math

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import mpf
from sigma import COMPONENTWISE, EXP_LARGEST, HUGE, PARAMETERS, apply, off_kinks, spread

from netgrad.core.activations import ACTIVATIONS

EVERY = [*COMPONENTWISE, *PARAMETERS]
ULP = 4  # promised for sigmoid, tanh and their derivatives; s - s^2 needs 3.3 at the worst of 10^7 points
BACKWARD = 4  # roundings of sigma(z) and of z that the other functions may cost; softsign' needs 3.5
TINY = 1e-318  # what |z| <= 746 makes of half a unit in the last place of a subnormal sigma(z)
TINY32 = 1e-42  # likewise for float32, where z u'(z) multiplies a subnormal in gelu_tanh'

# Where e/(1+e)^2 and (e r) r with r = 1/(1+e), e = exp(-|z|) or exp(-2|z|), are wrong by 4.1 to 5 units.
HARD_SIGMOID_POINTS = [3.4066652557127464, 3.412214119094606, 6.235768245524947, 4.839365711794965]
HARD_TANH_POINTS = [2.7720437980852735, 1.711997433459782, 2.7718496970773927, 2.4190954740158785]


@pytest.mark.parametrize(
    ("name", "bound", "hard"), [("sigmoid", 700, HARD_SIGMOID_POINTS), ("tanh", 340, HARD_TANH_POINTS)]
)
def test_sigmoid_and_tanh_and_their_derivatives_are_right_to_4_ulp(name, bound, hard):
    z = np.concatenate([spread(bound, 1000), hard, np.negative(hard)])
    for z_i, a, d in zip(z, *apply(name, z), strict=True):
        exact_a, exact_d = oracle.activation(name, z_i)
        assert oracle.ulps(a, exact_a) <= ULP, z_i
        assert oracle.ulps(d, exact_d) <= ULP, z_i


def representable(name, z):
    """The points of z at which sigma is a number of their type."""
    return z[z <= EXP_LARGEST[z.dtype.type]] if name == "exp" else z


@pytest.mark.parametrize("name", EVERY)
def test_errors_are_those_of_a_few_roundings(name):
    # Some derivatives have zeros, and a Gaussian tail has condition number z^2: the error is measured by the
    # last place of the exact value plus what the last place of z makes of it.
    z = off_kinks(name, spread(700, 120))
    for z_i, *computed in zip(z, *apply(name, z), strict=True):
        exact, below, above = (
            oracle.activation(name, t) for t in (z_i, np.nextafter(z_i, -HUGE), np.nextafter(z_i, HUGE))
        )
        for c, e, lo, hi in zip(computed, exact, below, above, strict=True):
            unit = mpf(math.ulp(float(e))) + abs(hi - lo) / 2
            assert abs(mpf(c) - e) <= BACKWARD * unit + mpf(TINY), z_i


@pytest.mark.parametrize("name", EVERY)
def test_values_are_right_out_to_the_largest_and_down_to_the_smallest_points(name):
    t = np.array([5e-324, 1e-310, 1e-200, 1e-30, 709.5, 745.1, 746, 1e3, 1e5, 1e102, 1e154, 1e200, HUGE])
    z = representable(name, np.concatenate([-t, t]))
    for z_i, *computed in zip(z, *apply(name, z), strict=True):
        for c, exact in zip(computed, oracle.activation(name, z_i), strict=True):
            assert abs(mpf(c) - exact) <= 1e-15 * abs(exact) + mpf(TINY), z_i


@pytest.mark.parametrize("name", [name for name, sigma in ACTIVATIONS.items() if not sigma.overflows])
@given(z=st.lists(st.floats(-HUGE, HUGE), min_size=1, max_size=9))
def test_no_finite_point_gives_nan_inf_or_a_warning(name, z):
    a, d = apply(name, np.array([z]))
    assert np.isfinite(a).all()
    assert np.isfinite(d).all()


@pytest.mark.parametrize("name", EVERY)
def test_float32_stays_float32_and_is_right_to_its_roundings(name):
    # As for float64 above; the oracle is float64.
    z = representable(name, off_kinks(name, spread(100, 500).astype(np.float32)))
    computed = apply(name, z)
    exact, below, above = (apply(name, t.astype(float)) for t in (z, *map(np.nextafter, [z, z], [-999, 999])))
    for c, e, lo, hi in zip(computed, exact, below, above, strict=True):
        assert c.dtype == np.float32
        with np.errstate(under="ignore"):
            unit = np.finfo(np.float32).eps * abs(e) + abs(hi - lo) / 2
            assert (abs(c - e) <= BACKWARD * unit + TINY32).all()


@pytest.mark.parametrize("name", [name for name, sigma in ACTIVATIONS.items() if not sigma.overflows])
@given(z=st.lists(st.floats(-(2.0**127), 2.0**127, width=32), min_size=1, max_size=9))
def test_no_finite_float32_gives_nan_inf_or_a_warning(name, z):
    a, d = apply(name, np.array([z], np.float32))
    assert np.isfinite(a).all()
    assert np.isfinite(d).all()
