"""Scenes for the tests of pictures."""

from functools import partial

import numpy as np

from netgrad.core.backprop import evaluate
from netgrad.core.network import Layer, Network
from netgrad.formats import load
from netgrad.plot.grid import Axis, strips
from netgrad.plot.marks import Marks
from netgrad.plot.scene import Scene

PAPER = load("sample_nets/paper_2_3_3_1.yaml")


def paper_points():
    return np.genfromtxt("sample_nets/paper_points.csv", delimiter=",", skip_header=1, usecols=(0, 1, 3))


def plane(*slopes):
    return Network((Layer(np.array([slopes]), np.zeros(1), "identity"),))


def scene(net, *ends, level=0.5, whole=(0.0, 1.0), marks=None, arrows=True):
    over = tuple(range(len(ends)))
    points = partial(strips, net, 0, np.zeros(net.sizes[0]), over)
    names = tuple(f"x{i + 1}" for i in over)
    return Scene("a", tuple(Axis(*end) for end in ends), names, "", level, whole, marks, points, arrows)


def paper_scene(**more):
    P = paper_points()
    return scene(PAPER, (0.0, 1.0), (0.0, 1.0), marks=Marks(P[:, :2], P[:, 2], ("B", "A"), len(P)), **more)


def boundary(x2, level=0.5):
    """x1 in (0, 1) with a(x1, x2) = level for each x2, by bisection; the paper's network falls from left to right."""

    def is_above(x1):
        return evaluate(PAPER, np.column_stack([x1, x2]))[:, 0] > level

    x2 = np.atleast_1d(np.asarray(x2, float))
    low, high = np.zeros(len(x2)), np.ones(len(x2))
    assert is_above(low).all()
    assert not is_above(high).any()
    for _ in range(40):
        middle = (low + high) / 2
        above = is_above(middle)
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return low
