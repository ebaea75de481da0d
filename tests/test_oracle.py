import numpy as np
import oracle
import pytest
from nets import random_net
from oracle import mp, mpf

from netgrad.core.network import Scaling

DIGITS = mpf(10) ** -30  # of mp.diff, which differentiates numerically at a higher precision


@pytest.mark.parametrize("name", oracle.ACTIVATIONS)
@pytest.mark.parametrize("z", [-30.5, -2.75, -1e-3, 1e-3, 0.75, 2.75, 30.5])
def test_derivatives_of_the_oracle_are_those_of_its_values(name, z):
    numerical = mp.diff(lambda t: oracle.activation(name, t)[0], mpf(z))
    assert abs(oracle.activation(name, z)[1] - numerical) <= DIGITS


@pytest.mark.parametrize("last", ["tanh", "softmax"])
def test_jacobian_of_the_oracle_is_that_of_its_values(last):
    scaling = Scaling(np.array([0.5, -1.0]), np.array([2.0, 0.25]))
    net = random_net((2, 3, 3), last=last, scaling=scaling)
    x = [mpf("0.3"), mpf("-0.7")]
    _, J = oracle.value_and_jacobian(net, x)
    for k in range(3):
        by_x1 = mp.diff(lambda t, k=k: oracle.layers(net, [t, x[1]])[-1][1][k], x[0])
        by_x2 = mp.diff(lambda t, k=k: oracle.layers(net, [x[0], t])[-1][1][k], x[1])
        assert abs(J[k][0] - by_x1) <= DIGITS
        assert abs(J[k][1] - by_x2) <= DIGITS


def test_selu_constants_keep_mean_0_and_variance_1():
    # of standard normal z; z > 0 adds 1/sqrt(2 pi) to the mean and 1/2 to the second moment
    density = mp.npdf
    mean = mp.quad(lambda z: oracle.SELU_ALPHA * mp.expm1(z) * density(z), [-mp.inf, -8, 0])
    square = mp.quad(lambda z: (oracle.SELU_ALPHA * mp.expm1(z)) ** 2 * density(z), [-mp.inf, -8, 0])
    assert abs(mean + 1 / mp.sqrt(2 * mp.pi)) <= DIGITS
    assert abs(oracle.SELU_SCALE**2 * (square + mpf(1) / 2) - 1) <= DIGITS


@pytest.mark.parametrize(
    ("computed", "exact", "expected"),
    [
        (1.0, mpf(1), 0),
        (1 + 2**-52, mpf(1), 1),
        (np.nextafter(0.25, 0), mpf(0.25), 0.5),  # units above a power of two are the larger ones
        (0.0, mpf(5e-324), 1),
        (5e-324, mpf(10) ** -1000, 1),
        (3.0, mpf(3) + mpf(2) ** -53, 0.25),
    ],
)
def test_ulps_are_units_in_the_last_place_of_the_exact_value(computed, exact, expected):
    assert oracle.ulps(computed, exact) == expected
