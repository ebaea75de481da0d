"""Bytes into records by RFC 4180, strictly, with the line and character of every fault.

A quote stands only at a cell's start and is doubled inside; line breaks are allowed inside quotes; a record
ends with LF or CRLF, or with the file. Cells stay the bytes they are, quotes included.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from netgrad.errors import visible

MAX_RECORD = 16 << 20  # bytes; a longer record is a missing quote or no table
MAX_CELLS = 1 << 20


class Fault(NamedTuple):
    """Fault of a record, and the byte of the record where it is."""

    offset: int
    reason: str
    fatal: bool = False  # the end of the record is not known: nothing after it can be read
    name: str | None = None  # the column


class Record(NamedTuple):
    """One record of a table."""

    line: int  # physical, 1-based, where it begins
    raw: bytes  # verbatim, without its end of line
    eol: bytes  # LF, CRLF, or nothing at the end of the file
    cells: list[bytes]  # verbatim; empty where there is a fault
    fault: Fault | None = None

    def place(self, offset: int) -> tuple[int, int]:
        """Line and character, both 1-based, of byte `offset` of the record."""
        before = self.raw[:offset]
        start = before.rfind(b"\n") + 1
        return self.line + before.count(b"\n"), len(text(before[start:])) + 1


class Dialect(NamedTuple):
    """Delimiter, decimal mark and comments of a table, as the user said."""

    delimiter: bytes = b","
    decimal: bytes = b"."
    comment: bytes = b""  # what a line begins with that is no record


class Grammar(NamedTuple):
    """Regular expressions for one delimiter."""

    cell: re.Pattern[bytes]
    record: re.Pattern[bytes]


@cache
def grammar(delimiter: bytes) -> Grammar:
    """Patterns of a cell and of a record, whose match ends behind its end of line."""
    D = re.escape(delimiter)
    cell = rb'(?:"(?:[^"\0]++|"")*+"|[^"\r\n\0' + D + rb"]*+)"
    return Grammar(re.compile(cell), re.compile(rb"(?:%b%b)*+%b(?:(\r?\n)|\Z)" % (cell, D, cell)))


def scan(data: bytes, line: int, dialect: Dialect = Dialect()) -> Iterator[Record]:
    """Records of `data`, which begins at the physical line `line`, and where no record goes on behind its end.

    One with a fatal fault is the last.

    A line that begins with the comment of the dialect is a record without cells.
    """
    delimiter, comment = dialect.delimiter, dialect.comment
    whole, pos = grammar(delimiter).record, 0
    while pos < len(data):
        if comment and data.startswith(comment, pos):
            end = data.find(b"\n", pos)
            eol = b"" if end < 0 else b"\n"
            raw = data[pos : end if eol else len(data)]
            record = Record(line, raw, eol, [], _too_long() if len(raw) > MAX_RECORD else None)
        elif match := whole.match(data, pos):
            eol = match[1] or b""
            record = _sound(data[pos : match.end() - len(eol)], eol, line, delimiter)
        else:
            record = _broken(data, pos, line, delimiter)
        if record.fault is not None and record.fault.fatal:
            yield record._replace(raw=record.raw[: MAX_RECORD + 2], eol=b"")  # what is sure to have come
            return
        yield record
        pos += len(record.raw) + len(record.eol)
        line += record.raw.count(b"\n") + 1


def _sound(raw: bytes, eol: bytes, line: int, delimiter: bytes) -> Record:
    if len(raw) > MAX_RECORD:
        return Record(line, raw, eol, [], _too_long())
    cells = split(raw, delimiter, MAX_CELLS + 1)
    if len(cells) > MAX_CELLS:
        return Record(line, raw, eol, [], Fault(0, f"more than {MAX_CELLS:,} cells in a record", True))
    return Record(line, raw, eol, cells)


def split(raw: bytes, delimiter: bytes, most: int = MAX_RECORD) -> list[bytes]:
    """Cells of one sound record, verbatim; the first `most` of them, and perhaps the rest as one."""
    if b'"' not in raw:
        return raw.split(delimiter, most)
    cell, pos = grammar(delimiter).cell, 0
    cells: list[bytes] = []
    while len(cells) < most and (match := cell.match(raw, pos)):
        cells.append(match[0])
        pos = match.end() + 1
        if pos > len(raw):
            break
    return cells


def _broken(data: bytes, pos: int, line: int, delimiter: bytes) -> Record:
    """The record at `pos`, which is no sound one, up to its line's end."""
    fault = _find_fault(data, pos, delimiter)
    end = -1 if fault.fatal else data.find(b"\n", pos + fault.offset)
    eol = b"" if end < 0 else b"\r\n" if data[end - 1 : end] == b"\r" else b"\n"
    raw = data[pos : end + 1 - len(eol)] if eol else data[pos:]
    if len(raw) > MAX_RECORD:
        fault = _too_long() if fault.fatal or fault.offset > MAX_RECORD else fault._replace(fatal=True)
    return Record(line, raw, eol, [], fault)


def _find_fault(data: bytes, pos: int, delimiter: bytes) -> Fault:
    """The first offence against the grammar in the record at `pos`."""
    start, cell = pos, grammar(delimiter).cell
    while True:
        match = cell.match(data, pos)
        assert match is not None  # the empty cell always matches
        pos = match.end()
        follows = data[pos : pos + 1]
        if follows != delimiter:
            break
        pos += 1
    at = pos - start
    if follows == b"\0":
        return Fault(at, "NUL byte: this is no text (or UTF-16: convert it to UTF-8)")
    if follows == b'"' and not match[0]:
        return _open_quote(data, pos, at)
    if follows == b'"':
        return Fault(at, "quote inside an unquoted cell (double it and quote the whole cell)")
    if follows == b"\r":
        return Fault(at, "carriage return without line feed")
    return Fault(at, f"{_character(data, pos)} after the closing quote")


def _open_quote(data: bytes, pos: int, at: int) -> Fault:
    nul = data.find(b"\0", pos)
    if nul >= 0:
        return Fault(at + nul - pos, "NUL byte: this is no text (or UTF-16: convert it to UTF-8)")
    return Fault(at, "quote opened here is never closed", fatal=True)


def _too_long() -> Fault:
    return Fault(0, f"record over {MAX_RECORD >> 20} MiB (a quote that is never closed?)", fatal=True)


def _character(data: bytes, pos: int) -> str:
    return f"'{visible(text(data[pos : pos + 4])[:1])}'"


def with_point(cell: str, decimal: bytes) -> str:
    """A numeral with a point where the table has the mark `decimal`, and the mark where it has a point."""
    return cell if decimal == b"." else cell.translate({ord("."): decimal.decode("ascii"), decimal[0]: "."})


def text(raw: bytes) -> str:
    """`raw` as UTF-8; a byte that is not UTF-8 becomes one character, and comes back from `encode`."""
    return raw.decode("utf-8", "surrogateescape")


def unquoted(cell: bytes) -> bytes:
    """Text of a cell, without its quotes, and doubled quotes single."""
    return cell[1:-1].replace(b'""', b'"') if cell.startswith(b'"') else cell


def quoted(cell: str, delimiter: str) -> str:
    """`cell` as RFC 4180 writes it: quoted where it must be."""
    special = (delimiter, '"', "\n", "\r")
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in special) else cell
