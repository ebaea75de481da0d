"""A network as an object: called, asked for gradients, made of what numpy can read."""

import numpy as np
import pytest
from nets import random_net, random_points

from netgrad.core.backprop import evaluate, jacobian, value_and_grad
from netgrad.core.network import Layer, Network, Scaling
from netgrad.core.paper import algorithm_1
from netgrad.errors import NetgradError, UsageError

NET = random_net((3, 5, 2), seed=1, inputs=("u", "v", "w"), outputs=("p", "q"))
X = random_points(4, 3)


class Frame:
    """As much of a data frame as is asked for."""

    def __init__(self, columns, values):
        self.columns, self.values = columns, np.asarray(values)

    def __getitem__(self, names):
        return Frame(names, self.values[:, [self.columns.index(name) for name in names]])

    def to_numpy(self):
        return self.values


def test_calls_are_those_of_the_functions():
    assert np.array_equal(NET(X), evaluate(NET, X))
    assert np.array_equal(NET.jacobian(X), jacobian(NET, X)[1])
    for output in ("q", 1):
        for found, expected in zip(NET.value_and_grad(X, output), value_and_grad(NET, X, 1), strict=True):
            assert np.array_equal(found, expected)


def test_one_point_gives_one_row():
    assert np.array_equal(NET(X[1].tolist()), NET(X)[1])
    assert np.array_equal(NET.jacobian(X[1]), NET.jacobian(X)[1])
    for found, expected in zip(NET.value_and_grad(X[1], "p"), NET.value_and_grad(X, "p"), strict=True):
        assert np.array_equal(found, expected[1])


def test_a_table_is_matched_by_names_and_never_by_position():
    table = Frame(["w", "other", "u", "v"], np.column_stack([X[:, 2], X[:, 0] * 9, X[:, 0], X[:, 1]]))
    assert np.array_equal(NET(table), NET(X))
    with pytest.raises(UsageError, match=r"^the table has no column 'v'; it has u, w, x$"):
        NET(Frame(["u", "w", "x"], X))
    with pytest.raises(UsageError, match=r"^the network has no names"):
        random_net((3, 1))(Frame(["a", "b", "c"], X))


@pytest.mark.parametrize("bad", [X.astype(complex), X > 0, X.astype(object), X.astype(str)])
def test_points_that_are_no_real_numbers_are_refused(bad):
    with pytest.raises(UsageError, match=r"^points must be real numbers"):
        NET(bad)


@pytest.mark.parametrize("dtype", [int, np.int8, np.float16, np.float32, ">f8"])
def test_weights_are_converted_where_nothing_is_lost(dtype):
    W, b = np.array([[4, -2]], dtype), np.array([1], dtype)
    net = Network((Layer(W, b, "identity"), Layer([[0.5]], [0], "identity")))
    assert net.dtype == np.float64
    assert net([1, 0.5]).tolist() == [2.0]
    W[0] = 7
    assert net([1, 0.5]).tolist() == [2.0]
    with pytest.raises(ValueError, match="read-only"):
        net.layers[0].W[0, 0] = 7


@pytest.mark.parametrize(
    "W", [[[1j]], [[True]], [["1"]], [[None]], [[1.0], [1.0, 2.0]], [[2**53 + 2]], np.ones((1, 1), np.longdouble)]
)
def test_weights_that_are_no_such_numbers_are_refused(W):
    with pytest.raises(NetgradError, match=r"^W "):
        Layer(W, [0.0])


def test_repr_is_short():
    assert repr(NET) == "Network(3-5-2, sigmoid)"
    assert repr(NET.layers[0]) == "Layer(5 x 3, sigmoid)"


def test_output_scaling_is_an_affine_map_of_the_outputs_and_their_gradients():
    scaled = random_net((3, 5, 2), seed=1, output_scaling=Scaling([1.0, -2.0], [3.0, -0.5]))
    np.testing.assert_array_equal(scaled(X), NET(X) * [3, -0.5] + [1, -2])
    np.testing.assert_allclose(scaled.jacobian(X), NET.jacobian(X) * [[3], [-0.5]], rtol=1e-15)


@pytest.mark.parametrize("sizes", [(2, 1), (3, 5, 1), (4, 8, 8, 1)])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "gelu", "leaky_relu(0.2)"])
def test_algorithm_1_as_printed_gives_the_same(sizes, activation):
    net, points = random_net(sizes, activation=activation), random_points(5, sizes[0])
    for x, *found in zip(points, *value_and_grad(net, points), strict=True):
        a, gradient = algorithm_1(net, x)
        np.testing.assert_allclose([found[0], *found[1]], [a, *gradient], rtol=1e-12, atol=1e-14)
