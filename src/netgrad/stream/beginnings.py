"""Kind of a stream of bytes, by its first ones: compressed, a table of another kind, or text."""

import os
from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from types import MappingProxyType

from netgrad.errors import PointsError
from netgrad.stream.compression import KINDS, expanded, kind_of

OTHERS = MappingProxyType(
    {
        b"PAR1": "Parquet: it is read from a file whose name ends in .parquet",
        b"\x93NUMPY": "a .npy array: it is read from a file whose name ends in .npy",
        b"PK\3\4": "a ZIP archive or a spreadsheet (.xlsx): save the table as CSV",
        b"\x89HDF\r\n\x1a\n": "HDF5: save the table as CSV or Parquet",
        b"SQLite format 3\0": "an SQLite database: save the table as CSV",
    }
)
COMPRESSED = [mark for kind in KINDS.values() for mark in kind.marks]


def as_text(blocks: Iterable[bytes], name: str, size: int) -> Iterator[bytes]:
    """The text in `blocks`, decompressed where they are compressed; an empty block where they have one.

    Raises
    ------
    PointsError
        They are no text, or not compressed as the suffix of the name says.
    """
    start, blocks = yield from _started(blocks, COMPRESSED)
    kind, suffix = kind_of(start), os.path.splitext(name)[1].lower()
    if kind is None and start and suffix in KINDS:
        raise PointsError(f"no {KINDS[suffix].name} data, which its suffix says", file=name)
    whole = chain([start] if start else [], blocks)
    found = whole if kind is None else expanded(whole, kind, name, size)
    start, blocks = yield from _started(found, [*OTHERS, *COMPRESSED])
    if (again := kind_of(start)) is not None:
        raise PointsError(f"compressed twice: decompress it ({again.name}) before", file=name)
    for mark, problem in OTHERS.items():
        if start.startswith(mark):
            raise PointsError(f"looks like {problem}", file=name)
    if start:
        yield start
    yield from blocks


def _started(blocks: Iterable[bytes], marks: list[bytes]) -> Generator[bytes, None, tuple[bytes, Iterator[bytes]]]:
    """As many bytes as tell the marks apart, and the blocks behind them; yields what says that a read may wait."""
    start, rest = b"", iter(blocks)
    for block in rest:
        if not block:
            yield b""
        start += block
        if not any(mark.startswith(start) and mark != start for mark in marks):
            break
    return start, rest
