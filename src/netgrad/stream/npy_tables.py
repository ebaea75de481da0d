"""Points and results as `.npy` arrays: a table without a header, and the results without the points."""

import io
import os
import tempfile
from collections.abc import Iterator
from typing import IO

import numpy as np

from netgrad.core.arrays import Array
from netgrad.errors import OutputError, PointsError
from netgrad.files import reason, write_to
from netgrad.numerals import writing
from netgrad.stream.sinks import Write
from netgrad.stream.tasks import Answer
from netgrad.stream.writers import Form, Names
from netgrad.tables.chunk import Chunk
from netgrad.tables.codecs import Codec
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
