"""The bytes of one source as pieces of a table: its first record says how it is laid out."""

import re
from collections.abc import Generator, Iterable
from contextlib import closing
from functools import cache
from typing import NamedTuple

from netgrad.errors import PointsError
from netgrad.stream.cutting import ROWS, whole_records
from netgrad.stream.sources import Source
from netgrad.tables.columns import Choice, Layout, layout_of
from netgrad.tables.records import MAX_RECORD, Dialect, Record, scan, text, unquoted
from netgrad.tables.splitting import count


class Piece(NamedTuple):
    """Whole records of a table, as plain data."""

    file: str
    line: int  # physical, 1-based, where it begins
    layout: Layout
    data: bytes
    is_full: bool = False  # has as many lines as a piece may have
    at: int = 0  # of the first piece: bytes of text before the first record of data, which is in its line


class First(NamedTuple):
    """The first record of a table, if it has come, and what is before and in it."""

    record: Record | None = None
    size: int = 0
    lines: int = 0


def pieces(source: Source, choice: Choice, rows: int = ROWS) -> Generator[Piece | None, None, None]:
    """Pieces of one source as they arrive, the first without records; None where the next read may wait.

    A piece has some `rows` lines at most.

    Raises
    ------
    PointsError
        There is no record at all, or the columns are not what the network needs.
    """
    choice = choice if source.header is None else choice._replace(header=source.header)
    choice = choice._replace(header=True, dialect=Dialect()) if source.is_json else choice
    begun = _first_object if source.is_json else _first_record
    line, layout, first = 1, None, First()
    held: list[bytes] = []  # what has come before the layout is known
    with closing(whole_records(source, choice.dialect, rows)) as found:
        for data in found:
            if data is None:
                yield None
                continue
            held.append(data)
            if layout is None:
                before, first = first, begun(data, first, choice, source.name)
                if first.record is None:
                    _check_size(first, source.name)
                    continue
                layout = _layout(first.record, choice, source)
                if layout.header is None:
                    yield Piece(source.name, line, layout, b"")
                else:
                    held, line = [data[first.size - before.size :]], line + first.lines
                    yield Piece(source.name, line, layout, b"", at=first.size)
            line = yield from laid_out(held, layout, source.name, line, rows)
            held.clear()
    if layout is None and source.width is not None:
        yield Piece(source.name, line, layout_of([b"0"] * source.width, choice), b"")
    elif layout is None:
        raise PointsError("no points: the file is empty", file=source.name)


def laid_out(
    parts: Iterable[bytes], layout: Layout, name: str, line: int, rows: int = ROWS
) -> Generator[Piece, None, int]:
    """Whole records as pieces of a layout that is known, from the physical `line` on; returns the line behind."""
    for part in filter(None, parts):
        lines = count(part, b"\n")
        yield Piece(name, line, layout, part, lines >= rows)
        line += lines
    return line


def _first_record(data: bytes, before: First, choice: Choice, name: str) -> First:
    """The first record in `data`, whole records that are behind nothing but blank lines and comments."""
    skipped = _skipped(choice.dialect.comment, data)
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


def _check_size(before: First, name: str) -> None:
    """Raise PointsError where what is before the first record is more than can be kept."""
    if before.size > MAX_RECORD:
        raise PointsError(f"no record in the first {MAX_RECORD >> 20} MiB, only blank lines and comments", file=name)


def _skipped(comment: bytes, data: bytes) -> int:
    """Bytes of the blank lines and comments that `data` begins with."""
    found = _no_records(comment).match(data)
    assert found is not None  # the empty text always matches
    return found.end()


@cache
def _no_records(comment: bytes) -> re.Pattern[bytes]:
    line = rb"\r?\n" if not comment else rb"\r?\n|%b[^\n]*+\n" % re.escape(comment)
    return re.compile(rb"(?:%b)*+" % line)


def _first_object(data: bytes, before: First, choice: Choice, name: str) -> First:
    """The first object in `data`, whole lines that are behind nothing but blank ones."""
    from netgrad.tables.json_records import keys  # takes longer to import than a point takes

    size, lines = before.size, before.lines
    for raw in data.splitlines(keepends=True):
        if raw.strip():
            return First(Record(lines + 1, raw, b"\n", keys(raw.rstrip(b"\r\n"), lines + 1, name)), size, lines)
        size, lines = size + len(raw), lines + 1
    return First(None, size, lines)


def _layout(first: Record, choice: Choice, source: Source) -> Layout:
    try:
        layout = layout_of(first.cells, choice, first.eol)
    except PointsError as error:
        raise PointsError(error.message, file=source.name, line=first.line, column=1) from None
    return layout._replace(keys=tuple(text(unquoted(cell)) for cell in first.cells)) if source.is_json else layout
