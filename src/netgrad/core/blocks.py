"""Many points as blocks that stay in cache, on threads.

A block is some rows of X. The arrays made of it are in Fortran order, a unit's values side by side: measured, that is
up to twice as quick where layers are narrow, and as quick where they are wide. Blocks have a multiple of 8 rows,
the last one by repeating its last: measured on OpenBLAS, a point then gets the same bits wherever it stands, however
many there are and whatever the number of threads, while a row alone would go another way (gemv).
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from netgrad.core.arrays import Array

BYTES = 2 << 20  # of numbers that go through a function together; with fewer, threads wait for one another
TALL = 512  # rows of a block at least: for fewer, GEMM reads wide W too often
ROWS = 8

Work = Callable[[Array, slice], None]


def in_blocks(X: Array, width: int, new_work: Callable[[], Work], jobs: int) -> None:
    """Call work(block, rows) for every block X[rows], of which `width` columns have some BYTES.

    Each of at most `jobs` threads asks for a function `work` of its own. A block may have up to 7 rows more than
    `rows`, copies of its last one.
    """
    size = max(ROWS, min(max(BYTES // X.itemsize // width, TALL), len(X) + ROWS - 1) // ROWS * ROWS)
    starts = range(0, len(X), size)
    jobs = max(1, min(jobs, len(starts)))
    failures: list[BaseException] = []

    def run(first: int) -> None:
        try:
            work = new_work()
            for i in starts[first::jobs]:
                rows = slice(i, min(i + size, len(X)))
                work(_padded(X[rows]), rows)
        except BaseException as failure:
            failures.append(failure)

    others = [threading.Thread(target=run, args=(first,)) for first in range(1, jobs)]
    for thread in others:
        thread.start()
    run(0)
    for thread in others:
        thread.join()
    if failures:
        raise failures[0]


def strips(z: Array) -> Iterator[slice]:
    """Some columns of z at a time, shape (m, n), so that they stay in cache from one step to the next."""
    m, n = z.shape
    step = max(1, BYTES // z.itemsize // m)
    return (slice(j, j + step) for j in range(0, n, step))


def _padded(block: Array) -> Array:
    missing = -len(block) % ROWS
    return np.concatenate([block, np.repeat(block[-1:], missing, axis=0)]) if missing else block


def empty(m: int, n: int, dtype: "np.dtype[Any]") -> Array:
    """Array of shape (m, n) for a block of m rows, a column in one piece of memory."""
    return np.empty((m, n), dtype, order="F")
