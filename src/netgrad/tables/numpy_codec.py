"""CSV text <-> numbers with the base packages: the definition of what is accepted.

`decode` first tries what is quick on a regular block (every line alike, quotes only where they should be) and on
cells whose bytes all belong to numbers; whatever does not go through there is read record by record, cell by cell.
"""

from itertools import chain

import numpy as np

from netgrad.core.arrays import Array
from netgrad.numerals import writing
from netgrad.tables import exact
from netgrad.tables.cells import others_of, plain_numbers, points_of
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout
from netgrad.tables.quotes import MANY, plain
from netgrad.tables.records import MAX_RECORD


def decode(data: bytes, line: int, layout: Layout, stops: bool = False) -> Chunk:
    """The records of `data`, all of them whole, which begins at the physical line `line`.

    Where it `stops`, there need not be more of them than the first that is bad and those before it.
    """
    if layout.width > 1 and data[:1] in (b"\n", b"\r") and not data.replace(b"\r\n", b"\n").strip(b"\n"):
        data = b""  # blank lines are no records
    read = _quoted if b'"' in data else _regular
    chunk = read(data, layout) if data.endswith(b"\n") else None
    return exact.decode(data, line, layout, stops) if chunk is None else chunk


def encode(chunk: Chunk, results: Array, layout: Layout) -> bytes:
    """Each record's echo with its results, shape (m, p), appended; floats are shortest round-trip."""
    dialect = layout.dialect
    glue = dialect.delimiter if layout.echoes else b""
    end = chunk.eols if isinstance(chunk.eols, bytes) else b""
    texts = writing.rows(np.asarray(results, np.float64), dialect.delimiter, glue, end)
    if dialect.decimal not in (b".", dialect.delimiter):
        texts = [text.replace(b".", dialect.decimal) for text in texts]
    if not isinstance(chunk.eols, bytes):
        return b"".join(chain.from_iterable(zip(chunk.kept, texts, chunk.eols, strict=True)))
    pairs = [b""] * (2 * len(chunk.kept))
    pairs[0::2], pairs[1::2] = chunk.kept, texts
    return b"".join(pairs)


def _regular(data: bytes, layout: Layout) -> Chunk | None:
    """`data`, without quotes, if every line has as many cells as it should, every input a number; else None."""
    if b"\0" in data or len(data) > MAX_RECORD or _may_have_comments(data, layout):
        return None
    eol = b"\n"
    if b"\r" in data:
        if not data.count(b"\r") == data.count(b"\r\n") == data.count(b"\n"):
            return None
        data, eol = data.replace(b"\r\n", b"\n"), b"\r\n"
    D, lines = layout.dialect.delimiter, data.split(b"\n")
    lines.pop()  # behind the last end of line
    pattern = D * (layout.width - 1) + b"\n"
    if _only(data, D + b"\n") != pattern * len(lines) or (layout.width == 1 and b"" in lines):
        return None
    cells: list[bytes] = []
    y: list[list[bytes]] = []
    points: tuple[Array, Array | None] | None
    if len(layout.inputs) == layout.width and layout.dialect.decimal == b"." and layout.targets is None:
        values = plain_numbers(data[:-1].replace(b"\n", b",").replace(D, b","), layout.width * len(lines))
        points = None if values is None else (values.reshape(-1, layout.width)[:, layout.inputs], None)
    else:
        cells = data[:-1].replace(b"\n", D).split(D)
        x, y = ([cells[i :: layout.width] for i in columns] for columns in (layout.inputs, layout.target))
        points = points_of(x, y, layout)
    if points is None:
        return None
    if layout.keep is not None:
        cells = cells or data[:-1].replace(b"\n", D).split(D)
        lines = _kept([cells[i :: layout.width] for i in layout.keep], len(lines), D)
    return Chunk(*points, lines, eol, [], others_of(y, layout))


def _quoted(data: bytes, layout: Layout) -> Chunk | None:
    """As `_regular`, with quotes around cells, and inside them whatever there is."""
    if layout.targets is not None or len(data) > MANY or _may_have_comments(data, layout):
        return None
    text = plain(data, layout.dialect.delimiter)
    chunk = None if text is None else _regular(text, layout._replace(keep=None))
    if text is None or chunk is None:
        return None
    return chunk._replace(kept=_kept_of(data, text, layout, len(chunk.eols)))


def _may_have_comments(data: bytes, layout: Layout) -> bool:
    return layout.dialect.comment != b"" and layout.dialect.comment in data


def _kept_of(data: bytes, text: bytes, layout: Layout, eol: int) -> list[bytes]:
    """Kept bytes of the records in `data`, whose cells end where those of `text` do, and lines with `eol` bytes."""
    D, spread = layout.dialect.delimiter, np.frombuffer(text, np.uint8)
    is_end = spread == ord("\n")
    if layout.keep:
        is_end |= spread == D[0]
    ends = np.flatnonzero(is_end)
    starts = [0, *(ends[:-1] + 1).tolist()]
    lengths = np.where(spread[ends] == ord("\n"), eol - 1, 0)
    cells = [data[i:j] for i, j in zip(starts, (ends - lengths).tolist(), strict=True)]
    if layout.keep is None:
        return cells
    columns = [cells[i :: layout.width] for i in layout.keep]
    return _kept(columns, int(np.count_nonzero(spread == ord("\n"))), D)


def _only(data: bytes, these: bytes) -> bytes:
    return data.translate(None, bytes(set(range(256)) - set(these)))


def _kept(columns: list[list[bytes]], m: int, delimiter: bytes) -> list[bytes]:
    return [delimiter.join(cells) for cells in zip(*columns, strict=True)] if columns else [b""] * m
