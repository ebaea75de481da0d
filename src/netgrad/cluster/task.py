"""Tasks of workers: answer the records of one span of a table, by the engine's own functions.

A task is a pure function of plain data: it may run on any machine, in any order and more than once.
"""

import socket
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from netgrad import __version__
from netgrad.cluster.cut import guessed, records_from
from netgrad.cluster.spans import BYTES, WHOLE, Span, opened
from netgrad.cluster.store import Read, far, reading, stamp
from netgrad.cluster.urls import failures
from netgrad.errors import ClusterError, NetgradError, PointsError
from netgrad.stream.cutting import whole_records
from netgrad.stream.engine import Tally
from netgrad.stream.memory import keep_freed_memory
from netgrad.stream.pieces import Piece, laid_out, pieces
from netgrad.stream.tasks import Answer, Task, answer
from netgrad.tables.columns import Choice
from netgrad.tables.splitting import count


class Out(Protocol):
    """Where a task puts the contents of its answers; nothing of it is output before the driver accepts the task."""

    def put(self, one: Answer) -> None:
        """Take the content of an answer, which is None where it has no rows."""

    def done(self) -> Any:
        """Content for the driver: all that was put, or where it is."""

    def drop(self) -> None:
        """Leave nothing behind."""


class Job(NamedTuple):
    """Job of a run: all that its tasks have in common."""

    task: Task
    choice: Choice
    rows: int  # of a piece at most
    lists: bool = False  # all bad records are wanted as they are, and not the first alone
    version: str = __version__


class Done(NamedTuple):
    """Outcome of a span; lines of its answers count from its own first."""

    begin: int | None  # where its first record begins
    end: int = 0  # where the record behind its last one begins
    lines: int = 0
    answers: tuple[Answer, ...] = ()
    error: NetgradError | None = None  # what ended it; one that is raised would be run again
    where: str = ""  # the machine


@dataclass
class _Seen:
    """Size of the text that has been read."""

    size: int = 0
    lines: int = 0

    def of(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks, counted."""
        for block in filter(None, blocks):
            self.size += len(block)
            self.lines += count(block, b"\n")
            yield block


def work(job: Job, span: Span, out: Callable[[], Out] | None = None) -> Done:
    """Answers to the records of a span; with `out` one answer, whose content is what that says of their contents."""
    keep_freed_memory()
    begin, seen, found, sink = span.begin, _Seen(), list[Answer](), None
    try:
        with failures(span.table.name), ExitStack() as stack:
            _check(job, span)
            sink = None if out is None else out()
            read = stack.enter_context(reading(span.table.path)) if span.table.unit == BYTES else None
            if begin is None:
                assert read is not None
                begin = guessed(read, span.lo, span.hi, span.table.layout)
            given = stack.enter_context(closing(_pieces(job, span, read, begin, seen)))
            found.extend(_put(sink, one) for one in _until_end(job, given))
            if sink is not None:
                found = [_together(found, sink.done())]
    except NetgradError as error:
        if sink is not None:
            sink.drop()
        if error.file == span.table.path:
            error.file = span.table.name
        return Done(begin, 0, 0, tuple(found), error, socket.gethostname())
    end = span.hi if read is None else (begin or 0) + seen.size
    return Done(begin, end, seen.lines, tuple(found), None, socket.gethostname())


def _check(job: Job, span: Span) -> None:
    """Raise NetgradError where this machine has another netgrad or another file."""
    if job.version != __version__:
        raise ClusterError(f"netgrad {__version__} on the worker {socket.gethostname()}, {job.version} here")
    try:
        found = stamp(span.table.path)
    except FileNotFoundError:
        raise PointsError(f"the worker {socket.gethostname()} has no such file", file=span.table.name) from None
    if found != span.table.stamp:
        problem = f"it has changed while it was read, or is another file on the worker {socket.gethostname()}"
        raise PointsError(problem, file=span.table.name)


def _pieces(job: Job, span: Span, read: Read | None, begin: int, seen: _Seen) -> Generator[Piece | None, None, Any]:
    """The pieces of a span, without a header."""
    table, block = span.table, job.task.codec.block
    if read is not None:
        parts = records_from(read, begin, span.hi, table.layout, far(table.path, block), job.rows)
        return laid_out(seen.of(parts), table.layout, table.name, 1, job.rows)
    source = opened(span, block)
    source = source._replace(blocks=seen.of(source.blocks))
    if table.unit == WHOLE:
        return pieces(source, job.choice, job.rows)
    whole = whole_records(source, table.layout.dialect, job.rows)
    return laid_out((part for part in whole if part), table.layout, table.name, 1, job.rows)


def _until_end(job: Job, given: Iterable[Piece | None]) -> Iterator[Answer]:
    """Answers, up to one with a record that ends the run."""
    for piece in given:
        if piece is None or not piece.data:
            continue
        one = answer(job.task, piece)
        yield one if job.lists else _trimmed(one)
        if one.bad and (job.task.policy == "fail" or any(r.fault is not None and r.fault.fatal for r in one.bad)):
            return


def _trimmed(one: Answer) -> Answer:
    """The answer with its first bad record as it is, and of the others only what is wrong."""
    return one._replace(bad=(*one.bad[:1], *(r._replace(raw=b"", cells=[]) for r in one.bad[1:])))


def _put(sink: Out | None, one: Answer) -> Answer:
    """The answer, whose content goes into the sink, if there is one."""
    if sink is None:
        return one
    sink.put(one)
    return one._replace(content=None)


def _together(found: list[Answer], content: Any) -> Answer:
    """One answer for several."""
    tally, odd = Tally(), list[int]()
    for one in found:
        odd += [tally.rows + row for row in one.odd]
        tally.add(one)
    bad, size = tuple(record for one in found for record in one.bad), sum(one.size for one in found)
    others = tuple(tally.others.items())
    first = found[0]
    return first._replace(
        content=content, rows=tally.rows, bad=bad, size=size, note=tally.note, seen=tally.seen, others=others,
        odd=tuple(odd),
    )  # fmt: skip
