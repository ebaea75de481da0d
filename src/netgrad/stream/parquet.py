"""Points in Parquet files, with pyarrow (extra `parquet`), some rows at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np

from netgrad.errors import NetgradError, PointsError, UsageError, excerpt, visible
from netgrad.numerals import writing
from netgrad.stream.sources import Opened, Source, local
from netgrad.tables.records import quoted

ROWS = 1 << 16  # that are read at a time, and of a row group that is written, at most
NUMBERS = 1 << 18  # cells that are text at a time
BYTES = 1 << 23  # of text at a time, where a row is not longer
TEXTS = 1 << 10  # rows at a time where there are columns of text, which may be long


def pyarrow() -> Any:
    """The package, or a UsageError that names the extra."""
    try:
        return import_module("pyarrow")
    except ModuleNotFoundError:
        raise UsageError("Parquet needs the extra parquet: pip install 'netgrad[parquet]'") from None


def source(path: str, identity: tuple[int, int] | None, opened: Opened = local) -> Source:
    """The table at `path` as CSV with a header, some rows at a time; float32 is widened exactly, nothing is empty.

    `opened` opens it where it is no file of this machine.

    Raises
    ------
    PointsError
        It is no Parquet file, or has columns that are no cells.
    """
    pyarrow()
    return Source(path, _blocks(path, opened), identity, header=True)


def groups(path: str, opened: Opened = local) -> int:
    """How many row groups the table at `path` has; PointsError as its rows have."""
    with _table(path, opened) as table:
        return int(table.num_row_groups)


def rows_of_group(path: str, group: int, opened: Opened = local) -> Iterator[bytes]:
    """The rows of one group, from 0, as `source` has them."""
    with _table(path, opened) as table:
        yield from _rows(table, [group])


def _blocks(path: str, opened: Opened) -> Iterator[bytes]:
    with _table(path, opened) as table:
        yield ",".join(quoted(name, ",") or '""' for name in table.schema_arrow.names).encode() + b"\n"
        yield from _rows(table, None)


def _rows(table: Any, of_groups: list[int] | None) -> Iterator[bytes]:
    has_texts = any(_is_text(field.type) for field in table.schema_arrow)
    rows = _together(table, has_texts)
    for batch in table.iter_batches(batch_size=rows, row_groups=of_groups, use_threads=False):
        yield from map(_text, _parts(batch))


@contextmanager
def _table(path: str, opened: Opened) -> Iterator[Any]:
    """The table, whose columns are cells; PointsError where it is none, or damaged."""
    pyarrow()
    parquet = import_module("pyarrow.parquet")
    try:
        with opened(path) as file, parquet.ParquetFile(file) as table:
            _check(table.schema_arrow, path)
            stored_once = _stored_once(table)
        # a text that is stored once and stands in many rows is in memory once
        with opened(path) as file, parquet.ParquetFile(file, read_dictionary=stored_once) as table:
            yield table
    except (NetgradError, MemoryError):
        raise
    except Exception as error:  # pyarrow raises whatever the damage comes to
        raise PointsError(f"no Parquet table: {_first_line(error)}", file=path) from None


def _stored_once(table: Any) -> list[str]:
    """Names of the columns of text whose values stand in a dictionary."""
    schema, groups = table.schema_arrow, [table.metadata.row_group(i) for i in range(table.num_row_groups)]
    return [
        field.name
        for j, field in enumerate(schema)
        if _is_text(field.type) and any(group.column(j).has_dictionary_page for group in groups)
    ]


def _together(table: Any, has_texts: bool) -> int:
    """Number of rows that are read at a time: fewer where they are long."""
    groups = [table.metadata.row_group(i) for i in range(table.num_row_groups)]
    longest = max((group.total_byte_size // max(1, group.num_rows) for group in groups), default=0)
    rows = min(ROWS, NUMBERS // len(table.schema_arrow), BYTES // max(1, longest))
    return max(1, min(rows, TEXTS) if has_texts else rows)


def _parts(batch: Any) -> Iterator[Any]:
    """The batch in parts of some BYTES of text, or of one row."""
    pa = pyarrow()
    compute, size = import_module("pyarrow.compute"), np.zeros(len(batch))
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and _is_text(column.type) and len(column.dictionary):
            lengths = compute.binary_length(column.dictionary).take(column.indices)
            size += compute.fill_null(lengths, 0).to_numpy(zero_copy_only=False)
    ends = np.flatnonzero(np.diff(np.cumsum(size) // BYTES, append=np.inf)) + 1
    start = 0
    for end in ends.tolist():
        yield batch.slice(start, end - start)
        start = end


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return visible(lines[0]) if lines else type(error).__name__


def _is_text(type_: Any) -> bool:
    types = pyarrow().types
    kind = type_.value_type if types.is_dictionary(type_) else type_
    views = getattr(types, "is_string_view", lambda _: False)
    return bool(types.is_string(kind) or types.is_large_string(kind) or views(kind))


def _check(schema: Any, path: str) -> None:
    """Raise PointsError where there is no column, or one that is no cells."""
    types = pyarrow().types
    if not len(schema):
        raise PointsError("a table without columns", file=path)
    others = ("is_boolean", "is_null", "is_integer", "is_floating", "is_decimal", "is_temporal")
    for field in schema:
        kind = field.type.value_type if types.is_dictionary(field.type) else field.type
        if not _is_text(kind) and not any(getattr(types, name)(kind) for name in others):
            raise PointsError(f"column {excerpt(field.name)} is {kind}: expected numbers or texts", file=path)


def _text(batch: Any) -> bytes:
    """Rows of the table as CSV."""
    floating = pyarrow().types.is_floating
    if all(floating(column.type) and not column.null_count for column in batch.columns):
        values = [column.to_numpy(zero_copy_only=False).astype(np.float64) for column in batch.columns]
        return b"".join(writing.rows(np.column_stack(values), b",", b"", b"\n"))
    columns = [_cells(column) for column in batch.columns]
    return b"".join(b",".join(row) + b"\n" for row in zip(*columns, strict=True))


def _cells(column: Any) -> Sequence[bytes]:
    """Each value of a column as a cell of CSV."""
    pa = pyarrow()
    types = pa.types
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if types.is_floating(column.type):
        values = column.to_numpy(zero_copy_only=False).astype(np.float64)
        cells: Sequence[bytes] = writing.rows(values[:, np.newaxis], b",", b"", b"")
        if not column.null_count:
            return cells
        return [cell if there else b"" for cell, there in zip(cells, column.is_valid().to_pylist(), strict=True)]
    if not _is_text(column.type):
        texts = column.cast(pa.string()).to_pylist()
        return [text.encode() if text else b"" for text in texts]
    return [quoted(text, ",").encode("utf-8", "surrogateescape") if text else b"" for text in column.to_pylist()]
