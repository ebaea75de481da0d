import json
from pathlib import Path

import numpy as np
import pytest
from nets import random_net, random_points

from netgrad.analysis.attribution import gradient_times_input, mean_gradient, noise_of
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Network, Scaling
from netgrad.errors import UsageError

PEER = json.loads((Path(__file__).parents[1] / "data" / "captum.json").read_text())
TWO_KERNELS = 1e-13  # relative; both in float64, the peer with a(1-a) where a is not near 1


def recorded(name):
    """The network, the points and all that the peer said of them."""
    record = PEER[name]
    net = Network.of([(layer["W"], layer["b"]) for layer in record["layers"]])
    return net, np.array(record["x"]), record


def test_saliency_and_gradient_times_input_are_captums():
    net, X, record = recorded("smooth")
    saliency, product = np.array(record["saliency"]), np.array(record["input_x_gradient"])
    np.testing.assert_allclose(value_and_grad(net, X)[1], saliency, rtol=0, atol=TWO_KERNELS * abs(saliency).max())
    np.testing.assert_allclose(gradient_times_input(net, X)[1], product, rtol=0, atol=TWO_KERNELS * abs(product).max())


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "identity"])
def test_gradient_times_input_adds_up_to_the_value_where_the_network_is_homogeneous(activation):
    net = random_net((3, 6, 5, 1), seed=4, activation=activation, last="identity")
    without = Network.of([(layer.W, 0 * layer.b) for layer in net.layers], activation)
    a, product = gradient_times_input(without, random_points(20, 3))
    np.testing.assert_allclose(product.sum(axis=1), a, rtol=0, atol=1e-14 * abs(a).max())  # sums of some 30 products


def test_smooth_gradient_of_a_linear_network_is_its_gradient():
    net = random_net((3, 1), seed=1, activation="identity")
    X = random_points(5, 3)
    _, smooth = mean_gradient(net, X, noise_of(net, 3.0, 8, 0))
    np.testing.assert_allclose(smooth, np.broadcast_to(net.layers[0].W, (5, 3)), rtol=1e-15)


def test_smooth_gradient_of_a_kink_is_a_normal_distribution_function():
    # a = max(x, 0): the mean of a'(x + s e) is Phi(x/s); its standard error is sqrt(Phi (1 - Phi)/N) < 0.0071
    from statistics import NormalDist

    net = Network.of([([[1.0]], [0.0])], "relu")
    X = np.array([[-0.7], [0.0], [0.2], [1.1]])
    _, smooth = mean_gradient(net, X, noise_of(net, 0.5, 5_000, 3))
    exact = [NormalDist().cdf(x / 0.5) for x in X[:, 0]]
    np.testing.assert_allclose(smooth[:, 0], exact, rtol=0, atol=4 * 0.0071)


def test_noise_has_the_spread_that_is_asked_for_in_units_of_the_networks_scaling():
    net = random_net((2, 3, 1), scaling=Scaling(np.array([100.0, -3e-5]), np.array([25.0, 7e-6])))
    draws = noise_of(net, 0.2, 40_000, 0) / (0.2 * np.array([25.0, 7e-6]))
    np.testing.assert_allclose(draws.mean(axis=0), 0, atol=4 / np.sqrt(40_000))
    np.testing.assert_allclose(draws.std(axis=0), 1, atol=4 / np.sqrt(2 * 40_000))


def test_noise_is_that_of_its_seed():
    net = random_net((3, 1))
    assert noise_of(net, 0.1, 9, 7).tobytes() == noise_of(net, 0.1, 9, 7).tobytes()
    assert noise_of(net, 0.1, 9, 7).tobytes() != noise_of(net, 0.1, 9, 8).tobytes()


def test_a_row_has_the_same_bits_alone_and_among_others_on_any_threads():
    net, X = random_net((3, 5, 4, 1), 5, 2), random_points(2000, 3)
    draws = noise_of(net, 0.3, 20, 1)
    _, smooth = mean_gradient(net, X, draws, jobs=3)
    for i in (0, 1, 1023, 1999):
        assert mean_gradient(net, X[i : i + 1], draws)[1].tobytes() == smooth[i].tobytes()


@pytest.mark.parametrize(("std", "samples"), [(-1.0, 5), (np.nan, 5), (np.inf, 5), (1.0, 0)])
def test_noise_that_makes_no_sense_is_refused(std, samples):
    with pytest.raises(UsageError, match="noise"):
        noise_of(random_net((2, 1)), std, samples, 0)
