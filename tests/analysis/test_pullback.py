"""Gradients of both losses with respect to inputs and weights, against 50 digits and torch."""

import csv

import numpy as np
import oracle
import pytest
import shell
from nets import random_net, random_points
from oracle import mp, mpf
from zoo import ZOO

import netgrad
from netgrad.analysis.pullback import losses_at
from netgrad.analysis.risk import risk, together

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


def targets_for(net, m, seed=0):
    rng = np.random.default_rng(seed)
    n_L = net.sizes[-1]
    return np.eye(n_L)[rng.integers(n_L, size=m)] if n_L > 1 else rng.integers(2, size=(m, 1)).astype(float)


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
    Y = targets_for(net, 5)
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
    Y = targets_for(net, 6)
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
    XT = np.column_stack([random_points(21, 3), targets_for(net, 21)])
    whole = losses_at(net, XT, BOTH, wrt_x=True)
    for i in (0, 8, 20):
        alone = losses_at(net, XT[i : i + 1], BOTH, wrt_x=True)
        for one, all_ in zip(alone, whole, strict=True):
            np.testing.assert_array_equal(one[0], all_[i])


def test_threads_do_not_change_a_bit_of_the_risk():
    net = random_net((6, 200, 1), seed=5)
    XT = np.column_stack([random_points(3001, 6), targets_for(net, 3001)])
    one, three = (risk(net, XT, BOTH, wrt_x=True, jobs=jobs) for jobs in (1, 3))
    for a, b in zip(_arrays(one), _arrays(three), strict=True):
        np.testing.assert_array_equal(a, b)


def test_risk_of_parts_together_is_the_risk_of_all():
    net = random_net((3, 5, 2), seed=6)
    XT = np.column_stack([random_points(50, 3), targets_for(net, 50)])
    whole = risk(net, XT, BOTH, confident=0.6, wrt_x=True)
    merged = together(risk(net, XT[:13], BOTH, 0.6, True), risk(net, XT[13:], BOTH, 0.6, True))
    assert merged.verdicts[1:4] == whole.verdicts[1:4]
    assert merged.verdicts.ratios == whole.verdicts.ratios
    for a, b in zip(_arrays(merged), _arrays(whole), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)  # sums of 50 numbers of both signs


def test_only_the_points_count_and_not_what_fills_a_block():
    net = random_net((3, 4, 1), seed=7)
    XT = np.column_stack([random_points(9, 3), targets_for(net, 9)])
    found = risk(net, XT, BOTH)
    single = [risk(net, XT[i : i + 1], BOTH) for i in range(9)]
    for l in range(2):
        np.testing.assert_allclose(found.layers[1][l][0], sum(one.layers[1][l][0] for one in single), rtol=1e-12)
        np.testing.assert_allclose(found.layers[1][l][1], sum(one.layers[1][l][1] for one in single), rtol=1e-12)


def test_norms_neither_over_nor_underflow():
    net = netgrad.Network.of([([[1e-200]], [-400.0])])
    found = risk(net, np.array([[1e-3, 0.0]]), BOTH)
    assert found.norms(1)[0] == (
        pytest.approx(float(1e-3 * mp.exp(-400)), rel=1e-14, abs=0),
        pytest.approx(float(mp.exp(-400))),
    )


# torch 2.13.0 in float64, with binary_cross_entropy_with_logits: mean loss, then the norms of dC/dW[l] and dC/db[l].
TORCH = {
    ("breast_cancer", 0): (
        0.006719872023460219,
        [
            (0.0019564332239010536, 0.0005240210101328851),
            (0.0012000107419489416, 0.0005556900980511795),
            (0.000955742309215549, 0.0005040043113499434),
        ],
    ),
    ("breast_cancer", 1): (
        0.05978644109588991,
        [
            (0.011974556761016168, 0.002886827574857194),
            (0.009663780877944053, 0.0029488557340755163),
            (0.010827377165243164, 0.0022214589061611994),
        ],
    ),
    ("paper_2_2_3_2", 0): (
        4.997572214049478e-05,
        [
            (2.445768831382681e-05, 6.924272478271009e-06),
            (2.3554811825428258e-05, 3.6749827706906037e-07),
            (2.6686789041881947e-05, 1.8620655189021746e-06),
        ],
    ),
    ("paper_2_2_3_2", 1): (
        0.009633115834759617,
        [
            (0.0023653500165891767, 0.007452596707930378),
            (0.0028739224303695027, 0.003157908948099165),
            (0.002813980853922907, 0.0007298633619932905),
        ],
    ),
}


@pytest.mark.parametrize(("name", "i"), TORCH)
def test_means_and_weight_gradients_are_those_of_torch(name, i):
    mean, norms = TORCH[name, i]
    found = risk(*sample(name), BOTH)
    assert found.cost.mean[i] == pytest.approx(mean, rel=1e-12, abs=0)
    np.testing.assert_allclose(found.norms(i), norms, rtol=1e-11)  # sums of points of both signs


# scikit-learn 1.9.1: brier_score_loss, log_loss, and calibration_curve with ten bins, for the probability of benign.
BRIER, LOG_LOSS = 0.01343974404692044, 0.059786441095889896
TRUE = [0, 0, 0, 0, 0.5, 0.5, 1, 0.875, 0.9411764705882353, 0.9909365558912386]
PREDICTED = [
    0.012455150227487924, 0.14210327775359488, 0.257453099593126, 0.34899244620158537, 0.46556277879105357,
    0.5558283663509317, 0.6887071180514962, 0.7553735798561363, 0.8746935432333441, 0.984920147557919,
]  # fmt: skip


def test_scores_and_calibration_are_those_of_scikit_learn():
    found = risk(*sample("breast_cancer"), BOTH)
    assert 2 * found.cost.mean[0] == pytest.approx(BRIER, rel=1e-13, abs=0)
    assert found.cost.mean[1] == pytest.approx(LOG_LOSS, rel=1e-13, abs=0)
    bins = found.calibration
    np.testing.assert_allclose(bins.observed / bins.forecasts, TRUE, rtol=1e-13)
    np.testing.assert_allclose(bins.predicted / bins.forecasts, PREDICTED, rtol=1e-12)
    shares = bins.forecasts / 569
    assert bins.error == pytest.approx(float(shares @ np.abs(np.subtract(PREDICTED, TRUE))), rel=1e-12, abs=0)


def sample(name):
    """A sample network, and its points with targets."""
    file = {"breast_cancer": "breast_cancer.csv"}.get(name, "paper_points.csv")
    net = netgrad.load(next((shell.ROOT / "sample_nets").glob(f"{name}.[ny]*")))
    with (shell.ROOT / "sample_nets" / file).open() as opened:
        rows = list(csv.DictReader(opened))
    X = [[float(row[c]) for c in net.inputs] for row in rows]
    column = "diagnosis" if "diagnosis" in rows[0] else "class"
    return net, np.column_stack([X, [[float(row[column] == name) for name in net.outputs] for row in rows]])


def _arrays(found):
    moments = [m for of in (found.cost, found.x) for m in (of.mean, of.std, of.rms, of.absolute, of.low, of.high)]
    parts = [*moments, *found.calibration, found.verdicts.kinds, np.array(found.verdicts.ratio)]
    return [*parts, *(array for of in found.layers for pair in of for array in pair)]
