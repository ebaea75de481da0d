import numpy as np
import oracle
import pytest
from oracle import mp, mpf
from sigma import COMPONENTWISE, HUGE, KINKS, PARAMETERS, apply, off_kinks

from netgrad.core.activations import LEAKY_SLOPE, SELU_ALPHA, SELU_SCALE, SIGMA, activation, complement

AT_ZERO = {
    "sigmoid": (0.5, 0.25),
    "tanh": (0, 1),
    "relu": (0, 0),
    "leaky_relu": (0, LEAKY_SLOPE),
    "elu": (0, 1),
    "selu": (0, SELU_SCALE * SELU_ALPHA),
    "gelu": (0, 0.5),
    "gelu_tanh": (0, 0.5),
    "silu": (0, 0.5),
    "softplus": (np.log(2), 0.5),
    "softsign": (0, 1),
    "arctan": (0, 1),
    "hard_sigmoid": (0.5, 1 / 6),
    "identity": (0, 1),
    "exp": (1, 1),
    "log_sigmoid": (-np.log(2), 0.5),
    "mish": (0, 0.6),
    "hard_tanh": (0, 1),
    "hard_swish": (0, 0.5),
    "relu(6)": (0, 0),
    "leaky_relu(0.2)": (0, 0.2),
    "leaky_relu(-0.5)": (0, -0.5),
    "elu(0.3)": (0, 0.3),
    "elu(2)": (0, 2),
}
EVERY = [*COMPONENTWISE, *PARAMETERS]


def c_sigmoid(z):
    return 1 / (1 + np.exp(-z))


COMPLEX = {
    "sigmoid": c_sigmoid,
    "tanh": np.tanh,
    "gelu_tanh": lambda z: z / 2 * (1 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z**3))),
    "silu": lambda z: z * c_sigmoid(z),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "softsign": lambda z: z / (1 + np.where(z.real < 0, -z, z)),
    "arctan": np.arctan,
    "identity": lambda z: z,
    "exp": np.exp,
    "log_sigmoid": lambda z: -np.log(1 + np.exp(-z)),
    "mish": lambda z: z * (1 - 2 / (1 + np.square(1 + np.exp(z)))),
}


def test_every_activation_of_the_table_is_tested():
    assert {*EVERY, "softmax"} == {*oracle.ACTIVATIONS, "softmax"} == {*AT_ZERO, "softmax"}
    assert {*EVERY} == {*COMPLEX, *KINKS, "gelu"}  # numpy has no complex erf


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize("name", EVERY)
def test_value_and_derivative_at_zero_are_the_stated_ones(name, zero):
    a, d = apply(name, np.array([zero]))
    assert (a[0], d[0]) == AT_ZERO[name]


def test_hard_sigmoid_is_flat_at_its_kinks():
    a, d = apply("hard_sigmoid", np.array([-3.0, 3.0]))
    assert a.tolist() == [0, 1]
    assert d.tolist() == [0, 0]


@pytest.mark.parametrize("name", COMPLEX)
def test_derivative_equals_complex_step(name):
    # 1e-14: some ten roundings in the complex formula, which cancels nothing however small the step
    z, h = np.linspace(-8, 8, 257), 1e-30
    with np.errstate(under="ignore"):
        step = COMPLEX[name](z + 1j * h).imag / h
    np.testing.assert_allclose(apply(name, z)[1], step, rtol=1e-14 * (name == "exp"), atol=1e-14)


@pytest.mark.parametrize("name", EVERY)
def test_derivative_equals_central_differences(name):
    # 1e-9: h^2/6 |sigma'''| <= 3e-11 and eps |sigma| / h <= 3e-10 for |z| <= 8; softsign'' jumps at 0
    # relative for exp, which is large
    z, h = off_kinks(name, np.linspace(-8, 8, 258)), 2.0**-17
    difference = (apply(name, z + h)[0] - apply(name, z - h)[0]) / (2 * h)
    np.testing.assert_allclose(apply(name, z)[1], difference, rtol=1e-10 * (name == "exp"), atol=1e-9)


@pytest.mark.parametrize("name", SIGMA)
def test_value_without_derivative_is_the_same(name):
    z = np.linspace(-9, 9, 60).reshape(12, 5)
    a = z.copy()
    with np.errstate(under="ignore"):
        SIGMA[name](a, None)
    assert np.array_equal(a, apply(name, z)[0])


@pytest.mark.parametrize("name", SIGMA)
def test_no_points_are_no_error(name):
    a, d = apply(name, np.empty((0, 3)))
    assert a.shape == d.shape == (0, 3)


@pytest.mark.parametrize(
    "z",
    [
        [0.3],
        [0, 0, 0],
        [1, -2, 0.5],
        [40, 0, -3],
        [0, 800, 760],
        [-500, -400, -390],
        [1e5 + 1, 1e5, 3],
        [0, 700],
    ],
)
def test_softmax_and_its_diagonal_are_right_where_it_saturates_too(z):
    # 8 units: a rounding in z_j - max, of relative size at most eps |z_j|, counts as many times as |z_j|
    a, d = apply("softmax", np.array([z], float))
    exact = oracle.softmax([mpf(v) for v in z])
    for j, a_j in enumerate(exact):
        others = mp.fsum(a_k for k, a_k in enumerate(exact) if k != j)
        assert oracle.ulps(a[0, j], a_j) <= 8
        assert oracle.ulps(d[0, j], a_j * others) <= 8


def test_softmax_of_the_largest_numbers_is_0_and_1():
    a, d = apply("softmax", np.array([[-HUGE, HUGE, 0.0]]))
    assert a.tolist() == [[0, 1, 0]]
    assert d.tolist() == [[0, 0, 0]]


def test_complement_keeps_its_digits_as_a_component_rounds_to_1():
    assert complement(np.array([[1.0, 1e-30, 3e-30]])).tolist() == [[4e-30, 1.0, 1.0]]


def test_a_derivative_may_lie_in_memory_in_another_order_than_z():
    z = np.asfortranarray(np.linspace(-3, 3, 12).reshape(3, 4))
    for name in ("sigmoid", "gelu", "elu"):
        a, d, expected = z.copy(order="C"), np.empty_like(z, order="F"), np.empty_like(z)
        activation(name).f(z.copy(order="F"), expected)
        activation(name).f(a, d)
        assert np.array_equal(d, expected)
