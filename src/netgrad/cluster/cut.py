"""Records that begin in a range of bytes, where the first of them is guessed from the range alone.

Behind a line feed there are two states only: a record begins, or the text goes on inside a quoted cell. For bad
records end at a line feed, and so do comments. Whoever asks for a guess checks it: the record behind the last one of
the range before begins where this range's first one does, or the guess was wrong.
"""

from collections.abc import Generator, Iterator
from itertools import islice

from netgrad.cluster.store import Read
from netgrad.stream.cutting import ROWS, cut
from netgrad.tables.columns import Layout
from netgrad.tables.records import MAX_RECORD, scan
from netgrad.tables.splitting import Scan, is_too_long, split

LOOK = 1 << 16  # bytes that a guess looks at
RECORDS = 40  # records that it looks at
BEHIND = 1 << 16  # bytes read at first behind a range, for the end of its last record


def guessed(read: Read, lo: int, hi: int, layout: Layout) -> int:
    """Where the first record that begins from `lo` on begins, probably; `hi` where no line begins before.

    Needs lo > 0.
    """
    start = _next_line(read, lo, hi)
    if start >= hi or layout.keys is not None:
        return start
    data = read(start, LOOK)
    if b'"' not in data:
        return start
    plain, _ = _looks(data, layout)
    within, tail = _looks(b'"' + data, layout, skip=1)
    return start + tail - 1 if within > plain else start


def _next_line(read: Read, lo: int, hi: int) -> int:
    """Where the first line from `lo` on begins, at most `hi`."""
    at, size = lo - 1, LOOK
    while at < hi:
        data = read(at, min(size, hi - at))
        found = data.find(b"\n")
        if found >= 0:
            return at + found + 1
        if not data:
            break
        at, size = at + len(data), 2 * size
    return hi


def _looks(data: bytes, layout: Layout, skip: int = 0) -> tuple[int, int]:
    """Number of records behind the first `skip` that are sound and of the right width, and the length of those `skip`.

    The number is -1 where these are not sound, or do not end.
    """
    end, _ = split(data, Scan(), layout.dialect)
    good, skipped = -skip, 0
    for record in islice(scan(data[:end], 1, layout.dialect), RECORDS + skip):
        has_cells = good >= 0 and record.raw and record.cells  # behind a quoted tail, and no blank line or comment
        if record.fault is not None or (has_cells and len(record.cells) != layout.width):
            break
        if good < 0:
            skipped += len(record.raw) + len(record.eol)
        good += 1
    return (good, skipped) if good >= 0 else (-1, 0)


def records_from(read: Read, begin: int, hi: int, layout: Layout, block: int, rows: int = ROWS) -> Iterator[bytes]:
    """The records that begin from `begin` on and before `hi`, whole, in parts of some `rows` lines."""
    is_json = layout.keys is not None
    rest = yield from _parts(cut(_blocks(read, begin, hi, block), layout.dialect, is_json, rows))
    if rest:
        yield _completed(read, rest, hi, layout)


def _parts(found: Generator[bytes | None, None, bytes]) -> Generator[bytes, None, bytes]:
    while True:
        try:
            part = next(found)
        except StopIteration as end:
            rest: bytes = end.value
            return rest
        if part:
            yield part


def _blocks(read: Read, begin: int, hi: int, block: int) -> Iterator[bytes]:
    while begin < hi and (data := read(begin, min(block, hi - begin))):
        yield data
        begin += len(data)


def _completed(read: Read, data: bytes, hi: int, layout: Layout) -> bytes:
    """The record that begins as `data`, all bytes before `hi`, and goes on behind."""
    at, size = hi, BEHIND
    while more := read(at, size):
        data += more
        at, size = at + len(more), 2 * size
        if end := _first_end(data, layout):
            return data[:end]
        if is_too_long(data):
            return data[: MAX_RECORD + 2]
    return data


def _first_end(data: bytes, layout: Layout) -> int:
    """Where the first record of `data` ends, 0 if it does not."""
    if layout.keys is not None:
        return data.find(b"\n") + 1
    end, _ = split(data, Scan(), layout.dialect)
    first = next(scan(data[:end], 1, layout.dialect), None)
    if first is None:
        return 0
    return end if first.fault is not None and first.fault.fatal else len(first.raw) + len(first.eol)
