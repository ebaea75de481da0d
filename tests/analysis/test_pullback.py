"""Gradients of both losses with respect to inputs and weights, against 50 digits."""

import numpy as np
import oracle
import pytest
from nets import random_net, random_points, random_targets
from oracle import mp, mpf
from zoo import ZOO

from netgrad.analysis.pullback import losses_at
from netgrad.analysis.risk import risk

BOTH = ["squared_error", "cross_entropy"]
H = mpf(10) ** -15  # of a central difference: its error is some H^2 = 1e-30
# Relative, for nets of a few layers with |z| < 20: some 1e-15 (1 + max |z|), and sums of some points of both signs.
ROUNDING = 1e-13


def cost(loss, last, z, y):
    """The loss by its definition, at the logits z."""
    a = oracle.softmax(z) if last == "softmax" else [oracle.activation(last, v)[0] for v in z]
    if loss == "squared_error":
        return mp.fsum((a_j - y_j) ** 2 for a_j, y_j in zip(a, y, strict=True)) / 2
    logs = [y_j * mp.log(a_j) for a_j, y_j in zip(a, y, strict=True)]
    if last == "sigmoid":
        logs += [(1 - y_j) * mp.log(1 - a_j) for a_j, y_j in zip(a, y, strict=True)]
    return -mp.fsum(logs)


def logits(pairs, activations, u):
    """z[L] for weights and biases as lists of mpfs, at the scaled point u."""
    for (W, b), activation in zip(pairs, activations, strict=True):
        z = [mp.fdot(w, u) + b_j for w, b_j in zip(W, b, strict=True)]
        u = z if activation == "softmax" else [oracle.activation(activation, v)[0] for v in z]
    return z


def exact_pairs(net):
    return [([[mpf(w) for w in row] for row in y.W.tolist()], [mpf(v) for v in y.b.tolist()]) for y in net.layers]


def scaled(net, x):
    return oracle.layers(net, x)[0][1]


def mean_cost(net, pairs, loss, X, Y):
    activations = [layer.activation for layer in net.layers]
    costs = [
        cost(loss, activations[-1], logits(pairs, activations, scaled(net, x)), y) for x, y in zip(X, Y, strict=True)
    ]
    return mp.fsum(costs) / len(X)


def difference(at, vector, j):
    """Central difference of at() as entry j of the list `vector` moves."""
    here, ends = vector[j], []
    for moved in (here + H, here - H):
        vector[j] = moved
        ends.append(at())
    vector[j] = here
    return (ends[0] - ends[1]) / (2 * H)


NETS = {
    "one sigmoid": random_net((2, 3, 1), seed=1),
    "two sigmoids, scaled": random_net((2, 3, 2), seed=2, scaling=ZOO["scaled"].scaling),
    "softmax": random_net((3, 4, 3), seed=3, activation="tanh", last="softmax"),
}


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("loss", BOTH)
def test_weight_gradients_are_those_of_central_differences(name, loss):
    net = NETS[name]
    X = random_points(5, net.sizes[0]) * (net.scaling.std if net.scaling else 1)
    Y = random_targets(net, 5)
    found = risk(net, np.column_stack([X, Y]), BOTH)
    pairs = exact_pairs(net)

    def at():
        return mean_cost(net, pairs, loss, X, Y)

    for (dW, db), (W, b) in zip(found.layers[BOTH.index(loss)], pairs, strict=True):
        exact = np.array([[float(difference(at, row, j)) for j in range(len(row))] for row in W])
        np.testing.assert_allclose(dW / 5, exact, rtol=0, atol=ROUNDING * np.abs(exact).max())
        exact = np.array([float(difference(at, b, j)) for j in range(len(b))])
        np.testing.assert_allclose(db / 5, exact, rtol=0, atol=ROUNDING * np.abs(exact).max())


@pytest.mark.parametrize("name", [*NETS, "saturated", "classes"])
@pytest.mark.parametrize("loss", BOTH)
def test_input_gradients_are_those_of_the_jacobian(name, loss):
    net = NETS.get(name) or ZOO[name]
    X = random_points(6, net.sizes[0]) * (net.scaling.std if net.scaling else 1)
    Y = random_targets(net, 6)
    found = losses_at(net, np.column_stack([X, Y]), BOTH, wrt_x=True)
    for i, (x, y) in enumerate(zip(X, Y, strict=True)):
        a, J = oracle.value_and_jacobian(net, x)
        slopes = [a_j - mpf(y_j) for a_j, y_j in zip(a, y, strict=True)]  # dC/da_j
        if loss == "cross_entropy":
            softmax, dsigma = net.layers[-1].activation == "softmax", oracle.layers(net, x)[-1][2]
            slopes = [
                -1 / a_j if y_j else mpf(0) if softmax else a_j / d_j  # 1/(1 - a) = a/sigma'
                for a_j, d_j, y_j in zip(a, dsigma, y, strict=True)
            ]
        exact = [mp.fdot(slopes, column) for column in zip(*J, strict=True)]
        largest = 1 + max(abs(float(z)) for step in oracle.layers(net, x)[1:] for z in step[0])
        assert oracle.relative_error(found.gradient[i, BOTH.index(loss)], exact) < 1e-14 * largest


def test_a_point_has_the_same_losses_wherever_it_stands():
    net = random_net((3, 5, 2), seed=4)
    XT = np.column_stack([random_points(21, 3), random_targets(net, 21)])
    whole = losses_at(net, XT, BOTH, wrt_x=True)
    for i in (0, 8, 20):
        alone = losses_at(net, XT[i : i + 1], BOTH, wrt_x=True)
        for one, all_ in zip(alone, whole, strict=True):
            np.testing.assert_array_equal(one[0], all_[i])
