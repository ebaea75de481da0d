"""CSV text into points record by record, cell by cell: whatever its form, with every fault and its place."""

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import numpy as np

from netgrad.core.arrays import Array
from netgrad.errors import EXCERPT, excerpt
from netgrad.numerals.number import NUMBER, fault
from netgrad.tables.cells import others_of, points_of
from netgrad.tables.chunk import Chunk, joined
from netgrad.tables.columns import Layout
from netgrad.tables.records import Fault, Record, scan, text, unquoted, with_point

_fault_seen = lru_cache(1 << 10)(fault)  # where cells are missing, many are alike
FEW = 1 << 12  # records at a time: one that is taken apart takes many times its bytes


def decode(data: bytes, line: int, layout: Layout, stops: bool = False) -> Chunk:
    """Record by record, by the grammar of `records`; where it `stops`, not far behind the first that is bad."""
    given = _records(data, line, layout)
    parts = [_decoded(list(islice(given, FEW)), layout)]
    while not (stops and parts[-1].bad) and (records := list(islice(given, FEW))):
        parts.append(_decoded(records, layout))
    return parts[0] if len(parts) == 1 else joined(parts)


def _records(data: bytes, line: int, layout: Layout) -> Iterator[Record]:
    """Records with as many cells as they should have or a fault."""
    for record in scan(data, line, layout.dialect):
        is_comment = not record.cells and record.fault is None
        # A blank line is no record, but of one column a missing value.
        if not is_comment and (record.raw or layout.width == 1):
            yield _checked(record, layout)


def _decoded(records: list[Record], layout: Layout) -> Chunk:
    sound = [r for r in records if r.fault is None]
    x, y = ([[unquoted(r.cells[i]) for r in sound] for i in columns] for columns in (layout.inputs, layout.target))
    points = points_of(x, y, layout) if len(sound) == len(records) else None
    X, Y = points or read(records, layout)
    kept = [r.raw for r in records] if layout.keep is None else [echo(r, layout) for r in records]
    bad = [(row, r) for row, r in enumerate(records) if r.fault is not None]
    for row, record in bad:
        kept[row] = echo(record, layout)
    target = [[unquoted(r.cells[i]) for r in records if r.fault is None] for i in layout.target]
    return Chunk(X, Y, kept, [r.eol for r in records], bad, others_of(target, layout))


def read(records: list[Record], layout: Layout) -> tuple[Array, Array | None]:
    """X and Y, cell by cell; records in which a cell cannot be read are replaced by those with the fault."""
    n = len(layout.inputs)
    XY = np.zeros((len(records), n + len(layout.target)))
    for row, record in enumerate(records):
        if record.fault is None:
            records[row] = _read(record, layout, XY[row])
    return XY[:, :n].copy(), None if layout.targets is None else XY[:, n:].copy()


def _checked(record: Record, layout: Layout) -> Record:
    """`record`, with a fault where it has more or fewer cells than the first record."""
    n, width = len(record.cells), layout.width
    if record.fault is not None or n == width:
        return record
    at = sum(len(cell) + 1 for cell in record.cells[:width]) if n > width else len(record.raw)
    found = f"{n} cell{'' if n == 1 else 's'}"
    return record._replace(fault=Fault(at, f"{found}, but the {layout.first} has {width}"))


def _read(record: Record, layout: Layout, xy: Array) -> Record:
    """`record`, its inputs and target written to xy; with a fault where one of them is not a number."""
    faults, decimal = [], layout.dialect.decimal
    names = (*layout.names, *layout.target_names)
    for k, i in enumerate((*layout.inputs, *layout.target)):
        cell = text(unquoted(record.cells[i]))
        if layout.targets is not None and k >= len(layout.inputs):
            found = _target(record, i, layout.targets.value(cell, decimal))
        else:
            found = _input(record, i, with_point(cell, decimal), decimal)
        if isinstance(found, Fault):
            faults.append((i, found._replace(name=names[k])))
        else:
            xy[k] = found
    if not faults:
        return record
    xy[:] = 0
    return record._replace(fault=min(faults)[1])


def _target(record: Record, i: int, found: float | str) -> float | Fault:
    return Fault(sum(len(cell) + 1 for cell in record.cells[:i]), found) if isinstance(found, str) else found


def _input(record: Record, i: int, cell: str, decimal: bytes) -> float | Fault:
    value = float(cell) if NUMBER.fullmatch(cell) else math.inf
    return value if math.isfinite(value) else _not_a_number(record, i, cell, decimal)


def _not_a_number(record: Record, i: int, cell: str, decimal: bytes) -> Fault:
    wrong = _fault_seen(cell) if len(cell) <= EXCERPT else fault(cell)
    reason = wrong.reason
    if decimal != b"." and cell.strip(" \t"):
        reason = f"{excerpt(with_point(cell, decimal))} is not a number with decimal {excerpt(decimal.decode('ascii'))}"
    before = cell[: wrong.offset].encode("utf-8", "surrogateescape")
    at = sum(len(c) + 1 for c in record.cells[:i]) + len(before)
    if record.cells[i].startswith(b'"'):
        at += 1 + before.count(b'"')
    return Fault(at, reason)


def echo(record: Record, layout: Layout) -> bytes:
    """Kept bytes of a record; of one without the right cells, as many empty cells."""
    width_kept = layout.width if layout.keep is None else len(layout.keep)
    if len(record.cells) != layout.width:
        return layout.dialect.delimiter * (width_kept - 1)
    if layout.keep is None:
        return record.raw
    return layout.dialect.delimiter.join([record.cells[i] for i in layout.keep])
