"""Points and results as Parquet files, with polars (extra `fast`)."""

import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netgrad.errors import PointsError, UsageError
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form, Names, csv_form
from netgrad.tables.codecs import Codec
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


def parquet_form(names: Names, digits: int | None = None, codec: Codec = Codec()) -> Form:
    """Inputs and results as float64, other columns as text. They wait in a temporary CSV file until the end."""
    _polars()
    text = csv_form(names)
    return Form(text.encode, partial(_write, names, text))


def _write(names: Names, text: Form, answers: Iterator[Answer], write: Write) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table, made = Path(folder) / "table.csv", Path(folder) / "table.parquet"
        first = next(answers)
        with table.open("wb") as file:
            text.write(chain([first], answers), lambda data: _all(file.write(data)))
        _polars().scan_csv(table, schema=_schema(first.layout, names)).sink_parquet(made)
        with made.open("rb") as whole:
            while block := whole.read(1 << 20):
                write(block)


def _schema(layout: Layout, names: Names) -> dict[str, Any]:
    pl, results = _polars(), names(layout.names)
    numbers = {*layout.names, *results}
    return {name: pl.Float64 if name in numbers else pl.String for name in (*layout.kept_names, *results)}


def _all(written: int) -> None:
    """A buffered file writes all it is given."""
