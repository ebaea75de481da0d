"""Points in blocks of one size, whatever the pieces they come in, so that sums over them have the same bits."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array
from netgrad.errors import PointsError
from netgrad.stream.engine import Points, answers
from netgrad.stream.tasks import Answer, Integers, Task
from netgrad.tables.columns import Layout

ROWS = 1 << 13
NUMBERS = 1 << 22  # of a block at most, which has fewer rows where they are long


class Block(NamedTuple):
    """Some points, and their targets where there are any."""

    X: Array  # (m, n_1)
    Y: Array | None  # (m, 1) or (m, n_L)
    numbers: Integers  # (m,), which of all records of the files they are, from 0, bad ones counted

    @property
    def rows(self) -> Array:
        """X, with the columns of Y behind."""
        return self.X if self.Y is None else np.column_stack([self.X, self.Y])

    def part(self, start: int, stop: int | None = None) -> "Block":
        """Some of the points."""
        Y = None if self.Y is None else self.Y[start:stop]
        return Block(self.X[start:stop], Y, self.numbers[start:stop])


def blocks(points: Points) -> tuple[Layout, Iterator[Block]]:
    """The columns, and the points that can be read, up to ROWS of them at a time and at last what is left.

    Which points share a block depends on their number and width alone: not on how they arrive, nor on threads.

    Raises
    ------
    PointsError
        There is no point, or one that cannot be read, where that is to end the run.
    """
    found = answers(points, Task(points.codec, points.policy))
    first = next(found)
    return first.layout, _found(points, _numbered(found))


def _numbered(found: Iterator[Answer]) -> Iterator[Block]:
    """The points of the answers, with the numbers of their records."""
    before = 0
    for one in found:
        if one.rows:
            X, Y, numbers = one.content
            yield Block(X, Y, numbers + before)
        before += one.rows + len(one.bad)


def _found(points: Points, parts: Iterator[Block]) -> Iterator[Block]:
    yield from _even(parts)
    if not points.tally.rows:
        raise PointsError("no points", file=", ".join(source.name for source in points.sources))


def _even(parts: Iterator[Block]) -> Iterator[Block]:
    waiting: list[Block] = []
    for part in parts:
        waiting.append(part)
        size = max(1, min(ROWS, NUMBERS // part.X.shape[1]))
        if sum(len(block.X) for block in waiting) >= size:
            whole = _joined(waiting)
            many = len(whole.X) // size * size
            yield from (whole.part(i, i + size) for i in range(0, many, size))
            waiting = [whole.part(many)]
    if waiting and len((rest := _joined(waiting)).X):
        yield rest


def _joined(parts: list[Block]) -> Block:
    targets = [part.Y for part in parts if part.Y is not None]
    X, numbers = (np.concatenate(of) for of in zip(*((part.X, part.numbers) for part in parts), strict=True))
    return Block(X, np.concatenate(targets) if targets else None, numbers)
