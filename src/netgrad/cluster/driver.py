"""The spans of all tables in order: submitted ahead, each checked against the one before, and answered once.

A task of which the beginning was guessed is right if that is where the one before it ended, which by then is known to
be right. Else it is run again from there.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

from netgrad.cluster.engines import AHEAD, Engine, Handle, itself
from netgrad.cluster.folds import Keeping, begun
from netgrad.cluster.spans import Span, Table, spans, table_of
from netgrad.cluster.task import Done, Job, Out, work
from netgrad.errors import NetgradError, counted
from netgrad.stream.engine import Points
from netgrad.stream.tasks import Answer, Task

LEAST, MOST, SPANS = 64 << 20, 1 << 30, 5000  # bytes of a span, and how many there should be of a file at most


class Sink(Protocol):
    """Where the contents of answers go that do not come to the driver."""

    def placed(self, span: Span, attempt: int) -> Callable[[], Out] | None:
        """Maker of the out of a task, for the attempt 0 or 1; None: its contents come to the driver."""

    def wanted(self, span: Span, content: Any) -> Callable[[], Out] | None:
        """The same for a span that is proved, where its content cannot stand behind those before."""


class Held(NamedTuple):
    """A content that has stayed on a worker."""

    handle: Handle  # of a `Done` with one answer


@dataclass
class Progress:
    """Progress of a driver, in tasks."""

    submitted: int = 0
    done: int = 0
    again: int = 0  # guesses that were wrong


@dataclass(frozen=True)
class Cluster:
    """Answers points by tasks of an engine: see `netgrad.stream.engine.Runner`."""

    engine: Engine
    split: int | None = None  # bytes of a span
    sink: Sink | None = None  # None: contents come to the driver
    holds: bool = False  # contents stay with the workers
    lists: bool = False  # bad records are wanted as they are
    progress: Progress = field(default_factory=Progress)

    def answers(self, points: Points, task: Task) -> Generator[Answer, None, None]:
        """Answers to all spans in order, and before those of a table one without rows."""
        job = self.engine.submit(itself, Job(task, points.choice, points.rows, self.lists))
        line, expected = 0, 0
        with closing(_submitted(self, points, job)) as found:
            for item in found:
                if isinstance(item, NetgradError):
                    raise item
                if isinstance(item, Table):
                    line, expected = item.line - 1, item.begin
                    yield Answer(item.name, item.layout)
                    continue
                done = _proved(self, item, job, expected)
                for one in done.answers:
                    yield one._replace(
                        file=item.span.table.name,
                        layout=item.span.table.layout,
                        bad=tuple(record._replace(line=record.line + line) for record in one.bad),
                    )
                if done.error is not None:
                    raise _moved(done.error, line)
                line, expected = line + done.lines, done.end

    def about(self) -> str:
        """Number of spans that are done, and by whom."""
        return f", {counted(self.progress.done, 'range')} done by {self.engine.about}"

    def begun(self, points: Points) -> Any:
        """Columns of the points, and a function that sums them up: see `netgrad.stream.fold.begun`."""
        return begun(self.engine, replace(self, holds=True, sink=Keeping()), points)


class _Waiting(NamedTuple):
    span: Span
    handle: Handle
    result: Handle  # what comes to the driver: the same, or what is told of it


def _submitted(
    cluster: Cluster, points: Points, job: Handle
) -> Generator["_Waiting | Table | NetgradError", None, None]:
    """Spans under way, between them the tables that they are of; one is under way as long as it is not gone past."""
    waiting: deque[_Waiting | Table | NetgradError] = deque()
    try:
        for item in _planned(cluster, points):
            waiting.append(_begun(cluster, job, item) if isinstance(item, Span) else item)
            while len(waiting) > AHEAD * cluster.engine.slots:
                yield waiting[0]
                waiting.popleft()
        while waiting:
            yield waiting[0]
            waiting.popleft()
    finally:
        cluster.engine.cancel([h for one in waiting if isinstance(one, _Waiting) for h in (one.handle, one.result)])


def _planned(cluster: Cluster, points: Points) -> Iterator[Span | Table | NetgradError]:
    """Every table and its spans, and in the end what is wrong with a table."""
    k = 0
    try:
        for source in points.sources:
            table = table_of(source, points.choice, points.codec.block)
            yield table
            split = cluster.split or min(max(LEAST, table.bytes // SPANS), MOST)
            for span in spans(table, split, k):
                yield span
                k += 1
    except NetgradError as error:
        yield error


def _begun(cluster: Cluster, job: Handle, span: Span, attempt: int = 0) -> _Waiting:
    return _sent(cluster, job, span, None if cluster.sink is None else cluster.sink.placed(span, attempt))


def _sent(cluster: Cluster, job: Handle, span: Span, out: Callable[[], Out] | None) -> _Waiting:
    cluster.progress.submitted += 1
    handle = cluster.engine.submit(work, job, span, out)
    return _Waiting(span, handle, cluster.engine.submit(_told, handle) if cluster.holds else handle)


def _proved(cluster: Cluster, waiting: _Waiting, job: Handle, expected: int) -> Done:
    """Answers to a span whose first record begins where it is expected."""
    span = waiting.span
    if expected >= span.hi:  # a record reaches over all of it
        cluster.engine.cancel([waiting.handle, waiting.result])
        return Done(expected, expected)
    done: Done = cluster.engine.result(waiting.result)
    if done.begin != expected:
        cluster.progress.again += 1
        waiting = _begun(cluster, job, span._replace(begin=expected), 1)
        done = cluster.engine.result(waiting.result)
    if cluster.sink is not None and done.answers and (out := cluster.sink.wanted(span, done.answers[0].content)):
        done = cluster.engine.result(_sent(cluster, job, span._replace(begin=expected), out).result)
    cluster.progress.done += 1
    if cluster.holds:
        return done._replace(answers=tuple(one._replace(content=Held(waiting.handle)) for one in done.answers))
    return done


def _told(done: Done) -> Done:
    """All but the contents."""
    return done._replace(answers=tuple(one._replace(content=None) for one in done.answers))


def _moved(error: NetgradError, lines: int) -> NetgradError:
    """The error of a span that has so many lines before it."""
    if error.line is not None:
        error.line += lines
    return error
