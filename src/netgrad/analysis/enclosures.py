"""Enclosures of the gradient on a piece of a path, by discs of the complex plane.

Along a path every z[l] is a function of one number t, and analytic near a piece that no kink lies on. On the disc
|t - t_m| <= RHO h/2, t_m the middle of the piece and h its length, z(t) and its derivative are within R and R' of
z(t_m) and z'(t_m), where from layer to layer, by the mean value theorem and `discs`,

    R'[l] = |W[l]| (S R'[l-1] + |z'[l-1]| V),    R[l] = RHO h/2 (|z'[l]| + R'[l]),

S >= |sigma'| and V >= |sigma' - sigma'(z(t_m))|; and in the same way Delta[l] is enclosed backwards. What roundings in
z and Delta make of the gradient is carried along to first order (`noise`): an estimate that errs on the large side.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.analysis.discs import Disc, disc_of
from netgrad.core.arrays import Array
from netgrad.core.blocks import in_blocks, times
from netgrad.core.network import Network

RHO = 5 / 3  # half the sum of the axes is 3 for the ellipse in the disc with its foci at the ends of the piece
UNIT = 2.0**-53  # rounding of a sum, relative to its terms
NEAR = 8  # what is nearer to a kink than so many roundings is on either side of it
ISOLATED = 0.25  # of a piece: a zero of z that is known as well is cut out
HELD = 6  # arrays for each number of the network


class Enclosure(NamedTuple):
    """Bounds on how f_i(t) = (x_i - x0_i) da/dx_i varies on each of p pieces."""

    f: Array  # (p, n_1), in the middle
    spread: Array  # (p, n_1): |f_i(t) - f_i(t_m)| on the disc; where a kink is on the piece, on the piece
    noise: Array  # (p,): what roundings make of the f_i together, on average over the piece
    smooth: NDArray[np.bool_]  # (p,): no kink on the piece
    cut: Array  # (p, 2): where a kink is, from -1 to 1 over the piece; -1, -1 where that is not known


class Step(NamedTuple):
    """Sigma' in the middle, shape (p, n_l), and its bounds on the disc."""

    d: Array
    S: Array
    V: Array
    E: Array  # what the rounding of z makes of sigma'


class Kinks:
    """Kinks on the pieces of a block, collected layer after layer."""

    def __init__(self, p: int) -> None:
        self.smooth = np.ones(p, np.bool_)
        self.cut = np.full((p, 2), -1.0)
        self._nearest = np.full(p, np.inf)

    def add(self, above: Array, dz: Array, reach: Array, doubt: Array, rounding: Array) -> NDArray[np.bool_]:
        """Mask of the units, shape (p, n_l), that can be on a kink somewhere on their piece.

        Parameters
        ----------
        above : (p, n_l)
            z - kink in the middle.
        dz, doubt : (p, n_l)
            h/2 times z' in the middle, and how far it is from that elsewhere.
        reach : (p, n_l)
            How far z gets from the middle.
        rounding : (p, n_l)
            Of z.
        """
        lost = (abs(above) <= rounding) & (reach <= rounding) & ((above != 0) | (reach > 0))
        crossing: NDArray[np.bool_] = (abs(above) < reach - rounding) | lost
        self.smooth &= ~crossing.any(axis=1)
        zero = np.where(crossing, -above / dz, np.inf)
        j = np.argmin(np.where(np.isfinite(zero), abs(zero), np.inf), axis=1)[:, np.newaxis]
        zero, width = (np.take_along_axis(v, j, axis=1)[:, 0] for v in (zero, (doubt + 2 * rounding) / abs(dz)))
        width = width * (1 + abs(zero))
        nearer = (abs(zero) < np.minimum(self._nearest, 1)) & (width < ISOLATED)
        self._nearest = np.where(nearer, abs(zero), self._nearest)
        ends = np.clip(np.column_stack([zero - width, zero + width]), -1, 1)
        self.cut = np.where(nearer[:, np.newaxis], ends, self.cut)
        return crossing


def enclosed(net: Network, k: int, middles: Array, dx: Array, half: Array, jobs: int) -> Enclosure:
    """Enclosure of f_i on p pieces of paths.

    Parameters
    ----------
    k
        Which output, from 0.
    middles, dx : (p, n_1)
        The point in the middle of each piece, and x - x0 of its path.
    half : (p,)
        h/2.
    """
    p, n = dx.shape
    f, spread = np.empty((2, p, n))
    found = Enclosure(f, spread, np.empty(p), np.empty(p, np.bool_), np.empty((p, 2)))

    def work(block: Array, rows: slice) -> None:
        m = rows.stop - rows.start
        with np.errstate(all="ignore"):
            parts = _of_block(net, k, block[:, :n], block[:, n:-1], block[:, -1:])
        for whole, part in zip(found, parts, strict=True):
            whole[rows] = part[:m]

    in_blocks(np.column_stack([middles, dx, half]), HELD * max(net.sizes), lambda: work, jobs)
    return found


def _of_block(net: Network, k: int, x: Array, dx: Array, half: Array) -> Enclosure:
    kinks, scaling = Kinks(len(x)), net.scaling
    if scaling is not None:
        x, dx = (x - scaling.mean) / scaling.std, dx / scaling.std
    *steps, last = _forward(net, k, x, dx, half, kinks)
    delta, R, E = last.d, last.V, last.E  # of D[L] e_k
    for layer, step in zip(reversed(net.layers[1:]), reversed(steps), strict=True):
        E = times(E + UNIT * abs(delta), abs(layer.W))
        delta, R = times(delta, layer.W), times(R, abs(layer.W))
        R, E = (v * step.S + abs(delta) * w for v, w in ((R, step.V), (E, step.E)))
        delta = delta * step.d
    W = net.layers[0].W
    spread, noise = (times(v, abs(W)) * abs(dx) for v in (R, E + UNIT * abs(delta)))
    for v in (spread, noise):
        v[np.isnan(v)] = np.inf
    std = 1.0 if net.output_scaling is None else float(net.output_scaling.std[k])
    f = std * (times(delta, W) * dx)
    return Enclosure(f, abs(std) * spread, abs(std) * noise.sum(axis=1), kinks.smooth, kinks.cut)


def _forward(net: Network, k: int, a: Array, da: Array, half: Array, kinks: Kinks) -> Iterator[Step]:
    """sigma' of each layer and its bounds; of the last one column k of D[L]."""
    R_da, E_a = np.zeros((2, *da.shape))
    for layer in net.layers:
        W, size = layer.W.T, abs(layer.W).T
        z, dz, R_dz = times(a, W) + layer.b, times(da, W), times(R_da, size)
        E_z = times(E_a + UNIT * abs(a), size) + UNIT * abs(layer.b)
        if layer.sigma.whole_row:
            layer.sigma.f(z, None)
            yield _softmax_column(z, k, RHO * half * (abs(dz - dz[:, [k]]) + R_dz + R_dz[:, [k]]), E_z + E_z[:, [k]])
            return
        a, d = z.copy("K"), np.empty_like(z)
        layer.sigma.f(a, d)
        R = RHO * half * (abs(dz) + R_dz) + E_z
        disc = disc_of(layer.sigma)
        S, V = disc.bounds(z, R, d)
        step = Step(d, S, V, V * _share(E_z, R))
        if disc.kinks:
            step = _with_kinks(disc, step, (z, half * dz, half * R_dz, E_z), kinks)
        if layer is net.layers[-1]:
            step = Step(*(np.where(np.arange(z.shape[1]) == k, v, 0) for v in step))
        yield step
        da, R_da, E_a = d * dz, step.S * R_dz + abs(dz) * step.V, step.S * E_z


def _share(part: Array, whole: Array) -> Array:
    """part / whole, at most 1, where there is a part."""
    return np.where(part > 0, np.minimum(part / whole, 1), 0)


def _with_kinks(disc: Disc, step: Step, z: tuple[Array, Array, Array, Array], kinks: Kinks) -> Step:
    """The step with bounds that hold across kinks too, on the real piece.

    z is it in the middle, h/2 times z' and its radius, and the rounding of z.
    """
    middle, dz, doubt, rounding = z
    reach = abs(dz) + doubt
    d, S, V, E = step
    for kink in disc.kinks:
        above = middle - kink
        crossing = kinks.add(above, dz, reach, doubt, NEAR * rounding)
        S = np.where(crossing, disc.steepest, S)
        V = np.where(crossing, disc.jump * len(disc.kinks) + disc.bend * reach, V)
        E = E + np.where(abs(above) < reach + NEAR * rounding, disc.jump * _share(rounding, abs(dz)), 0)
    return Step(d, S, V, E)


def _softmax_column(p: Array, k: int, R: Array, rounding: Array) -> Step:
    """Column k of softmax's Jacobian, a_k (e_k - a), where z is within R of where a is p, and rounded.

    a_j = p_j (1 + e_j) / (1 + sum_i p_i e_i) with |e_j| <= exp(R_j) - 1.
    """
    R = R + rounding
    e = np.expm1(R)
    total = (p * e).sum(axis=1, keepdims=True)
    R_a = np.where(total < 1, p * (e + total) / (1 - total), np.inf)
    at_k = np.arange(p.shape[1]) == k
    others, R_others = (np.where(at_k, 0, v).sum(axis=1, keepdims=True) for v in (p, R_a))
    p_k, R_k = p[:, [k]], R_a[:, [k]]
    d = np.where(at_k, p_k * others, -p_k * p)
    V = np.where(at_k, R_k * (others + R_others) + p_k * R_others, R_k * (p + R_a) + p_k * R_a)
    return Step(d, abs(d) + V, V, V * _share(rounding, R).max(axis=1, keepdims=True))
