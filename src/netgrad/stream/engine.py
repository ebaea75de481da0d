"""The one loop over data: read, decode, apply, write, piece by piece.

What has arrived is answered before the next read waits. Where pieces come faster than they are answered, threads
answer several at a time, and the answers go out in order; memory holds a few pieces, whatever the size of the files.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netgrad.core.arrays import Array
from netgrad.errors import EXCERPT, NetgradError, PointsError, visible
from netgrad.stream.pieces import Piece, pieces
from netgrad.stream.sources import Source
from netgrad.stream.writers import Writer
from netgrad.tables.chunk import Chunk
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Choice, Layout
from netgrad.tables.records import Record

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Apply = Callable[[Array, int], Array]  # points (m, n_1) and a number of threads -> results (m, p)
PLENTY = 1 << 18  # bytes of a piece from which a thread for it pays


class BadRows(NamedTuple):
    """What becomes of records that cannot be read."""

    policy: str = "fail"  # fail: stop at the first; skip: leave them out; nan: keep them with results nan
    reject: Callable[[str, Record], None] = lambda file, record: None  # is told of each that is left out or kept


class Tally(NamedTuple):
    """What a run did."""

    rows: int = 0  # written
    bad: int = 0
    first: PointsError | None = None  # the first bad record


class Answer(NamedTuple):
    """A piece as it goes out."""

    file: str
    layout: Layout
    encoded: Any
    rows: int
    bad: list[Record]
    size: int  # bytes of the source


def run(
    sources: list[Source],
    choice: Choice,
    f: Apply,
    writer: Writer,
    bad_rows: BadRows = BadRows(),
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda size, rows: None,
    codec: Codec = Codec(),
) -> Tally:
    """Read points X, shape (m, n_1), from `sources`, and write f(X, jobs), shape (m, p), beside them.

    Parameters
    ----------
    bad_rows
        What becomes of records that cannot be read.
    jobs
        Threads; what is written does not depend on it.
    progress
        Is told the bytes read and the rows written with each piece.
    codec
        What reads the tables.

    Raises
    ------
    PointsError
        At the first record that cannot be read, where that is the policy; everything before it has been written.
    """
    tally, begun = Tally(), None
    answer = _answerer(f, writer, bad_rows.policy)
    jobs += codec.more if jobs > 1 else 0
    for source in sources:
        for file, layout, encoded, rows, bad, size in _in_order(pieces(source, choice, codec), answer, jobs):
            if begun is None:
                begun = layout, file
                writer.begin(layout)
            _same_columns(begun, layout, file)
            if rows:
                writer.put(encoded)
            tally = _counted(tally, file, rows, bad)
            if bad and bad_rows.policy == "fail":
                raise error_at(file, bad[0])
            for record in bad:
                bad_rows.reject(file, record)
            progress(size, rows)
    writer.end()
    return tally


def _counted(tally: Tally, file: str, rows: int, bad: list[Record]) -> Tally:
    first = tally.first or (error_at(file, bad[0]) if bad else None)
    return Tally(tally.rows + rows, tally.bad + len(bad), first)


def _answerer(f: Apply, writer: Writer, policy: str) -> Callable[[Piece, int], Answer]:
    def answer(piece: Piece, jobs: int) -> Answer:
        chunk = piece.decode()
        bad = [record for _, record in chunk.bad]
        if bad and policy != "nan":
            chunk = chunk.rows(_sound(chunk, policy))
        encoded = None
        if len(chunk.kept):
            results = f(chunk.X, jobs)
            if policy == "nan":
                results[[row for row, _ in chunk.bad]] = np.nan
            encoded = writer.encode(chunk, results, piece.layout)
        return Answer(piece.file, piece.layout, encoded, len(chunk.kept), bad, piece.size)

    return answer


def _sound(chunk: Chunk, policy: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which rows go out: all before the first bad one, or all but the bad ones."""
    rows = np.arange(len(chunk.kept))
    bad = [row for row, _ in chunk.bad]
    return rows < bad[0] if policy == "fail" else ~np.isin(rows, bad)


def _in_order(given: Iterator[Piece | None], answer: Callable[[Piece, int], Answer], jobs: int) -> Iterator[Answer]:
    """Answers in the order of the pieces, all of them before None: nothing more has arrived."""
    pool: ThreadPoolExecutor | None = None
    waiting: deque[Future[Answer]] = deque()
    try:
        for piece in given:
            if piece is None:
                yield from _drained(waiting)
            elif jobs == 1 or piece.size < PLENTY:
                yield from _drained(waiting)
                yield answer(piece, jobs)
            else:
                pool = pool or _threads(jobs)
                waiting.append(pool.submit(answer, piece, 1))
                if len(waiting) > jobs:
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


def _same_columns(begun: tuple[Layout, str], layout: Layout, name: str) -> None:
    if layout._replace(eol=b"", header=None) != begun[0]._replace(eol=b"", header=None):
        raise PointsError(f"its columns differ from those of {begun[1]}", file=name, line=1, column=1)
    if (layout.header is None) != (begun[0].header is None):
        raise PointsError(f"only one of {begun[1]} and it has a header", file=name, line=1, column=1)


def error_at(file: str, record: Record) -> PointsError:
    """The fault of a record, as an error with its place."""
    assert record.fault is not None
    line, column = record.place(record.fault.offset)
    prefix = f"column {visible(record.fault.name[:EXCERPT])}: " if record.fault.name else ""
    return PointsError(prefix + record.fault.reason, file=file, line=line, column=column)
