"""What a report says of sums: rank, scale, shares."""

import numpy as np
import oracle
import pytest
from nets import random_net, random_points
from oracle import mp, mpf

from netgrad.analysis.sensitivity import sums
from netgrad.core.network import Network
from netgrad.errors import PointsError
from netgrad.results.sens_report import record, report, table_of
from netgrad.results.shards import subject_of

ROUNDING = 1e-13  # of sums of some ten gradients, each right to some 1e-15
INPUTS = ("u", "v", "w")
NET = random_net((3, 4, 2), seed=43, outputs=("good", "bad"))
X = random_points(9, 3) * [1.0, 1e3, 1e-3]


def said(net, X, outputs=(0,), scaled=False):
    return report(net, subject_of(net, list(outputs)), INPUTS, sums(net, X, list(outputs)), scaled)


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
        rows = report(NET, subject_of(NET, [0]), INPUTS, broken, False).rows
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
