"""Integrated gradients, refined until they are proved to be within a tolerance."""

import math
from typing import NamedTuple

import numpy as np

from netgrad.analysis.panels import (
    NODES,
    ROUNDING,
    Mask,
    Panels,
    Paths,
    by_middle,
    by_rule,
    enclosure,
    error_by_rule,
    pieces,
)
from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.backprop import evaluate
from netgrad.core.network import Network
from netgrad.errors import UsageError

CELLS = 1 << 20  # numbers of points that go through the network together, but for one panel
POINTS = 1 << 16  # of them
ROWS = 512  # that are refined together
SHARE = 64  # a panel's share of tol is one of so many, or its length
PANELS = 1 << 12  # after so many a path is left as it is
NARROW = 2.0**-50  # of a path; t has no more digits


class Integrated(NamedTuple):
    """Integrated gradients of m points."""

    a: Array  # (m,)
    ig: Array  # (m, n_1)
    gap: Array  # (m,), |sum_i ig_i - (a(x) - a(x0))|
    error: Array  # (m,), bound on sum_i |ig_i - IG_i|: proven but for roundings; infinite where there is none


def integrated_gradients(
    net: Network, X: Array, x0: Array | None = None, k: Which = None, tol: float = 1e-9, jobs: int = 1
) -> Integrated:
    """Integrated gradients from x0 at each point, to within `tol` where rounding allows it.

    IG_i = (x_i - x0_i) int_0^1 da/dx_i(x0 + t (x - x0)) dt, by Gauss-Legendre quadrature on panels of [0, 1]
    that are split until the gradient is enclosed (`enclosures`) so well that `error` is at most `tol`: no front or
    kink between nodes escapes. sum_i IG_i = a(x) - a(x0): the gap says how nearly, roundings included. A row has
    the same bits wherever it stands.

    Parameters
    ----------
    X : (m, n_1)
    x0 : (n_1,)
        The baseline; zeros where it is None.
    k
        Which output, from 0 or by its name; None where n_L = 1.
    tol
        For the error of all IG_i together, absolute. After PANELS panels a row is left with what it has.
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
        ig, error = np.zeros(X.shape), np.zeros(len(X))
        for i in range(0, len(X), ROWS):
            rows = slice(i, i + ROWS)
            possible = np.fmax(tol, ROUNDING * (abs(a[rows]) + abs(a0)))
            _refine(Paths(net, k, X[rows], x0[0]), ig[rows], error[rows], possible, jobs)
    gap = np.array([_gap(row, end, float(a0)) for row, end in zip(ig, a.tolist(), strict=True)])
    return Integrated(a, ig, gap, error)


def _gap(ig: Array, a: float, a0: float) -> float:
    """|sum_i ig_i - (a - a0)|, rounded once; nan where something has overflowed."""
    try:
        return abs(math.fsum([*ig.tolist(), -a, a0]))
    except (OverflowError, ValueError):  # ValueError: inf - inf
        return math.nan


def _refine(paths: Paths, ig: Array, error: Array, tol: Array, jobs: int) -> None:
    """Add to `ig` and `error` what panels have that are good enough, and split the others, until none is left."""
    m, n = paths.X.shape
    panels = Panels(np.arange(m), np.zeros(m), np.ones(m))
    done = np.zeros(m, np.intp)  # panels of each path
    size = max(1, min(POINTS, CELLS // n) // NODES)
    while len(panels.row):
        done += np.bincount(panels.row, minlength=m)
        full = done >= PANELS
        parts = [panels.where(slice(i, i + size)) for i in range(0, len(panels.row), size)]
        waiting = [_settle(paths, some, full[some.row], ig, error, tol, jobs) for some in parts]
        panels = Panels(*map(np.concatenate, zip(*waiting, strict=True)))


def _settle(paths: Paths, panels: Panels, full: Mask, ig: Array, error: Array, tol: Array, jobs: int) -> Panels:
    """Add what the panels have that are good enough or cannot be split; the pieces of the others."""
    found = enclosure(paths, panels, jobs)
    share = tol[panels.row] / 2 * np.maximum(panels.h, 1 / SHARE)
    allowed = np.maximum(share, ROUNDING * panels.h * abs(found.f).max(axis=1))
    (integral, bound), of_rule = by_middle(panels, found), error_by_rule(panels, found)
    finite = np.isfinite(found.f).all(axis=1)
    last = full | (panels.h <= NARROW) | ~finite
    ruled = finite & (bound > allowed) & ((of_rule <= allowed) | (last & (of_rule <= bound)))
    integral[ruled] = by_rule(paths, panels.where(ruled), jobs)
    bound = np.where(ruled, of_rule, bound)
    settled = last | (bound <= allowed)
    np.add.at(ig, panels.row[settled], integral[settled])
    np.add.at(error, panels.row[settled], (bound + panels.h * found.noise)[settled])
    return pieces(panels.where(~settled), found.cut[~settled])
