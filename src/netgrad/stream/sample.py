"""A fair sample of rows that come in blocks, in constant memory."""

from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array

SEED = 2019


class Sample(NamedTuple):
    """Of `total` rows some, or all if those are few; every beginning of them is a fair sample too."""

    total: int
    keys: Array  # (m,), increasing
    rows: Array  # (m, n)


def begun(n: int) -> Sample:
    """The sample of no rows of n numbers."""
    return Sample(0, np.empty(0), np.empty((0, n)))


def sampled(sample: Sample, rows: Array, size: int) -> Sample:
    """The sample with the rows of one more block, shape (m, n), taken into account.

    Each row gets a random key, and the `size` rows with the least keys stay. The same rows in the same blocks give
    the same sample.

    >>> rows = np.arange(10.0)[:, np.newaxis]
    >>> sampled(begun(1), rows, 3).rows.shape
    (3, 1)
    """
    drawn = np.random.default_rng((SEED, sample.total)).random(len(rows))
    keys, together = np.append(sample.keys, drawn), np.concatenate([sample.rows, rows])
    least = np.argsort(keys)[:size]
    return Sample(sample.total + len(rows), keys[least], together[least])
