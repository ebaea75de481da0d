import numpy as np
import oracle
import pytest
from nets import random_net, random_points
from oracle import mp, mpf

from netgrad.core.backprop import evaluate, jacobian, value_and_grad
from netgrad.core.network import Network, Scaling
from netgrad.core.tracing import trace

# The promise is SMALL * 1e-15 (1 + max|z|): a saturated neuron turns an absolute error of z into a relative
# one of sigma'(z). The error of z comes of its own sum and, magnified by W[l], of layer l - 1; the constant
# depends on the weights. Of 1160 random networks the worst needed 5.95, most less than 0.1.
SMALL = 8
UNDERFLOW = mpf("1e-305")  # what subnormal sigma'(z) and Delta lose, times weights of some 500 in each layer

SIZES = [(3, 5, 1), (4, 8, 8, 1), (3, 6, 6, 6, 6, 1)]
SMOOTH = ["tanh", "elu", "selu", "gelu", "gelu_tanh", "silu", "softplus", "softsign", "arctan"]
KINKED = ["relu", "leaky_relu", "hard_sigmoid", "identity"]


def tolerance(steps):
    """SMALL * 1e-15 (1 + max|z|) over the layers of the oracle's `steps`."""
    return SMALL * mpf("1e-15") * (1 + max(abs(z_j) for z, _, _ in steps[1:] for z_j in z))


def assert_near(computed, exact, relative):
    """|computed - exact| at most `relative` in the maximum norm, or underflow."""
    error = max(abs(mpf(c) - e) for c, e in zip(computed.tolist(), exact, strict=True))
    assert error <= relative * max(map(abs, exact)) + UNDERFLOW


def uncancelled(net, steps):
    """|W[2]|^T |D[2]| ... |W[L]|^T |D[L]| 1: the gradient if all of its terms had one sign."""
    delta = [mpf(1)]
    for layer, (_, _, dsigma) in zip(reversed(net.layers), reversed(steps), strict=False):
        D_delta = [abs(d) * v for d, v in zip(dsigma, delta, strict=True)]
        delta = [mp.fdot(map(abs, column), D_delta) for column in layer.W.T.tolist()]
    return delta


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("scale", [1, 5, 20, 60, 200])
def test_value_and_gradient_are_right_to_the_conditioning_of_saturated_neurons(sizes, scale):
    for seed in range(8):
        net, X = random_net(sizes, scale, seed), random_points(1, sizes[0], seed)
        steps = oracle.layers(net, X[0])
        exact_a, exact_grad = oracle.value_and_grad(net, X[0])
        a, grad = value_and_grad(net, X)
        assert_near(a, [exact_a], tolerance(steps))
        assert_near(grad[0], exact_grad, tolerance(steps))


@pytest.mark.parametrize("scale", [1, 5, 20, 60, 200])
def test_each_component_is_right_but_for_cancellation(scale):
    for seed in range(6):
        net, X = random_net((4, 8, 8, 1), scale, seed), random_points(1, 4, seed)
        steps = oracle.layers(net, X[0])
        _, exact = oracle.value_and_grad(net, X[0])
        _, grad = value_and_grad(net, X)
        for g, e, terms in zip(grad[0].tolist(), exact, uncancelled(net, steps), strict=True):
            assert abs(mpf(g) - e) <= tolerance(steps) * terms + UNDERFLOW


def test_gradient_lives_where_a_times_1_minus_a_is_dead():
    net = Network.of([([[1.0]], [0.0])])
    X = np.linspace(40, 700, 67)[:, np.newaxis]
    a, grad = value_and_grad(net, X)
    assert not (a * (1 - a)).any()
    for x, (g,) in zip(X[:, 0], grad, strict=True):
        assert oracle.ulps(g, oracle.activation("sigmoid", x)[1]) <= 4


@pytest.mark.parametrize("name", SMOOTH + KINKED)
@pytest.mark.parametrize("scale", [0.5, 4])
def test_gradient_of_every_activation_is_right(name, scale):
    for seed in range(4):
        net, X = random_net((3, 5, 4, 1), scale, seed, name), random_points(1, 3, seed)
        exact_a, exact_grad = oracle.value_and_grad(net, X[0])
        a, grad = value_and_grad(net, X)
        assert_near(a, [exact_a], tolerance(oracle.layers(net, X[0])))
        if any(exact_grad):  # relu can be dead
            assert_near(grad[0], exact_grad, tolerance(oracle.layers(net, X[0])))
        else:
            assert not grad.any()


@pytest.mark.parametrize("last", ["sigmoid", "softmax"])
@pytest.mark.parametrize("scale", [1, 20, 200])
def test_every_output_of_several_is_right(last, scale):
    for seed in range(4):
        net, X = random_net((3, 6, 4), scale, seed, last=last), random_points(1, 3, seed)
        relative = tolerance(oracle.layers(net, X[0]))
        exact_a, exact_J = oracle.value_and_jacobian(net, X[0])
        a, J = jacobian(net, X)
        for k in range(4):
            a_k, grad = value_and_grad(net, X, k)
            assert_near(a[:, k], [exact_a[k]], relative)
            assert_near(a_k, [exact_a[k]], relative)
            assert_near(J[0, k], exact_J[k], relative)
            assert_near(grad[0], exact_J[k], relative)


def test_scaled_network_has_its_gradient_in_units_of_x():
    scaling = Scaling(np.array([100.0, -0.3, 1e6]), np.array([7.0, 1e-3, 3e5]))
    net = random_net((3, 5, 1), scaling=scaling)
    X = scaling.mean + scaling.std * random_points(5, 3)
    a, grad = value_and_grad(net, X)
    for x, a_i, grad_i, row in zip(X, a, grad, evaluate(net, X), strict=True):
        exact_a, exact_grad = oracle.value_and_grad(net, x)
        # x - mean cancels what x/std has: an error of some eps |x|/std in u, and 1 + max|z| of tolerance
        relative = SMALL * 1e-15 * (1 + float(np.max(abs(x / scaling.std))))
        assert_near(np.array([a_i, row[0]]), [exact_a, exact_a], relative)
        for g, e in zip(grad_i.tolist(), exact_grad, strict=True):
            assert abs(mpf(g) - e) <= relative * abs(e)


@pytest.mark.parametrize("last", ["sigmoid", "softmax"])
@pytest.mark.parametrize("scale", [1, 20])
def test_trace_is_algorithm_1_step_by_step(last, scale):
    scaling = Scaling(np.array([0.5, -1.0, 2.0]), np.array([2.0, 0.25, 3.0]))
    net = random_net((3, 5, 4, 3), scale, last=last, scaling=scaling)
    x, k = random_points(1, 3)[0], 2
    exact = oracle.layers(net, x)
    relative = tolerance(exact)
    steps = trace(net, x, k)
    assert [step.l for step in steps] == [1, 2, 3, 4]
    for step, (z, a, dsigma) in zip(steps, exact, strict=True):
        assert_near(step.z, z, relative)
        assert_near(step.a, a, relative)
        assert_near(step.dsigma, dsigma, relative)
    assert steps[-1].delta.tolist() == [0, 0, 1]
    for step in steps[:-1]:  # Delta[l] is the gradient of the layers above, as a network of their own
        above = Network(net.layers[step.l - 1 :])
        assert_near(step.delta, oracle.value_and_grad(above, exact[step.l - 1][1], k)[1], relative)
