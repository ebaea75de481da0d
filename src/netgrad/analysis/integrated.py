"""Integrated gradients, refined until they add up."""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from netgrad.analysis.panels import COARSE, FINE, Index, Panels, Paths, estimate
from netgrad.core.arrays import Array
from netgrad.core.backprop import evaluate, output_of, points_of
from netgrad.core.network import Network
from netgrad.errors import UsageError

POINTS = 1 << 16  # that go through the network together
CELLS = 1 << 20  # numbers that they have at most, but for one panel
ROWS = 512  # that are refined together
SHARE = 64  # a panel's share of tol, where a path has no more of them
PANELS = 1 << 12  # after so many a path is left as it is
NARROW = 2.0**-48  # of a path; t has no more digits
STEEP = 30.0  # a unit whose z changes by more along a path can be a front that nodes miss


class Integrated(NamedTuple):
    """Integrated gradients of m points."""

    a: Array  # (m,)
    ig: Array  # (m, n_1)
    gap: Array  # (m,), |sum_i ig_i - (a(x) - a(x0))|


def integrated_gradients(
    net: Network, X: Array, x0: Array | None = None, k: int | None = None, tol: float = 1e-9, jobs: int = 1
) -> Integrated:
    """Integrated gradients from x0 at each point, to within `tol` where rounding allows it.

    IG_i = (x_i - x0_i) int_0^1 da/dx_i(x0 + t (x - x0)) dt, by Gauss-Legendre quadrature on panels of [0, 1]
    that are split where it is not right yet. sum_i IG_i = a(x) - a(x0): the gap says how nearly. A row has the
    same bits wherever it stands.

    Parameters
    ----------
    X : (m, n_1)
    x0 : (n_1,)
        The baseline; zeros where it is None.
    k
        Which output, from 0; None where n_L = 1.
    tol
        For the gap and, as far as the nodes see, for the error of each IG_i; absolute.
    jobs
        Threads. The result does not depend on it.

    Raises
    ------
    UsageError
        X or x0 has another shape; tol is not positive; n_L > 1 and k is None; there is no output k.

    References
    ----------
    Sundararajan, Taly & Yan, Axiomatic Attribution for Deep Networks, ICML 2017.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])], "identity")
    >>> integrated_gradients(net, np.array([[1.0, 0.5]]), np.array([0.0, 0.25])).ig
    array([[ 4., -2.]])
    """
    if not tol > 0:
        raise UsageError(f"tol must be positive, not {tol}")
    net = net.astype(np.float64)
    k, X = output_of(net, k), points_of(net, X)
    x0 = points_of(net, np.zeros((1, X.shape[1])) if x0 is None else np.atleast_2d(x0))
    if len(x0) != 1:
        raise UsageError(f"the baseline is one point, but x0 has shape {x0.shape}")
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        a, a0 = evaluate(net, X, jobs)[:, k], evaluate(net, x0)[0, k]
        ig = np.zeros(X.shape)
        for i in range(0, len(X), ROWS):
            rows = slice(i, i + ROWS)
            _refine(Paths(net, k, X[rows], x0[0]), a0, a[rows], ig[rows], tol, jobs)
    return Integrated(a, ig, np.array([_gap(row, end, float(a0)) for row, end in zip(ig, a.tolist(), strict=True)]))


def _gap(ig: Array, a: float, a0: float) -> float:
    """|sum_i ig_i - (a - a0)|, rounded once; nan where something has overflowed."""
    try:
        return abs(math.fsum([*ig.tolist(), -a, a0]))
    except (OverflowError, ValueError):  # ValueError: inf - inf
        return math.nan


def _refine(paths: Paths, a0: float, a: Array, ig: Array, tol: float, jobs: int) -> None:
    """Add to `ig` the integrals over panels that are good enough, and split the others, until none is left."""
    panels = _first(paths, a0, a, jobs)
    done = np.zeros(len(a), np.intp)  # panels of each path
    size = max(1, min(POINTS, CELLS // len(paths.x0)) // (COARSE + FINE))
    by_tangents = True
    while len(panels.row):
        here = np.bincount(panels.row, minlength=len(a))
        done += here
        waiting = []
        for i in range(0, len(panels.row), size):
            some = panels.where(slice(i, i + size))
            found = estimate(paths, some, jobs)
            allowed = np.maximum(tol / np.maximum(SHARE, here[some.row]), found.rounding)
            open_ = (found.error > allowed) & (some.h > NARROW) & (done[some.row] < PANELS)
            np.add.at(ig, some.row[~open_], found.integral[~open_])
            waiting.append(_split(paths, some.where(open_), found.kink[open_] if by_tangents else None, jobs))
        panels = Panels(*map(np.concatenate, zip(*waiting, strict=True)))
        by_tangents = not by_tangents


def _first(paths: Paths, a0: float, a: Array, jobs: int) -> Panels:
    """The paths cut where units of layer 2 bend, or are so steep that nodes could miss it: z[2] is linear in t."""
    net, layer = paths.net, paths.net.layers[0]
    above = Network((replace(layer, activation="identity"),), scaling=net.scaling)
    z0, z1 = evaluate(above, paths.x0[np.newaxis]), evaluate(above, paths.X, jobs)
    dz = z1 - z0
    cuts = -z0 / dz
    matters = (cuts > 0) & (cuts < 1) & (abs(dz) > (0 if 0 in layer.sigma.breaks else STEEP))
    cuts = np.sort(np.where(matters, cuts, 0), axis=1)
    edges = np.pad(cuts, ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1)))
    row, j = np.nonzero(np.diff(edges, axis=1))
    t, end = edges[row, j], edges[row, j + 1]
    value = np.where(t > 0, _values(paths, row, t, jobs), a0)
    return Panels(row, t, end - t, value, np.where(end < 1, np.roll(value, -1), a[row]))


def _split(paths: Paths, panels: Panels, at: Array | None, jobs: int) -> Panels:
    """Each panel as two, in the middle or at the fraction `at` of it."""
    left = panels.h * (0.5 if at is None else at)
    t = panels.t + left
    value = _values(paths, panels.row, t, jobs)
    lower = Panels(panels.row, panels.t, left, panels.a, value)
    upper = Panels(panels.row, t, panels.h - left, value, panels.b)
    return Panels(*(np.column_stack(pair).ravel() for pair in zip(lower, upper, strict=True)))


def _values(paths: Paths, row: Index, t: Array, jobs: int) -> Array:
    """Output at t of the path of each row."""
    size = max(1, min(POINTS, CELLS // len(paths.x0)))
    slices = (slice(i, i + size) for i in range(0, len(t), size))
    parts = [evaluate(paths.net, paths.points(row[s], t[s]), jobs)[:, paths.k] for s in slices]
    return np.concatenate([np.empty(0), *parts])
