"""Residuals of a regression against their definitions in exact arithmetic."""

import math
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest

from netgrad.analysis.residuals import WORST, merged, residuals

ROUNDING = 1e-12  # relative
BIN = 1.2e-3  # relative, of a quantile


def of_parts(a, y, size):
    return reduce(merged, (residuals(a[i : i + size], y[i : i + size], i) for i in range(0, len(a), size)))


@pytest.mark.parametrize("size", [7, 64, 1000])
def test_errors_and_quantiles_and_worst_rows_are_those_of_the_definition(size):
    random = np.random.default_rng(5)
    y = random.normal(1e3, 10, size=(1000, 2))
    a = y + random.normal(size=(1000, 2)) * 10.0 ** random.integers(-8, 3, size=(1000, 2))
    a[3] = y[3]
    found = of_parts(a, y, size)
    for j in range(2):
        r = [Fraction(u) - Fraction(v) for u, v in zip(y[:, j].tolist(), a[:, j].tolist(), strict=True)]
        mean = sum(map(Fraction, y[:, j].tolist())) / 1000
        squares, total = sum(v * v for v in r), sum((Fraction(v) - mean) ** 2 for v in y[:, j].tolist())
        assert found.mean_squared(j) == pytest.approx(float(squares / 1000), rel=ROUNDING)
        assert found.mean_absolute(j) == pytest.approx(float(sum(map(abs, r)) / 1000), rel=ROUNDING)
        assert found.r_squared(j) == pytest.approx(float(1 - squares / total), rel=ROUNDING, abs=ROUNDING)
        for p in (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1):
            exact = sorted(r)[max(math.ceil(p * 1000), 1) - 1]
            assert found.quantile(j, p) == pytest.approx(float(exact), rel=BIN)
        order = sorted(range(1000), key=lambda i, r=r: (-abs(r[i]), i))
        assert [w.row for w in found.worst[j]] == order[:WORST]


def test_a_target_that_does_not_vary_has_no_r_squared():
    assert residuals(np.array([[1.0], [2.0]]), np.array([[3.0], [3.0]])).r_squared(0) is None
