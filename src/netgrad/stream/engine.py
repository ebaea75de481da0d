"""The one loop over data: read, decode, apply, write, chunk by chunk.

What has arrived is answered before the next read; memory holds one chunk, whatever the size of the files.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from netgrad.core.network import Array
from netgrad.errors import PointsError
from netgrad.stream.columns import Choice, Layout, layout_of
from netgrad.stream.numpy_codec import Chunk, decode
from netgrad.stream.records import Record, scan
from netgrad.stream.sources import Source
from netgrad.stream.writers import Writer

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
RESCAN = 1 << 20  # bytes of one unfinished record, from which it is looked at again only when twice as long


class Table(NamedTuple):
    """A chunk of one table and how it is laid out; the first of a table may have no rows."""

    layout: Layout
    chunk: Chunk


def run(sources: list[Source], choice: Choice, f: Callable[[Array], Array], writer: Writer) -> None:
    """Read points X, shape (m, n_1), from `sources`, and write f(X), shape (m, p), beside them.

    Raises
    ------
    PointsError
        At the first record that cannot be read; everything before it has been written.
    """
    begun: tuple[Layout, str] | None = None
    for source in sources:
        for layout, chunk in tables(source, choice):
            if begun is None:
                begun = layout, source.name
                writer.begin(layout)
            _same_columns(begun, layout, source.name)
            sound = chunk.X[: chunk.bad[0][0]] if chunk.bad else chunk.X
            if len(sound):
                writer.rows(_first(chunk, len(sound)), f(sound), layout)
            if chunk.bad:
                raise _error(chunk.bad[0][1], source.name)


def tables(source: Source, choice: Choice) -> Iterator[Table]:
    """Chunks of one source as they arrive.

    Raises
    ------
    PointsError
        There is no record at all, or the columns are not what the network needs.
    """
    pending, line, layout, unfinished = b"", 1, None, 0
    for block, final in _blocks(source):
        pending += block
        if not final and unfinished >= RESCAN and len(pending) < 2 * unfinished:
            continue
        if layout is None:
            first = _first_record(pending, line, choice.delimiter, final, source.name)
            if first is None:
                unfinished = len(pending)
                continue
            layout = _layout(first, choice, source.name)
            yield Table(layout, Chunk(np.empty((0, choice.n)), [], b"\n", []))
            if layout.header is not None:
                pending = pending[first.size :]
                line += first.lines
        while pending:
            chunk, size, lines = decode(pending, line, layout, final)
            pending, line = pending[size:], line + lines
            if len(chunk.kept):
                yield Table(layout, chunk)
            if not size or not final:
                break
        unfinished = len(pending)


class First(NamedTuple):
    """The first record of a table, and what it takes with the blank lines before it."""

    record: Record
    size: int
    lines: int


def _blocks(source: Source) -> Iterator[tuple[bytes, bool]]:
    """Blocks without a byte-order mark, and at last an empty one that is final."""
    start: bytes | None = b""  # what has come as long as it may be the beginning of a mark
    for block in source.blocks:
        if start is None:
            yield block, False
            continue
        start += block
        if start.startswith(UTF16):
            raise PointsError("looks like UTF-16: convert it to UTF-8", file=source.name, line=1, column=1)
        if not any(mark.startswith(start) and mark != start for mark in (BOM, *UTF16)):
            yield start.removeprefix(BOM), False
            start = None
    yield start or b"", True


def _first_record(data: bytes, line: int, delimiter: bytes, final: bool, name: str) -> First | None:
    size = lines = 0
    for record in scan(data, line, delimiter, final):
        size += len(record.raw) + len(record.eol)
        lines += record.raw.count(b"\n") + 1
        if record.fault is not None:
            raise _error(record, name)
        if record.raw:
            return First(record, size, lines)
    if final:
        raise PointsError("no points: the file is empty", file=name)
    return None


def _layout(first: First, choice: Choice, name: str) -> Layout:
    try:
        return layout_of(first.record.cells, choice, first.record.eol)
    except PointsError as error:
        raise PointsError(error.message, file=name, line=first.record.line, column=1) from None


def _first(chunk: Chunk, m: int) -> Chunk:
    return chunk if m == len(chunk.X) else chunk.rows(np.arange(len(chunk.X)) < m)


def _same_columns(begun: tuple[Layout, str], layout: Layout, name: str) -> None:
    if layout._replace(eol=b"", header=None) != begun[0]._replace(eol=b"", header=None):
        raise PointsError(f"its columns differ from those of {begun[1]}", file=name, line=1, column=1)
    if (layout.header is None) != (begun[0].header is None):
        raise PointsError(f"only one of {begun[1]} and it has a header", file=name, line=1, column=1)


def _error(record: Record, name: str) -> PointsError:
    assert record.fault is not None
    line, column = record.place(record.fault.offset)
    prefix = f"column {record.fault.name}: " if record.fault.name else ""
    return PointsError(prefix + record.fault.reason, file=name, line=line, column=column)
