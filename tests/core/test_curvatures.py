import numpy as np
import oracle
import pytest
import second
from oracle import mpf
from sigma import COMPONENTWISE, KINKS, PARAMETERS, apply, off_kinks

from netgrad.core.activations import activation
from netgrad.core.curvatures import curvature_of

SMALL = 1e-290  # where exp(-|z|) loses bits
ULPS = 8  # an exponential of 1, a tanh of 2, and some four products
# w and its exponential: |w| times the roundings of w, for exp(-w); and near a zero what those of the point amount to.
OFF_BY_POINT = {"gelu_tanh": 4, "mish": 4, "silu": 1}


def points():
    rng = np.random.default_rng(5)
    z = np.concatenate([10 ** rng.uniform(-14, 2.84, 25), rng.uniform(0, 20, 25), [0.5, 1.0, 2**0.5, 37.0, 700.0]])
    return np.concatenate([-z, z])


def computed(name, z):
    with np.errstate(under="ignore"):
        return curvature_of(activation(name))(z, apply(name, z)[1])


@pytest.mark.parametrize("name", sorted({*COMPONENTWISE, *PARAMETERS} - set(OFF_BY_POINT)))
def test_second_derivative_is_within_8_units_in_the_last_place_of_50_digits(name):
    z = off_kinks(name, points(), 1e-25)
    for t, found in zip(z, computed(name, z), strict=True):
        exact = second.curvature(name, t)
        if abs(exact) > SMALL:
            assert oracle.ulps(found, exact) <= ULPS, t
        else:
            assert abs(found) <= 2 * SMALL


@pytest.mark.parametrize("name", OFF_BY_POINT)
def test_second_derivative_is_that_of_a_point_within_some_roundings(name):
    z = np.concatenate([points(), np.linspace(1.2, 2.6, 15)])
    for t, found in zip(z, computed(name, z), strict=True):
        exact = second.curvature(name, t)
        near = abs(second.curvature(name, mpf(t) * (1 + mpf(2) ** -40)) - exact) / mpf(2) ** -40  # |t sigma'''(t)|
        allowed = ULPS * abs(exact) + OFF_BY_POINT[name] * 2 * near
        assert abs(mpf(float(found)) - exact) <= allowed * mpf(2) ** -53 + mpf(SMALL), t


@pytest.mark.parametrize("name", KINKS)
def test_at_a_kink_the_second_derivative_is_the_one_of_the_left_hand_piece(name):
    for kink in KINKS[name]:
        left = second.curvature(name, mpf(kink) - mpf(10) ** -20)
        assert abs(mpf(float(computed(name, np.array([float(kink)]))[0])) - left) < mpf(10) ** -15


@pytest.mark.parametrize("name", [name for name in COMPONENTWISE if not activation(name).overflows])
def test_nothing_overflows_and_shapes_stay(name):
    z = np.array([[-1.7e308, -1e160, 0.0], [1e10, 800.0, 1.7e308]])
    found = computed(name, z)
    assert found.shape == z.shape
    assert np.isfinite(found).all()
    assert computed(name, np.float32([-1, 2])).dtype == np.float32
