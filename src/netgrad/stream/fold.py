"""Points in blocks of one size, whatever the pieces they come in, and sums over them in one fixed tree.

Blocks 2i and 2i + 1 are merged, and so are the sums of them, and so on: the same bits, however many machines do it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

import numpy as np

from netgrad.core.arrays import Array
from netgrad.errors import PointsError
from netgrad.stream.engine import Points, answers
from netgrad.stream.tasks import Answer, Integers, Task
from netgrad.tables.columns import Layout

T = TypeVar("T")

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


Of = Callable[[Block, int], T]  # a block, threads -> what it adds; a function of a module with its options
Merge = Callable[[T, T], T]
Node = tuple[int, T]  # level, and what 2^level blocks add
Total = Callable[[Of[T], Merge[T]], T]


def begun(points: Points) -> tuple[Layout, Total[Any]]:
    """The columns, and a function that sums up all points, which are read then; raises as `blocks` does."""
    if points.runner is not None:
        elsewhere: tuple[Layout, Total[Any]] = points.runner.begun(points)
        return elsewhere
    layout, found = blocks(points)
    return layout, lambda of, merge: total(((0, of(block, points.jobs)) for block in found), merge)


def total(nodes: Iterable[Node[T]], merge: Merge[T]) -> T:
    """All nodes merged, of which there is one at least; they come in order and begin at multiples of their size."""
    stack: list[Node[T]] = []
    for level, value in nodes:
        while stack and stack[-1][0] == level:
            level, value = level + 1, merge(stack.pop()[1], value)
        stack.append((level, value))
    found = stack.pop()[1]
    while stack:
        found = merge(stack.pop()[1], found)
    return found


def rows_of(n: int) -> int:
    """Rows of a block of points with n inputs."""
    return max(1, min(ROWS, NUMBERS // n))


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
    check_some(points)


def check_some(points: Points) -> None:
    """Raise PointsError where no point has been read."""
    if not points.tally.rows:
        raise PointsError("no points", file=", ".join(source.name for source in points.sources))


def _even(parts: Iterator[Block]) -> Iterator[Block]:
    waiting: list[Block] = []
    for part in parts:
        waiting.append(part)
        size = rows_of(part.X.shape[1])
        if sum(len(block.X) for block in waiting) >= size:
            whole = joined(waiting)
            many = len(whole.X) // size * size
            yield from (whole.part(i, i + size) for i in range(0, many, size))
            waiting = [whole.part(many)]
    if waiting and len((rest := joined(waiting)).X):
        yield rest


def joined(parts: list[Block]) -> Block:
    """All points in one block, of whatever size."""
    targets = [part.Y for part in parts if part.Y is not None]
    X, numbers = (np.concatenate(of) for of in zip(*((part.X, part.numbers) for part in parts), strict=True))
    return Block(X, np.concatenate(targets) if targets else None, numbers)
