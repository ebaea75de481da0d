"""The one loop over data: read, decode, compute, encode, piece by piece; who needs the answers iterates.

What has arrived is answered before the next read waits. Where pieces come faster than they are answered, threads
answer several at a time, and the answers come in order; memory holds a few pieces, whatever the size of the files.
"""

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from netgrad.errors import EXCERPT, NetgradError, PointsError, listed, visible
from netgrad.stream.cutting import ROWS
from netgrad.stream.pieces import Piece, pieces
from netgrad.stream.sources import Source
from netgrad.stream.tasks import Answer, Task, Watch, answer
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Choice
from netgrad.tables.records import Record

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

PLENTY = 1 << 18  # bytes of a piece from which a thread for it pays
MANY = 1 << 22  # bytes of a piece, beyond which no other is under way beside it, for memory's sake
AHEAD = 4  # pieces beyond those that threads are at, so that they have work while one is written, which may take long


@dataclass
class Tally:
    """Tally of what has been read so far."""

    rows: int = 0  # answered
    bad: int = 0
    first: PointsError | None = None  # the first bad record
    note: Any = None  # what the answers note, added up
    seen: Any = None  # what the watch notes, added up
    others: Counter[str] = field(default_factory=Counter)  # names of the target that were taken for y = 0
    odd: int = 0  # rows with results that are not finite
    first_odd: int = 0  # the first of them, from 1
    is_complete: bool = False  # all has been read

    def add(self, one: Answer) -> None:
        """Take an answer into account."""
        if one.odd and not self.odd:
            self.first_odd = self.rows + one.odd[0] + 1
        self.odd += len(one.odd)
        self.rows, self.bad = self.rows + one.rows, self.bad + len(one.bad)
        self.first = self.first or (error_at(one.file, one.bad[0]) if one.bad else None)
        self.others.update(dict(one.others))
        if one.note is not None:
            self.note = one.note if self.note is None else self.note + one.note
        if one.seen is not None:
            self.seen = one.seen if self.seen is None else self.seen + one.seen


class Runner(Protocol):
    """Answers pieces elsewhere than in this process."""

    def answers(self, points: "Points", task: Task) -> Generator[Answer, None, None]:
        """As `answers` below, before anybody is told of them."""

    def begun(self, points: "Points") -> Any:
        """As `netgrad.stream.fold.begun`."""

    def about(self) -> str:
        """How far it is, for whoever waits."""


@dataclass(frozen=True)
class Points:
    """Points to be read once: where they come from, and how."""

    sources: list[Source]
    choice: Choice
    codec: Codec = Codec()
    policy: str = "fail"  # for bad records, as a task has it
    jobs: int = 1  # threads; no answer depends on it
    reject: Callable[[str, Record], None] = lambda file, record: None  # is told of each that does not end the run
    progress: Callable[[int, int], None] = lambda size, rows: None  # is told the bytes and rows of each piece
    rows: int = ROWS  # of a piece at most
    watch: Watch | None = None  # notes something of all sound points
    runner: Runner | None = None  # None: threads of this process
    tally: Tally = field(default_factory=Tally)


def answers(points: Points, task: Task) -> Generator[Answer, None, None]:
    """Answers to the pieces of all sources, in order; the first of each source has its layout and no rows.

    Raises
    ------
    PointsError
        At the first record that cannot be read, where that is the policy or its end is not known, behind the answer
        with all before it.
    """
    first, tally, task = None, points.tally, task._replace(watch=points.watch)
    with closing(_here(points, task) if points.runner is None else points.runner.answers(points, task)) as found:
        for one in found:
            first = first or one
            check_columns(one, first)
            tally.add(one)
            if len(tally.others) > 1:
                continue  # an error, which counts them all
            yield one
            if one.bad and points.policy == "fail":
                raise error_at(one.file, one.bad[0])
            for record in one.bad:
                points.reject(one.file, record)
                _check_end(one.file, record)
            points.progress(one.size, one.rows)
    _check_others(tally, points.sources[-1].name)
    tally.is_complete = True


def _here(points: Points, task: Task) -> Generator[Answer, None, None]:
    """Answers by threads of this process."""
    jobs = points.jobs + (points.codec.more if points.jobs > 1 else 0)
    for source in points.sources:
        with (
            closing(pieces(source, points.choice, points.rows)) as given,
            closing(_in_order(given, partial(answer, task), jobs)) as found,
        ):
            yield from found


def _in_order(
    given: Iterator[Piece | None], work: Callable[[Piece, int], Answer], jobs: int
) -> Generator[Answer, None, None]:
    """Answers in the order of the pieces, all of them before None: nothing more has arrived."""
    pool: ThreadPoolExecutor | None = None
    waiting: deque[Future[Answer]] = deque()
    try:
        for piece in given:
            if piece is None:
                yield from _drained(waiting)
            elif jobs == 1 or not (piece.is_full or len(piece.data) >= PLENTY) or len(piece.data) > MANY:
                yield from _drained(waiting)
                yield work(piece, jobs)
            else:
                pool = pool or _threads(jobs)
                waiting.append(pool.submit(work, piece, 1))
                if len(waiting) > jobs + AHEAD:
                    yield waiting.popleft().result()
        yield from _drained(waiting)
    except NetgradError:
        yield from _drained(waiting)
        raise
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _threads(n: int) -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor  # takes longer to import than a point takes

    return ThreadPoolExecutor(n)


def _drained(waiting: "deque[Future[Answer]]") -> Iterator[Answer]:
    while waiting:
        yield waiting.popleft().result()


def _check_others(tally: Tally, file: str) -> None:
    """Raise PointsError where more than one name has been taken for y = 0: one of them may be misspelt."""
    if len(tally.others) > 1:
        counts = listed([f"{name} ({n:,})" for name, n in tally.others.most_common()])
        raise PointsError(
            f"names beside the output's own stand for one class, but there are {len(tally.others)}: {counts}; "
            "say which names mean y = 0 and y = 1 with --classes, or mend the file",
            file=file,
        )


def check_columns(one: Answer, first: Answer) -> None:
    """Raise PointsError where the columns of a source are not those of the first."""
    if one.layout is first.layout:
        return
    if one.layout._replace(eol=b"", header=None) != first.layout._replace(eol=b"", header=None):
        raise PointsError(f"its columns differ from those of {first.file}", file=one.file, line=1, column=1)
    if (one.layout.header is None) != (first.layout.header is None):
        raise PointsError(f"only one of {first.file} and it has a header", file=one.file, line=1, column=1)


def _check_end(file: str, record: Record) -> None:
    """Raise PointsError where nothing behind a record can be read."""
    if record.fault is not None and record.fault.fatal:
        raise error_at(file, record)


def error_at(file: str, record: Record) -> PointsError:
    """The fault of a record, as an error with its place."""
    assert record.fault is not None
    line, column = record.place(record.fault.offset)
    prefix = f"column {visible(record.fault.name[:EXCERPT])}: " if record.fault.name else ""
    return PointsError(prefix + record.fault.reason, file=file, line=line, column=column)
