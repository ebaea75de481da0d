"""What is predicted, what is right, and the ratio of the signals where a prediction is confidently wrong."""

import math

import numpy as np
import pytest

from netgrad.analysis.calibration import calibration, merged
from netgrad.analysis.losses import output
from netgrad.analysis.verdicts import decision, mean, median, verdicts
from netgrad.core.activations import activation

MEDIAN = 0.005 + 0.0012  # relative: three digits, of counts in steps of 0.0023


def sigmoids(logits, y):
    z = np.array(logits, np.float64).reshape(len(y), -1)
    a = np.array([[1 / (1 + math.exp(-v)) for v in row] for row in z])
    d = np.array([[1 / (math.exp(v / 2) + math.exp(-v / 2)) ** 2 for v in row] for row in z])
    return output(activation("sigmoid"), z, a, d, np.array(y, np.float64).reshape(z.shape))


def test_one_output_predicts_1_above_a_half_and_several_the_largest():
    one = decision(sigmoids([-1, 1, 0, 2], [0, 0, 1, 0.5]))
    assert one.k.tolist() == [0, 1, 0, 1]
    assert one.target.tolist() == [0, 0, 1, -1]  # 1/2 is of no class
    several = decision(sigmoids([[1, 2, 0], [5, 2, 6]], [[0, 1, 0], [1, 1, 0]]))
    assert several.k.tolist() == [1, 2]
    assert several.target.tolist() == [1, -1]


def test_an_output_that_is_nan_is_never_right():
    for a, y in ([[np.nan]], [[0.0]]), ([[np.nan, 0.5]], [[1.0, 0.0]]):
        found = verdicts(output(activation("sigmoid"), *(np.array(v) for v in (a, a, a, y))), confident=0.9)
        assert (found.decided, found.right) == (1, 0)


def test_points_are_counted_by_class_and_by_verdict():
    found = verdicts(sigmoids([3, -3, 3, -3, 1, 9], [1, 0, 0, 1, 0, 0.5]), confident=0.9)
    assert found.kinds.tolist() == [3, 2, 1]
    assert (found.decided, found.right, found.confidently_wrong) == (5, 2, 2)


def test_of_no_confidently_wrong_point_there_is_no_ratio():
    found = verdicts(sigmoids([3], [1]), confident=0.9)
    assert (mean(found), median(found)) == (None, None)


def test_a_probability_of_exactly_the_bound_is_confident():
    out = sigmoids([0.0, 1.0], [1, 0])
    assert verdicts(out, confident=0.5).confidently_wrong == 2
    assert verdicts(out, confident=float(out.a[1, 0])).confidently_wrong == 1
    assert verdicts(out, confident=math.nextafter(float(out.a[1, 0]), 1)).confidently_wrong == 0


@pytest.mark.parametrize("m", [1, 2, 7, 100])
def test_the_ratio_of_one_output_is_the_slope_of_the_sigmoid(m):
    z = np.random.default_rng(m).uniform(3, 30, size=m)
    found = verdicts(sigmoids(z, np.zeros(m)), confident=0.9)
    slopes = [1 / (math.exp(v / 2) + math.exp(-v / 2)) ** 2 for v in z]
    assert found.confidently_wrong == m
    assert mean(found) == pytest.approx(sum(slopes) / m, rel=1e-14, abs=0)
    assert median(found) == pytest.approx(float(np.median(slopes)), rel=MEDIAN, abs=0)


def test_a_signal_of_zero_counts_as_zero():
    one = np.array([[1.0]])
    with np.errstate(under="ignore"):
        found = verdicts(output(activation("sigmoid"), 800 * one, one, 0 * one, 0 * one), confident=0.9)
    assert (mean(found), median(found)) == (0, 0)


def test_bins_hold_their_lower_end_and_the_last_both():
    p = np.array([0.0, 0.1, 0.2, 0.3, 0.6, 0.7, 0.9, 1.0])
    found = calibration(p, np.ones(8))
    assert found.forecasts.tolist() == [1, 1, 1, 1, 0, 0, 1, 1, 0, 2]


def test_calibration_error_is_the_mean_distance_by_hand():
    p, y = np.array([0.95, 0.92, 0.15, 0.12]), np.array([1.0, 0.0, 0.0, 0.25])
    parts = merged(calibration(p[:1], y[:1]), calibration(p[1:], y[1:]))
    assert parts.error == pytest.approx((abs(1.87 - 1) + abs(0.27 - 0.25)) / 4, rel=1e-14, abs=0)
