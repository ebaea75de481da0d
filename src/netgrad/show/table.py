"""Rows of text as a table that never shortens a number."""

from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import RenderableType
from rich.segment import Segment, Segments
from rich.style import Style
from rich.table import Table

from netgrad.errors import visible
from netgrad.numerals.number import NUMBER
from netgrad.show.console import columns, plain

ROWS = 50  # of many, those that are shown
DIGITS = 6  # significant ones, where nothing is said
GAP = 2  # blanks between columns, of which the box gives one


def number(value: float, digits: int | None) -> str:
    """Shortest text that reads back to `value`, or `digits` significant digits of it."""
    return repr(value) if digits is None else f"{value:.{digits}g}"


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str] | None = None, label: str = ""
) -> list[RenderableType]:
    """Rows of text as a table where it fits, else one value a line under a heading for each row.

    The heading is `label` and the row's number, or without a label the row's first cell.
    """
    styles = styles or [""] * len(headers)
    texts = [headers, *rows]
    widths = [max(len(visible(row[i])) for row in texts) for i in range(len(headers))]
    if sum(widths) + GAP * (len(widths) - 1) <= columns():
        return [_across(headers, rows, styles)]
    return [
        part for k, row in enumerate(rows, start=1) for part in _down(headers, row, styles, label and f"{label} {k}")
    ]


def _across(headers: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str]) -> Table:
    across = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0), header_style="bold"
    )
    for i, (header, style) in enumerate(zip(headers, styles, strict=True)):
        is_text = any(NUMBER.fullmatch(row[i]) is None for row in rows)
        across.add_column(plain(header), justify="left" if is_text else "right", no_wrap=True, style=style)
    for row in rows:
        across.add_row(*(plain(cell) for cell in row))
    return across


def _down(headers: Sequence[str], row: Sequence[str], styles: Sequence[str], label: str) -> list[RenderableType]:
    cells = list(zip(map(visible, headers), map(visible, row), styles, strict=True))
    heading = label or f"{headers[0]} = {row[0]}"
    shown = [cell for cell in (cells if label else cells[1:]) if cell[1]]
    lengths = [cell_len(header) for header, _, _ in shown]
    width = max(lengths, default=0) + GAP
    segments: list[Segment] = []  # a Table of rich takes a hundred times longer
    for (header, cell, style), length in zip(shown, lengths, strict=True):
        segments += Segment(header + " " * (width - length)), Segment(cell, Style.parse(style)), Segment.line()
    return [plain(heading, "bold"), Segments(segments)]
