"""JSON, one value a line or all in an array: where anything is written as JSON, it is written here."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from netgrad.core.arrays import Array
from netgrad.errors import PointsError
from netgrad.numerals.number import parse
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form, Names, rounded
from netgrad.tables.chunk import Chunk, cells_of
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout, distinct, result_header
from netgrad.tables.records import with_point

Value = float | str | None


def json_line(value: Any) -> bytes:
    r"""`value` as one line of JSON; what is not finite is null.

    >>> json_line({"a": (0.5, float("nan"))})
    b'{"a": [0.5, null]}\n'
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "surrogateescape")


def jsonl_form(names: Names, digits: int | None = None, codec: Codec = Codec()) -> Form:
    """One JSON object a record: inputs and results as numbers, other columns as text.

    Inputs of a bad record are what they are: numbers, text, or null for nothing. So are results that are no numbers.
    """
    return Form(partial(_encoded, names, digits), partial(_write, names), head=partial(_checked, names))


def json_form(names: Names, digits: int | None = None, codec: Codec = Codec()) -> Form:
    """As `jsonl_form`, all in one array."""
    return Form(partial(_encoded, names, digits), partial(_write_array, names))


def _encoded(names: Names, digits: int | None, chunk: Chunk, R: Array, layout: Layout) -> bytes:
    keys, named, cells = distinct(layout.kept_names), names(layout.names), echoed(chunk, layout)
    rows = zip(cells, rounded(R, digits).tolist(), strict=True)
    return b"".join(json_line(dict(zip((*keys, *named), (*echo, *r), strict=True))) for echo, r in rows)


def echoed(chunk: Chunk, layout: Layout) -> Iterator[list[Value]]:
    """Kept cells of each record: inputs as numbers, other cells as text; of a bad record as they are."""
    if not layout.echoes:
        yield from ([] for _ in chunk.kept)
        return
    kept = range(layout.width) if layout.keep is None else layout.keep
    number = {at: layout.inputs.index(i) for at, i in enumerate(kept) if i in layout.inputs}
    bad = {row for row, _ in chunk.bad}
    for row, (record, x) in enumerate(zip(chunk.kept, chunk.X.tolist(), strict=True)):
        cells: list[Value] = [*cells_of(record, layout)]
        for at, k in number.items():
            cells[at] = _as_it_is(str(cells[at]), layout.dialect.decimal) if row in bad else x[k]
        yield cells


def _as_it_is(cell: str, decimal: bytes) -> Value:
    """The number in a cell, or its text, or None for nothing."""
    try:
        return parse(with_point(cell, decimal))
    except ValueError:
        return cell if cell.strip(" \t") else None


def _write(names: Names, answers: Iterator[Answer], write: Write) -> None:
    for i, answer in enumerate(answers):
        if i == 0:
            _checked(names, answer.layout)
        if answer.rows:
            write(answer.content)


def _checked(names: Names, layout: Layout) -> bytes:
    """Nothing; a name that is taken is refused."""
    result_header(layout, names(layout.names))
    return b""


def _write_array(names: Names, answers: Iterator[Answer], write: Write) -> None:
    """The lines of `_write` as one array; where a record ends the run, it is closed behind those before."""
    between = b"[\n"

    def put(lines: bytes) -> None:
        nonlocal between
        write(between + lines[:-1].replace(b"\n", b",\n"))  # no line feed stands in a line
        between = b",\n"

    try:
        _write(names, answers, put)
    except PointsError:
        if between == b",\n":
            write(b"\n]\n")
        raise
    write(b"\n]\n" if between == b",\n" else b"[]\n")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value
