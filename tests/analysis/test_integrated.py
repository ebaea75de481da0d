import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import oracle
import pytest
from fronts import outcome
from hypothesis import given, settings
from hypothesis import strategies as st
from nets import random_net, random_points
from quadratures import closed_form, difference, fronts, quadrature
from zoo import ZOO

from netgrad.analysis.integrated import PANELS, integrated_gradients
from netgrad.analysis.panels import enclosure
from netgrad.core.backprop import evaluate
from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import UsageError

TOL = 1e-9  # the default
PEER = json.loads((Path(__file__).parents[1] / "data" / "captum.json").read_text())
mpf = oracle.mpf


def recorded(name):
    """The network, the points and the baseline of the peer, and all that it said of them."""
    record = PEER[name]
    net = Network.of([(layer["W"], layer["b"]) for layer in record["layers"]])
    return net, np.array(record["x"]), np.array(record["x0"]), record


def behind_identity(net):
    """The same function with an identity as layer 2, so that nothing of it is linear in t in layer 2 but the point."""
    n = net.sizes[0]
    return Network((Layer(np.eye(n), np.zeros(n), "identity"), *net.layers))


@pytest.mark.parametrize("scale", [1, 10, 100])
@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh", "softplus", "gelu", "hard_sigmoid", "elu"])
def test_integrated_gradients_have_a_closed_form_for_one_hidden_layer(activation, scale):
    # 1e-15 max|z| is what rounding z costs sigma'; a is at most of this size
    net = random_net((4, 6, 1), scale, 3, activation, "identity")
    X, x0 = random_points(8, 4), random_points(1, 4, 9)[0]
    found = integrated_gradients(net, X, x0)
    bound = 1e-15 * scale * max(1.0, abs(found.a).max())
    for x, ig, gap in zip(X, found.ig, found.gap, strict=True):
        assert difference(ig, closed_form(net, x, x0)) <= TOL / 10 + bound
        assert gap <= max(TOL, bound)


@pytest.mark.parametrize("name", ["smooth", pytest.param("saturated", marks=pytest.mark.slow)])
def test_integrated_gradients_are_those_of_mpmaths_quadrature(name):
    net, X, x0, _ = recorded(name)
    found = integrated_gradients(net, X[:2], x0, tol=1e-14)
    for x, ig in zip(X, found.ig, strict=False):
        exact = quadrature(net, x, x0, fronts(net, x, x0))
        assert difference(ig, exact) <= 1e-15  # all are below 1


def test_integrated_gradients_are_captums_where_captums_add_up():
    net, X, x0, record = recorded("smooth")
    delta = abs(np.array(record["delta"]))
    assert delta.max() < 1e-10
    difference = abs(integrated_gradients(net, X, x0).ig - np.array(record["integrated"])).max(axis=1)
    assert (difference <= delta.max()).all()


def test_integrated_gradients_add_up_where_captums_do_not():
    net, X, x0, record = recorded("saturated")
    found = integrated_gradients(net, X, x0)
    assert abs(np.array(record["delta"])).max() > 0.02
    assert found.gap.max() <= TOL
    change = (evaluate(net, X) - evaluate(net, x0[np.newaxis]))[:, 0]
    np.testing.assert_allclose(found.ig.sum(axis=1), change, rtol=0, atol=TOL)


@settings(max_examples=50)
@given(
    sizes=st.sampled_from([(1, 1), (2, 3, 1), (3, 5, 4, 1), (2, 4, 4, 4, 1)]),
    activation=st.sampled_from(["sigmoid", "tanh", "relu", "leaky_relu", "softsign", "silu", "arctan", "selu"]),
    scale=st.sampled_from([0.1, 1.0, 10.0, 100.0]),
    seed=st.integers(0, 10**6),
)
def test_integrated_gradients_add_up(sizes, activation, scale, seed):
    net = random_net(sizes, scale, seed, activation, "sigmoid")
    x, x0 = random_points(2, sizes[0], seed)
    found = integrated_gradients(net, x[np.newaxis], x0)
    ends = [oracle.layers(net, point) for point in (x, x0)]
    change = ends[0][-1][1][0] - ends[1][-1][1][0]
    rounding = 1e-15 * float(max(abs(z) for end in ends for step in end for z in step[0]))
    assert found.gap[0] <= TOL + rounding
    assert abs(oracle.mp.fsum(map(mpf, found.ig[0].tolist())) - change) <= TOL + 2 * rounding


def test_integrated_gradients_of_a_linear_network_are_weight_times_step():
    net, x0 = random_net((3, 1), seed=2, activation="identity"), np.array([0.3, -1.0, 2.0])
    X = random_points(5, 3)
    np.testing.assert_allclose(integrated_gradients(net, X, x0).ig, net.layers[0].W * (X - x0), rtol=1e-15)


def test_an_input_that_nothing_depends_on_and_one_that_does_not_move_get_exactly_0():
    net = random_net((3, 4, 1), 20, 1)
    first = replace(net.layers[0], W=net.layers[0].W * [1, 0, 1])
    net = replace(net, layers=(first, *net.layers[1:]))
    X, x0 = random_points(6, 3), np.array([0.1, 0.2, 0.3])
    X[:, 2] = x0[2]
    found = integrated_gradients(net, X, x0)
    assert (found.ig[:, 1:] == 0).all()
    assert (found.ig[:, 0] != 0).all()
    at_rest = integrated_gradients(net, x0[np.newaxis], x0)
    assert (at_rest.ig == 0).all()
    assert at_rest.gap[0] == 0


@pytest.mark.parametrize("deeper", [False, True])
def test_a_plateau_between_two_fronts_is_seen_though_it_begins_and_ends_alike(deeper):
    # sigma(3000 (x1 - 0.53)) and sigma(3000 (0.68 - x2)): a is 1 between them, and no gradient is left at any node
    steep = Network.of([([[3000, 0], [0, -3000]], [-1590, 2040]), ([[200, 200]], [-300])])
    net = behind_identity(steep) if deeper else steep
    found = integrated_gradients(net, np.ones((1, 2)))
    np.testing.assert_allclose(found.ig, [[1, -1]], rtol=0, atol=1e-8)  # e^-20 on the tails of the output
    assert found.gap[0] <= TOL


def test_a_plateau_narrower_than_the_distance_of_nodes_is_seen_where_layer_2_makes_it():
    net = Network.of([([[1e5, 0], [0, -1e5]], [-62_000, 62_200]), ([[200, 200]], [-300])])
    np.testing.assert_allclose(integrated_gradients(net, np.ones((1, 2))).ig, [[1, -1]], rtol=0, atol=1e-8)


@pytest.mark.parametrize("deeper", [False, True])
def test_kinks_that_cancel_in_the_value_do_not_in_the_attributions(deeper):
    # a = max(x1 - 0.3, 0) - max(x2 - 0.3, 0) is 0 all the way from (0, 0) to (1, 1)
    kinks = [Layer(np.eye(2), np.full(2, -0.3), "relu"), Layer(np.array([[1.0, -1.0]]), np.zeros(1), "identity")]
    net = behind_identity(Network(tuple(kinks))) if deeper else Network(tuple(kinks))
    found = integrated_gradients(net, np.ones((1, 2)))
    np.testing.assert_allclose(found.ig, [[0.7, -0.7]], rtol=0, atol=TOL)


def test_scaling_changes_the_units_of_the_path_and_nothing_else():
    # powers of two: nothing is rounded on either side
    mean, std = np.array([0.5, -1.0]), np.array([2.0, 0.25])
    net, x0 = random_net((2, 5, 1), 5), np.array([0.5, 1.5])
    X = np.round(8 * random_points(9, 2)) / 8
    scaled = Network(net.layers, scaling=Scaling(mean, std))
    plain = integrated_gradients(net, (X - mean) / std, (x0 - mean) / std)
    np.testing.assert_allclose(integrated_gradients(scaled, X, x0).ig, plain.ig, rtol=0, atol=TOL)


@pytest.mark.parametrize("K", [1e2, 1e5, 1e8])
@pytest.mark.parametrize("c", [0.1, 0.4, 0.51])
def test_fronts_that_cancel_in_layer_3_are_seen(K, c):
    front = Layer(np.diag([K, K]), np.array([-c * K, -c * K - 3]), "sigmoid")
    output = Layer(np.array([[1.0, -1.0]]), np.zeros(1), "identity")
    net = Network((Layer(np.eye(2), np.zeros(2), "identity"), front, output))
    found = integrated_gradients(net, np.ones((1, 2)))
    change = closed_form(Network((front, output)), np.ones(2), np.zeros(2))
    assert difference(found.ig[0], change) <= TOL
    assert found.error[0] <= (TOL if K < 1e6 else 1e-5)  # roundings of z are 1e-8 then


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_no_front_is_overlooked_in_silence(first):
    outcomes = [outcome(seed) for seed in range(first, first + 20)]
    assert set(outcomes) <= {"right", "counted"}
    assert outcomes.count("right") >= 10


@pytest.mark.parametrize("k", [0, 1, 2])
def test_each_output_of_several_has_its_own(k):
    net, X = ZOO["classes"], random_points(4, 4)
    found = integrated_gradients(net, X, k=k)
    np.testing.assert_array_equal(found.a, evaluate(net, X)[:, k])
    assert found.gap.max() <= TOL


def test_a_row_has_the_same_bits_alone_and_among_others_on_any_threads(monkeypatch):
    net, X, x0 = random_net((3, 5, 4, 1), 30, 7), random_points(700, 3), np.array([0.3, -0.2, 0.1])
    together = integrated_gradients(net, X, x0, jobs=3)
    for i in (0, 1, 511, 512, 699):
        alone = integrated_gradients(net, X[i : i + 1], x0)
        assert (alone.ig.tobytes(), alone.gap[0]) == (together.ig[i].tobytes(), together.gap[i])
    some = slice(690, 100, -7)
    assert integrated_gradients(net, X[some], x0).ig.tobytes() == together.ig[some].tobytes()
    monkeypatch.setattr("netgrad.analysis.integrated.CELLS", 300)  # four panels at a time
    assert integrated_gradients(net, X[:50], x0).ig.tobytes() == together.ig[:50].tobytes()


def test_what_cannot_be_reached_is_answered_with_its_gap(monkeypatch):
    net = behind_identity(random_net((3, 6, 6, 1), 30, 3, "relu", "sigmoid"))
    X = random_points(5, 3)
    best = integrated_gradients(net, X)
    tight = integrated_gradients(net, X, tol=1e-300)
    assert 0 < tight.gap.max() <= 1e-11  # as 1e-15 max|z|
    monkeypatch.setattr("netgrad.analysis.integrated.PANELS", 4)
    found = integrated_gradients(net, X)
    assert best.gap.max() <= TOL < found.gap.max()
    np.testing.assert_allclose(found.gap, abs(found.ig.sum(axis=1) - found.a + evaluate(net, 0 * X)[:, 0]), rtol=1e-6)


def test_an_overflow_is_answered_by_nan():
    net = Network.of([([[1e300, 1.0]], [0.0])], "identity")
    found = integrated_gradients(net, np.array([[1e300, 1.0], [1.0, 1.0]]), np.array([0.0, 0.0]))
    assert np.isnan(found.gap[0])
    np.testing.assert_allclose(found.ig[1], [1e300, 1.0], rtol=1e-15)


@pytest.mark.parametrize(("x0", "said"), [(np.zeros(2), "(m, 3)"), (np.zeros((2, 3)), "one point"), (0.0, "(m, 3)")])
def test_a_baseline_of_another_size_is_refused(x0, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        integrated_gradients(random_net((3, 1)), np.zeros((5, 3)), x0)


@pytest.mark.parametrize("tol", [0.0, -1.0, float("nan")])
def test_a_tolerance_must_be_positive(tol):
    with pytest.raises(UsageError, match="positive"):
        integrated_gradients(random_net((3, 1)), np.zeros((5, 3)), tol=tol)


def test_refinement_ends_where_rounding_begins(monkeypatch):
    taken = []

    def counting(paths, panels, jobs):
        taken.append(len(panels.row))
        return enclosure(paths, panels, jobs)

    monkeypatch.setattr("netgrad.analysis.integrated.enclosure", counting)
    integrated_gradients(random_net((3, 5, 1), 10, 1), random_points(1, 3), tol=1e-300)
    assert sum(taken) < PANELS / 10
