"""The bytes of one source as pieces of a table: its first record says how it is laid out."""

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from netgrad.errors import PointsError
from netgrad.stream.sources import Source
from netgrad.tables.columns import Choice, Layout, layout_of
from netgrad.tables.json_records import keys
from netgrad.tables.records import Dialect, Record, scan, text, unquoted
from netgrad.tables.splitting import Scan, count, is_too_long, split

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLANK_LINES = re.compile(rb"(?:\r?\n)++")


class Piece(NamedTuple):
    """Whole records of a table, as plain data."""

    file: str
    line: int  # physical, 1-based, where it begins
    layout: Layout
    data: bytes


class First(NamedTuple):
    """The first record of a table, if it has come, and what is before and in it."""

    record: Record | None = None
    size: int = 0
    lines: int = 0


def pieces(source: Source, choice: Choice) -> Generator[Piece | None, None, None]:
    """Pieces of one source as they arrive, the first without records; None where the next read may wait.

    Raises
    ------
    PointsError
        There is no record at all, or the columns are not what the network needs.
    """
    choice = choice if source.header is None else choice._replace(header=source.header)
    choice = choice._replace(header=True, dialect=Dialect()) if source.is_json else choice
    pending, line, seen, layout, first = bytearray(), 1, Scan(), None, First()
    for block, final in _blocks(source):
        if not block and not final:
            yield None
            continue
        pending += block
        end, seen = _lines(pending, seen) if source.is_json else split(pending, seen, choice.dialect)
        if final or is_too_long(pending, end, seen):
            end, seen = len(pending), Scan(len(pending))
        start = 0
        if layout is None:
            begun = _copied(pending, first.size, end)
            if source.is_json:
                first = _first_object(begun, first, source.name)
            else:
                first = _first_record(begun, first, choice, source.name)
            if first.record is None and final and source.width is not None:
                yield Piece(source.name, line, layout_of([b"0"] * source.width, choice), b"")
                return
            if first.record is None and final:
                raise PointsError("no points: the file is empty", file=source.name)
            if first.record is None:
                continue
            layout = _layout(first.record, choice, source.name)
            if source.is_json:
                layout = layout._replace(keys=tuple(text(unquoted(cell)) for cell in first.record.cells))
            yield Piece(source.name, line, layout, b"")
            if layout.header is not None and not source.is_json:
                start, line = first.size, line + first.lines
        data = _copied(pending, start, end)
        del pending[:end]
        seen = seen._replace(at=seen.at - end)
        if data:
            yield Piece(source.name, line, layout, data)
            line += count(data, b"\n")


def _blocks(source: Source) -> Iterator[tuple[bytes, bool]]:
    """Blocks without a byte-order mark, and at last an empty one that is final."""
    start: bytes | None = b""  # what has come as long as it may be the beginning of a mark
    try:
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
    finally:
        if isinstance(source.blocks, Generator):
            source.blocks.close()
    yield start or b"", True


def _copied(pending: bytearray, start: int, end: int) -> bytes:
    with memoryview(pending) as view, view[start:end] as part:
        return bytes(part)


def _first_record(data: bytes, before: First, choice: Choice, name: str) -> First:
    """The first record in `data`, whole records that are behind nothing but blank lines and comments."""
    blank = _BLANK_LINES.match(data)
    skipped = blank.end() if blank else 0
    size, lines = before.size + skipped, before.lines + data.count(b"\n", 0, skipped)
    for record in scan(data[skipped:], lines + 1, choice.dialect):
        size += len(record.raw) + len(record.eol)
        lines += record.raw.count(b"\n") + 1
        if record.fault is not None:
            place = record.place(record.fault.offset)
            raise PointsError(record.fault.reason, file=name, line=place[0], column=place[1])
        if record.raw and record.cells:
            return First(record, size, lines)
    return First(None, size, lines)


def _lines(pending: bytearray, seen: Scan) -> tuple[int, Scan]:
    """As `split`, where every line is a record."""
    end = pending.rfind(b"\n", seen.at) + 1
    return end, Scan(len(pending))


def _first_object(data: bytes, before: First, name: str) -> First:
    """The first object in `data`, whole lines that are behind nothing but blank ones."""
    size, lines = before.size, before.lines
    for raw in data.splitlines(keepends=True):
        if raw.strip():
            return First(Record(lines + 1, raw, b"\n", keys(raw.rstrip(b"\r\n"), lines + 1, name)), size, lines)
        size, lines = size + len(raw), lines + 1
    return First(None, size, lines)


def _layout(first: Record, choice: Choice, name: str) -> Layout:
    try:
        return layout_of(first.cells, choice, first.eol)
    except PointsError as error:
        raise PointsError(error.message, file=name, line=first.line, column=1) from None
