"""Sums over gradients, against 50 digits and against NeuralSens."""

import json
import math
from functools import reduce

import numpy as np
import oracle
import pytest
import shell
from nets import random_net, random_points
from oracle import mp, mpf

from netgrad.analysis import sensitivity
from netgrad.analysis.fingerprint import fingerprint
from netgrad.analysis.sensitivity import merged, sums
from netgrad.core.network import Layer, Network, Scaling

ROUNDING = 1e-13  # of sums of some ten gradients, each right to some 1e-15
PEER = 1e-12  # NeuralSens' figures hold to a few 1e-15 times the digits that a(1-a) loses
NEURALSENS = json.loads((shell.ROOT / "tests" / "data" / "neuralsens.json").read_text())["cases"]

NETS = {
    "sigmoid": random_net((3, 5, 1), seed=11),
    "tanh, three outputs": random_net((2, 6, 3), seed=12, activation="tanh"),
    "softmax": random_net((4, 5, 3), seed=13, last="softmax"),
    "one layer": random_net((3, 1), seed=14),
    "scaled": random_net((2, 4, 1), seed=15, scaling=Scaling(np.array([0.3, -1e-3]), np.array([20.0, 0.1]))),
    "saturated": random_net((2, 4, 1), scale=80.0, seed=16),  # gradients whose squares underflow
}


def exact_columns(net, X, k):
    """da_k/dx_i at each point, to 50 digits: one list for each input."""
    return list(zip(*(oracle.value_and_jacobian(net, x)[1][k] for x in X.tolist()), strict=True))


def near(got, right, scale=None):
    return abs(mpf(float(got)) - right) <= ROUNDING * (abs(right) if scale is None else scale)


@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_sums_equal_50_digits(net):
    X, outputs = random_points(12, net.sizes[0]), list(range(net.sizes[-1]))
    for k, found in zip(outputs, sums(net, X, outputs).gradients, strict=True):
        for i, v in enumerate(exact_columns(net, X, k)):
            m, mean = len(v), mp.fsum(v) / len(v)
            rms = mp.sqrt(mp.fsum(g * g for g in v) / m)
            assert near(found.mean[i], mean, rms)
            assert near(found.std[i], mp.sqrt(mp.fsum((g - mean) ** 2 for g in v) / (m - 1)), rms)
            assert near(found.rms[i], rms)
            assert near(found.absolute[i], mp.fsum(map(abs, v)) / m)
            assert near(found.low[i], min(v))
            assert near(found.high[i], max(v))
            assert found.positive[i] == sum(g > 0 for g in v)


@pytest.mark.parametrize("name", NEURALSENS)
def test_sums_equal_neuralsens(name):
    case = NEURALSENS[name]
    net = Network(tuple(Layer(np.array(y["W"]), np.array(y["b"]), y["activation"]) for y in case["layers"]))
    found = sums(net, np.array(case["X"]), list(range(net.sizes[-1])))
    for k, v in enumerate(found.gradients):
        assert v.mean == pytest.approx(case["mean"][k], rel=PEER)
        assert v.rms == pytest.approx(case["rms"][k], rel=PEER)
        assert v.std == pytest.approx(np.array(case["std"][k]) * math.sqrt(v.m / (v.m - 1)), rel=PEER)


def bits(found):
    arrays = [*found.gradients, found.inputs, *found.layers]
    return [np.asarray(a).tobytes() for parts in arrays for a in parts]


def test_the_bits_do_not_depend_on_threads():
    net, X = random_net((3, 40, 2), seed=17), random_points(9000, 3)
    assert bits(sums(net, X, [0, 1], jobs=1)) == bits(sums(net, X, [0, 1], jobs=3))


def test_parts_merge_to_the_whole():
    net, X = random_net((3, 7, 2), seed=18), random_points(5000, 3)
    whole = sums(net, X, [1])
    found = reduce(merged, (sums(net, X[i : i + 777], [1]) for i in range(0, 5000, 777)))
    for a, b in ((found.gradients[0], whole.gradients[0]), (found.inputs, whole.inputs)):
        assert a.rms == pytest.approx(b.rms, rel=ROUNDING)
        assert a.std == pytest.approx(b.std, rel=ROUNDING)
        assert a.mean == pytest.approx(b.mean, abs=ROUNDING * b.rms.max())
        assert [*map(list, a[5:])] == [*map(list, b[5:])]
    assert bits(found)[-6:] == bits(whole)[-6:]  # counts
    assert merged(found, whole).m == 10_000


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "gelu"])
def test_units_are_counted_as_sigma_to_50_digits_says(activation):
    net, X = random_net((2, 5, 3, 1), scale=9.0, seed=19, activation=activation), random_points(25, 2)
    found = sums(net, X, [0]).layers
    steps = [oracle.layers(net, x)[1:] for x in X.tolist()]
    for l, counts in enumerate(found):
        slopes = [[abs(float(d)) for d in step[l][2]] for step in steps]  # what underflows is 0
        assert counts.dead.tolist() == [sum(d == 0 for d in unit) for unit in zip(*slopes, strict=True)]
        assert counts.saturated.tolist() == [sum(0 < d < 1e-3 for d in unit) for unit in zip(*slopes, strict=True)]


def test_a_unit_is_rounded_where_the_textbook_formula_gives_0():
    net = Network((Layer(np.eye(4), np.zeros(4)), Layer(np.ones((1, 4)), np.zeros(1), "tanh")))
    X = np.array([[-30.0, 30.0, 40.0, 800.0]])
    (sigmoid, tanh) = sums(net, X, [0]).layers
    a = 1 / (1 + np.exp(-np.minimum(X[0], 700)))
    lost = (a * (1 - a) == 0).tolist()
    assert lost == [False, False, True, True]
    assert sigmoid.rounded.tolist() == [0, 0, 1, 0]  # exp(-800) is 0: dead
    assert sigmoid.dead.tolist() == [0, 0, 0, 1]
    assert (tanh.rounded.tolist(), tanh.saturated.tolist()) == ([0], [0])
    far = Network.of([([[30.0]], [0.0])], activation="tanh")
    assert sums(far, np.array([[1.0], [-1.0], [0.0]]), [0]).layers[0].rounded.tolist() == [2]


def test_points_and_weights_that_overflow_give_no_warning():
    net = Network.of([([[1e200, 1e200]], [0.0]), ([[1e200]], [0.0])], activation="identity")
    found = sums(net, np.array([[1e300, 1e300], [-1e300, 1e300]]), [0])
    assert not np.isfinite(found.gradients[0].mean).any()


def test_sums_of_float32_gradients_are_taken_in_float64():
    net, X = random_net((3, 5, 1), seed=20).astype(np.float32), random_points(50, 3)
    found, right = sums(net, X, [0]), sums(random_net((3, 5, 1), seed=20), X, [0])
    assert found.gradients[0].mean.dtype == np.float64
    assert found.gradients[0].mean == pytest.approx(right.gradients[0].mean, rel=1e-5)  # that of float32 is 1e-7


def test_a_block_of_gradients_is_held_not_those_of_all_points(monkeypatch):
    sizes = []
    gradient = sensitivity.gradient_of
    monkeypatch.setattr(sensitivity, "gradient_of", lambda *given: sizes.append(len(g := gradient(*given))) or g)
    sums(random_net((200, 1), seed=21), random_points(3000, 200), [0])
    assert max(sizes) < 1500


def test_a_fingerprint_is_of_the_function_and_not_of_the_names():
    W, b = np.array([[1.0, 2.0]]), np.array([0.5])
    net = Network((Layer(W, b),))
    others = [
        Network((Layer(W + 1e-16, b), Layer(np.eye(1), np.zeros(1)))),
        Network((Layer(W * (1 + 2**-52), b),)),
        Network((Layer(W, -b),)),
        Network((Layer(W, b, "tanh"),)),
        Network((Layer(W, b),), scaling=Scaling(np.zeros(2), np.ones(2))),
    ]
    assert fingerprint(Network((Layer(W, b),), inputs=("u", "v"), outputs=("w",), name="n")) == fingerprint(net)
    assert fingerprint(net) not in map(fingerprint, others)
