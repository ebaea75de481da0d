"""CSV text <-> numbers with polars: the two functions of `numpy_codec`, the same bytes out, several times as quick.

Polars sees only blocks in which it cannot differ: no quotes or control characters, as many delimiters in every line,
and all that it reads is finite. Any other block goes to `numpy_codec`. On such blocks polars' grammar of numbers is
that of `numerals.number` without blanks behind a number, and it rounds correctly.

Polars writes floats with the digits of `repr`, the shortest that read back, but in some ranges in another notation;
it writes a %b for the results in those, and bytes formatting, ten times as quick as split and join, fills in what
`numerals.writing` makes of them.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import overload

import numpy as np
import polars as pl
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.numerals import writing
from netgrad.tables import numpy_codec
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout
from netgrad.tables.quotes import MANY, plain
from netgrad.tables.records import MAX_RECORD
from netgrad.tables.splitting import count

BLOCK = 3 << 19  # bytes to read at a time: a call costs little then, and the pieces under way little memory
FEW = 1 << 18  # bytes, up to which the calls of polars cost more than they save
BOM = b"\xef\xbb\xbf"  # polars takes it away
_ABSENT = "\1"  # a control character, so in none of the lines
_MOST_ODD = 0.5  # of the results; beyond, numpy_codec is quicker


class Texts(Sequence[bytes]):
    """Echoes of m records as a column of polars."""

    def __init__(self, series: pl.Series, encoding: str, has_percent: bool) -> None:
        self.series = series.alias("kept")  # (m,) strings
        self.encoding = encoding  # in which they are the bytes of the records
        self.has_percent = has_percent  # % may be in some of them

    def __len__(self) -> int:
        return len(self.series)

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        if isinstance(at, slice):
            return list(self)[at]
        text: str = self.series[at]
        return text.encode(self.encoding)

    def __iter__(self) -> Iterator[bytes]:
        return (text.encode(self.encoding) for text in self.series.to_list())

    def escaped(self) -> pl.Series:
        """The strings as bytes formatting gives them back."""
        return self.series.str.replace_all("%", "%%", literal=True) if self.has_percent else self.series


def decode(data: bytes, line: int, layout: Layout, stops: bool = False) -> Chunk:
    """The records of `data`, all of them whole; the answer of `numpy_codec.decode`."""
    chunk = _regular(data, layout) if len(data) > FEW and data.endswith(b"\n") else None
    return numpy_codec.decode(data, line, layout, stops) if chunk is None else chunk


def encode(chunk: Chunk, results: Array, layout: Layout) -> bytes:
    """Each record's echo with its results, shape (m, p), appended; the bytes of `numpy_codec.encode`."""
    kept, eol, values = chunk.kept, chunk.eols, np.asarray(results, np.float64)
    odd = _odd(values)
    if not isinstance(kept, Texts) or isinstance(eol, list) or odd.mean() > _MOST_ODD:
        return numpy_codec.encode(chunk, results, layout)
    frame = pl.DataFrame(np.where(odd, np.nan, values), nan_to_null=True)
    if layout.echoes:
        frame.insert_column(0, kept.escaped() if odd.any() else kept.series)
    written = BytesIO()
    frame.write_csv(
        written,
        include_header=False,
        separator=layout.dialect.delimiter.decode("ascii"),
        line_terminator=eol.decode("ascii"),
        quote_style="never",
        null_value="%b",
    )
    text = written.getvalue()
    if odd.any():
        text %= tuple(writing.rows(values[odd].reshape(-1, 1), b",", b"", b""))
    return text if kept.encoding == "utf-8" else text.decode().encode(kept.encoding)


def _odd(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Cells not finite, or where polars writes e-7, 0.00001 or (version 1) 1e16, and `repr` e-07, 1e-05, 1e+16."""
    size = np.abs(values)
    return ((size >= 1e-9) & (size < 1e-4)) | ~(size < 1e16)


def _regular(data: bytes, layout: Layout) -> Chunk | None:
    """`data` if every line is a record without quotes and every input a finite number; else None."""
    eol = b"\n"
    if b"\r" in data:
        unix = data.replace(b"\r\n", b"\n")
        eol, lines = b"\r\n", len(data) - len(unix)
        data = unix
    is_quoted = b'"' in data
    if is_quoted and len(data) > MANY:
        return None
    numbers = plain(data, layout.dialect.delimiter) if is_quoted and layout.keep in (None, ()) else data
    m = 0 if numbers is None else count(numbers, b"\n")
    if numbers is None or (eol == b"\r\n" and lines != m) or not _is_plain(numbers, m, layout):
        return None
    encoding, text = _as_utf8(data)
    numbers = text if numbers is data else _as_utf8(numbers)[1]
    try:
        D = layout.dialect.delimiter.decode("ascii")
        X = _read(numbers, D, layout.inputs, layout.width, pl.Float64).to_numpy(order="c")
        if X.shape != (m, len(layout.inputs)) or not np.isfinite(X).all():
            return None
        echoes = _echoes(text, m, layout)
    except pl.exceptions.PolarsError:
        return None
    return Chunk(X, None, Texts(echoes, encoding, b"%" in text), eol, []) if len(echoes) == m else None


def _is_plain(data: bytes, m: int, layout: Layout) -> bool:
    """True where `data` is m lines without quotes and control characters, each with as many delimiters as it should."""
    (D, decimal, comment), between = layout.dialect, layout.width - 1
    if D == b"%" or decimal != b"." or layout.targets is not None:
        return False
    if (comment and comment in data) or len(data) > MAX_RECORD:
        return False
    delimiters = count(data, D)
    controls = np.count_nonzero(np.frombuffer(data, np.uint8) < ord(" "))
    if controls != m + (delimiters if D == b"\t" else 0) or b'"' in data or data.startswith(BOM):
        return False
    # A number found in every last cell leaves no line with too few delimiters, hence none with too many.
    is_seen = between in layout.inputs or data.translate(None, _all_but(D + b"\n")) == (D * between + b"\n") * m
    return is_seen and delimiters == between * m


def _all_but(these: bytes) -> bytes:
    return bytes(set(range(256)) - set(these))


def _as_utf8(data: bytes) -> tuple[str, bytes]:
    """`data` in UTF-8, and the encoding that leads back to its bytes; byte by byte as Latin-1 where it is not UTF-8."""
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:
            return "latin-1", data.decode("latin-1").encode()
    return "utf-8", data


def _echoes(text: bytes, m: int, layout: Layout) -> pl.Series:
    """Kept bytes of each line."""
    if layout.keep is None:
        return _read(text, _ABSENT, [0], 1, pl.String).to_series()
    if not layout.keep:
        return pl.repeat("", m, eager=True)
    D = layout.dialect.delimiter.decode("ascii")
    cells = _read(text, D, layout.keep, layout.width, pl.String)
    return cells.select(pl.concat_str(pl.all().fill_null(""), separator=D)).to_series()


def _read(text: bytes, separator: str, cells: Sequence[int], width: int, dtype: type[pl.DataType]) -> pl.DataFrame:
    """The columns `cells` of `width`, in this order."""
    names = [f"column_{i}" for i in range(1, width + 1)]
    frame = pl.read_csv(
        text,
        has_header=False,
        columns=[names[i] for i in sorted(set(cells))],  # polars 1 takes them in the order of the schema
        schema={name: dtype if i in cells else pl.String for i, name in enumerate(names)},
        separator=separator,
        quote_char=None,
    )
    return frame.select(pl.col(names[i]).alias(str(k)) for k, i in enumerate(cells))
