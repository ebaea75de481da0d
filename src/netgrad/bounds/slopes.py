"""Balls around sigma(z) and sigma'(z), from a ball around z and the facts of `sigmas`; softmax too."""

from typing import NamedTuple

import numpy as np

from netgrad.bounds.balls import ETA, UP, Ball, gamma, magnitude, matrix_product, rounded_up, unit_roundoff
from netgrad.bounds.sigmas import TINY, Factored, Gated, facts_of
from netgrad.core.activations import Activation
from netgrad.core.arrays import Array

FAR = 12000.0  # exp(-t) underflows for t beyond, to 64 bits and to 113 too
BIG = 1e300  # stands for infinity where 0 times it must be 0
EXP = 4  # error of exp in units of u


class Errors(NamedTuple):
    """Bounds on three errors at the centre z of a ball."""

    value: Array  # of sigma as it is evaluated at z
    slope: Array  # of sigma' as it is evaluated at z
    variation: Array  # |sigma'(y) - sigma'(z)| for y in the ball


def images(activation: Activation, z: Ball) -> tuple[Ball, Ball]:
    """Balls around sigma(z) and sigma'(z) for every z of the ball, softmax excepted.

    |computed sigma'(z) - sigma'(y)| <= evaluation + variation for |y - z| <= rad, and
    |computed sigma(z) - sigma(y)| <= evaluation + rad sup |sigma'|. Where the ranges of sigma and sigma' say more, as
    where nothing is known of z, the balls are those.
    """
    sigma = facts_of(activation)
    a, d = sigma.f(z.mid)
    sizes = magnitude(a), magnitude(d)
    errors = _errors_factored(sigma, z, *sizes) if isinstance(sigma, Factored) else _errors_gated(sigma, z, *sizes)
    unknown = np.where(np.isfinite(z.rad), 0, np.inf)  # overflow: no computed number says anything
    dsigma = _within(sigma.slopes, Ball(d, rounded_up(errors.slope + errors.variation + unknown)))
    steepest = np.minimum(magnitude(dsigma.mid) + dsigma.rad, max(map(abs, sigma.slopes)))
    spread = steepest * z.rad + ETA * ((steepest > 0) & (z.rad > 0))
    return _within(sigma.values, Ball(a, rounded_up(spread + errors.value + unknown))), dsigma


def _within(range_: tuple[float, float], A: Ball) -> Ball:
    """A, or where it is not finite or larger than the range, the ball around that."""
    low, high = range_
    mid, rad = ((low + high) / 2, UP * (high - low) / 2) if np.isfinite(high) else (0.0, np.inf)
    smaller = A.rad <= rad
    return Ball(np.where(smaller, A.mid, A.mid.dtype.type(mid)), np.where(smaller, A.rad, rad))


def _errors_factored(sigma: Factored, z: Ball, a: Array, d: Array) -> Errors:
    """Errors for sizes a of computed sigma(z) and d of computed sigma'(z)."""
    u = unit_roundoff(z.mid)
    value = u * sigma.value * a
    if sigma.gap is not None:
        value = np.minimum(value, sigma.value * sigma.gap * d)
    value += sigma.tiny
    slope = u * sigma.slope * d + sigma.tiny
    lowest = z.mid.astype(np.float64) - UP * z.rad
    nearest = np.maximum(magnitude(z.mid) - UP * z.rad, 0)
    variation = (d + slope) * np.expm1(sigma.log_slope(lowest, nearest) * np.minimum(z.rad, BIG))
    variation += sigma.bend(nearest) * np.minimum(z.rad, BIG)
    for kink in sigma.kinks:
        off = abs(z.mid - kink) > UP * z.rad  # not so where z is nan
        variation += sigma.jump * ~(off | (z.rad == 0))
    return Errors(value, slope, variation)


def _errors_gated(sigma: Gated, z: Ball, a: Array, d: Array) -> Errors:
    """Errors for sizes a of computed sigma(z) and d of computed sigma'(z)."""
    u, size = unit_roundoff(z.mid), magnitude(z.mid)
    nearest, farthest = (np.clip(t, 0, FAR) for t in (size - UP * z.rad, size + UP * z.rad))
    t = np.minimum(size, FAR)
    v, rate = sigma.v(t), sigma.rate(t)
    tail = sigma.tail * v
    value = u * (sigma.value + tail * (z.mid < 0)) * a + TINY
    slope = u * (sigma.slope * d + (sigma.gate + tail) * t * rate * np.exp(-v)) + TINY
    curvature = (2 + sigma.swing(farthest)) * sigma.rate(farthest) * np.exp(-sigma.v(nearest))
    return Errors(value, slope, np.minimum(curvature, sigma.bend) * z.rad)


def softmax(z: Ball) -> Ball:
    """Ball around exp(z_j) / sum_k exp(z_k) for every z of the ball, along the last axis.

    Let p_j be the computed exponentials over their exact sum, and r_j bound what their errors and the radius of
    z make of p_j. Then a_j is within (r_j + p_j R)/(1 - R) of p_j, R = sum_k r_k. As a_j also is 1 minus the
    sum of the others, their radii bound its own.
    """
    u, n = unit_roundoff(z.mid), z.mid.shape[-1]
    below = z.mid.max(axis=-1, keepdims=True) - z.mid
    e = np.exp(-below)
    a = e / e.sum(axis=-1, keepdims=True)
    p = magnitude(a)
    r = (p + TINY) * np.expm1(z.rad + u * (np.minimum(magnitude(below), FAR) + EXP + 1)) + TINY
    R = r.sum(axis=-1, keepdims=True)
    rad = np.where(R < 0.5, (r + p * R) / (1 - R) + gamma(n + 1, u) * p, 1)
    others = complement(Ball(a, rounded_up(np.minimum(rad, 1))))
    by_others = magnitude((1 - a) - others.mid) + others.rad + magnitude(u * (1 - a))
    return _within((0, 1), Ball(a, rounded_up(np.minimum(rad, np.fmin(by_others, 1)))))


def complement(a: Ball) -> Ball:
    """Ball around 1 - a_j, as the sum of the other components."""
    return matrix_product(a, 1 - np.eye(a.mid.shape[-1]))
