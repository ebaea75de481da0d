"""Pieces of the path from x0 to x, and the integral over each with a proven bound on its error."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.analysis.enclosures import Enclosure, enclosed
from netgrad.core.arrays import Array
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Network

Index = NDArray[np.intp]
Mask = NDArray[np.bool_]
NODES = 15
# |integral - rule| <= 4 max |f - p| on [-1, 1] for polynomials p of degree 2 NODES - 1, and the best p is within
# 2 M 3^-(2 NODES - 1) / (3 - 1) of an f that M bounds on the ellipse of parameter 3 (Trefethen, Approximation Theory
# and Approximation Practice, theorems 8.2 and 19.3).
OF_RULE = 4 * 3.0 ** -(2 * NODES - 1)
ROUNDING = 8 * float(np.finfo(np.float64).eps)  # relative to the size of what is rounded: below, errors say nothing


class Paths(NamedTuple):
    """The straight lines x0 + t (x - x0), 0 <= t <= 1, for m points."""

    net: Network
    k: int  # which output
    X: Array  # (m, n_1)
    x0: Array  # (n_1,)

    def steps(self, row: Index) -> Array:
        """The vector x - x0 of the path of each row, shape (p, n_1)."""
        return np.asarray(self.X[row] - self.x0)

    def points(self, row: Index, t: Array) -> Array:
        """Point at t of the path of each row, shape (p, n_1)."""
        return np.asarray(self.x0 + t[:, np.newaxis] * self.steps(row))


class Panels(NamedTuple):
    """p pieces [t, t + h] of paths, those of a path in order."""

    row: Index  # (p,), whose path
    t: Array  # (p,)
    h: Array  # (p,)

    def where(self, which: Mask | slice) -> "Panels":
        """Those of them that `which` picks."""
        return Panels(self.row[which], self.t[which], self.h[which])


class Estimate(NamedTuple):
    """Integrals of f_i = (x_i - x0_i) da/dx_i over p panels by a rule, and how wrong they can be."""

    integral: Array  # (p, n_1)
    error: Array  # (p,), of all i together, roundings apart; infinite where nothing is known


def by_middle(panels: Panels, found: Enclosure) -> Estimate:
    """Integrals h f(t_m), as exact as f is constant."""
    h = panels.h[:, np.newaxis]
    return Estimate(h * found.f, panels.h * found.spread.sum(axis=1))


def error_by_rule(panels: Panels, found: Enclosure) -> Array:
    """Error of `by_rule`, shape (p,): infinite across a kink."""
    return np.where(found.smooth, OF_RULE / 2 * panels.h * found.spread.sum(axis=1), np.inf)


def by_rule(paths: Paths, panels: Panels, jobs: int) -> Array:
    """Integrals over the panels by Gauss-Legendre quadrature, shape (p, n_1).

    Numbers of a panel do not depend on those it is with: sums run over nodes in their order.
    """
    nodes, weights = rule()
    t = panels.t[:, np.newaxis] + panels.h[:, np.newaxis] * nodes
    points = paths.points(np.repeat(panels.row, NODES), t.ravel())
    gradients = value_and_grad(paths.net, points, paths.k, jobs)[1].reshape(len(t), NODES, len(paths.x0))
    total = np.zeros((len(t), gradients.shape[2]))
    for j, weight in enumerate(weights):
        total += weight * gradients[:, j]
    return np.asarray(panels.h[:, np.newaxis] * total * paths.steps(panels.row))


def enclosure(paths: Paths, panels: Panels, jobs: int) -> Enclosure:
    """Enclosure of f on each panel."""
    half = panels.h / 2
    return enclosed(paths.net, paths.k, paths.points(panels.row, panels.t + half), paths.steps(panels.row), half, jobs)


def pieces(panels: Panels, cut: Array) -> Panels:
    """Each panel as pieces of at most 3/4 of it: halves, or cut where `cut`, shape (p, 2), says, from -1 to 1."""
    low, high = (1 + cut.T) / 2
    known = (low < high) & ((low > 0) | (high < 1))
    low, high = np.where(known, low, 0), np.where(known, high, 0)
    largest = np.maximum(np.maximum(low, 1 - high), high - low)
    middle = np.where(largest > 0.75, 0.5, low)
    edges = np.sort(np.column_stack([np.zeros_like(low), low, middle, high]), axis=1)
    starts = panels.t[:, np.newaxis] + panels.h[:, np.newaxis] * edges
    ends = np.column_stack([starts[:, 1:], panels.t + panels.h])
    i, j = np.nonzero(ends > starts)
    return Panels(panels.row[i], starts[i, j], (ends - starts)[i, j])


@cache
def rule() -> tuple[Array, Array]:
    """Nodes and weights of the Gauss-Legendre rule on [0, 1]."""
    from numpy.polynomial.legendre import leggauss

    nodes, weights = leggauss(NODES)
    return (nodes + 1) / 2, weights / 2
