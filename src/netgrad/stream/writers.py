"""Results as bytes: CSV and TSV with the records as they came, JSON Lines with columns as keys."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from netgrad.core.network import Array
from netgrad.stream.results import Results
from netgrad.stream.sinks import Write
from netgrad.tables.chunk import Chunk, cells_of
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout, distinct, result_header
from netgrad.tables.records import quoted


class Writer(NamedTuple):
    """Where a table goes: `begin` once, then each chunk and its results, shape (m, p), through `encode` and `put`."""

    begin: Callable[[Layout], None]
    encode: Callable[[Chunk, Array, Layout], Any]  # on any thread, for several chunks at a time
    put: Callable[[Any], None]  # in order
    end: Callable[[], None] = lambda: None


def csv_writer(
    write: Write,
    results: Results,
    delimiter: bytes | None = None,
    digits: int | None = None,
    codec: Codec = Codec(),
) -> Writer:
    """Records verbatim with results appended, or with cells written anew where the delimiter differs.

    With `digits`, results are rounded to so many significant ones.
    """
    ended = True  # whether what was written ends a line

    def put(data: bytes) -> None:
        nonlocal ended
        write(data if ended else b"\n" + data)
        ended = data.endswith(b"\n")

    def begin(layout: Layout) -> None:
        header = _delimited(layout.kept_names, delimiter, layout)
        named = layout if header is None else layout._replace(header=header, delimiter=delimiter or b",")
        put(result_header(named, results.names(layout.names)) + (layout.eol or b"\n"))

    def encoded(chunk: Chunk, R: Array, layout: Layout) -> bytes:
        if delimiter is not None and delimiter != layout.delimiter:
            kept = [_delimited(tuple(cells_of(k, layout)), delimiter, layout) or b"" for k in chunk.kept]
            chunk, layout = chunk._replace(kept=kept), layout._replace(delimiter=delimiter)
        return codec.encode(chunk, R if digits is None else _rounded(R, digits), layout)

    return Writer(begin, encoded, put)


def _rounded(R: Array, digits: int) -> Array:
    return np.array([float(f"{value:.{digits}g}") for value in R.flat], R.dtype).reshape(R.shape)


def _delimited(cells: tuple[str, ...], delimiter: bytes | None, layout: Layout) -> bytes | None:
    """Cells with another delimiter than the table's own; None where it is the same."""
    if delimiter is None or delimiter == layout.delimiter:
        return None
    D = delimiter.decode("ascii")
    return D.join(quoted(cell, D) for cell in cells).encode("utf-8", "surrogateescape")


def jsonl_writer(write: Write, results: Results, digits: int | None = None) -> Writer:
    """One JSON object a record: inputs and results as numbers, other columns as text."""
    import json

    def begin(layout: Layout) -> None:
        result_header(layout, results.names(layout.names))  # refuses a name that is taken

    def encoded(chunk: Chunk, R: Array, layout: Layout) -> bytes:
        keys, named = distinct(layout.kept_names), results.names(layout.names)
        kept = range(layout.width) if layout.keep is None else layout.keep
        number = {i: k for k, i in enumerate(layout.inputs[: layout.numbers])}
        rounded = R if digits is None else _rounded(R, digits)
        lines = []
        for record, x, r in zip(chunk.kept, chunk.X.tolist(), rounded.tolist(), strict=True):
            cells = zip(keys, kept, cells_of(record, layout), strict=True) if layout.echoes else ()
            row: dict[str, object] = {name: x[number[i]] if i in number else cell for name, i, cell in cells}
            row.update((name, _finite(v)) for name, v in zip(named, r, strict=True))
            lines.append(json.dumps(row, ensure_ascii=False, allow_nan=False))
        return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")

    return Writer(begin, encoded, write)


def _finite(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None
