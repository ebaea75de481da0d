"""Points and results as a table on a terminal: the first rows of many."""

from collections.abc import Iterator
from functools import partial

from netgrad.core.arrays import Array
from netgrad.errors import counted
from netgrad.results.values import Results
from netgrad.show.console import plain, rendered
from netgrad.show.digits import guaranteed_text
from netgrad.show.table import DIGITS, number, table
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form, Names
from netgrad.tables.chunk import Chunk, cells_of
from netgrad.tables.columns import Layout, result_header


def table_form(results: Results, digits: int | None, colour: str, most: int) -> Form:
    """At most so many rows side by side where they fit, else one value a line; no more than these are read."""
    encode = partial(_texts, digits or DIGITS, results.bounded)
    return Form(encode, partial(_write, results.names, colour, most), most=most + 1)


def _texts(digits: int, bounded: bool, chunk: Chunk, R: Array, layout: Layout) -> list[list[str]]:
    texts = _certain if bounded else partial(_numbers, digits)
    return [[*cells_of(kept, layout), *texts(r)] for kept, r in zip(chunk.kept, R.tolist(), strict=True)]


def _numbers(digits: int, values: list[float]) -> list[str]:
    return [number(value, digits) for value in values]


def _certain(values: list[float]) -> list[str]:
    """The first half of the values with the digits that the second half, bounds on their errors, guarantees."""
    half = len(values) // 2
    bounds = [f"{err:.1e}" for err in values[half:]]
    return [*(guaranteed_text(v, err) for v, err in zip(values[:half], values[half:], strict=True)), *bounds]


def _write(names: Names, colour: str, most: int, answers: Iterator[Answer], write: Write) -> None:
    layout = next(answers).layout
    named = names(layout.names)
    result_header(layout, named)  # refuses a name that is taken
    rows: list[list[str]] = []
    try:
        for answer in answers:
            rows += answer.content or []
            if len(rows) > most:
                break
    finally:  # those before a bad record are shown
        _print(layout, named, rows, colour, most, write)


def _print(layout: Layout, named: list[str], rows: list[list[str]], colour: str, most: int, write: Write) -> None:
    styles = [*[""] * len(layout.kept_names), *["cyan"] * len(named)]
    parts = table([*layout.kept_names, *named], rows[:most], styles, "row")
    if len(rows) > most:
        note = f"The first {counted(most, 'row')}; for more: --rows N; for all of them: -o FILE, or --format csv."
        parts.append(plain(note, "dim"))
    write(rendered(*parts, colour=colour))
