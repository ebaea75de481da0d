"""Points and results as a table that never shortens a number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from rich import box
from rich.console import RenderableType
from rich.table import Table

from netgrad.core.network import Array
from netgrad.errors import visible
from netgrad.formats.number import NUMBER
from netgrad.show.console import columns, plain, rendered
from netgrad.show.digits import guaranteed_text
from netgrad.stream.engine import Apply
from netgrad.stream.results import Results
from netgrad.stream.sinks import Write
from netgrad.stream.writers import Writer
from netgrad.tables.chunk import Chunk, cells_of
from netgrad.tables.columns import Layout, result_header

ROWS = 50  # of many, those that are shown
GAP = 2  # blanks between columns, of which the box gives one


class Enough(Exception):  # noqa: N818 - no error
    """The table is full: nothing more needs to be read."""


@dataclass
class Rows:
    """What a table will show."""

    names: list[str] = field(default_factory=list)
    kept: int = 0  # how many of the names are echoed columns
    rows: list[list[str]] = field(default_factory=list)
    more: bool = False  # there are rows that are not shown


def number(value: float, digits: int | None) -> str:
    """Shortest text that reads back to `value`, or `digits` significant digits of it."""
    return repr(value) if digits is None else f"{value:.{digits}g}"


def table_writer(results: Results, shown: Rows, digits: int | None) -> Writer:
    """Collects the first rows in `shown`, and raises Enough when there are more."""

    def begin(layout: Layout) -> None:
        named = results.names(layout.names)
        result_header(layout, named)  # refuses a name that is taken
        echoed = list(layout.kept_names)
        shown.names, shown.kept = [*echoed, *named], len(echoed)

    def encode(chunk: Chunk, R: Array, layout: Layout) -> list[list[str]]:
        pairs = zip(chunk.kept[: ROWS + 1], R[: ROWS + 1].tolist(), strict=True)
        texts = _certain if results.bounded else partial(_numbers, digits)
        return [[*cells_of(kept, layout), *texts(r)] for kept, r in pairs]

    def put(rows: list[list[str]]) -> None:
        shown.rows += rows
        if len(shown.rows) > ROWS:
            shown.more = True
            del shown.rows[ROWS:]
            raise Enough

    return Writer(begin, encode, put)


def of_first_rows(f: Apply) -> Apply:
    """`f` of the rows that a table shows, and zeros for all others of a chunk: they may be many, and `f` slow."""

    def of_first(X: Array, jobs: int) -> Array:
        shown = f(X[: ROWS + 1], jobs)
        return np.pad(shown, ((0, len(X) - len(shown)), (0, 0)))

    return of_first


def _numbers(digits: int | None, values: list[float]) -> list[str]:
    return [number(value, digits) for value in values]


def _certain(values: list[float]) -> list[str]:
    """The first half of the values with the digits that the second half, bounds on their errors, guarantees."""
    half = len(values) // 2
    bounds = [f"{err:.1e}" for err in values[half:]]
    return [*(guaranteed_text(v, err) for v, err in zip(values[:half], values[half:], strict=True)), *bounds]


def print_rows(shown: Rows, write: Write, colour: str) -> None:
    """Write the rows side by side where they fit, else one value a line."""
    if not shown.names:
        return
    styles = ["" if i < shown.kept else "cyan" for i in range(len(shown.names))]
    parts = table(shown.names, shown.rows, styles, "row")
    if shown.more:
        parts.append(plain(f"The first {ROWS} rows; for all of them: -o FILE, or --format csv.", "dim"))
    write(rendered(*parts, colour=colour))


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
    cells = list(zip(headers, row, styles, strict=True))
    heading = label or f"{headers[0]} = {row[0]}"
    down = Table(box=None, show_header=False, pad_edge=False, padding=(0, GAP, 0, 0))
    for header, cell, style in cells if label else cells[1:]:
        if cell:
            down.add_row(plain(header), plain(cell, style))
    return [plain(heading, "bold"), down]
