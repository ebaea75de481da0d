"""Many points as blocks that stay in cache, on threads.

A block is some rows of X. It and the arrays made of it are in Fortran order, a unit's values side by side: measured,
that is up to twice as quick where layers are narrow, and as quick where they are wide. Blocks have a multiple of
`rows` rows, the last one by repeating its last, so that a point gets the same bits wherever it stands, however many
there are and whatever the number of threads (`products` says why).
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.blas import one_thread
from netgrad.core.products import FEWEST, product

BYTES = 2 << 20  # of numbers that go through a function together; with fewer, threads wait for one another
TALL = 512  # rows of a block at least: for fewer, GEMM reads wide W too often
ROWS = FEWEST  # of every product of `times`

Work = Callable[[Array, slice], None]


def in_blocks(X: Array, width: int, new_work: Callable[[], Work], jobs: int, multiple: int = ROWS) -> None:
    """Call work(block, rows) for every block X[rows], of which `width` columns have some BYTES.

    Each of at most `jobs` threads asks for a function `work` of its own. A block has a multiple of `multiple` rows:
    those behind `rows` are copies of its last one. BLAS is held to one thread.
    """
    wanted = min(max(BYTES // X.itemsize // width, TALL), len(X) + multiple - 1)

    def new_work_on_rows() -> Callable[[slice], None]:
        work = new_work()
        return lambda rows: work(_padded(X[rows], multiple), rows)

    with one_thread():
        in_slices(len(X), max(multiple, wanted // multiple * multiple), new_work_on_rows, jobs)


def in_slices(m: int, size: int, new_work: Callable[[], Callable[[slice], None]], jobs: int) -> None:
    """Call work(rows) for every slice of `size` of m rows; each of at most `jobs` threads asks for its own `work`.

    A thread takes the next slice as soon as it is done with one, since cores are not equally quick.
    """
    starts = range(0, m, size)
    jobs, left = max(1, min(jobs, len(starts))), iter(starts)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work = new_work()
            for i in left:
                work(slice(i, min(i + size, m)))
        except BaseException as failure:
            failures.append(failure)

    others = [threading.Thread(target=run) for _ in range(1, jobs)]
    for thread in others:
        thread.start()
    run()
    for thread in others:
        thread.join()
    if failures:
        raise failures[0]


def strips(z: Array) -> Iterator[slice]:
    """Some columns of z at a time, shape (m, n), so that they stay in cache from one step to the next."""
    m, n = z.shape
    step = max(1, BYTES // z.itemsize // m)
    return (slice(j, j + step) for j in range(0, n, step))


def _padded(block: Array, multiple: int) -> Array:
    m, n = block.shape
    more = empty(-(-m // multiple) * multiple, n, block.dtype)
    more[:m], more[m:] = block, block[-1:]
    return more


def times(A: Array, B: Array) -> Array:
    """A B, of shape (m, p) for A (m, n) and B (n, p): the bits of a row do not depend on how many there are."""
    whole = np.asfortranarray(A) if len(A) % ROWS == 0 else _padded(A, ROWS)
    return product(whole, B, empty(len(whole), B.shape[1], A.dtype), ROWS)[: len(A)]


def empty(m: int, n: int, dtype: "np.dtype[Any]") -> Array:
    """Array of shape (m, n) for a block of m rows, a column in one piece of memory."""
    return np.empty((m, n), dtype, order="F")
