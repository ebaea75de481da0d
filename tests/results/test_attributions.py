import numpy as np
import pytest
from nets import random_net, random_points

from netgrad.core.backprop import value_and_grad
from netgrad.errors import UsageError
from netgrad.results.attributions import gaps_of, gradients_times_inputs, integrals, saliencies, smooth_gradients

NET = random_net((2, 3, 2), seed=3, outputs=("p", "q"))
INPUTS = ("age", "dose [mg]")


def test_each_method_names_its_columns_after_the_inputs():
    assert saliencies(NET, "q").names(INPUTS) == ["q", "dq_dage", "dq_ddose [mg]"]
    assert gradients_times_inputs(NET, "q", "r_").names(INPUTS) == ["r_q", "r_gxi_age", "r_gxi_dose [mg]"]
    assert smooth_gradients(NET, 0.1, 5, 0, "p").names(INPUTS) == ["p", "sg_age", "sg_dose [mg]"]
    assert integrals(NET, lambda: None, 1e-9, "p").names(INPUTS) == ["p", "ig_age", "ig_dose [mg]", "gap"]


def test_saliency_is_the_gradient_with_its_sign():
    X = random_points(5, 2)
    a, gradient = value_and_grad(NET, X, 1)
    np.testing.assert_array_equal(saliencies(NET, "q").f(X, None, 1), np.column_stack([a, gradient]))


def test_integrals_start_at_the_baseline():
    x0 = np.array([0.5, -1.0])
    at_rest = integrals(NET, lambda: x0, 1e-9, "p").f(x0[np.newaxis], None, 1)
    assert at_rest[0, 1:-1].tolist() == [0, 0, 0]  # two gradients and the gap; the bound of the error is behind


@pytest.mark.parametrize("tol", [0.0, -1e-9, float("inf"), float("nan")])
def test_a_tolerance_that_makes_no_sense_is_refused_before_the_baseline_is_asked_for(tol):
    with pytest.raises(UsageError, match="--tol must be positive and finite"):
        integrals(NET, lambda: pytest.fail("asked"), tol, "p")


def test_gaps_are_counted_over_blocks_and_said_only_where_one_is_too_large():
    gaps = gaps_of(1e-9, np.array([1e-9, 0.0]), np.array([1e-9, 0.0]))
    assert gaps.message() is None
    gaps += gaps_of(1e-9, np.array([]), np.array([]))
    gaps += gaps_of(1e-9, np.array([3e-9, 1e-12, 2e-7]), np.array([0, 2e-9, 0]))
    said = "--tol 1e-09 is not reached for sure in"
    assert gaps.message() == f"{said} 3 of 5 rows: gap at most 2e-07, error at most 2e-09"
    gaps += gaps_of(1e-9, np.array([np.nan]), np.array([np.inf]))
    assert gaps.message() == f"{said} 4 of 6 rows: gap at most nan, error at most inf"
