"""Residuals y - a of a regression over a data set: one pass, in memory that does not grow with the points."""

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.analysis import moments as summed
from netgrad.analysis.moments import Moments, moments
from netgrad.core.arrays import Array

STEPS = 1000  # of log10 of a residual's size, for quantiles: within 0.12 %
WORST = 5  # points that are kept

Key = tuple[int, float]  # sign, and log10 of the size times STEPS


class Worst(NamedTuple):
    """A point whose residual is among the largest in size."""

    row: int  # from 0
    y: float
    a: float


class Residuals(NamedTuple):
    """Of m points, for each of n_L outputs."""

    of: Moments  # (n_L,), of y - a
    y: Moments  # (n_L,)
    sizes: list[Counter[Key]]  # how many residuals are near sign 10^(key/STEPS)
    worst: list[list[Worst]]  # the largest first; of equal ones the earlier

    def mean_squared(self, j: int) -> float:
        """Mean of (y - a)^2 of output j."""
        with np.errstate(over="ignore"):
            return float(np.square(self.of.rms[j]))

    def mean_absolute(self, j: int) -> float:
        """Mean of |y - a| of output j."""
        return float(self.of.absolute[j])

    def r_squared(self, j: int) -> float | None:
        """R^2 = 1 - sum (y - a)^2 / sum (y - mean y)^2 of output j; None where y does not vary."""
        spread = float(self.y.spread[j])
        if not spread > 0:
            return None
        share = float(self.of.rms[j]) * self.of.m**0.5 / spread
        return 1 - share * share  # a power would raise where it is too large

    def quantile(self, j: int, p: float) -> float:
        """The residual of output j that is number ceil(p m) of all in order, within 0.12 %; exact at the ends."""
        low, high = float(self.of.low[j]), float(self.of.high[j])
        rank = int(np.ceil(p * self.of.m))
        if rank <= 1 or rank >= self.of.m:
            return low if rank <= 1 else high
        keys = sorted(self.sizes[j], key=lambda key: (key[0], key[0] * key[1]))
        if not keys:  # none of the residuals is finite
            return float("nan")
        ends = np.cumsum([self.sizes[j][key] for key in keys])
        sign, size = keys[min(int(np.searchsorted(ends, rank)), len(keys) - 1)]
        return min(max(sign * 10.0 ** (size / STEPS) if sign else 0.0, low), high)


def residuals(a: Array, y: Array, first: int = 0) -> Residuals:
    """Residuals of m > 0 points; a and y have shape (m, n_L), and `first` is the row of the first.

    >>> found = residuals(np.array([[1.0], [2.0], [4.0]]), np.array([[1.0], [3.0], [2.0]]))
    >>> round(found.mean_squared(0), 9), found.mean_absolute(0), found.quantile(0, 0.5), found.worst[0][0]
    (1.666666667, 1.0, 0.0, Worst(row=2, y=2.0, a=4.0))
    """
    r = y - a
    n_L = r.shape[1]
    return Residuals(
        moments(r),
        moments(y),
        [_sizes(r[:, j]) for j in range(n_L)],
        [_worst(r[:, j], y[:, j], a[:, j], first) for j in range(n_L)],
    )


def merged(first: Residuals, second: Residuals) -> Residuals:
    """Residuals of the points of both, those of `first` before those of `second`."""
    return Residuals(
        summed.merged(first.of, second.of),
        summed.merged(first.y, second.y),
        [u + v for u, v in zip(first.sizes, second.sizes, strict=True)],
        [sorted([*u, *v], key=_size)[:WORST] for u, v in zip(first.worst, second.worst, strict=True)],
    )


def renumbered(found: Residuals, rows: NDArray[np.int64]) -> Residuals:
    """The same, of which row i is called rows[i]."""
    return found._replace(worst=[[w._replace(row=int(rows[w.row])) for w in worst] for worst in found.worst])


def _size(w: Worst) -> tuple[float, int]:
    size = abs(w.y - w.a)
    return (-size if size == size else -np.inf, w.row)


def _worst(r: Array, y: Array, a: Array, first: int) -> list[Worst]:
    size = np.nan_to_num(np.abs(r), nan=np.inf)
    return [Worst(first + int(i), float(y[i]), float(a[i])) for i in np.argsort(-size, kind="stable")[:WORST]]


def _sizes(r: Array) -> Counter[Key]:
    r = r[np.isfinite(r)]
    with np.errstate(divide="ignore"):
        size = np.rint(STEPS * np.log10(np.abs(r)))
    keys = np.column_stack([np.sign(r), np.where(r == 0, 0.0, size)])
    found, counts = np.unique(keys, axis=0, return_counts=True)
    return Counter({(int(sign), float(key)): int(n) for (sign, key), n in zip(found, counts, strict=True)})
