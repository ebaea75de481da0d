"""Points outside what a network was trained on, as far as its scaling tells."""

from dataclasses import dataclass

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.network import Scaling


@dataclass(frozen=True)
class Range:
    """Distances of some points from the mean of the scaling, in its standard deviations; can be added."""

    rows: int = 0
    far: int = 0  # rows with |u_i| > K for an i
    worst: int = 0  # the i of the largest |u_i|, from 0; the first of several
    u: float = 0.0

    def __add__(self, other: "Range") -> "Range":
        farthest = other if abs(other.u) > abs(self.u) else self
        return Range(self.rows + other.rows, self.far + other.far, farthest.worst, farthest.u)


def range_of(scaling: Scaling, K: float, X: Array) -> Range:
    """u = (x - mean) / std of the points X, shape (m, n_1), against K.

    >>> range_of(Scaling(np.zeros(2), np.array([1.0, 2.0])), 4.0, np.array([[1.0, -10.0], [4.0, 8.0]]))
    Range(rows=2, far=1, worst=1, u=-5.0)
    """
    if not len(X):
        return Range()
    with np.errstate(over="ignore"):
        u = (X - scaling.mean) / scaling.std
    size = np.nan_to_num(abs(u), nan=0.0, posinf=np.inf)
    at = np.unravel_index(size.argmax(), size.shape)
    return Range(len(X), int((size > K).any(axis=1).sum()), int(at[1]), float(u[at]))
