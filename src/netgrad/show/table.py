"""Points and results as a table that never shortens a number."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich import box
from rich.table import Table

from netgrad.core.network import Array
from netgrad.errors import visible
from netgrad.show.console import columns, plain, rendered
from netgrad.stream.columns import Layout, result_header
from netgrad.stream.numpy_codec import Chunk, cells_of
from netgrad.stream.results import Results
from netgrad.stream.sinks import Write
from netgrad.stream.writers import Writer

ROWS = 50  # of many, those that are shown


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

    def rows(chunk: Chunk, R: Array, layout: Layout) -> None:
        room = ROWS - len(shown.rows)
        for kept, r in zip(chunk.kept[:room], R[:room].tolist(), strict=True):
            shown.rows.append([*cells_of(kept, layout), *(number(v, digits) for v in r)])
        if len(chunk.kept) > room:
            shown.more = True
            raise Enough

    return Writer(begin, rows)


def print_rows(shown: Rows, write: Write, colour: str) -> None:
    """Write the rows side by side where they fit, else one value a line."""
    if not shown.names:
        return
    parts = [_across(shown)] if _fits(shown) else _down(shown)
    if shown.more:
        more = f"The first {ROWS} rows; for all of them: -o FILE, or --format csv."
        parts.append(plain(more, "dim"))  # type: ignore[arg-type]
    write(rendered(*parts, colour=colour))


def _fits(shown: Rows) -> bool:
    texts = [shown.names, *shown.rows]
    widths = [max(len(visible(row[i])) for row in texts) for i in range(len(shown.names))]
    return sum(widths) + 2 * len(widths) <= columns()


def _across(shown: Rows) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold"
    )
    for i, name in enumerate(shown.names):
        style = "" if i < shown.kept else "cyan"
        table.add_column(plain(name), justify="right", no_wrap=True, style=style)
    for row in shown.rows:
        table.add_row(*(plain(cell) for cell in row))
    return table


def _down(shown: Rows) -> list[Table]:
    tables = []
    for k, row in enumerate(shown.rows, start=1):
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left")
        table.title = plain(f"row {k}", "bold")
        for i, (name, cell) in enumerate(zip(shown.names, row, strict=True)):
            table.add_row(plain(name), plain(cell, "" if i < shown.kept else "cyan"))
        tables.append(table)
    return tables


def grid(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str | None = None) -> Table:
    """A small table of text, the first column to the left, the others to the right."""
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left"
    )
    table.title = None if title is None else plain(title, "bold")
    for i, header in enumerate(headers):
        table.add_column(plain(header), justify="left" if i == 0 else "right")
    for row in rows:
        table.add_row(*(plain(cell) for cell in row))
    return table
