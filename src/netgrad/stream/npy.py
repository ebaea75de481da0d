"""Points and results as `.npy` arrays: a table without a header, and the results without the points."""

import io
import tempfile
from collections.abc import Iterator

import numpy as np

from netgrad.core.arrays import Array
from netgrad.errors import PointsError
from netgrad.numerals import writing
from netgrad.stream.sinks import Write
from netgrad.stream.writers import Writer
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout

NUMBERS = 1 << 16  # that are text at a time


def blocks(path: str) -> Iterator[bytes]:
    """Rows of the array at `path`, shape (m, n) or (m,), mapped into memory, as CSV whose numbers read back to them.

    Raises
    ------
    PointsError
        It is no such array of real numbers.
    """
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError) as error:
        raise PointsError(f"no array of numbers: {error}".splitlines()[0], file=path) from None
    if not isinstance(array, np.ndarray) or array.ndim not in (1, 2) or array.dtype.kind not in "fiu":
        raise PointsError("expected one array of real numbers with rows and columns", file=path)
    table = array.reshape(len(array), -1)
    rows = max(1, NUMBERS // max(1, table.shape[1]))
    for i in range(0, len(table), rows):
        values = np.asarray(table[i : i + rows], np.float64)
        yield b"".join(writing.rows(values, b",", b"", b"\n"))


def npy_writer(write: Write) -> Writer:
    """The results alone, shape (m, p), float64. They wait in a temporary file until m is known."""
    kept, shape = tempfile.TemporaryFile(), [0, 0]  # noqa: SIM115 - closed at the end

    def encode(chunk: Chunk, R: Array, layout: Layout) -> Array:
        return np.ascontiguousarray(R, "<f8")

    def put(R: Array) -> None:
        shape[:] = shape[0] + R.shape[0], R.shape[1]
        kept.write(R.tobytes())

    def end() -> None:
        header = {"descr": "<f8", "fortran_order": False, "shape": tuple(shape)}
        begun = io.BytesIO()
        np.lib.format.write_array_header_1_0(begun, header)
        write(begun.getvalue())
        with kept:
            kept.seek(0)
            while block := kept.read(1 << 20):
                write(block)

    return Writer(lambda layout: None, encode, put, end)
