"""Losses over a data set: sums that merge, and what torch and scikit-learn say of the samples."""

import csv

import numpy as np
import pytest
import shell
from nets import random_net, random_points, random_targets
from oracle import layers, mp

import netgrad
from netgrad.analysis.risk import merged, risk

BOTH = ["squared_error", "cross_entropy"]


def test_threads_do_not_change_a_bit_of_the_risk():
    net = random_net((6, 200, 1), seed=5)
    XT = np.column_stack([random_points(3001, 6), random_targets(net, 3001)])
    one, three = (risk(net, XT, BOTH, wrt_x=True, jobs=jobs) for jobs in (1, 3))
    for a, b in zip(_arrays(one), _arrays(three), strict=True):
        np.testing.assert_array_equal(a, b)


def test_risk_of_parts_together_is_the_risk_of_all():
    net = random_net((3, 5, 2), seed=6)
    XT = np.column_stack([random_points(50, 3), random_targets(net, 50)])
    whole = risk(net, XT, BOTH, confident=0.6, wrt_x=True)
    both = merged(risk(net, XT[:13], BOTH, 0.6, True), risk(net, XT[13:], BOTH, 0.6, True))
    assert both.verdicts[1:4] == whole.verdicts[1:4]
    assert both.verdicts.ratios == whole.verdicts.ratios
    for a, b in zip(_arrays(both), _arrays(whole), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)  # sums of 50 numbers of both signs


def test_only_the_points_count_and_not_what_fills_a_block():
    net = random_net((3, 4, 1), seed=7)
    XT = np.column_stack([random_points(9, 3), random_targets(net, 9)])
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


def test_the_categorical_score_of_two_sigmoids_is_that_of_the_sigmoid_of_their_difference():
    net, XT = sample("paper_2_2_3_2")
    with mp.workdps(50):
        costs = []
        for x, (a, b) in zip(XT[:, :2], XT[:, 2:], strict=True):
            z = [mp.mpf(z_j) for z_j in layers(net, x)[-1][0]]
            costs.append(mp.log1p(mp.exp(-(z[0] - z[1]) * (1 if a > b else -1))))
        exact = float(mp.fsum(costs))
    assert risk(net, XT, BOTH).categorical == pytest.approx(exact, rel=1e-12, abs=0)
    joint = 10 * risk(net, XT, BOTH).cost.mean[1]
    assert exact < joint / 100  # two sigmoids that agree say more of the class than each of itself


def test_points_without_a_class_have_no_categorical_score():
    net, XT = sample("paper_2_2_3_2")
    other = np.array([[0.5, 0.5, 1.0, 1.0], [0.5, 0.5, 0.25, 0.75]])
    assert risk(net, np.concatenate([XT, other]), BOTH).categorical == risk(net, XT, BOTH).categorical
    assert risk(*sample("breast_cancer"), BOTH).categorical is None  # one sigmoid is a distribution by itself


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
    sums = np.array([found.verdicts.ratio, found.categorical or 0])
    parts = [*moments, *found.calibration, found.verdicts.kinds, sums]
    return [*parts, *(array for of in found.layers for pair in of for array in pair)]
