"""Tasks on pieces of tables: decode, compute, encode. Both pickle, so any process can do it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.stream.pieces import Piece
from netgrad.tables.chunk import Chunk, Names
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout
from netgrad.tables.records import Record

Integers = NDArray[np.int64]
Compute = Callable[[Array, Array | None, int], Array]  # X (m, n_1), Y or None, threads -> results (m, p)
Encode = Callable[[Chunk, Array, Layout], Any]
Watch = Callable[[Array], Any]  # X (m, n_1), sound points -> what is noted of them, to be added up
Note = Callable[[Array], Any]  # results (m, p) -> what is noted of them, to be added up


class Task(NamedTuple):
    """Task on each piece: functions of modules with their options, no state."""

    codec: Codec = Codec()
    policy: str = "fail"  # bad records, fail: go no further; skip: leave them out; nan: keep them with results nan
    compute: Compute | None = None  # None: the content of an answer is its points, X and Y, and their rows, from 0
    encode: Encode | None = None  # None: the content is the results
    note: Note | None = None
    hidden: int = 0  # columns behind the results that are for the note alone
    most: int | None = None  # rows of a piece that are wanted
    watch: Watch | None = None


class Answer(NamedTuple):
    """Answer to a piece."""

    file: str
    layout: Layout
    content: Any = None
    rows: int = 0
    bad: tuple[Record, ...] = ()
    size: int = 0  # bytes of the source
    note: Any = None
    seen: Any = None  # what the watch notes
    others: Names = ()
    odd: tuple[int, ...] = ()  # sound rows, from 0, with results that are not finite


def answer(task: Task, piece: Piece, jobs: int = 1) -> Answer:
    """The answer to `piece`, computed on at most `jobs` threads; it does not depend on their number."""
    if not piece.data:
        return Answer(piece.file, piece.layout)
    chunk = _decode(task, piece)
    whole, bad_rows = len(chunk.kept), [row for row, _ in chunk.bad]
    bad = tuple(record for _, record in chunk.bad)
    if bad and task.policy != "nan":
        chunk = _sound(chunk, task.policy)
    if task.most is not None:
        chunk = chunk.head(task.most)
    found = Answer(piece.file, piece.layout, None, len(chunk.kept), bad, len(piece.data), others=chunk.others)
    if not found.rows:
        return found
    if task.watch is not None:
        found = found._replace(seen=task.watch(_readable(chunk)))
    if task.compute is None:
        return found._replace(content=(chunk.X, chunk.Y, _numbers(len(chunk.kept), whole, bad_rows)))
    results = task.compute(chunk.X, chunk.Y, jobs)
    note = None if task.note is None else task.note(results)
    results = results[:, : results.shape[1] - task.hidden]
    odd = _odd(results, chunk)
    if task.policy == "nan":
        results[[row for row, _ in chunk.bad]] = np.nan
    content = results if task.encode is None else task.encode(chunk, results, piece.layout)
    return found._replace(content=content, note=note, odd=odd)


def _decode(task: Task, piece: Piece) -> Chunk:
    if piece.layout.keys is None:
        return task.codec.decode(piece.data, piece.line, piece.layout, task.policy == "fail")
    from netgrad.tables import json_records  # takes longer to import than a point takes

    return json_records.decode(piece.data, piece.line, piece.layout)


def _numbers(m: int, whole: int, bad: list[int]) -> Integers:
    """Places among all rows of a piece, from 0, of the first m that are not bad, where bad ones are left out."""
    rows = np.arange(whole)
    return rows[:m] if m == whole else np.delete(rows, [row for row in bad if row < whole])[:m]


def _odd(results: Array, chunk: Chunk) -> tuple[int, ...]:
    """Rows with results that are not finite, but for bad ones."""
    is_finite = np.isfinite(results)
    if is_finite.all():
        return ()
    bad = {row for row, _ in chunk.bad}
    rows: list[int] = np.flatnonzero(~is_finite.all(axis=1)).tolist()
    return tuple(row for row in rows if row not in bad)


def _readable(chunk: Chunk) -> Array:
    """The points of the rows that are sound."""
    if not chunk.bad:
        return chunk.X
    sound: Array = np.delete(chunk.X, [row for row, _ in chunk.bad if row < len(chunk.X)], axis=0)
    return sound


def _sound(chunk: Chunk, policy: str) -> Chunk:
    """The rows that go out: all before the first bad one, or all but the bad ones."""
    rows = np.arange(len(chunk.kept))
    bad = [row for row, _ in chunk.bad]
    return chunk.rows(rows < bad[0] if policy == "fail" else ~np.isin(rows, bad))
