"""Points in blocks of one size, whatever the pieces they come in, so that sums over them have the same bits."""

from collections.abc import Callable
from typing import Any

import numpy as np

from netgrad.core.arrays import Array
from netgrad.stream.writers import Writer
from netgrad.tables.columns import Layout

ROWS = 1 << 13


def points(X: Array, jobs: int) -> Array:
    """What the engine applies for a fold: nothing."""
    return X


def fold_writer(begin: Callable[[Layout], None], add: Callable[[Array], None]) -> Writer:
    """Writer that calls add(block) for every ROWS points in order, shape (ROWS, n), and for what is left at the end.

    Which points share a block depends on their number alone: not on how they arrive, nor on threads.
    """
    waiting: list[Array] = []

    def put(X: Array) -> None:
        waiting.append(X)
        if sum(map(len, waiting)) >= ROWS:
            whole = np.concatenate(waiting)
            many = len(whole) // ROWS * ROWS
            for i in range(0, many, ROWS):
                add(whole[i : i + ROWS])
            waiting[:] = [whole[many:]]

    def end() -> None:
        if waiting and len(rest := np.concatenate(waiting)):
            add(rest)

    def encode(chunk: Any, X: Array, layout: Layout) -> Array:
        return X

    return Writer(begin, encode, put, end)
