"""Moments of parts that are merged, against sums to 50 digits."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import mp, mpf

from netgrad.analysis.moments import merged, moments, times

ROUNDING = 1e-13  # relative: some hundred roundings of 1.1e-16 in a merge of as many parts, as a random walk
M = 3000


def exact(values):
    """Mean, standard deviation with m - 1, root of the mean square and mean of |v| of floats, to 50 digits."""
    v = [mpf(x) for x in values]
    mean = mp.fsum(v) / len(v)
    std = mp.sqrt(mp.fsum((x - mean) ** 2 for x in v) / (len(v) - 1))
    return mean, std, mp.sqrt(mp.fsum(x * x for x in v) / len(v)), mp.fsum(map(abs, v)) / len(v)


def in_parts(V, size):
    return reduce(merged, (moments(V[i : i + size]) for i in range(0, len(V), size)))


def worst(found, V):
    """Largest relative error of the four measures over the columns; the mean's is relative to the rms."""
    errors = []
    for j, column in enumerate(V.T.tolist()):
        mean, std, rms, absolute = exact(column)
        pairs = (
            (found.mean, mean, rms),
            (found.std, std, std),
            (found.rms, rms, rms),
            (found.absolute, absolute, absolute),
        )
        errors += [abs(mpf(float(got[j])) - right) / scale for got, right, scale in pairs]
    return float(max(errors))


NORMAL = np.random.default_rng(0).normal(size=(M, 2))
SETS = {
    "about 0": NORMAL,
    "about 1e8": NORMAL + 1e8,  # the sum of squares alone would lose every digit of the variance
    "about -1e8, drifting": NORMAL - np.linspace(1e8, 1e8 + 5, M)[:, np.newaxis],
    "one far point": np.vstack([[[1e8, -1e8]], NORMAL]),
    "squares underflow": NORMAL * 1e-200,
    "squares overflow": NORMAL * 1e200,
    "near the largest": np.sign(NORMAL) * 1e306,
    "of many sizes": 10.0 ** (30 * NORMAL),
    "subnormal": np.round(NORMAL * 1e6) * 5e-324,
}


@pytest.mark.parametrize("size", [7, 500, M + 1])
@pytest.mark.parametrize("name", [n for n in SETS if n != "subnormal"])
def test_moments_of_parts_equal_50_digits(name, size):
    assert worst(in_parts(SETS[name], size), SETS[name]) <= ROUNDING


def test_moments_of_subnormal_numbers_are_right_to_a_unit_of_them():
    V = SETS["subnormal"]
    found = moments(V)
    for j, column in enumerate(V.T.tolist()):
        for got, right in zip((found.mean, found.std, found.rms, found.absolute), exact(column), strict=True):
            assert abs(mpf(float(got[j])) - right) <= 2 * mpf(5e-324)


@given(st.lists(st.floats(-1e150, 1e150), min_size=2, max_size=30), st.integers(1, 29))
def test_a_split_anywhere_gives_what_the_whole_gives(values, cut):
    V = np.array(values)[:, np.newaxis]
    cut = min(cut, len(V) - 1)
    found, whole = merged(moments(V[:cut]), moments(V[cut:])), moments(V)
    size = float(whole.high[0] - whole.low[0]) + float(np.abs(V).max()) * 1e-15
    # Means of numbers up to max|v| are right to some roundings of it, and so are distances from them.
    bound = 64 * float(np.finfo(float).eps) * (float(np.abs(V).max()) + size)
    assert abs(found.mean - whole.mean)[0] <= bound
    assert abs(found.std - whole.std)[0] <= bound
    assert (found.low, found.high, found.positive, found.zero) == (whole.low, whole.high, whole.positive, whole.zero)


def test_signs_and_range_are_counted():
    found = in_parts(np.array([[-2.0], [0.0], [-0.0], [5.0], [1.0]]), 2)
    assert [f[0] for f in (found.low, found.high, found.positive, found.zero)] == [-2.0, 5.0, 2, 2]


def test_a_multiple_has_the_moments_of_the_multiplied_numbers():
    factor = np.array([2.0, 0.25])  # powers of two: nothing is rounded
    found, right = times(moments(NORMAL), factor), moments(NORMAL * factor)
    assert all(np.array_equal(a, b) for a, b in zip(found, right, strict=True))


def test_one_point_has_no_standard_deviation():
    assert np.isnan(moments(np.array([[3.0]])).std).all()
    assert moments(np.array([[-3.0]])).rms == 3.0


def test_what_is_not_finite_stays_in_its_column():
    found = in_parts(np.array([[1.0, np.inf], [2.0, np.nan], [3.0, 0.0]]), 2)
    assert found.mean[0] == 2.0
    assert not np.isfinite(found.mean[1])
