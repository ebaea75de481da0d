"""A table in spans that are answered one by one: ranges of bytes, row groups, or where it cannot be cut the whole."""

import os
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from netgrad.cluster.store import Stamp, open_anywhere, opening, reading, stamp
from netgrad.cluster.urls import failures, is_url
from netgrad.errors import UsageError
from netgrad.stream.cutting import BOM
from netgrad.stream.encodings import recoded
from netgrad.stream.pieces import pieces
from netgrad.stream.sources import Source
from netgrad.tables.columns import Choice, Layout

BYTES, GROUPS, WHOLE = "bytes", "row groups", "whole"  # what lo and hi of a span count
AS_UTF8 = (None, "utf-8", "utf8", "ascii")


class Table(NamedTuple):
    """A file, as whoever reads a span of it must know it."""

    name: str  # for messages
    path: str  # the same for every machine
    stamp: Stamp
    layout: Layout
    unit: str
    size: int  # in that unit
    begin: int = 0  # where its first record of data begins
    line: int = 1  # which that is in
    is_json: bool = False
    encoding: str | None = None

    @property
    def bytes(self) -> int:
        """Size of the file."""
        return self.stamp[0]


class Span(NamedTuple):
    """Some records of a table: those that begin from lo on and before hi."""

    k: int  # its place among all spans
    table: Table
    lo: int
    hi: int
    begin: int | None  # where the first of them begins, where that is known


def check_can_be_sent(sources: list[Source]) -> None:
    """Raise UsageError where a source is no file that another machine can open."""
    for source in sources:
        if source.path is None:
            raise UsageError(f"--cluster reads files that every machine can open, and {source.name} is none")


def table_of(source: Source, choice: Choice, block: int) -> Table:
    """The table in a file, whose columns are read now.

    Raises
    ------
    PointsError
        As `pieces` does.
    """
    assert source.path is not None
    path = source.path if is_url(source.path) else os.path.abspath(source.path)
    with failures(source.name):
        found_at = stamp(path)
        with closing(pieces(source, choice)) as found:
            first = next(piece for piece in found if piece is not None)
        table = Table(
            source.name, path, found_at, first.layout, WHOLE, 1, is_json=source.is_json, encoding=source.encoding
        )
        if os.path.splitext(path)[1].lower() == ".parquet":
            from netgrad.stream.parquet import groups

            return table._replace(unit=GROUPS, size=groups(path, opening(path)), line=first.line)
        if source.size is None or source.encoding not in AS_UTF8:
            return table
        with reading(path) as read:
            mark = len(BOM) if read(0, len(BOM)) == BOM else 0
    return table._replace(unit=BYTES, size=table.stamp[0], begin=mark + first.at, line=first.line)


def spans(table: Table, split: int, k: int) -> Iterator[Span]:
    """The spans of a table, of so many bytes, in order and numbered from k."""
    step = split if table.unit == BYTES else 1
    for i, lo in enumerate(range(table.begin, table.size, step)):
        yield Span(k + i, table, lo, min(lo + step, table.size), lo if i == 0 or table.unit != BYTES else None)


def opened(span: Span, block: int) -> Source:
    """A row group, or the whole of a file that is not cut, as blocks of text."""
    table = span.table
    if table.unit == GROUPS:
        from netgrad.stream.parquet import rows_of_group

        return Source(table.name, rows_of_group(table.path, span.lo, opening(table.path)))
    source = open_anywhere(table.path, block)._replace(name=table.name, is_json=table.is_json)
    if table.encoding is not None:
        source = source._replace(blocks=recoded(source.blocks, table.name, table.encoding))
    return source
