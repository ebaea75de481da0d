"""Calibration: whether of all outcomes that were given probability p, a share p came true."""

from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array

BINS = 10
EDGES = np.arange(1, BINS) / BINS  # of [0, 0.1), [0.1, 0.2), ..., [0.9, 1]


class Calibration(NamedTuple):
    """Sums over the forecasts of each bin; every array is (10,)."""

    forecasts: Array  # how many
    predicted: Array  # sum of p
    observed: Array  # sum of y

    @property
    def error(self) -> float:
        """Expected calibration error: the mean over all forecasts of |mean p - mean y| of their bin.

        Guo, Pleiss, Sun & Weinberger, On Calibration of Modern Neural Networks (2017), equation (3).
        """
        return float(np.abs(self.predicted - self.observed).sum() / self.forecasts.sum())


def calibration(p: Array, y: Array) -> Calibration:
    """Bins of forecasts p and what became of them, y from 0 to 1; shapes (m,).

    >>> calibration(np.array([0.95, 0.9, 0.2]), np.array([1.0, 0.0, 0.0])).forecasts.tolist()
    [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0]
    """
    bins = np.searchsorted(EDGES, p, side="right")
    return Calibration(*(np.bincount(bins, of, BINS).astype(np.float64) for of in (np.ones_like(p), p, y)))


def merged(a: Calibration, b: Calibration) -> Calibration:
    """Calibration over the forecasts of both."""
    return Calibration(a.forecasts + b.forecasts, a.predicted + b.predicted, a.observed + b.observed)
