"""Points and results as Parquet files, with polars (extra `fast`)."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netgrad.core.arrays import Array
from netgrad.errors import PointsError, UsageError
from netgrad.stream.results import Results
from netgrad.stream.sinks import Write
from netgrad.stream.writers import Writer, csv_writer
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout

if TYPE_CHECKING:
    import polars

ROWS = 1 << 16  # that are text at a time


def _polars() -> Any:
    try:
        import polars
    except ModuleNotFoundError:
        raise UsageError("Parquet needs the extra fast: pip install 'netgrad[fast]'") from None
    return polars


def blocks(path: str) -> Iterator[bytes]:
    """The table at `path` as CSV with a header, some rows at a time.

    Raises
    ------
    PointsError
        It is no Parquet file, or has columns that are no cells.
    """
    pl = _polars()
    try:
        table: polars.LazyFrame = pl.scan_parquet(path)
        names = table.collect_schema().names()
        yield pl.DataFrame(schema=names).write_csv().encode()
        i = 0
        while len(frame := table.slice(i, ROWS).collect()):
            yield frame.write_csv(include_header=False).encode()
            i += ROWS
    except (OSError, pl.exceptions.PolarsError) as error:
        raise PointsError(f"no table: {error}".splitlines()[0], file=path) from None


def parquet_writer(write: Write, results: Results) -> Writer:
    """Inputs and results as float64, other columns as text. They wait in a temporary CSV file until the end."""
    pl, folder = _polars(), tempfile.TemporaryDirectory()
    text = Path(folder.name) / "table.csv"
    file = text.open("wb")
    inner = csv_writer(lambda data: _all(file.write(data)), results, b",")
    schema: dict[str, Any] = {}

    def begin(layout: Layout) -> None:
        numbers = {*layout.names[: layout.numbers], *results.names(layout.names)}
        names = [*layout.kept_names, *results.names(layout.names)]
        schema.update({name: pl.Float64 if name in numbers else pl.String for name in names})
        inner.begin(layout)

    def encode(chunk: Chunk, R: Array, layout: Layout) -> bytes:
        return bytes(inner.encode(chunk, R, layout))

    def end() -> None:
        with folder:
            file.close()
            whole = text.with_suffix(".parquet")
            pl.scan_csv(text, schema=schema).sink_parquet(whole)
            with whole.open("rb") as made:
                while block := made.read(1 << 20):
                    write(block)

    return Writer(begin, encode, inner.put, end)


def _all(written: int) -> None:
    """A buffered file writes all it is given."""
