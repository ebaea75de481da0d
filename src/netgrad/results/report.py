"""A summary of many points as one table of text: CSV, TSV or JSON Lines."""

from collections.abc import Sequence
from typing import NamedTuple

from netgrad.errors import UsageError
from netgrad.stream.json_lines import json_line
from netgrad.tables.records import quoted

Cell = float | int | str | None


class Table(NamedTuple):
    """A table of a summary."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def check_format(form: str) -> None:
    """Raise UsageError where a summary has no such format."""
    if form not in ("table", "csv", "tsv", "jsonl", "json"):
        raise UsageError(f"a summary can be a table, csv, tsv, jsonl or json, not {form}")


def table_bytes(table: Table, form: str) -> bytes:
    """`table` in the format csv, tsv or jsonl; floats are shortest round-trip, None is an empty cell or null."""
    if form == "jsonl":
        return b"".join(json_line(dict(zip(table.headers, row, strict=True))) for row in table.rows)
    D = "\t" if form == "tsv" else ","
    lines = [D.join(quoted(_text(cell), D) for cell in row) for row in (table.headers, *table.rows)]
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


def _text(cell: Cell) -> str:
    return "" if cell is None else repr(cell) if isinstance(cell, float) else str(cell)
