"""JSON, one value a line: where anything is written as JSON, it is written here."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from netgrad.core.arrays import Array
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form, Names, rounded
from netgrad.tables.chunk import Chunk, cells_of
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout, distinct, result_header


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
    """One JSON object a record: inputs and results as numbers, other columns as text."""
    return Form(partial(_encoded, names, digits), partial(_write, names))


def _encoded(names: Names, digits: int | None, chunk: Chunk, R: Array, layout: Layout) -> bytes:
    keys, named = distinct(layout.kept_names), names(layout.names)
    kept = range(layout.width) if layout.keep is None else layout.keep
    number = {i: k for k, i in enumerate(layout.inputs)}
    lines = []
    for record, x, r in zip(chunk.kept, chunk.X.tolist(), rounded(R, digits).tolist(), strict=True):
        cells = zip(keys, kept, cells_of(record, layout), strict=True) if layout.echoes else ()
        row: dict[str, object] = {name: x[number[i]] if i in number else cell for name, i, cell in cells}
        row.update(zip(named, r, strict=True))
        lines.append(json_line(row))
    return b"".join(lines)


def _write(names: Names, answers: Iterator[Answer], write: Write) -> None:
    for i, answer in enumerate(answers):
        if i == 0:
            result_header(answer.layout, names(answer.layout.names))  # refuses a name that is taken
        if answer.rows:
            write(answer.content)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value
