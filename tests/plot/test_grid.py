"""Grids over some of the inputs."""

import numpy as np
import oracle
import pytest
from nets import random_net
from zoo import ZOO

from netgrad.plot import grid
from netgrad.plot.grid import Axis, gathered, strips

FEW_ULPS = 1e-14  # relative: a handful of roundings in a small network


def test_a_grid_holds_value_and_derivatives_at_each_of_its_points():
    net, x = random_net((3, 4, 2), seed=11), np.array([0.3, -0.7, 1.1])
    at = np.array([-1.0, 0.0, 2.0]), np.array([0.5, 0.25])
    found = gathered(at, strips(net, 1, x, (2, 0), at))
    assert (found.a.shape, found.grad.shape) == ((2, 3), (2, 3, 2))
    for row, v in enumerate(at[1]):
        for column, u in enumerate(at[0]):
            a, gradient = oracle.value_and_grad(net, [v, x[1], u], 1)
            assert oracle.relative_error([found.a[row, column]], [a]) < FEW_ULPS
            assert oracle.relative_error(found.grad[row, column], [gradient[2], gradient[0]]) < FEW_ULPS


@pytest.mark.parametrize("name", ["one_input", "scaled", "named"])
def test_strips_of_a_grid_are_the_grid(name, monkeypatch):
    net = ZOO[name]
    over = tuple(range(min(net.sizes[0], 2)))
    at = tuple(np.linspace(0.0, 1.0, n) for n in (40, 33)[: len(over)])
    whole = list(strips(net, 0, np.zeros(net.sizes[0]), over, at))
    monkeypatch.setattr(grid, "CELLS", 1)
    pieces = list(strips(net, 0, np.zeros(net.sizes[0]), over, at, jobs=2))
    assert len(whole) == 1
    assert len(pieces) == -(-len(whole[0][0]) // 512)
    for column in range(3):
        assert np.array_equal(np.concatenate([piece[column] for piece in pieces]), whole[0][column])


def test_centres_are_in_the_middle_of_cells_between_the_ends():
    axis = Axis(-1.0, 3.0)
    assert axis.centres(4).tolist() == [-0.5, 0.5, 1.5, 2.5]
    assert axis.ends(5).tolist() == [-1.0, 0.0, 1.0, 2.0, 3.0]
