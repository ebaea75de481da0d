"""Cells that are plainly numbers, many at a time."""

import numpy as np

from netgrad.core.arrays import Array
from netgrad.numerals import reading
from netgrad.tables.columns import Layout
from netgrad.tables.records import text

# With these bytes only, and as many values as cells, a value is a number of the grammar or overflows.
_OF_NUMBERS = b"0123456789+-.eE \t"


def numbers_of(columns: list[list[bytes]], layout: Layout) -> Array | None:
    """Cells of the inputs, one list a column, as points; None where some cell is not plainly a number."""
    y = [_target(cells, layout) for cells in columns[layout.n :]] if layout.targets is not None else []
    if layout.targets is not None:
        columns = columns[: layout.n]
    decimal = layout.decimal
    if decimal != b".":
        if any(b"." in cell for cells in columns for cell in cells):
            return None
        columns = [[cell.replace(decimal, b".") for cell in cells] for cells in columns]
    values = [*(plain_numbers(b",".join(cells), len(cells)) for cells in columns), *y]
    found = [v for v in values if v is not None]
    return np.stack(found, axis=1) if len(found) == len(values) else None


def _target(cells: list[bytes], layout: Layout) -> Array | None:
    """What the cells of one target column stand for; None where one of them stands for nothing."""
    assert layout.targets is not None
    codes = {cell: layout.targets.value(text(cell), layout.decimal) for cell in set(cells)}
    if any(isinstance(y, str) for y in codes.values()):
        return None
    return np.array([codes[cell] for cell in cells], np.float64)


def plain_numbers(cells: bytes, count: int) -> Array | None:
    """`count` numbers between commas; None where some cell is not plainly one."""
    others = cells.translate(None, _OF_NUMBERS)
    if others.count(b",") != len(others):
        return None
    return reading.numbers(cells, count)
