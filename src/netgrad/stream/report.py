"""A summary of many points as text: one table as CSV, TSV or JSON Lines, or all that is known as JSON."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from netgrad.errors import UsageError
from netgrad.tables.records import quoted

Cell = float | int | str | None


class Table(NamedTuple):
    """A table of a summary."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def check_format(form: str | None, as_json: bool) -> None:
    """Raise UsageError where a summary has no such format; None is its default."""
    if form not in (None, "table", "csv", "tsv", "jsonl") and not as_json:
        raise UsageError(f"a summary can be a table, csv, tsv, jsonl or --json, not {form}")


def table_bytes(table: Table, form: str) -> bytes:
    """`table` in the format csv, tsv or jsonl; floats are shortest round-trip, None is an empty cell or null."""
    if form == "jsonl":
        lines = [_json(dict(zip(table.headers, row, strict=True))) for row in table.rows]
    else:
        D = "\t" if form == "tsv" else ","
        lines = [D.join(quoted(_text(cell), D) for cell in row) for row in (table.headers, *table.rows)]
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


def json_bytes(record: dict[str, Any]) -> bytes:
    """`record` as one line of JSON; what is not finite is null."""
    return (_json(record) + "\n").encode("utf-8", "surrogateescape")


def _json(value: Any) -> str:
    return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value


def _text(cell: Cell) -> str:
    return "" if cell is None else repr(cell) if isinstance(cell, float) else str(cell)
