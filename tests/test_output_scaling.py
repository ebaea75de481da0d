"""Every public function honours the scaling of outputs, or says in one line that it does not."""

import json

import numpy as np
import oracle
import pytest
import second
from nets import random_net, random_points
from oracle import mpf

from netgrad.analysis.attribution import gradient_times_input
from netgrad.analysis.checks import check_gradient
from netgrad.analysis.integrated import integrated_gradients
from netgrad.analysis.pullback import losses_at
from netgrad.bounds.certified import jacobian_bounds
from netgrad.bounds.condition import condition
from netgrad.core.backprop import jacobian, value_and_grad
from netgrad.core.directions import directional, hessian_times
from netgrad.core.hessian import hessian
from netgrad.core.logits import logits, margin
from netgrad.core.network import Layer, Network, Scaling
from netgrad.core.tracing import outcome, trace
from netgrad.errors import UsageError
from netgrad.show.latex import document
from netgrad.show.page import page

X = random_points(3, 3)
V = np.array([1.0, -2.0, 0.5])
OUTPUTS = Scaling(np.array([3.0, -40.0]), np.array([-7.0, 0.3]))


@pytest.fixture(params=["tanh", "softmax"])
def net(request):
    inputs = Scaling(np.array([0.1, 0.2, 0.3]), np.array([2.0, 0.5, 1.0]))
    return random_net((3, 5, 4, 2), 1, 4, "tanh", last=request.param, scaling=inputs, output_scaling=OUTPUTS)


def exact(net):
    """a of shape (3, 2) and J of shape (3, 2, 3), from 50 digits."""
    pairs = [oracle.value_and_jacobian(net, x.tolist()) for x in X]
    return np.array([a for a, _ in pairs], float), np.array([J for _, J in pairs], float)


def close(found, expected):
    return np.allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_values_and_gradients_equal_50_digits(net):
    assert all(map(close, jacobian(net, X), exact(net)))


def test_bounds_hold_and_are_near_the_rounding(net):
    bounded = jacobian_bounds(net, X)
    for x, a, a_err, J, J_err in zip(X, *bounded, strict=True):
        value, rows = oracle.value_and_jacobian(net, x.tolist())
        exact_numbers = [*value, *(v for row in rows for v in row)]
        found, bounds = [*a, *J.flat], [*a_err, *J_err.flat]
        for c, bound, v in zip(found, bounds, exact_numbers, strict=True):
            assert abs(mpf(float(c)) - v) <= mpf(float(bound)) <= mpf("1e-13") * (1 + abs(v))


def test_second_derivatives_equal_50_digits(net):
    found = hessian(net, X, 1)
    a, J = exact(net)
    assert close(found.a, a[:, 1])
    assert close(found.grad, J[:, 1])
    for x, H in zip(X, found.H, strict=True):
        assert close(H, np.array(second.hessian(net, x, 1), float))


def test_derivatives_along_a_direction_are_those_of_the_jacobian_and_of_the_hessian(net):
    a, J = exact(net)
    assert all(map(close, directional(net, X, V), (a, J @ V)))
    assert all(map(close, hessian_times(net, X, V, 0), (J[:, 0], hessian(net, X, 0).H @ V)))


def test_integrated_gradients_add_up_to_the_scaled_difference(net):
    found = integrated_gradients(net, X, None, 0)
    a0 = float(oracle.value_and_grad(net, [0.0] * 3, 0)[0])
    assert close(found.a, exact(net)[0][:, 0])
    assert (abs(found.ig.sum(axis=1) - (found.a - a0)) <= found.error + 1e-13).all()
    assert (found.error < 1e-8).all()


def test_gradient_times_input_and_the_check_have_the_scaling(net):
    assert close(gradient_times_input(net, X, 0)[1], X * exact(net)[1][:, 0])
    assert check_gradient(net, X, 0, tol=1e-12).disagreements == 0
    assert check_gradient(random_net((3, 4, 2), 1, 4, "gelu", output_scaling=OUTPUTS), X, 0).disagreements == 0


def test_the_condition_number_is_that_of_the_scaled_output():
    net = Network((Layer(np.array([[2.0]]), np.array([1.0]), "identity"),), output_scaling=Scaling([5.0], [-4.0]))
    found = condition(net, np.array([[3.0]]))
    assert close(found.number, [3 * 8 / 23])  # y = 5 - 4 (2x + 1) = -23
    assert close(found.backward_error * 4 * (2 * 3 + 1), jacobian_bounds(net, np.array([[3.0]])).a_err[:, 0])


def test_logits_and_margins_are_those_before_the_scaling(net):
    assert logits(net).output_scaling is None
    z = jacobian(logits(net), X)[0]
    assert close(jacobian(margin(net, 1, 0), X)[0][:, 0], z[:, 1] - z[:, 0])


def test_losses_are_those_of_the_network_itself_and_refuse(net):
    with pytest.raises(UsageError, match="output_scaling"):
        losses_at(net, np.hstack([X, np.zeros((3, 2))]), ["cross_entropy"])


def test_a_trace_ends_in_the_value_and_the_gradient_of_the_scaled_output(net):
    for k in range(2):
        a, grad = value_and_grad(net, X[:1], k)
        value, gradient = outcome(net, trace(net, X[0], k), k)
        assert value == a[0]
        assert np.array_equal(gradient, grad[0])
        assert (
            json.loads(page(net, k, X[0]).split('type="application/json">')[1].split("<")[0])["outStd"]
            == OUTPUTS.std[k]
        )
        assert "s_y" in document(net, trace(net, X[0], k), k, X[0])
