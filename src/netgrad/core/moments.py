"""Mean, variance and range of many numbers in one pass: sums of parts that merge."""

from functools import reduce
from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array


class Moments(NamedTuple):
    """Of m points in n columns."""

    m: int
    mean: Array  # (n,)
    M2: Array  # (n,), sum of (v - mean)^2
    absolute: Array  # (n,), mean of |v|
    low: Array  # (n,)
    high: Array  # (n,)
    positive: Array  # (n,), how many v > 0
    zero: Array  # (n,), how many v = 0

    @property
    def std(self) -> Array:
        """Standard deviation of the sample, with m - 1; nan for one point."""
        return np.sqrt(self.M2 / (self.m - 1)) if self.m > 1 else np.full_like(self.mean, np.nan)

    @property
    def rms(self) -> Array:
        """Root of the mean of v^2 = root of mean^2 + M2/m."""
        return np.hypot(self.mean, np.sqrt(self.M2 / self.m))


def moments(V: Array) -> Moments:
    """Moments of the columns of V, shape (m, n), m > 0.

    >>> moments(np.array([[1.0], [3.0]])).rms
    array([2.23606798])
    """
    mean = V.mean(axis=0)
    d = V - mean
    mean = mean + d.mean(axis=0)  # what the first mean has lost
    M2 = np.square(V - mean).sum(axis=0)
    signs = (V > 0).sum(axis=0), (V == 0).sum(axis=0)
    return Moments(len(V), mean, M2, np.abs(V).mean(axis=0), V.min(axis=0), V.max(axis=0), *signs)


def merged(a: Moments, b: Moments) -> Moments:
    """Moments of the points of a and b together.

    Chan, Golub & LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979):
    with d = mean_b - mean_a, M2 = M2_a + M2_b + d^2 m_a m_b / m.
    """
    m = a.m + b.m
    d, share = b.mean - a.mean, b.m / m
    return Moments(
        m,
        a.mean + d * share,
        a.M2 + b.M2 + np.square(d) * (a.m * share),
        a.absolute + (b.absolute - a.absolute) * share,
        np.minimum(a.low, b.low),
        np.maximum(a.high, b.high),
        a.positive + b.positive,
        a.zero + b.zero,
    )


def total(parts: list[Moments]) -> Moments:
    """Moments of the points of all parts together, merged in their order."""
    return reduce(merged, parts)
