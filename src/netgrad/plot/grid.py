"""The value of one output and its gradient on a grid over some of the inputs, the others fixed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Network
from netgrad.stream.forms import form_called
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form
from netgrad.tables.chunk import Chunk
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout

CELLS = 1 << 18  # numbers of the points that are held at a time

Strip = tuple[Array, Array, Array]  # coordinates (m, d), values (m,), derivatives (m, d)


class Axis(NamedTuple):
    """Ends of an axis."""

    low: float
    high: float

    def ends(self, n: int) -> Array:
        """n points from end to end, shape (n,)."""
        return np.linspace(self.low, self.high, n)

    def centres(self, n: int) -> Array:
        """Centres of n cells of equal width, shape (n,)."""
        return self.low + (np.arange(n) + 0.5) * ((self.high - self.low) / n)


class Grid(NamedTuple):
    """Values over d axes with n_1, ..., n_d points; the first axis varies quickest."""

    at: tuple[Array, ...]  # d arrays (n_1,), ..., (n_d,)
    a: Array  # (n_d, ..., n_1)
    grad: Array  # (n_d, ..., n_1, d)


def strips(
    net: Network, k: int, x: Array, over: tuple[int, ...], at: tuple[Array, ...], jobs: int = 1
) -> Iterator[Strip]:
    """Some points of a grid at a time: coordinates (m, d), a_k[L] (m,), and da_k[L]/dx_i for i in `over` (m, d).

    Parameters
    ----------
    x : (n_1,)
        The inputs that are fixed.
    over
        The d inputs that vary, from 0.
    at
        Coordinates along each of them; the first varies quickest.
    """
    shape = tuple(len(t) for t in reversed(at))
    m, step = int(np.prod(shape)), max(512, CELLS // len(x))
    for first in range(0, m, step):
        places = np.unravel_index(np.arange(first, min(first + step, m)), shape)
        V = np.column_stack([t[place] for t, place in zip(at, reversed(places), strict=True)])
        X = np.repeat(x[np.newaxis], len(V), axis=0)
        X[:, over] = V
        a, gradient = value_and_grad(net, X, k, jobs)
        yield V, a, gradient[:, over]


def gathered(at: tuple[Array, ...], points: Iterator[Strip]) -> Grid:
    """The whole grid with the coordinates `at`.

    >>> net = Network.of([([[1.0, 10.0]], [0.0])], activation="identity")
    >>> at = np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0])
    >>> gathered(at, strips(net, 0, np.zeros(2), (0, 1), at)).a
    array([[ 0.,  1.,  2.],
           [10., 11., 12.]])
    """
    shape = tuple(len(t) for t in reversed(at))
    _, a, gradient = (np.concatenate(parts) for parts in zip(*points, strict=True))
    return Grid(at, a.reshape(shape), gradient.reshape(*shape, len(at)))


def write_grid(points: Iterable[Strip], names: list[str], form: str, write: Write) -> None:
    """Write coordinates, value and derivatives of each point, in the format csv, tsv or jsonl."""
    chosen = form_called(form, lambda inputs: names, None, Codec())
    chosen.write(_answers(points, chosen), write)


def _answers(points: Iterable[Strip], form: Form) -> Iterator[Answer]:
    layout = Layout(0, (), (), (), (), None)
    for V, a, gradient in points:
        chunk = Chunk(V, None, [b""] * len(V), b"\n", [])
        yield Answer("", layout, form.encode(chunk, np.column_stack([V, a, gradient]), layout), len(V))
