"""The bytes of one source cut at the ends of records, as they arrive, in parts that take little memory."""

from collections.abc import Generator, Iterable, Iterator

import numpy as np

from netgrad.errors import PointsError
from netgrad.stream.sources import Source
from netgrad.tables.records import MAX_RECORD, Dialect
from netgrad.tables.splitting import Scan, count, is_too_long, split

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
ROWS = 1 << 16  # lines of a part at most: what is made of a record takes more memory than its bytes


def whole_records(source: Source, dialect: Dialect, rows: int = ROWS) -> Generator[bytes | None, None, None]:
    """Records that have come, without a byte-order mark, of some `rows` lines; None where the next read may wait.

    A record that is longer than one may be is the last: it comes alone, cut off where that can be seen.
    """
    rest = yield from cut(_without_mark(source), dialect, source.is_json, rows)
    if rest:
        yield rest


def cut(
    blocks: Iterable[bytes | None], dialect: Dialect, is_json: bool, rows: int = ROWS
) -> Generator[bytes | None, None, bytes]:
    """As `whole_records`, of text that begins with a record; returns the record at the end that is not whole."""
    pending, seen = bytearray(), Scan()
    for block in blocks:
        if block is None:
            yield None
            continue
        for part in _parts(block, rows):
            pending += part
            end, seen = _end_of_lines(pending, seen) if is_json else split(pending, seen, dialect)
            if end:
                yield _taken(pending, end)
                seen = seen._replace(at=seen.at - end)
            if is_too_long(pending):
                yield _taken(pending, MAX_RECORD + 2)
                return b""
    return bytes(pending)


def _end_of_lines(pending: bytearray, seen: Scan) -> tuple[int, Scan]:
    """As `split`, where every line is a record."""
    return pending.rfind(b"\n", seen.at) + 1, Scan(len(pending))


def _taken(pending: bytearray, end: int) -> bytes:
    """The first bytes of `pending`, which are in it no more."""
    with memoryview(pending) as view, view[:end] as part:
        data = bytes(part)
    del pending[:end]
    return data


def _parts(block: bytes, rows: int) -> Iterator[bytes]:
    """`block` in parts of at most so many line feeds."""
    if len(block) <= rows or count(block, b"\n") <= rows:
        yield block
        return
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))[rows - 1 :: rows] + 1
    start = 0
    for end in (*ends.tolist(), len(block)):
        if end > start:
            yield block[start:end]
        start = end


def _without_mark(source: Source) -> Iterator[bytes | None]:
    """Blocks without a byte-order mark; None where the next read may wait."""
    start: bytes | None = b""  # what has come as long as it may be the beginning of a mark
    try:
        for block in source.blocks:
            if not block or start is None:
                yield block or None
                continue
            start += block
            if start.startswith(UTF16):
                raise PointsError("looks like UTF-16: say --encoding utf-16", file=source.name, line=1, column=1)
            if not any(mark.startswith(start) and mark != start for mark in (BOM, *UTF16)):
                yield start.removeprefix(BOM)
                start = None
    finally:
        if isinstance(source.blocks, Generator):
            source.blocks.close()
    if start:
        yield start
