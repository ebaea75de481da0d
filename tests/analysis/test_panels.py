import numpy as np
import oracle
import pytest
from nets import random_net
from quadratures import quadrature

from netgrad.analysis.panels import NODES, Panels, Paths, by_middle, by_rule, enclosure, error_by_rule, pieces, rule
from netgrad.core.network import Network

SUMS = 2e-15  # of up to 15 numbers below 1


def whole():
    return Panels(np.zeros(1, np.intp), np.zeros(1), np.ones(1))


def test_the_rule_is_right_for_powers_up_to_2n_minus_1():
    nodes, weights = rule()
    for p in range(2 * NODES):
        assert abs(weights @ nodes**p - 1 / (p + 1)) <= SUMS


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "gelu", "softplus", "silu", "gelu_tanh", "arctan"])
@pytest.mark.parametrize("scale", [0.1, 0.5, 1, 2])
def test_errors_are_bounds_against_quadrature(scale, activation):
    net, x, x0 = random_net((2, 4, 1), scale, 5, activation), np.array([[0.8, -0.3]]), np.array([-0.5, 0.4])
    paths = Paths(net, 0, x, x0)
    found, exact = enclosure(paths, whole(), 1), quadrature(net, x[0], x0)
    for integral, error in (by_middle(whole(), found), (by_rule(paths, whole(), 1), error_by_rule(whole(), found))):
        assert sum(abs(oracle.mpf(float(v)) - e) for v, e in zip(integral[0], exact, strict=True)) <= error[0] + SUMS


def test_a_panel_is_cut_in_halves_or_around_a_kink():
    halves = pieces(whole(), np.array([[-1.0, -1.0]]))
    assert (halves.t.tolist(), halves.h.tolist()) == ([0, 0.5], [0.5, 0.5])
    thirds = pieces(whole(), np.array([[-0.5, 0.25]]))
    assert (thirds.t.tolist(), thirds.h.tolist()) == ([0, 0.25, 0.625], [0.25, 0.375, 0.375])
    at_the_end = pieces(whole(), np.array([[0.75, 1.0]]))
    assert at_the_end.t.tolist() == [0, 0.5, 0.875]  # the largest one once more


def test_a_kink_is_found_and_what_is_linear_beside_it_is_exact():
    net = Network.of([([[1.0]], [-0.37])], "relu")
    paths = Paths(net, 0, np.ones((1, 1)), np.zeros(1))
    found = enclosure(paths, whole(), 1)
    assert not found.smooth[0]
    low, high = (1 + found.cut[0]) / 2
    assert 0.37 - 1e-13 < low < 0.37 < high < 0.37 + 1e-13
    beside = Panels(np.zeros(2, np.intp), np.array([0, high]), np.array([low, 1 - high]))
    assert by_middle(beside, enclosure(paths, beside, 1)).error.tolist() == [0, 0]
