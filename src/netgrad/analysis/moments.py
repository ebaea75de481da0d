"""Mean, variance and range of many numbers in one pass: sums of parts that merge."""

from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array, Counts

FARTHEST = 1000  # a power of two by which any float64 can be multiplied and divided


class Moments(NamedTuple):
    """Of m numbers v in each of n columns."""

    m: int
    origin: Array  # (n,), about the mean
    offset: Array  # (n,), mean - origin: the digits of the mean that one number has no room for
    spread: Array  # (n,), root of the sum of (v - mean)^2, which does not over- or underflow as the sum does
    absolute: Array  # (n,), mean of |v|
    low: Array  # (n,)
    high: Array  # (n,)
    positive: Counts  # (n,), how many v > 0
    zero: Counts  # (n,), how many v = 0

    @property
    def mean(self) -> Array:
        """Mean of the numbers."""
        return self.origin + self.offset

    @property
    def is_finite(self) -> bool:
        """True where all the numbers are."""
        return bool(np.isfinite([self.low, self.high]).all())

    @property
    def std(self) -> Array:
        """Standard deviation of the sample, with m - 1; nan for one point."""
        with np.errstate(all="ignore"):  # one point: 0/0
            std: Array = self.spread / np.sqrt(self.m - 1)
        return std

    @property
    def rms(self) -> Array:
        """Root of the mean of v^2, which is root of mean^2 + spread^2/m."""
        with np.errstate(all="ignore"):
            rms: Array = np.hypot(self.mean, self.spread / np.sqrt(self.m))
        return rms


def moments(V: Array) -> Moments:
    """Moments of the columns of V, shape (m, n), m > 0.

    The columns are divided by a power of two first, so that no square over- or underflows.

    >>> moments(np.array([[1.0], [3.0]])).rms
    array([2.23606798])
    """
    with np.errstate(all="ignore"):
        V = np.ascontiguousarray(V.T, np.float64)  # sums along what is side by side are pairwise
        low, high = V.min(axis=1), V.max(axis=1)
        exponent = np.clip(np.frexp(np.maximum(-low, high))[1], -FARTHEST, FARTHEST)
        unit = np.ldexp(1.0, exponent)
        d = V * np.ldexp(1.0, -exponent)[:, np.newaxis]
        absolute = np.abs(d).mean(axis=1) * unit
        origin = d.mean(axis=1)
        d -= origin[:, np.newaxis]
        offset = d.mean(axis=1)
        d -= offset[:, np.newaxis]
        spread = np.sqrt(np.square(d, out=d).sum(axis=1))
        signs = (V > 0).sum(axis=1), (V == 0).sum(axis=1)
        return Moments(V.shape[1], origin * unit, offset * unit, spread * unit, absolute, low, high, *signs)


def merged(a: Moments, b: Moments) -> Moments:
    """Moments of the points of a and b together.

    Chan, Golub & LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979):
    with d = mean_b - mean_a, spread^2 = spread_a^2 + spread_b^2 + d^2 m_a m_b / m.
    """
    m = a.m + b.m
    share = b.m / m
    with np.errstate(all="ignore"):
        d = (b.origin - a.origin) + (b.offset - a.offset)
        between = np.abs(d) * np.sqrt(a.m * share)
        return Moments(
            m,
            a.origin,
            a.offset + d * share,
            np.hypot(np.hypot(a.spread, b.spread), between),
            a.absolute + (b.absolute - a.absolute) * share,
            np.minimum(a.low, b.low),
            np.maximum(a.high, b.high),
            a.positive + b.positive,
            a.zero + b.zero,
        )


def times(v: Moments, factor: Array) -> Moments:
    """Moments of factor * v for a factor >= 0 of each column, shape (n,); signs are counted as those of v."""
    with np.errstate(all="ignore"):
        measures = {
            name: getattr(v, name) * factor for name in ("origin", "offset", "spread", "absolute", "low", "high")
        }
    return v._replace(**measures)
