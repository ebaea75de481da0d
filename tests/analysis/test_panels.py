import numpy as np
import oracle
import pytest
from nets import random_net

from netgrad.analysis.panels import COARSE, FINE, Panels, Paths, estimate, rules
from netgrad.core.network import Network

SUMS = 2e-15  # of up to 15 numbers below 1


@pytest.mark.parametrize(("which", "n"), [("coarse", COARSE), ("fine", FINE)])
def test_a_rule_is_right_for_powers_up_to_2n_minus_1(which, n):
    rule = rules()
    nodes = rule.nodes[:COARSE] if which == "coarse" else rule.nodes[COARSE:]
    weights = getattr(rule, which)
    for p in range(2 * n):
        assert abs(weights @ nodes**p - 1 / (p + 1)) <= SUMS
    assert abs(weights @ nodes ** (2 * n) - 1 / (2 * n + 1)) > SUMS or n == FINE  # its error is 1e-18 there


def test_the_primitive_is_right_for_powers_up_to_n_minus_1_at_each_node():
    rule = rules()
    nodes = rule.nodes[COARSE:]
    for p in range(FINE):
        np.testing.assert_allclose(rule.primitive @ nodes**p, np.append(nodes, 1) ** (p + 1) / (p + 1), atol=SUMS)
    np.testing.assert_allclose(rule.primitive[-1], rule.fine, atol=SUMS)


@pytest.mark.parametrize("scale", [1, 4, 16, 64])
def test_the_error_of_a_panel_is_a_bound(scale):
    net, x, x0 = random_net((2, 4, 1), scale, 5), np.array([[0.8, -0.3]]), np.array([-0.5, 0.4])
    a0, a = (oracle.value_and_grad(net, point)[0] for point in (x0, x[0]))
    one = Panels(np.zeros(1, np.intp), np.zeros(1), np.ones(1), np.array([float(a0)]), np.array([float(a)]))
    found = estimate(Paths(net, 0, x, x0), one, 1)
    gap = abs(oracle.mp.fsum(map(oracle.mpf, found.integral[0].tolist())) - (a - a0))
    assert gap <= found.error[0] + found.rounding[0]


def test_the_tangents_of_a_kink_meet_in_it():
    net = Network.of([([[1.0]], [-0.37])], "relu")
    whole = Panels(np.zeros(1, np.intp), np.zeros(1), np.ones(1), np.zeros(1), np.array([0.63]))
    assert abs(estimate(Paths(net, 0, np.ones((1, 1)), np.zeros(1)), whole, 1).kink[0] - 0.37) <= SUMS
