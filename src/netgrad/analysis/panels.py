"""Pieces of the path from x0 to x, and what Gauss-Legendre quadrature says of each."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Network

Index = NDArray[np.intp]
COARSE, FINE = 7, 15  # nodes of the two rules
ROUNDING = 32 * float(np.finfo(np.float64).eps)  # what is left of a sum of some numbers, relative to their size


class Paths(NamedTuple):
    """The straight lines x0 + t (x - x0), 0 <= t <= 1, for m points."""

    net: Network
    k: int  # which output
    X: Array  # (m, n_1)
    x0: Array  # (n_1,)

    def points(self, row: Index, t: Array) -> Array:
        """Point at t of the path of each row, shape (p, n_1)."""
        points: Array = self.x0 + t[:, np.newaxis] * (self.X[row] - self.x0)
        return points


class Panels(NamedTuple):
    """p pieces [t, t + h] of paths, those of a path in order."""

    row: Index  # (p,), whose path
    t: Array  # (p,)
    h: Array  # (p,)
    a: Array  # (p,), the output at t
    b: Array  # (p,), the output at t + h

    def where(self, which: NDArray[np.bool_] | slice) -> "Panels":
        """Those of them that `which` picks."""
        return Panels(self.row[which], self.t[which], self.h[which], self.a[which], self.b[which])


class Estimate(NamedTuple):
    """What the rules say of p panels."""

    integral: Array  # (p, n_1), (x - x0) times the integral of da/dx
    error: Array  # (p,), a bound that holds as long as the nodes see what there is
    rounding: Array  # (p,), below which the error says nothing
    kink: Array  # (p,), 0 < kink < 1: where the tangents at the ends of a panel meet, else 1/2


class Rules(NamedTuple):
    """Gauss-Legendre rules with COARSE and FINE nodes on [0, 1]."""

    nodes: Array  # (COARSE + FINE,)
    coarse: Array  # (COARSE,), weights
    fine: Array  # (FINE,)
    primitive: Array  # (FINE + 1, FINE): integrals of the interpolant from 0 to each node, and to 1


@cache
def rules() -> Rules:
    """The two rules.

    With Legendre's polynomials, the interpolant in the n nodes of the fine one is sum_m c_m P_m with
    c_m = (2m+1)/2 sum_k w_k P_m(u_k) g_k, and the integral of P_m from -1 to u is (P_{m+1} - P_{m-1})(u) / (2m+1).
    """
    from numpy.polynomial.legendre import leggauss, legvander

    u_coarse, w_coarse = leggauss(COARSE)
    u, w = leggauss(FINE)
    P = legvander(np.append(u, 1), FINE)  # (FINE + 1, FINE + 1), P_m(u_j)
    Q = np.column_stack([P[:, 1] + P[:, 0], P[:, 2:] - P[:, :-2]])  # (2m+1) times the integrals of P_m
    primitive = Q / 2 @ (P[:-1, :-1] * w[:, np.newaxis]).T / 2
    return Rules((np.append(u_coarse, u) + 1) / 2, w_coarse / 2, w / 2, primitive)


def estimate(paths: Paths, panels: Panels, jobs: int) -> Estimate:
    """Integrals over the panels by the fine rule, and how far they can be trusted.

    The error of a panel is the larger of two: how far the two rules differ in a component; and how far a(t) - a
    differs, at a node or at the panel's end, from the integral of sum_i (x_i - x0_i) da/dx_i up to there. The
    second sees a front that no node has hit. Numbers of a panel do not depend on those it is with: sums run over
    nodes and components in their order.
    """
    p, rule, n = len(panels.row), rules(), len(paths.x0)
    x, x0 = paths.X[panels.row].T, paths.x0[:, np.newaxis]  # (n_1, p): nodes, and not components, side by side
    t = panels.t[:, np.newaxis] + panels.h[:, np.newaxis] * rule.nodes
    points = x0[..., np.newaxis] + (x - x0)[..., np.newaxis] * t
    a, gradients = value_and_grad(paths.net, np.ascontiguousarray(points.reshape(n, -1).T), paths.k, jobs)
    a, G = a.reshape(p, -1)[:, COARSE:], np.ascontiguousarray(gradients.T).reshape(n, p, -1)
    noise = (abs(G) * np.maximum(abs(x), abs(x0))[..., np.newaxis]).sum(axis=0).max(axis=1)
    G *= ((x - x0) * panels.h)[..., np.newaxis]
    coarse, fine = _weighted(rule.coarse, G[..., :COARSE]), _weighted(rule.fine, G[..., COARSE:])
    slopes = G[..., COARSE:].sum(axis=0)
    residuals = np.column_stack([a, panels.b]) - panels.a[:, np.newaxis]
    for k in range(FINE):
        residuals -= slopes[:, k, np.newaxis] * rule.primitive[:, k]
    error = np.maximum(abs(fine - coarse).max(axis=0), abs(residuals).max(axis=1))
    return Estimate(fine.T, error, ROUNDING * (abs(a).max(axis=1) + noise), _kink(a, slopes))


def _weighted(weights: Array, G: Array) -> Array:
    """sum_k weights_k G[..., k], in the order of k."""
    total = np.zeros(G.shape[:-1])
    for k, w in enumerate(weights):
        total += w * G[..., k]
    return total


def _kink(a: Array, slopes: Array) -> Array:
    """Where the tangents at the first and at the last node meet, if between them; else 1/2."""
    u = rules().nodes[COARSE:]
    first, last = slopes[:, 0], slopes[:, -1]
    meet = (a[:, -1] - a[:, 0] + first * u[0] - last * u[-1]) / (first - last)
    return np.where((meet > u[0]) & (meet < u[-1]), meet, 0.5)
