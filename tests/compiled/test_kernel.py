"""The kernel's loops in machine code have the bits of numpy's passes."""

import numpy as np
import pytest
from nets import random_net, random_points
from sigma import COMPONENTWISE, HUGE, PARAMETERS

from netgrad.compiled import ready
from netgrad.core import machine
from netgrad.core.activations import activation
from netgrad.core.backprop import evaluate, jacobian, value_and_grad
from netgrad.core.network import Layer, Network, Scaling

pytest.importorskip("numba")
pytestmark = pytest.mark.slow  # they are compiled first

EVERY = [*COMPONENTWISE, *PARAMETERS]
BITS = {np.float64: np.uint64, np.float32: np.uint32}
NEVER = 1 << 60


@pytest.fixture(scope="module")
def loops():
    found = ready.loops("layers", wait=True)
    assert found is not None, ready.state("layers")
    assert ready.loops("nets", wait=True) is not None, ready.state("nets")
    return found


def points(of):
    """Finite points of every size: small and large, near the ends of exp, subnormal, random bits."""
    rng, info = np.random.default_rng(0), np.finfo(of)
    low, high = np.log10(float(info.smallest_subnormal)), np.log10(float(info.max))
    bits = rng.integers(0, 1 << (8 * info.dtype.itemsize - 1), 20000, BITS[of], endpoint=True).view(of)
    spread = [rng.normal(0, 3, 20000), rng.uniform(-800, 800, 20000), rng.uniform(-110, 110, 20000)]
    edges = [0.0, -0.0, 0.5, 1, 3, 6, 38.6, 88.7, 103.9, 104.5, 708.4, 709.8, 745.2, 745.5, float(info.tiny)]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        sizes = rng.choice([-1, 1], 20000) * 10 ** rng.uniform(low, high, 20000)
        z = np.concatenate([*spread, sizes, edges, np.negative(edges), [info.max, -info.max]]).astype(of)
        z = np.concatenate([z, bits, -bits])
    return z[np.isfinite(z)]


def same(a, b):
    """Whether all bits are the same; every nan is taken for the same."""
    bits = BITS[a.dtype.type]
    return a.shape == b.shape and bool(((a.view(bits) == b.view(bits)) | np.isnan(a) & np.isnan(b)).all())


@pytest.mark.parametrize("of", BITS)
@pytest.mark.parametrize("name", EVERY)
def test_every_activation_has_the_bits_of_its_formula_everywhere(name, of, loops):
    sigma, z = activation(name), points(of)
    a, d, bias = z.copy(), np.empty_like(z), np.full(1, -0.0, of)  # z + -0.0 is z
    with np.errstate(all="ignore"):
        sigma.f(a, d)
    z, a, d = (part[np.isfinite(a)].copy() for part in (z, a, d))
    loop = getattr(loops, machine.loop_name(sigma, z))
    for with_slopes in (1, 0):
        found, slopes = z.copy(), np.full_like(z, np.nan)
        assert loop(found, bias, slopes, len(z), 1, with_slopes, sigma.parameter or 0) == 1
        assert same(found, a)
        assert same(slopes, d) if with_slopes else np.isnan(slopes).all()


@pytest.mark.parametrize("of", BITS)
@pytest.mark.parametrize("n", [1, 2, 3, 10, 100])
def test_softmax_has_the_bits_of_its_definition_everywhere(n, of, loops):
    z = points(of)
    z = np.asfortranarray(z[: len(z) // n * n].reshape(-1, n))
    z = np.asfortranarray(z[(np.abs(z) < np.finfo(of).max / 2).all(axis=1)])
    a, d, bias = z.copy(order="F"), np.empty_like(z), np.full(n, -0.0, of)
    activation("softmax").f(a, d)
    for with_slopes in (1, 0):
        found, slopes = z.copy(order="F"), np.full_like(z, np.nan)
        assert getattr(loops, f"softmax_{np.dtype(of).name}")(found, bias, slopes, len(z), n, with_slopes, 0) == 1
        assert same(found, a)
        assert same(slopes, d) if with_slopes else np.isnan(slopes).all()


@pytest.mark.parametrize(("of", "least"), [(np.float64, 709.8), (np.float32, 88.8)])
def test_an_activation_that_overflows_is_left_to_numpy(of, least, loops):
    for i in range(20):
        z = np.ones((10, 2), of, order="F")
        z[i % 10, i // 10] = least
        assert not machine.activate(loops, Layer(np.ones((2, 1), of), np.zeros(2, of), "exp"), z, np.empty_like(z))


@pytest.mark.parametrize("of", BITS)
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_left_to_numpy(odd, of, loops):
    layer = Layer(np.ones((2, 1), of), np.zeros(2, of), "tanh")
    for i in range(20):
        z = np.ones((10, 2), of, order="F")
        z[i % 10, i // 10] = odd
        assert not machine.activate(loops, layer, z, np.empty_like(z))
    assert machine.activate(loops, layer, np.ones((10, 2), of, order="F"), np.empty((10, 2), of, order="F"))


def results(net, X):
    with np.errstate(all="ignore"):
        k = len(net.layers[-1].b) - 1
        return [evaluate(net, X, 2), *value_and_grad(net, X, k), *jacobian(net, X, 2)]


def assert_same_with_loops(net, X, monkeypatch):
    monkeypatch.setattr(machine, "UNITS", NEVER)
    plain = results(net, X)
    monkeypatch.setattr(machine, "UNITS", 0)
    assert all(map(same, results(net, X), plain))


NETS = {
    "narrow": ((2, 3, 2, 1), "sigmoid", "sigmoid"),
    "16": ((16, 16, 7, 5), "tanh", "identity"),
    "one": ((1, 1), "sigmoid", "sigmoid"),
    "softmax": ((5, 6, 3), "relu", "softmax"),
    "wide": ((20, 33, 30, 1), "gelu", "sigmoid"),
    "middling": ((8, 64, 64, 1), "sigmoid", "sigmoid"),
    "deep": ((700, 300, 9, 3), "tanh", "identity"),
    "wide rows": ((20, 40, 30), "silu", "softmax"),
    "wider than a strip": ((7, 1100, 2), "sigmoid", "identity"),
    "rows": ((8, 24, 24, 4), "relu", "softmax"),
    "exp": ((3, 4, 2), "exp", "exp"),
}


@pytest.mark.parametrize("of", BITS)
@pytest.mark.parametrize("shape", NETS)
def test_values_and_gradients_have_the_same_bits(shape, of, loops, monkeypatch):
    sizes, hidden, last = NETS[shape]
    net = random_net(sizes, activation=hidden, last=last, scale=2.0).astype(of)
    assert_same_with_loops(net, random_points(777, sizes[0]).astype(of), monkeypatch)


@pytest.mark.parametrize("name", EVERY)
def test_narrow_networks_of_every_activation_have_the_same_bits(name, loops, monkeypatch):
    net = random_net((3, 5, 4, 2), activation=name, last=name)
    assert_same_with_loops(net, random_points(300, 3), monkeypatch)


@pytest.mark.parametrize("sizes", [(2, 3, 2), (2, 20, 2)], ids=str)
def test_points_that_overflow_among_others_have_the_same_bits(sizes, loops, monkeypatch):
    net, X = random_net(sizes, scale=2.0), random_points(1000, 2)
    for i, x in ((3, np.nan), (400, HUGE), (401, np.inf), (998, -HUGE), (999, 1e300)):
        X[i] = x
    assert_same_with_loops(net, X, monkeypatch)


@pytest.mark.parametrize("sizes", [(2, 3, 2), (2, 20, 2)], ids=str)
def test_scaled_networks_have_the_same_bits(sizes, loops, monkeypatch):
    net = random_net(sizes)
    scalings = {"scaling": Scaling([0.3, -7.0], [2.5, 1e-3]), "output_scaling": Scaling([1.0, 2.0], [-3.0, 0.1])}
    net = Network(net.layers, **scalings)
    X = random_points(500, 2)
    X[17] = HUGE
    assert_same_with_loops(net, X, monkeypatch)
    assert_same_with_loops(net.astype("float32"), random_points(500, 2), monkeypatch)
