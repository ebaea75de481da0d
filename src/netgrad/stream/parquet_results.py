"""Results as Parquet files, with pyarrow (extra `parquet`), a row group at a time."""

import io
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from netgrad.core.arrays import Array
from netgrad.errors import OutputError, excerpt
from netgrad.stream.json_lines import echoed
from netgrad.stream.parquet import ROWS, pyarrow
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form, Names, rounded
from netgrad.tables.chunk import Chunk
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout, distinct, result_header

GROUP = 1 << 22  # cells of a row group, at most


def parquet_form(names: Names, digits: int | None = None, codec: Codec = Codec()) -> Form:
    """Inputs and results as float64, other columns as text; what is no number there, or nothing, is null."""
    pyarrow()
    return Form(partial(_encoded, names, digits), partial(_write, names))


def _encoded(names: Names, digits: int | None, chunk: Chunk, R: Array, layout: Layout) -> Any:
    pa, schema = pyarrow(), _schema(layout, names)
    echoes = list(zip(*echoed(chunk, layout), strict=True)) if layout.echoes else []
    results = rounded(np.asarray(R, np.float64), digits).T
    arrays = [_array(cells, field) for cells, field in zip(echoes, schema, strict=False)]
    finite = [pa.array(np.ascontiguousarray(r), mask=~np.isfinite(r)) for r in results]
    return pa.Table.from_arrays([*arrays, *finite], schema=schema)


def _array(cells: tuple[Any, ...], field: Any) -> Any:
    pa = pyarrow()
    if field.type == pa.float64():
        return pa.array([cell if isinstance(cell, float) else None for cell in cells], pa.float64())
    try:
        return pa.array([cell if cell else None for cell in cells], pa.string())
    except UnicodeEncodeError:
        problem = f"column {excerpt(field.name)} has bytes that are not UTF-8, which Parquet cannot hold"
        raise OutputError(f"{problem}: say --encoding, or drop it with --keep") from None


def _schema(layout: Layout, names: Names) -> Any:
    pa = pyarrow()
    kept = range(layout.width) if layout.keep is None else layout.keep
    named = zip(distinct(layout.kept_names), kept, strict=True)
    echo = [(name, pa.float64() if i in layout.inputs else pa.string()) for name, i in named]
    return pa.schema([*echo, *((name, pa.float64()) for name in names(layout.names))])


def _write(names: Names, answers: Iterator[Answer], write: Write) -> None:
    pa, parquet, first = pyarrow(), import_module("pyarrow.parquet"), next(answers)
    result_header(first.layout, names(first.layout.names))  # refuses a name that is taken
    try:
        schema = _schema(first.layout, names)
    except UnicodeEncodeError:
        raise OutputError("the name of a column is not UTF-8, as Parquet wants it: say --encoding") from None
    rows = max(1, min(ROWS, GROUP // len(schema)))
    waiting = schema.empty_table()
    with parquet.ParquetWriter(pa.PythonFile(_Through(write), "w"), schema) as writer:
        for answer in answers:
            if answer.rows:
                waiting = pa.concat_tables([waiting, answer.content])
            while len(waiting) >= rows:
                writer.write_table(waiting.slice(0, rows), row_group_size=rows)
                waiting = waiting.slice(rows)
        if len(waiting):
            writer.write_table(waiting, row_group_size=rows)


class _Through(io.RawIOBase):
    """A file that writes through a function and knows where it is."""

    def __init__(self, write: Write) -> None:
        self._through, self._at = write, 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Bytes written."""
        return self._at

    def write(self, data: Any) -> int:
        """Write all of `data`."""
        size = memoryview(data).nbytes
        self._through(bytes(data))
        self._at += size
        return size
