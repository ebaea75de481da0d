import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nets import random_net, random_points

from netgrad.core.arguments import output_index
from netgrad.core.backprop import evaluate, jacobian, value_and_grad
from netgrad.core.network import Layer, Network, Scaling
from netgrad.core.tracing import trace
from netgrad.errors import UsageError

ORDER_OF_SUMS = 1e-13  # relative; products with one and with many rows may sum in another order

# z[2] = (0, 0) and z[3] = 0 at x = (1, 1), where sigma = 1/2 and sigma' = 1/4.
BY_HAND = Network.of([([[4, -4], [2, 6]], [0, -8]), ([[8, -4]], [-2])])


def test_gradient_by_hand_from_the_formula_of_the_paper():
    # W[2]^T D[2] W[3]^T D[3] 1 = [4 2; -4 6] (1/4) (8, -4) (1/4)
    a, grad = value_and_grad(BY_HAND, np.array([[1.0, 1.0]]))
    assert a.tolist() == [0.5]
    assert grad.tolist() == [[1.5, -3.5]]


def test_trace_by_hand_from_algorithm_1():
    first, second, third = trace(BY_HAND, np.array([1.0, 1.0]))
    assert [array.tolist() for array in third[1:]] == [[0], [0.5], [0.25], [1]]
    assert [array.tolist() for array in second[1:]] == [[0, 0], [0.5, 0.5], [0.25, 0.25], [2, -1]]
    assert [array.tolist() for array in first[1:]] == [[1, 1], [1, 1], [1, 1], [1.5, -3.5]]


def test_jacobian_of_a_linear_network_is_the_product_of_its_matrices():
    rng = np.random.default_rng(0)
    W2, W3, W4 = (rng.integers(-9, 10, shape).astype(float) for shape in [(5, 4), (6, 5), (3, 6)])
    net = Network.of([(W2, np.arange(5)), (W3, np.arange(6)), (W4, np.arange(3))], "identity")
    _, J = jacobian(net, random_points(7, 4))
    assert J.shape == (7, 3, 4)
    assert (W4 @ W3 @ W2 == J).all()  # whole numbers: no rounding


@pytest.mark.parametrize("scale", [1, 5, 20])
@given(seed=st.integers(0, 10**6))
def test_gradient_equals_complex_step(scale, seed):
    # 1e-12: 1e-15 (1 + max|z|), on both sides, at scale 20
    net, x, h = random_net((3, 5, 4, 1), scale, seed), random_points(1, 3, seed)[0], 1e-30
    a = (x + 1j * h * np.eye(3)).T  # a column for each component of x
    with np.errstate(under="ignore"):
        for layer in net.layers:
            a = 1 / (1 + np.exp(-(layer.W @ a + layer.b[:, np.newaxis])))
        step = a[0].imag / h
    _, grad = value_and_grad(net, x[np.newaxis])
    assert abs(grad[0] - step).max() <= 1e-12 * abs(step).max()


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "softplus"])
def test_central_difference_error_falls_as_h_squared(name):
    net, x = random_net((3, 6, 5, 1), 0.5, activation=name), random_points(1, 3)[0]
    _, grad = value_and_grad(net, x[np.newaxis])

    def error(h):
        steps = h * np.eye(3)
        return abs((evaluate(net, x + steps) - evaluate(net, x - steps))[:, 0] / (2 * h) - grad[0]).max()

    errors = np.array([error(2.0**-p) for p in range(4, 10)])
    np.testing.assert_allclose(np.log2(errors[:-1] / errors[1:]), 2, atol=0.05)


@pytest.mark.parametrize("m", [0, 1, 2, 1023, 1024, 1025, pytest.param(2100, marks=pytest.mark.slow)])
def test_many_points_give_what_each_gives_alone(m):
    net, X = random_net((3, 5, 4, 2), last="softmax"), random_points(m, 3)
    a, J = jacobian(net, X)
    a_k, grad = value_and_grad(net, X, 1)
    assert (a.shape, J.shape, a_k.shape, grad.shape) == ((m, 2), (m, 2, 3), (m,), (m, 3))
    alone = [jacobian(net, X[i : i + 1]) for i in range(m)]
    for i, (a_i, J_i) in enumerate(alone):
        assert abs(a[i] - a_i[0]).max() <= ORDER_OF_SUMS * abs(a_i).max()
        assert abs(J[i] - J_i[0]).max() <= ORDER_OF_SUMS * abs(J_i).max()
        assert abs(grad[i] - J_i[0, 1]).max() <= ORDER_OF_SUMS * abs(J_i).max()
    assert np.array_equal(evaluate(net, X), a)
    assert np.array_equal(a_k, a[:, 1])


def test_scaling_is_the_chain_rule():
    # powers of two: nothing is rounded on either side
    mean, std = np.array([0.5, -1.0, 4.0]), np.array([2.0, 0.25, 8.0])
    net, X = random_net((3, 5, 1)), np.round(8 * random_points(9, 3)) / 8
    a, grad = value_and_grad(net, (X - mean) / std)
    scaled_a, scaled_grad = value_and_grad(Network(net.layers, scaling=Scaling(mean, std)), X)
    np.testing.assert_array_equal(scaled_a, a)
    np.testing.assert_array_equal(scaled_grad, grad / std)


def test_trace_of_a_scaled_network_starts_at_the_scaled_point():
    net = Network(BY_HAND.layers, scaling=Scaling(np.array([3.0, 1.0]), np.array([2.0, 0.5])))
    first, *_ = trace(net, np.array([5.0, 1.5]))
    assert first.a.tolist() == [1, 1]
    assert first.delta.tolist() == [1.5, -3.5]  # with respect to the scaled point


@pytest.mark.parametrize("name", ["identity", "relu", "sigmoid"])
def test_points_and_weights_stay_as_they_were(name):
    net, X = random_net((2, 2, 2), activation=name), random_points(4, 2)
    before = [X.copy(), *(layer.W.copy() for layer in net.layers), *(layer.b.copy() for layer in net.layers)]
    evaluate(net, X)
    jacobian(net, X)
    trace(net, X[0], 0)
    after = [X, *(layer.W for layer in net.layers), *(layer.b for layer in net.layers)]
    assert all(map(np.array_equal, before, after))


def test_points_may_be_whole_numbers_or_strided():
    net, X = random_net((3, 4, 1)), np.arange(24).reshape(4, 6)[:, ::2]
    _, grad = value_and_grad(net, X)
    np.testing.assert_array_equal(grad, value_and_grad(net, X.astype(float).copy())[1])


@pytest.mark.parametrize("call", [evaluate, value_and_grad, jacobian])
@pytest.mark.parametrize("shape", [(3,), (2, 4), (0, 4), (1, 2, 3), ()])
def test_points_of_another_shape_are_refused(call, shape):
    with pytest.raises(UsageError) as caught:
        call(random_net((3, 1)), np.zeros(shape))
    assert str(caught.value) == f"points must have shape (m, 3), but X has shape {shape}"


def test_trace_refuses_a_point_of_another_size():
    with pytest.raises(UsageError, match=r"\(m, 3\)"):
        trace(random_net((3, 1)), np.zeros(2))


def test_several_outputs_want_one_chosen():
    with pytest.raises(UsageError) as caught:
        value_and_grad(random_net((2, 3)), np.zeros((1, 2)))
    assert str(caught.value) == "the network has 3 outputs: choose one (k), or take the jacobian"


def test_output_is_found_by_name_then_by_number():
    net = random_net((2, 3), outputs=("p", "1", "q"))
    assert [output_index(net, which) for which in ["p", "1", "q", "2", "3"]] == [0, 1, 2, 1, 2]


@pytest.mark.parametrize("which", ["0", "4", "-1", "P", "", "1.0", "²", "٢"])
def test_unknown_output_is_refused_with_those_there_are(which):
    with pytest.raises(UsageError) as caught:
        output_index(random_net((2, 3), outputs=("p", "q", "r")), which)
    assert str(caught.value) == f"there is no output '{which}': the network has 3 outputs (p, q, r), from 1"


def test_unknown_output_of_an_unnamed_network_is_refused_with_their_number():
    with pytest.raises(UsageError) as caught:
        output_index(Network((Layer(np.ones((1, 2)), np.zeros(1)),)), "a")
    assert str(caught.value) == "there is no output 'a': the network has 1 output, from 1"


def test_points_that_overflow_give_inf_or_nan_and_no_warning():
    net = Network.of([([[20.0, 20.0], [20.0, -20.0]], [0.0, 0.0]), ([[1.0, 1.0]], [0.0])], activation="identity")
    with np.errstate(all="warn"), warnings.catch_warnings(action="error"):
        a, grad = value_and_grad(net, np.array([[1e308, 1e308], [1.0, 1.0]]))
    assert np.isnan(a[0])
    assert np.isnan(grad[0]).all()
    assert (a[1], *grad[1]) == (40, 40, 0)


@pytest.mark.filterwarnings("error")
def test_a_point_that_float32_does_not_hold_makes_no_warning():
    net = Network.of([([[20.0, 20.0]], [-10.0])]).astype("float32")
    a, gradient = value_and_grad(net, np.array([[1e300, 1e-60]]))
    assert (a, gradient.tolist()) == ([1], [[0, 0]])
