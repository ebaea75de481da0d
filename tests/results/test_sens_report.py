"""What a report says of sums: rank, scale, shares."""

import numpy as np
import oracle
import pytest
from nets import random_net, random_points
from oracle import mp, mpf

from netgrad.analysis.sensitivity import finite_sums, sums
from netgrad.core.hessian import hessian
from netgrad.core.network import Network
from netgrad.errors import PointsError, UsageError
from netgrad.results.sens_report import Wish, record, report, table_of
from netgrad.results.shards import subject_of

ROUNDING = 1e-13  # of sums of some ten gradients, each right to some 1e-15
INPUTS = ("u", "v", "w")
NET = random_net((3, 4, 2), seed=43, outputs=("good", "bad"))
X = random_points(9, 3) * [1.0, 1e3, 1e-3]


def said(net, X, outputs=(0,), scaled=False):
    return report(net, subject_of(net, list(outputs)), INPUTS, sums(net, X, list(outputs)), Wish(scaled))


def test_scaled_is_in_units_of_the_inputs_standard_deviation():
    rows = {row.input: row for row in said(NET, X, scaled=True).rows}
    for i, name in enumerate(INPUTS):
        x = [mpf(v) for v in X[:, i].tolist()]
        std = mp.sqrt(mp.fsum((v - mp.fsum(x) / 9) ** 2 for v in x) / 8)
        v = [oracle.value_and_jacobian(NET, point)[1][0][i] * std for point in X.tolist()]
        rms = float(mp.sqrt(mp.fsum(g * g for g in v) / 9))
        right = [float(mp.fsum(v) / 9), rms, float(min(v)), float(max(v))]
        row = rows[name]
        assert [row.mean, row.rms, row.min, row.max] == pytest.approx(right, rel=ROUNDING, abs=ROUNDING * rms)


def test_each_output_is_ranked_by_itself():
    found = said(NET, X, (0, 1))
    for output in ("good", "bad"):
        rms = [row.rms for row in found.rows if row.output == output]
        assert rms == sorted(rms, reverse=True)
        assert len(rms) == 3
    assert [row.output for row in found.rows] == ["good"] * 3 + ["bad"] * 3


def test_what_is_not_a_number_comes_last_and_equals_keep_their_order():
    found = sums(NET, X, [0])
    (v,) = found.gradients
    same = v._replace(origin=np.zeros(3), offset=np.zeros(3))
    for spread, order in (([np.nan, 1.0, 2.0], "wvu"), ([1.0, 1.0, 1.0], "uvw")):
        broken = found._replace(gradients=(same._replace(spread=np.array(spread)),))
        rows = report(NET, subject_of(NET, [0]), INPUTS, broken).rows
        assert "".join(row.input for row in rows) == order


def test_the_table_says_where_it_is_scaled_and_of_which_output():
    assert table_of(said(NET, X)).headers[:2] == ["input", "mean"]
    assert table_of(said(NET, X, (0, 1), scaled=True)).headers[:4] == ["output", "input", "input_std", "mean"]


def test_one_point_cannot_scale():
    with pytest.raises(PointsError, match="one point has none"):
        said(NET, X[:1], scaled=True)


def test_layers_count_units_that_are_saturated_or_dead_at_every_point():
    net = Network.of([([[1.0] * 3, [1e3] * 3, [-1e4] * 3], [0.0] * 3), ([[1.0] * 3], [0.0])])
    first, last = record(said(net, np.ones((4, 3))))["layers"]
    assert {k: first[k] for k in ("l", "units", "always")} == {"l": 2, "units": 3, "always": 2}
    assert (first["saturated"], first["dead"]) == (0.0, 2 / 3)
    assert last["always"] == 0


NAMES = ("u", "v")
PAIR = random_net((2, 3, 1), seed=7)


def test_second_derivatives_are_ranked_and_scaled_with_both_inputs():
    X = random_points(60, 2) * [3.0, 0.5]
    found = sums(PAIR, X, [0], second=True)
    H = hessian(PAIR, X, 0).H
    plain, scaled = (report(PAIR, subject_of(PAIR, [0]), NAMES, found, Wish(s, True)).second for s in (False, True))
    std = dict(zip(NAMES, X.std(axis=0, ddof=1), strict=True))
    assert [row.rms for row in scaled] == sorted((row.rms for row in scaled), reverse=True)
    for row in plain:
        h = H[:, NAMES.index(row.input), NAMES.index(row.other)]
        assert np.allclose([row.mean, row.rms, row.positive], [h.mean(), np.sqrt((h**2).mean()), (h > 0).mean()])
        (other,) = (s for s in scaled if (s.input, s.other) == (row.input, row.other))
        assert np.isclose(other.rms, row.rms * std[row.input] * std[row.other])


@pytest.mark.parametrize(
    ("said", "root"),
    [("0:2", 2 / np.pi), ("0:2, 0:4", [2 / np.pi, 4 / np.pi]), ("v=0:4,u=0:2", [2 / np.pi, 4 / np.pi])],
)
def test_sobol_bounds_have_the_constant_of_a_uniform_input(said, root):
    X = np.random.default_rng(4).uniform(size=(50, 2))
    found = sums(PAIR, X, [0])
    a, v = found.values[0], found.gradients[0]
    expected = np.broadcast_to(root, 2) ** 2 * v.rms**2 / a.std[0] ** 2
    rows = report(PAIR, subject_of(PAIR, [0]), NAMES, found, Wish(sobol=said)).rows
    assert {row.input: row.sobol_total_max for row in rows} == pytest.approx(dict(zip(NAMES, expected, strict=True)))


def test_the_sobol_bound_of_a_linear_normal_output_is_its_index():
    net = Network.of([([[2.0, 1.0]], [0.0])], "identity", inputs=NAMES)
    X = np.random.default_rng(4).normal(size=(4000, 2)) * [1.0, 3.0]
    found = report(net, subject_of(net, [0]), NAMES, sums(net, X, [0]), Wish(sobol="normal"))
    index = {row.input: row.sobol_total_max for row in found.rows}
    assert index == pytest.approx({"u": 4 / 13, "v": 9 / 13}, rel=0.1)


@pytest.mark.parametrize("said", ["", "0", "1:0", "0:1,0:1,0:1", "w=0:1", "u=0:1", "scaling", "0:0.01", "a:b"])
def test_what_is_no_law_of_the_inputs_is_refused(said):
    with pytest.raises((UsageError, PointsError), match="--sobol"):
        report(PAIR, subject_of(PAIR, [0]), NAMES, sums(PAIR, np.eye(2), [0]), Wish(sobol=said))


def test_second_derivatives_that_are_not_finite_leave_their_points_out():
    net = Network.of([([[1e200]], [0.0]), ([[1.0]], [0.0])], "tanh")
    part = finite_sums(net, np.array([[1e-200], [2.0], [3e-200]]), [0], second=True)
    assert part.left_out == 2  # sigma'' 1e400
    assert part.sums.m == 1
