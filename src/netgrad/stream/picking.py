"""A fair sample of the points in files: the others are counted, and nothing is made of them."""

from collections.abc import Generator
from contextlib import closing
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.errors import PointsError
from netgrad.stream.engine import Points, check_columns, error_at
from netgrad.stream.fold import Block
from netgrad.stream.pieces import Piece, pieces
from netgrad.stream.sample import SEED
from netgrad.stream.tasks import Answer, Task, answer
from netgrad.tables.columns import Layout
from netgrad.tables.quotes import MANY, plain
from netgrad.tables.records import scan

LIMIT = 1 << 30  # bytes that are read, about

Integers = NDArray[np.int64]


class Place(NamedTuple):
    """Place of a point."""

    file: str
    line: int  # physical, from 1


class Picked(NamedTuple):
    """Some of the points, in the order of the files."""

    layout: Layout
    X: Array  # (m, n_1)
    y: Array  # (m, p), the columns of the target, where there is one
    places: list[Place]
    total: int  # of which these are a fair sample
    is_all: bool  # whether `total` is all there are: else the reading ended at LIMIT


class _Sample(NamedTuple):
    """Rows picked so far."""

    keys: Array  # (m,), of all records so far the m least
    rows: Array  # (m, n_1 + p)
    sources: Integers  # (m,), from 0
    lines: Integers  # (m,)


class _Records(NamedTuple):
    """Ends of the records of a piece, and where they begin, blank lines and comments left out."""

    starts: Integers
    ends: Integers
    lines: Integers  # physical, from 1


def picked(points: Points, size: int) -> Picked:
    """At most `size` of the points; the same files give the same ones.

    Every record gets a random key, and those with the least are decoded, some `size` times the logarithm of how many
    pieces there are. A record that cannot be read is seen where it is picked.

    Raises
    ------
    PointsError
        There is no point, or one of those that are picked cannot be read, where that is to end the run.
    """
    given = _pieces(points)
    (_, first), total, size_read = next(given), 0, 0
    none, n = np.empty(0, np.int64), len(first.layout.inputs)
    sample = _Sample(np.empty(0), np.empty((0, n + len(first.layout.target))), none, none)
    task = Task(points.codec, points.policy, watch=points.watch)
    for source, piece in given:
        check_columns(Answer(piece.file, piece.layout), Answer(first.file, first.layout))
        records = _records(piece)
        keys = np.random.default_rng((SEED, total)).random(len(records.starts))
        found = _least(sample, records, keys, size)
        if found is not None:
            sample = _with(sample, _decoded(points, task, piece, *found), source, size)
        total, size_read = total + len(keys), size_read + len(piece.data)
        points.progress(len(piece.data), len(keys))
        if size_read > LIMIT:
            break
    given.close()
    points.tally.is_complete = True
    if not total:
        raise PointsError("no points", file=", ".join(source.name for source in points.sources))
    order = np.lexsort((sample.lines, sample.sources))
    places = [Place(points.sources[sample.sources[i]].name, int(sample.lines[i])) for i in order.tolist()]
    rows = sample.rows[order]
    return Picked(first.layout, rows[:, :n], rows[:, n:], places, total, size_read <= LIMIT)


def _pieces(points: Points) -> Generator[tuple[int, Piece], None, None]:
    """Pieces of all sources as they arrive, and of which source, from 0; the first of each has no records."""
    for s, source in enumerate(points.sources):
        with closing(pieces(source, points.choice, points.rows)) as given:
            yield from ((s, piece) for piece in given if piece is not None)


def _least(sample: _Sample, records: _Records, keys: Array, size: int) -> tuple[Array, _Records] | None:
    """Those of the records whose keys may be among the `size` least, in order, or None."""
    least = sample.keys.max() if len(sample.keys) >= size else np.inf
    which = np.flatnonzero(keys < least)
    if len(which) > size:
        which = np.sort(which[np.argpartition(keys[which], size - 1)[:size]])
    return (keys[which], _Records(*(part[which] for part in records))) if len(which) else None


def _with(sample: _Sample, more: tuple[Array, Array, Integers], source: int, size: int) -> _Sample:
    keys, rows, lines = more
    sources = np.full(len(keys), source)
    together = [np.concatenate(pair) for pair in zip(sample, (keys, rows, sources, lines), strict=True)]
    least = np.argsort(together[0], kind="stable")[:size]
    return _Sample(*(part[least] for part in together))


def _decoded(points: Points, task: Task, piece: Piece, keys: Array, records: _Records) -> tuple[Array, Array, Integers]:
    """Keys, rows and lines of those of the records that can be read; the tally and --rejects are told of others."""
    texts = [piece.data[i:j] for i, j in zip(records.starts.tolist(), records.ends.tolist(), strict=True)]
    alone = np.cumsum([1, *(text.count(b"\n") for text in texts)])  # in which line of the texts each begins
    one = answer(task, piece._replace(data=b"".join(texts), line=1))
    bad = [int(np.searchsorted(alone, record.line, side="right")) - 1 for record in one.bad]
    moved = tuple(
        record._replace(line=record.line - int(alone[i]) + int(records.lines[i]))
        for i, record in zip(bad, one.bad, strict=True)
    )
    one = one._replace(bad=moved)
    points.tally.add(one)
    if moved and points.policy == "fail":
        raise error_at(piece.file, moved[0])
    for record in moved:
        points.reject(piece.file, record)
        if record.fault is not None and record.fault.fatal:
            raise error_at(piece.file, record)
    rows = Block(*one.content).rows if one.rows else np.empty((0, len(piece.layout.inputs + piece.layout.target)))
    return np.delete(keys, bad), rows, np.delete(records.lines, bad)


def _records(piece: Piece) -> _Records:
    """The records of a piece, without reading what is in them where quotes are sound."""
    data, layout = piece.data, piece.layout
    text: bytes | None = data
    if b'"' in data and layout.keys is None:
        text = plain(data, layout.dialect.delimiter) if len(data) <= MANY else None
    if text is None:
        return _scanned(piece)
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1
    if data and not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    feeds = ends if text is data else np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    lines = piece.line + (np.arange(len(starts)) if text is data else np.searchsorted(feeds, starts, side="right"))
    is_record = np.ones(len(starts), np.bool_)
    if layout.width > 1 or layout.keys is not None:
        for i in np.flatnonzero(ends - starts <= 2).tolist():
            is_record[i] = data[starts[i] : ends[i]].strip(b"\r\n") != b""
    comment = layout.dialect.comment
    if comment and comment in data:
        is_record &= [not data.startswith(comment, i) for i in starts.tolist()]
    return _Records(starts[is_record], ends[is_record], lines[is_record])


def _scanned(piece: Piece) -> _Records:
    """The records of a piece, read one by one; a fault that hides where one ends is part of the last."""
    data, layout = piece.data, piece.layout
    found, at = [], 0
    for record in scan(data, piece.line, layout.dialect):
        end = at + len(record.raw) + len(record.eol)
        is_fatal = record.fault is not None and record.fault.fatal
        if record.cells or record.fault is not None:
            is_blank = layout.width > 1 and not record.raw
            found += [] if is_blank else [(at, len(data) if is_fatal else end, record.line)]
        at = end
    return _Records(*np.array(found, np.int64).reshape(-1, 3).T)
