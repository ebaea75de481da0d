"""Points and results as a table on a terminal: the first rows of many."""

from collections.abc import Iterator
from functools import partial

from netgrad.core.arrays import Array
from netgrad.results.values import Results
from netgrad.show.console import plain, rendered
from netgrad.show.digits import guaranteed_text
from netgrad.show.table import ROWS, number, table
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form, Names
from netgrad.tables.chunk import Chunk, cells_of
from netgrad.tables.columns import Layout, result_header


def table_form(results: Results, digits: int | None, colour: str) -> Form:
    """The first rows side by side where they fit, else one value a line; when there are enough, no more is read."""
    encode = partial(_texts, digits, results.bounded)
    return Form(encode, partial(_write, results.names, colour), most=ROWS + 1)


def _texts(digits: int | None, bounded: bool, chunk: Chunk, R: Array, layout: Layout) -> list[list[str]]:
    texts = _certain if bounded else partial(_numbers, digits)
    return [[*cells_of(kept, layout), *texts(r)] for kept, r in zip(chunk.kept, R.tolist(), strict=True)]


def _numbers(digits: int | None, values: list[float]) -> list[str]:
    return [number(value, digits) for value in values]


def _certain(values: list[float]) -> list[str]:
    """The first half of the values with the digits that the second half, bounds on their errors, guarantees."""
    half = len(values) // 2
    bounds = [f"{err:.1e}" for err in values[half:]]
    return [*(guaranteed_text(v, err) for v, err in zip(values[:half], values[half:], strict=True)), *bounds]


def _write(names: Names, colour: str, answers: Iterator[Answer], write: Write) -> None:
    layout = next(answers).layout
    named = names(layout.names)
    result_header(layout, named)  # refuses a name that is taken
    rows: list[list[str]] = []
    try:
        for answer in answers:
            rows += answer.content or []
            if len(rows) > ROWS:
                break
    finally:  # those before a bad record are shown
        _print(layout, named, rows, colour, write)


def _print(layout: Layout, named: list[str], rows: list[list[str]], colour: str, write: Write) -> None:
    styles = [*[""] * len(layout.kept_names), *["cyan"] * len(named)]
    parts = table([*layout.kept_names, *named], rows[:ROWS], styles, "row")
    if len(rows) > ROWS:
        parts.append(plain(f"The first {ROWS} rows; for all of them: -o FILE, or --format csv.", "dim"))
    write(rendered(*parts, colour=colour))
