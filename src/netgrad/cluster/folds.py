"""Sums over all points, on workers that have them, in the tree of `netgrad.stream.fold`: the same bits as here.

Spans are read first, and their points stay where they are; when the driver knows how many there are before a span,
its worker sums up the blocks that begin in it, with the few rows of the spans behind that the last one takes.
"""

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from netgrad.cluster.engines import AHEAD, Engine, Handle, itself
from netgrad.cluster.spans import Span
from netgrad.cluster.task import Done
from netgrad.stream.engine import Points, Runner, answers
from netgrad.stream.fold import Block, Merge, Node, Of, Total, check_some, joined, rows_of, total
from netgrad.stream.tasks import Answer, Task
from netgrad.tables.columns import Layout

T = TypeVar("T")


class Kept:
    """The points of a span, which stay with the worker."""

    def __init__(self) -> None:
        self._parts, self._records = list[Block](), 0

    def put(self, one: Answer) -> None:
        """Take the points of a piece, and number them."""
        if one.rows:
            X, Y, numbers = one.content
            self._parts.append(Block(X, Y, numbers + self._records))
        self._records += one.rows + len(one.bad)

    def done(self) -> Block | None:
        """All of them."""
        return joined(self._parts) if self._parts else None

    def drop(self) -> None:
        """Nothing is anywhere else."""


class Keeping:
    """The sink of points that stay where they are."""

    def placed(self, span: Span, attempt: int) -> type[Kept]:
        """The out that keeps them."""
        return Kept

    def wanted(self, span: Span, content: Any) -> None:
        """Nothing again."""


def begun(engine: Engine, runner: Runner, points: Points) -> tuple[Layout, Total[Any]]:
    """Columns of the points, and a function that sums them up: `netgrad.stream.fold.begun` on a cluster.

    `runner` answers points with handles of what its `Keeping` has kept.
    """
    found = answers(replace(points, runner=runner), Task(points.codec, points.policy))
    first = next(found)
    size = rows_of(len(first.layout.inputs))

    def sum_up(of: Of[T], merge: Merge[T]) -> T:
        with closing(found):
            return total(_nodes(engine, _spans(found, points), size, of, merge), merge)

    return first.layout, sum_up


def _spans(found: Generator[Answer, None, None], points: Points) -> Iterator[tuple[Answer, int]]:
    """Spans with points, and how many records stand before each."""
    records = 0
    for one in found:
        if one.rows:
            yield one, records
        records += one.rows + len(one.bad)
    check_some(points)


@dataclass
class _Open:
    """A span with blocks of its own, of which the last one may want rows of the spans behind."""

    span: Handle
    records: int  # before it
    skip: int  # rows that belong to a block before
    block: int  # number of its first block
    more: list[Handle]  # of rows behind it


def _nodes(
    engine: Engine, spans: Iterator[tuple[Answer, int]], size: int, of: Of[T], merge: Merge[T]
) -> Iterator[Node[T]]:
    """Sums of whole nodes of the tree, in order."""
    job, under_way = engine.submit(itself, (of, merge, size)), deque[Handle]()
    try:
        for one in _complete(engine, spans, size):
            under_way.append(engine.submit(_sums, job, one.span, one.records, one.skip, one.block, one.more))
            if len(under_way) > AHEAD * engine.slots:
                yield from engine.result(under_way[0])
                under_way.popleft()
        while under_way:
            yield from engine.result(under_way[0])
            under_way.popleft()
    finally:
        engine.cancel([*under_way])


def _complete(engine: Engine, spans: Iterator[tuple[Answer, int]], size: int) -> Iterator[_Open]:
    """Spans as soon as their last block is whole, or there are no more."""
    last: _Open | None = None
    at = 0  # rows before
    for one, records in spans:
        span, skip = one.content.handle, min(-at % size, one.rows)
        if last is not None:
            last.more.append(engine.submit(_rows, span, records, 0, skip))
            if (at + skip) % size == 0:
                yield last
                last = None
        if skip < one.rows:
            last = _Open(span, records, skip, (at + skip) // size, [])
        at += one.rows
        if last is not None and at % size == 0:
            yield last
            last = None
    if last is not None:
        yield last


def _rows(done: Done, records: int, start: int, stop: int | None = None) -> Block:
    """Some rows of a span with so many records before it."""
    found: Block = done.answers[0].content.part(start, stop)
    return found._replace(numbers=found.numbers + records)


def _sums(
    job: tuple[Of[T], Merge[T], int], done: Done, records: int, skip: int, first: int, more: list[Block]
) -> list[Node[T]]:
    """Sums of the blocks that begin in a span, `first` is the number of the first, merged as far as the tree has it."""
    of, merge, size = job
    points, stack = joined([_rows(done, records, skip), *more]), list[Node[T]]()
    for i, at in enumerate(range(0, len(points.X), size), start=first):
        level, value = 0, of(points.part(at, at + size), 1)
        while stack and stack[-1][0] == level and (i >> level) % 2:
            level, value = level + 1, merge(stack.pop()[1], value)
        stack.append((level, value))
    return stack
