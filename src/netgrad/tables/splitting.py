"""Ends of whole records in bytes as they arrive: each byte is looked at a bounded number of times.

Whatever is wrong with a record, it ends at a line feed, and so does a comment. Quotes that stand as RFC 4180 wants
them are gone through many records at a time.
"""

import re
from functools import cache
from typing import NamedTuple

import numpy as np

from netgrad.tables.records import MAX_RECORD, Dialect, grammar

# Where a scan stands: at a record's or a cell's start, in a cell without quotes or behind the closing one, between
# quotes, or in what goes on to the end of the line whatever it is.
RECORD, CELL, PLAIN, QUOTED, LINE = range(5)
LF, CR, NUL = b"\n\r\0"


class Scan(NamedTuple):
    """Scan of bytes, as far as it has come."""

    at: int = 0
    state: int = RECORD


class Expressions(NamedTuple):
    """Regular expressions for one dialect; each matches the empty text too."""

    records: re.Pattern[bytes]  # whole sound ones, no comments
    cells: re.Pattern[bytes]  # whole sound ones, with their delimiters
    plain: re.Pattern[bytes]  # the rest of a cell without quotes
    quoted: re.Pattern[bytes]  # what stands between quotes


@cache
def _expressions(dialect: Dialect) -> Expressions:
    D, cell = re.escape(dialect.delimiter), grammar(dialect.delimiter).cell.pattern
    no_comment = rb"(?!%b)" % re.escape(dialect.comment) if dialect.comment else b""
    # Behind a delimiter or an end of line a quote opens, and before such it closes.
    quoted = rb'(?<![^%b\n])"(?:[^"\0]++|"")*+"(?=[%b\r\n])' % (D, D)
    record = rb'%b(?:[^"\r\n\0]++|%b)*+\r?\n' % (no_comment, quoted)
    texts = rb"(?:%b)*+" % record, rb"(?:%b%b)*+" % (cell, D), rb"[^\"\r\n\0%b]*+" % D, rb'(?:[^"\0]++|"")*+'
    return Expressions(*map(re.compile, texts))


def split(data: bytes | bytearray, scan: Scan, dialect: Dialect) -> tuple[int, Scan]:
    """End in `data` of the last whole record behind scan.at, 0 if there is none, and a scan to go on with.

    >>> split(b'a,"b', Scan(), Dialect())
    (0, Scan(at=4, state=3))
    """
    end, (at, state) = 0, scan
    if state != QUOTED and data.find(b'"', at) < 0:
        end = data.rfind(b"\n", at) + 1
        at, state = (end, RECORD) if end else scan
    while True:
        before = at, state
        at, state = _step(data, at, state, dialect)
        if state == RECORD:
            end = max(end, at)
        if (at, state) == before:
            return end, Scan(at, state)


def is_too_long(data: bytes | bytearray) -> bool:
    """True where `data`, which no record ends in, is more than a record or a comment and its end may have."""
    return len(data) > MAX_RECORD + len(b"\r\n")


def _step(data: bytes | bytearray, at: int, state: int, dialect: Dialect) -> tuple[int, int]:
    """The next place and state; the same ones where more bytes are needed."""
    expressions, comment = _expressions(dialect), dialect.comment
    if state == RECORD:
        end = _end(expressions.records, data, at)
        if end > at:
            return end, RECORD
        begun = bytes(data[at : at + len(comment)])
        if at == len(data) or (begun != comment and comment.startswith(begun)):
            return at, RECORD
        return at, LINE if comment and begun == comment else CELL
    if state == CELL:
        at = _end(expressions.cells, data, at)
        if at == len(data):
            return at, CELL
        return (at + 1, QUOTED) if data[at] == ord('"') else (at, PLAIN)
    if state == PLAIN:
        return _behind_cell(data, _end(expressions.plain, data, at), dialect)
    if state == QUOTED:
        at = _end(expressions.quoted, data, at)
        if at == len(data) or (data[at] != NUL and at + 1 == len(data)):
            return at, QUOTED
        ends = data[at] != NUL and data[at + 1] in (dialect.delimiter[0], LF, CR)
        return (at + 1, PLAIN) if ends else (at, LINE)
    end = data.find(b"\n", at) + 1
    return (end, RECORD) if end else (len(data), LINE)


def _behind_cell(data: bytes | bytearray, at: int, dialect: Dialect) -> tuple[int, int]:
    """Place and state behind a cell that ends at `at`, as far as it can be said."""
    follows = data[at : at + 2]
    if not follows or follows == b"\r":
        return at, PLAIN
    if follows[:1] == dialect.delimiter:
        return at + 1, CELL
    if follows[:1] == b"\n" or follows == b"\r\n":
        return data.index(b"\n", at) + 1, RECORD
    return at, LINE


def _end(expression: re.Pattern[bytes], data: bytes | bytearray, at: int) -> int:
    match = expression.match(data, at)
    assert match is not None  # the empty text always matches
    return match.end()


def count(data: bytes, byte: bytes) -> int:
    """Occurrences of the one `byte` in `data`; `bytes.count` takes three times as long."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == byte[0]))
