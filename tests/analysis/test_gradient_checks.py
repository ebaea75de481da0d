"""Checks pass where the gradient is right, saturated too, and fail where a number, a layer or a sigma is wrong."""

from dataclasses import replace

import numpy as np
import oracle
import pytest
from nets import random_net, random_points
from oracle import mpf
from sigma import COMPONENTWISE

from netgrad.analysis import checks, plain
from netgrad.analysis.checks import FEW, affordable, check_gradient, check_values
from netgrad.analysis.differences import complex_step, ridders
from netgrad.analysis.readings import Reading, read_as, reading_of
from netgrad.analysis.suggestions import suggestions
from netgrad.core.backprop import evaluate, value_and_grad
from netgrad.core.logits import logits
from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import UsageError

ANALYTIC = sorted(set(COMPONENTWISE) - plain.REAL)


def net_of(activation, scale, sizes=(3, 5, 4, 1), **more):
    if activation == "softmax":
        return random_net((*sizes[:-1], 3), scale, 2, "tanh", last="softmax", **more)
    if activation == "exp":  # of exp it would be too large for a number
        return random_net(sizes, scale, 2, "tanh", last="exp", **more)
    return random_net(sizes, scale, 2, activation, **more)


@pytest.mark.parametrize("scale", [1, 100])
@pytest.mark.parametrize("activation", [*ANALYTIC, "softmax"])
def test_complex_step_equals_50_digits_saturated_too(activation, scale):
    net, X = net_of(activation, scale), random_points(3, 3)
    for x, found in zip(X, complex_step(net, X, 0), strict=True):
        exact = oracle.value_and_grad(net, x.tolist())[1]
        if max(map(abs, exact)) > mpf(10) ** -240:
            assert oracle.relative_error(found, exact) < 1e-12


@pytest.mark.parametrize("activation", [*COMPONENTWISE, "softmax"])
def test_the_plain_network_gives_the_oracles_values(activation):
    net, X = net_of(activation, 3), random_points(10, 3)
    for x, a in zip(X, plain.value(net, X), strict=True):
        exact = [float(v) for v in oracle.layers(net, x.tolist())[-1][1]]
        assert np.allclose(a, exact, rtol=1e-11, atol=1e-13)


def test_ridders_differences_are_off_by_no_more_than_some_times_what_they_expect():
    net, X = net_of("gelu", 1), random_points(20, 3)
    grad, error = ridders(net, X, 0)
    exact = np.array([[float(g) for g in oracle.value_and_grad(net, x.tolist())[1]] for x in X])
    assert (np.abs(grad - exact) <= 10 * error).all()
    assert np.median(error) < 1e-9


@pytest.mark.parametrize("activation", [*COMPONENTWISE, "softmax"])
def test_every_activation_passes_at_1e_12(activation):
    for scale in (1,) if activation in plain.REAL else (1, 30):
        found = check_gradient(net_of(activation, scale), random_points(50, 3), 0, tol=1e-12)
        assert found.disagreements == 0
        assert found.method == ("differences" if activation == "gelu" else "complex step")


def test_saturated_points_pass_where_central_differences_fail():
    net, X = net_of("sigmoid", 60), random_points(50, 3)
    grad = value_and_grad(net, X)[1]
    h = 1e-6 * np.eye(3)[0]
    central = (evaluate(net, X + h) - evaluate(net, X - h))[:, 0] / 2e-6
    assert (np.abs(central - grad[:, 0]) > 1e-3 * np.abs(grad[:, 0])).sum() > 10
    assert check_gradient(net, X, tol=1e-12).disagreements == 0


def test_a_gradient_that_is_wrong_is_found_and_placed(monkeypatch):
    net, X = net_of("tanh", 1), random_points(30, 3)

    def wrong(net, X, k):
        a, grad = value_and_grad(net, X, k)
        grad[17, 1] *= 1 + 1e-8
        return a, grad

    monkeypatch.setattr(checks, "value_and_grad", wrong)
    found = check_gradient(net, X)
    assert found.disagreements == 1
    assert found.worst[:2] == (17, 1)


def test_a_gradient_that_is_no_number_disagrees(monkeypatch):
    net, X = net_of("tanh", 1), random_points(3, 3)
    monkeypatch.setattr(checks, "value_and_grad", lambda net, X, k: (X[:, 0], np.full(X.shape, np.nan)))
    assert check_gradient(net, X).disagreements == 3


def test_values_are_compared_relative_to_1_or_their_size():
    found = check_values(np.array([1e9, 0.0, np.nan]), np.array([1e9 + 1, 1e-7, 1.0]), tol=1e-6)
    assert found.disagreements == 1
    assert found.worst.point == 2


@pytest.mark.parametrize("wrong", ["transposed", "hidden", "output", "scaling"])
def test_suggestions_find_what_was_misread(wrong):
    scaling = Scaling(np.array([0.1, 0.2, 0.3]), np.array([2.0, 3.0, 4.0]))
    meant, X = net_of("tanh", 1, (3, 4, 4, 1), scaling=scaling), random_points(40, 3)
    y = evaluate(meant, X)[:, 0]
    first, second, third = meant.layers
    saved = {
        "transposed": replace(meant, layers=(first, Layer(second.W.T.copy(), second.b, "tanh"), third)),
        "hidden": replace(meant, layers=(*(replace(v, activation="relu") for v in (first, second)), third)),
        "output": replace(meant, layers=(first, second, replace(third, activation="identity"))),
        "scaling": replace(meant, scaling=Scaling(X.mean(axis=0), X.std(axis=0))),
    }[wrong]
    if wrong == "scaling":
        y = evaluate(replace(meant, scaling=None), X)[:, 0]
    best = suggestions(saved, X, y)[0]
    assert best.rms < 1e-14
    r = best.reading
    assert (r.hidden, r.output, r.transposed, r.scaling) == {
        "transposed": ("as saved", "as saved", (3,), "as saved"),
        "hidden": ("tanh", "as saved", (), "as saved"),
        "output": ("as saved", "tanh", (), "as saved"),
        "scaling": ("as saved", "as saved", (), "none"),
    }[wrong]


def test_a_network_that_is_right_is_suggested_as_saved():
    net, X = net_of("softmax", 1), random_points(40, 3)
    best = suggestions(net, X, evaluate(net, X)[:, 2], 2)[0].reading
    assert best.changes == 0


def test_terms_that_cancel_to_nothing_are_no_disagreement():
    # both hidden units of XOR are the same at (1, 0), and their derivatives of both signs
    net = Network.of([([[20.0, 20.0], [-20.0, -20.0]], [-10.0, 30.0]), ([[20.0, 20.0]], [-30.0])])
    assert check_gradient(net, np.array([[1.0, 0.0]]), tol=1e-12).disagreements == 0


def test_of_wide_networks_some_points_and_inputs_are_checked():
    points, inputs = affordable(random_net((784, 64, 1)), 1000)
    assert (len(points), len(inputs) < 784, points[-1]) == (FEW, True, 999) or len(inputs) == 784
    found = check_gradient(random_net((40, 8, 1)), random_points(5, 40), 0, inputs=[3, 39])
    assert (found.inputs, found.disagreements, found.worst.input in (3, 39)) == (2, 0, True)


def test_the_largest_errors_are_named_the_largest_first():
    found = check_values(np.array([0, 1, 0, np.nan, 3, 0, 0.5, 0, 0]), np.zeros(9))
    assert [w.point for w in found.largest[:4]] == [3, 4, 1, 6]


@pytest.mark.parametrize(
    "text", ["hidden=relu", "output=softmax,transpose=3", "transpose=2+3,scaling=none", "scaling=0.5/2.0 1.0/0.25"]
)
def test_a_reading_comes_back_from_its_text(text):
    assert reading_of(text).text == text


@pytest.mark.parametrize(
    "text", ["", "hidden", "hidden=", "layer=3", "hidden=relu,hidden=tanh", "transpose=x", "transpose=3++4"]
)
def test_what_is_no_reading_is_refused(text):
    with pytest.raises(UsageError, match="--read"):
        reading_of(text)


@pytest.mark.parametrize("text", ["transpose=2", "hidden=nope", "scaling=1/0 1/1 1/1", "scaling=1/1", "hidden=softmax"])
def test_a_reading_that_does_not_fit_is_refused(text):
    with pytest.raises(UsageError, match="--read"):
        read_as(net_of("tanh", 1, (3, 4, 4, 1)), reading_of(text))


def test_logits_are_found_in_place_of_probabilities_and_what_is_usual_comes_first():
    net, X = random_net((3, 5, 3), 1, 2, "tanh", last="softmax"), random_points(40, 3)
    best = suggestions(net, X, np.abs(evaluate(logits(net), X)[:, 1]), 1)[0]
    assert best.rms > 1e-3
    best = suggestions(net, X, evaluate(logits(net), X)[:, 1], 1)[0]
    assert (best.reading, best.rms < 1e-15) == (Reading(output="identity"), True)
    best = suggestions(net, X, evaluate(logits(net), X)[:, 1], 1, at="pre")[0]
    assert best.reading.changes == 0


def test_a_forgotten_output_scaling_is_found():
    net, X = net_of("tanh", 1, output_scaling=Scaling(np.array([3.0]), np.array([2.0]))), random_points(100, 3)
    best = suggestions(net, X, evaluate(replace(net, output_scaling=None), X)[:, 0])[0]
    assert best.reading == Reading(output_scaling="none")


def test_the_scaling_of_the_points_is_found_and_said_in_numbers():
    net, X = net_of("tanh", 1), 5 + 3 * random_points(80, 3)
    meant = replace(net, scaling=Scaling(X.mean(axis=0), X.std(axis=0)))
    best = suggestions(net, X, evaluate(meant, X)[:, 0])[0]
    assert best.rms < 1e-14
    assert np.array_equal(read_as(net, reading_of(best.reading.text)).scaling.std, X.std(axis=0))
