"""The bytes of one source as pieces of a table: its first record says how it is laid out."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from netgrad.errors import PointsError
from netgrad.stream.sources import Source
from netgrad.tables.chunk import Chunk
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Choice, Layout, layout_of
from netgrad.tables.counting import count
from netgrad.tables.quotes import whole
from netgrad.tables.records import MAX_RECORD, Record, scan

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLANK_LINES = re.compile(rb"(?:\r?\n)++")
RESCAN = 1 << 20  # bytes of one unfinished record, from which it is looked at again only when twice as long


class Piece(NamedTuple):
    """Some records of a table."""

    file: str
    layout: Layout
    decode: Callable[[], Chunk]  # on any thread
    size: int  # bytes


class First(NamedTuple):
    """The first record of a table, and what it takes with the blank lines before it."""

    record: Record
    size: int
    lines: int


def pieces(source: Source, choice: Choice, codec: Codec) -> Iterator[Piece | None]:
    """Pieces of one source as they arrive, the first without records; None where the next read may wait.

    Raises
    ------
    PointsError
        There is no record at all, or the columns are not what the network needs.
    """
    pending, line, layout, unfinished = b"", 1, None, 0
    choice = choice if source.header is None else choice._replace(header=source.header)
    for block, final in _blocks(source):
        if not block and not final:
            yield None
            continue
        pending += block
        if not final and unfinished >= RESCAN and len(pending) < min(2 * unfinished, MAX_RECORD + 1):
            continue
        if layout is None:
            first = _first_record(pending, line, choice, final, source.name)
            if first is None:
                unfinished = len(pending)
                continue
            layout = _layout(first, choice, source.name)
            yield Piece(source.name, layout, partial(_nothing, choice.n), 0)
            if layout.header is not None:
                pending, line = pending[first.size :], line + first.lines
        while pending:
            piece, size, lines = _piece(pending, line, layout, final, source.name, codec)
            pending, line = pending[size:], line + lines
            if size:
                yield piece
            if not size or not final:
                break
        unfinished = len(pending)


def _piece(data: bytes, line: int, layout: Layout, final: bool, name: str, codec: Codec) -> tuple[Piece, int, int]:
    """Whole records at the start of `data`, and how many bytes and lines they are.

    Where lines are records, and where every quote is sound, another thread can decode them.
    """
    end = data.rfind(b"\n") + 1
    if b'"' in data:
        end = 0 if layout.comment and layout.comment in data else whole(data, layout.delimiter)
    if end:
        records = data[:end]
        piece = Piece(name, layout, lambda: codec.decode(records, line, layout, False).chunk, end)
        return piece, end, count(records, b"\n")
    decoded = codec.decode(data, line, layout, final)
    return Piece(name, layout, lambda: decoded.chunk, decoded.size), decoded.size, decoded.lines


def _nothing(n: int) -> Chunk:
    return Chunk(np.empty((0, n)), [], b"\n", [])


def _blocks(source: Source) -> Iterator[tuple[bytes, bool]]:
    """Blocks without a byte-order mark, and at last an empty one that is final."""
    start: bytes | None = b""  # what has come as long as it may be the beginning of a mark
    for block in source.blocks:
        if start is None or not block:
            yield block, False
            continue
        start += block
        if start.startswith(UTF16):
            raise PointsError("looks like UTF-16: say --encoding utf-16", file=source.name, line=1, column=1)
        if not any(mark.startswith(start) and mark != start for mark in (BOM, *UTF16)):
            yield start.removeprefix(BOM), False
            start = None
    yield start or b"", True


def _first_record(data: bytes, line: int, choice: Choice, final: bool, name: str) -> First | None:
    blank = _BLANK_LINES.match(data)
    size = blank.end() if blank else 0
    lines = data.count(b"\n", 0, size)
    for record in scan(data[size:], line + lines, choice.delimiter, final, choice.comment):
        size += len(record.raw) + len(record.eol)
        lines += record.raw.count(b"\n") + 1
        if record.fault is not None:
            place = record.place(record.fault.offset)
            raise PointsError(record.fault.reason, file=name, line=place[0], column=place[1])
        if record.raw and record.cells:
            return First(record, size, lines)
    if final:
        raise PointsError("no points: the file is empty", file=name)
    return None


def _layout(first: First, choice: Choice, name: str) -> Layout:
    try:
        return layout_of(first.record.cells, choice, first.record.eol)
    except PointsError as error:
        raise PointsError(error.message, file=name, line=first.record.line, column=1) from None
