"""Points and results as `.npy` arrays: a table without a header, and the results without the points."""

import io
import os
import tempfile
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.errors import NetgradError, NetworkError, OutputError, PointsError, excerpt
from netgrad.files import reason, write_to
from netgrad.formats.npy import is_numbers, read_header
from netgrad.numerals import writing
from netgrad.stream.sinks import Write
from netgrad.stream.sources import Opened, Source, local
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form, Names
from netgrad.tables.chunk import Chunk
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Layout
from netgrad.tables.records import MAX_CELLS

NUMBERS = 1 << 16  # that are text at a time
TOGETHER = 1 << 21  # numbers that are read at a time where columns come first
EXACT = 2**53  # integers up to here are float64s


class _File:
    """A file read from the front, as `formats.npy.read_header` wants it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.left = file.seek(0, os.SEEK_END)
        file.seek(0)

    def take(self, n: int) -> bytes:
        """Take exactly n bytes."""
        data = self._file.read(n) if n <= self.left else b""
        if len(data) != n:
            raise NetworkError("its content ends too early")
        self.left -= n
        return data


class _Table(NamedTuple):
    """Place of the numbers of a table in a file."""

    file: IO[bytes]
    dtype: np.dtype[Any]
    start: int
    m: int
    n: int
    fortran: bool

    def rows(self, first: int, stop: int) -> NDArray[Any]:
        """Rows of the table, shape (stop - first, n)."""
        if not self.fortran:
            return self._read(first * self.n, (stop - first) * self.n).reshape(-1, self.n)
        return np.stack([self._read(j * self.m + first, stop - first) for j in range(self.n)], axis=1)

    def _read(self, at: int, count: int) -> NDArray[Any]:
        self.file.seek(self.start + at * self.dtype.itemsize)
        data = self.file.read(count * self.dtype.itemsize)
        if len(data) < count * self.dtype.itemsize:
            raise PointsError("the file has become shorter while it was read")
        return np.frombuffer(data, self.dtype)


def source(path: str, identity: tuple[int, int] | None, opened: Opened = local) -> Source:
    """Rows of the array at `path`, shape (m, n) or (m,), as CSV whose numbers read back to them; integers stay such.

    `opened` opens it where it is no file of this machine.

    Raises
    ------
    PointsError
        It is no such array of real numbers, or an integer is no float64.
    """
    try:
        with opened(path) as file:
            table = _table(file)
    except (NetworkError, PointsError, OSError) as error:
        raise PointsError(_problem(error), file=path) from None
    return Source(path, _blocks(path, table, opened), identity, header=False, width=table.n)


def _problem(error: Exception) -> str:
    if isinstance(error, OSError):
        return reason(error)
    return error.message if isinstance(error, NetgradError) else str(error)


def _table(file: IO[bytes]) -> _Table:
    content = _File(file)
    descr, fortran, shape = read_header(content)
    if not is_numbers(descr):
        raise PointsError(f"dtype {excerpt(descr)}, expected floats of at most 8 bytes, or integers")
    if len(shape) not in (1, 2):
        raise PointsError(f"shape {shape}, expected rows and columns")
    m, n, dtype = shape[0], (*shape, 1)[1], np.dtype(descr)
    if n == 0:
        raise PointsError(f"shape {shape}, which has no columns")
    if n > MAX_CELLS:
        raise PointsError(f"more than {MAX_CELLS:,} columns")
    if (size := m * n * dtype.itemsize) != content.left:
        raise PointsError(f"shape {shape} of {descr} takes {size} bytes, but there are {content.left}")
    return _Table(file, dtype, file.tell(), m, n, fortran and len(shape) == 2)


def _blocks(path: str, table: _Table, opened: Opened) -> Iterator[bytes]:
    step = max(1, (TOGETHER if table.fortran else NUMBERS) // table.n)
    few = max(1, NUMBERS // table.n)
    try:
        with opened(path) as file:
            table = table._replace(file=file)
            for i in range(0, table.m, step):
                rows = table.rows(i, min(i + step, table.m))
                for k in range(0, len(rows), few):
                    yield _text(rows[k : k + few], i + k)
    except PointsError as error:
        raise PointsError(error.message, file=path, line=error.line) from None
    except OSError as error:
        raise PointsError(reason(error), file=path) from None


def _text(rows: NDArray[Any], first: int) -> bytes:
    """Some rows as CSV; `first` counts those before."""
    if rows.dtype.kind == "f":
        return b"".join(writing.rows(np.asarray(rows, np.float64), b",", b"", b"\n"))
    beyond = ((rows > EXACT) | (rows < -EXACT)) if rows.dtype.itemsize == 8 else np.zeros((1, 1), bool)
    if beyond.any():
        k, j = (int(found[0]) for found in np.nonzero(beyond))
        raise PointsError(f"{rows[k, j]} in column {j + 1} is beyond 2^53 and no float64", line=first + k + 1)
    return "".join(",".join(map(str, row)) + "\n" for row in rows.tolist()).encode()


def npy_form(names: Names, digits: int | None = None, codec: Codec = Codec()) -> Form:
    """The results alone, shape (m, p), float64. They wait in a temporary file until m is known."""
    return Form(_encoded, _write)


def _encoded(chunk: Chunk, R: Array, layout: Layout) -> Array:
    return np.ascontiguousarray(R, "<f8")


def _temporary() -> IO[bytes]:
    """A file that is gone with the process, however it ends; where the system has such, it never has a name."""
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError as error:
        raise OutputError(f"no temporary file: {reason(error)}", file=os.environ.get("TMPDIR") or "TMPDIR") from None


def _write(answers: Iterator[Answer], write: Write) -> None:
    m, p = 0, 0
    with _temporary() as kept:
        keep = write_to(kept.fileno(), tempfile.gettempdir())
        for answer in answers:
            if answer.rows:
                m, p = m + answer.rows, answer.content.shape[1]
                keep(answer.content.tobytes())
        begun = io.BytesIO()
        np.lib.format.write_array_header_1_0(begun, {"descr": "<f8", "fortran_order": False, "shape": (m, p)})
        write(begun.getvalue())
        kept.seek(0)
        while block := kept.read(1 << 20):
            write(block)
