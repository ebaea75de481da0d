"""Cells that are plainly numbers, many at a time."""

from collections import Counter

import numpy as np

from netgrad.core.arrays import Array
from netgrad.numerals import reading
from netgrad.tables.chunk import Names
from netgrad.tables.columns import Layout
from netgrad.tables.records import text

# With these bytes only, and as many values as cells, a value is a number of the grammar or overflows.
_OF_NUMBERS = b"0123456789+-.eE \t"


def points_of(x: list[list[bytes]], y: list[list[bytes]], layout: Layout) -> tuple[Array, Array | None] | None:
    """Cells of the inputs and of the target, one list a column, as X and Y; None where some cell is not plainly one."""
    X = numbers_of(x, layout.dialect.decimal)
    if X is None or layout.targets is None:
        return None if X is None else (X, None)
    Y = targets_of(y, layout)
    return None if Y is None else (X, Y)


def targets_of(y: list[list[bytes]], layout: Layout) -> Array | None:
    """Numbers that the cells of the target columns stand for, shape (m, n); None where one of them is none."""
    Y = [_target(cells, layout) for cells in y]
    found = [column for column in Y if column is not None]
    return np.stack(found, axis=1) if len(found) == len(Y) else None


def others_of(y: list[list[bytes]], layout: Layout) -> Names:
    """Names that stand for y = 0 because they are not the output's, and in how many cells of the target."""
    if layout.targets is None or not layout.targets.rest:
        return ()
    counts = Counter(cell for cells in y for cell in cells)
    named = {cell: layout.targets.other(text(cell), layout.dialect.decimal) for cell in counts}
    found = Counter[str]()
    for cell, n in counts.items():
        if name := named[cell]:
            found[name] += n
    return tuple(found.items())


def numbers_of(columns: list[list[bytes]], decimal: bytes) -> Array | None:
    """Cells of numbers, one list a column, shape (m, n); None where some cell is not plainly a number."""
    if decimal != b".":
        if any(b"." in cell for cells in columns for cell in cells):
            return None
        columns = [[cell.replace(decimal, b".") for cell in cells] for cells in columns]
    values = [plain_numbers(b",".join(cells), len(cells)) for cells in columns]
    found = [v for v in values if v is not None]
    return np.stack(found, axis=1) if len(found) == len(values) else None


def _target(cells: list[bytes], layout: Layout) -> Array | None:
    """Numbers that the cells of one target column stand for; None where one of them stands for nothing."""
    assert layout.targets is not None
    codes = {cell: layout.targets.value(text(cell), layout.dialect.decimal) for cell in set(cells)}
    if any(isinstance(y, str) for y in codes.values()):
        return None
    return np.array([codes[cell] for cell in cells], np.float64)


def plain_numbers(cells: bytes, count: int) -> Array | None:
    """`count` numbers between commas; None where some cell is not plainly one."""
    others = cells.translate(None, _OF_NUMBERS)
    if others.count(b",") != len(others):
        return None
    return reading.numbers(cells, count)
