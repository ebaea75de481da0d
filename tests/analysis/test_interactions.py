import numpy as np
import pytest
from nets import random_net, random_points

from netgrad.analysis import interactions as module
from netgrad.analysis.interactions import interactions, merged, ranked, sobol_bounds, standard_error
from netgrad.core.backprop import evaluate
from netgrad.core.hessian import hessian
from netgrad.core.network import Network
from netgrad.errors import UsageError

ROUNDING = 1e-13  # of sums of a hundred numbers of both signs


def test_sums_are_those_of_all_hessians(monkeypatch):
    monkeypatch.setattr(module, "NUMBERS", 100)  # several parts
    net, X = random_net((3, 5, 1), activation="tanh"), random_points(101, 3)
    H = hessian(net, X).H
    for row in ranked(interactions(net, X)):
        h = H[:, row.i, row.j]
        assert np.isclose(row.mean, h.mean(), rtol=ROUNDING, atol=ROUNDING)
        assert np.isclose(row.mean_error, h.std(ddof=1) / np.sqrt(101), rtol=ROUNDING)
        assert np.isclose(row.rms, np.sqrt((h**2).mean()), rtol=ROUNDING)
        assert (row.positive, row.zero) == ((h > 0).mean(), (h == 0).mean())


def test_rows_come_with_the_largest_rms_first_and_have_every_pair_once():
    rows = ranked(interactions(random_net((4, 5, 1)), random_points(20, 4)))
    assert [row.rms for row in rows] == sorted((row.rms for row in rows), reverse=True)
    assert sorted((row.i, row.j) for row in rows) == [(i, j) for i in range(4) for j in range(i, 4)]


def test_parts_merge_to_the_whole():
    net, X = random_net((3, 5, 1)), random_points(90, 3)
    together = merged(interactions(net, X[:17]), interactions(net, X[17:]))
    for a, b in zip(ranked(together), ranked(interactions(net, X)), strict=True):
        assert np.allclose(a, b, rtol=1e-12, atol=1e-15)


def test_standard_error_covers_the_mean_of_all_about_two_times_in_three():
    net, X = random_net((2, 4, 1)), random_points(20_000, 2)
    true = interactions(net, X).gradient.mean[0]
    inside = 0
    for i in range(0, 20_000, 100):
        v = interactions(net, X[i : i + 100]).gradient
        inside += abs(v.mean[0] - true) <= standard_error(v)[0]
    assert 0.55 < inside / 200 < 0.8  # 0.68 and three standard deviations of a count of 200


def test_sobol_bounds_are_above_the_total_indices():
    net = random_net((3, 6, 1), 2, 1, "tanh")
    A, B = (np.random.default_rng(s).uniform(size=(20_000, 3)) for s in (0, 1))
    a = evaluate(net, A)[:, 0]
    bound = sobol_bounds(interactions(net, A), np.zeros(3), np.ones(3))
    for i in range(3):
        mixed = A.copy()
        mixed[:, i] = B[:, i]
        total_index = ((a - evaluate(net, mixed)[:, 0]) ** 2).mean() / 2 / a.var()  # Jansen's estimator
        assert 0.97 * total_index <= bound[i] < 5 * total_index


def test_sobol_bounds_need_points_and_ranges():
    found = interactions(Network.of([([[1.0]], [0.0])]), np.array([[0.5]]))
    with pytest.raises(UsageError, match="need two points"):
        sobol_bounds(found, np.zeros(1), np.ones(1))
