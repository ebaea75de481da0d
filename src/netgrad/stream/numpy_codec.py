"""CSV text <-> numbers with the base packages: the definition of what is accepted.

`decode` first tries what is quick on a regular block (no quotes, every line alike) and on cells whose bytes
all belong to numbers; whatever does not go through there is read record by record, cell by cell.
"""

import math
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.network import Array
from netgrad.errors import excerpt
from netgrad.formats.number import NUMBER, fault
from netgrad.stream import decimals, numerals
from netgrad.stream.columns import Layout
from netgrad.stream.records import MAX_RECORD, Fault, Record, scan, split, text, unquoted, with_point

# With these bytes only, and as many values as cells, a value is a number of the grammar or overflows.
_OF_NUMBERS = b"0123456789+-.eE \t"


class Chunk(NamedTuple):
    """Some records in order, as text and as points."""

    X: Array  # (m, n_1); zeros where the record is bad
    kept: Sequence[bytes]  # m texts, what is echoed of each record, verbatim
    eols: bytes | list[bytes]  # the end of every line, or of each
    bad: list[tuple[int, Record]]  # row in X, record with its fault

    def rows(self, which: NDArray[np.bool_]) -> "Chunk":
        """The chunk with only the rows that `which`, shape (m,), picks; none of them is called bad."""
        kept = [k for k, is_in in zip(self.kept, which, strict=True) if is_in]
        eols = self.eols
        if isinstance(eols, list):
            eols = [e for e, is_in in zip(eols, which, strict=True) if is_in]
        return Chunk(self.X[which], kept, eols, [])


class Decoded(NamedTuple):
    """A chunk, and how much of the data it took."""

    chunk: Chunk
    size: int  # bytes
    lines: int


def decode(data: bytes, line: int, layout: Layout, final: bool) -> Decoded:
    """Whole records at the start of `data`, which begins at the physical line `line`.

    What comes behind the last whole record is left for the next call, unless `final`.
    """
    end = data.rfind(b"\n") + 1
    chunk = _regular(data[:end], layout) if end else None
    if chunk is not None:
        return Decoded(chunk, end, len(chunk.kept))
    return _exact(data, line, layout, final)


def encode(chunk: Chunk, results: Array, layout: Layout) -> bytes:
    """Each record's echo with its results, shape (m, p), appended; floats are shortest round-trip."""
    glue = layout.delimiter if layout.echoes else b""
    end = chunk.eols if isinstance(chunk.eols, bytes) else b""
    texts = numerals.rows(np.asarray(results, np.float64), layout.delimiter, glue, end)
    if layout.decimal not in (b".", layout.delimiter):
        texts = [text.replace(b".", layout.decimal) for text in texts]
    if not isinstance(chunk.eols, bytes):
        return b"".join(chain.from_iterable(zip(chunk.kept, texts, chunk.eols, strict=True)))
    pairs = [b""] * (2 * len(chunk.kept))
    pairs[0::2], pairs[1::2] = chunk.kept, texts
    return b"".join(pairs)


def _regular(data: bytes, layout: Layout) -> Chunk | None:
    """`data` if it has no quotes, every line as many cells as it should, every input a number; else None."""
    if b'"' in data or b"\0" in data or len(data) > MAX_RECORD or (layout.comment and layout.comment in data):
        return None
    eol = b"\n"
    if b"\r" in data:
        if not data.count(b"\r") == data.count(b"\r\n") == data.count(b"\n"):
            return None
        data, eol = data.replace(b"\r\n", b"\n"), b"\r\n"
    D, lines = layout.delimiter, data.split(b"\n")
    lines.pop()  # behind the last end of line
    pattern = D * (layout.width - 1) + b"\n"
    if _only(data, D + b"\n") != pattern * len(lines) or (layout.width == 1 and b"" in lines):
        return None
    if len(layout.inputs) == layout.width and layout.decimal == b".":
        values = _numbers(data[:-1].replace(b"\n", b",").replace(D, b","), layout.width * len(lines))
        X = None if values is None else values.reshape(-1, layout.width)[:, layout.inputs]
        cells: list[bytes] = []
    else:
        cells = data[:-1].replace(b"\n", D).split(D)
        X = _columns([cells[i :: layout.width] for i in layout.inputs], layout.decimal)
    if X is None:
        return None
    if layout.keep is not None:
        cells = cells or data[:-1].replace(b"\n", D).split(D)
        lines = _kept([cells[i :: layout.width] for i in layout.keep], len(lines), D)
    return Chunk(X, lines, eol, [])


def _only(data: bytes, these: bytes) -> bytes:
    return data.translate(None, bytes(set(range(256)) - set(these)))


def _columns(columns: list[list[bytes]], decimal: bytes) -> Array | None:
    """Cells of the inputs, one list a column, as points; None where some cell is not plainly a number."""
    if decimal != b".":
        if any(b"." in cell for cells in columns for cell in cells):
            return None
        columns = [[cell.replace(decimal, b".") for cell in cells] for cells in columns]
    values = [_numbers(b",".join(cells), len(cells)) for cells in columns]
    found = [v for v in values if v is not None]
    return np.stack(found, axis=1) if len(found) == len(columns) else None


def _numbers(cells: bytes, count: int) -> Array | None:
    """`count` numbers between commas; None where some cell is not plainly one."""
    others = cells.translate(None, _OF_NUMBERS)
    if others.count(b",") != len(others):
        return None
    return decimals.numbers(cells, count)


def _kept(columns: list[list[bytes]], m: int, delimiter: bytes) -> list[bytes]:
    return [delimiter.join(cells) for cells in zip(*columns, strict=True)] if columns else [b""] * m


def _exact(data: bytes, line: int, layout: Layout, final: bool) -> Decoded:
    """Record by record, by the grammar of `records`."""
    records: list[Record] = []
    size, lines = 0, 0
    for record in scan(data, line, layout.delimiter, final, layout.comment):
        size += len(record.raw) + len(record.eol)
        lines += record.raw.count(b"\n") + 1
        is_comment = not record.cells and record.fault is None
        # A blank line is no record, but of one column a missing value.
        if not is_comment and (record.raw or layout.width == 1):
            records.append(_checked(record, layout))
    sound = [r for r in records if r.fault is None]
    X = _columns([[unquoted(r.cells[i]) for r in sound] for i in layout.inputs], layout.decimal)
    if X is None or len(sound) < len(records):
        X = np.zeros((len(records), len(layout.inputs)))
        for row, record in enumerate(records):
            if record.fault is None:
                records[row] = _read(record, layout, X[row])
    kept = [r.raw for r in records] if layout.keep is None else [_echo(r, layout) for r in records]
    bad = [(row, r) for row, r in enumerate(records) if r.fault is not None]
    for row, record in bad:
        kept[row] = _echo(record, layout)
    return Decoded(Chunk(X, kept, [r.eol for r in records], bad), size, lines)


def _checked(record: Record, layout: Layout) -> Record:
    """`record`, with a fault where it has more or fewer cells than the first record."""
    n, width = len(record.cells), layout.width
    if record.fault is not None or n == width:
        return record
    at = sum(len(cell) + 1 for cell in record.cells[:width]) if n > width else len(record.raw)
    found = f"{n} cell{'' if n == 1 else 's'}"
    return record._replace(fault=Fault(at, f"{found}, but the {layout.first} has {width}"))


def _read(record: Record, layout: Layout, x: Array) -> Record:
    """`record`, its inputs written to x, shape (n_1,); with a fault where one of them is not a number."""
    faults = []
    for k, i in enumerate(layout.inputs):
        cell = with_point(text(unquoted(record.cells[i])), layout.decimal)
        value = float(cell) if NUMBER.fullmatch(cell) else math.inf
        if math.isfinite(value):
            x[k] = value
        else:
            faults.append((i, k, cell))
    if not faults:
        return record
    x[:] = 0
    i, k, cell = min(faults)
    return record._replace(fault=_not_a_number(record, i, layout.names[k], cell, layout.decimal))


def _not_a_number(record: Record, i: int, name: str, cell: str, decimal: bytes) -> Fault:
    wrong = fault(cell)
    reason = wrong.reason
    if decimal != b"." and cell.strip(" \t"):
        reason = f"{excerpt(with_point(cell, decimal))} is not a number with decimal {excerpt(decimal.decode('ascii'))}"
    before = cell[: wrong.offset].encode("utf-8", "surrogateescape")
    at = sum(len(c) + 1 for c in record.cells[:i]) + len(before)
    if record.cells[i].startswith(b'"'):
        at += 1 + before.count(b'"')
    return Fault(at, reason, name=name)


def _echo(record: Record, layout: Layout) -> bytes:
    """What is kept of a record; of one without the right cells, as many empty cells."""
    width_kept = layout.width if layout.keep is None else len(layout.keep)
    if len(record.cells) != layout.width:
        return layout.delimiter * (width_kept - 1)
    if layout.keep is None:
        return record.raw
    return layout.delimiter.join([record.cells[i] for i in layout.keep])


def cells_of(kept: bytes, layout: Layout) -> list[str]:
    """Echoed cells of one record as text, unquoted."""
    return [text(unquoted(c)) for c in split(kept, layout.delimiter)] if layout.echoes else []
