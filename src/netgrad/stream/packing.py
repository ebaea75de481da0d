"""Text compressed as it is written, in blocks that are members of their own: threads do not change the bytes."""

import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from netgrad.files import Write
from netgrad.stream.compression import zstd

if TYPE_CHECKING:
    from concurrent.futures import Future

BLOCK = 1 << 20  # bytes of text in a member
THREADS = 4  # at most; each takes some ten times a block


@contextmanager
def packing(write: Write, suffix: str, threads: int) -> Iterator[Write]:
    """A function that writes bytes through `write`, compressed as files with this suffix are; others as they are.

    Raises
    ------
    UsageError
        What compresses is not installed.
    """
    if suffix not in PACKERS:
        yield write
        return
    from concurrent.futures import ThreadPoolExecutor

    if suffix == ".zst":
        zstd()
    pack, pending, threads = PACKERS[suffix], bytearray(), min(threads, THREADS)
    waiting: deque[Future[bytes]] = deque()
    pool = ThreadPoolExecutor(threads)

    def put(data: bytes) -> None:
        pending.extend(data)
        while len(pending) >= BLOCK:
            waiting.append(pool.submit(pack, bytes(pending[:BLOCK])))
            del pending[:BLOCK]
            if len(waiting) > threads:
                write(waiting.popleft().result())

    try:
        yield put
        if pending:
            waiting.append(pool.submit(pack, bytes(pending)))
        while waiting:
            write(waiting.popleft().result())
    finally:
        pool.shutdown(cancel_futures=True)


def _gzip(data: bytes) -> bytes:
    head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"  # no name, no time, no system
    ends = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return head + zlib.compress(data, 6, -zlib.MAX_WBITS) + ends


def _bzip2(data: bytes) -> bytes:
    found: bytes = import_module("bz2").compress(data)
    return found


def _xz(data: bytes) -> bytes:
    lzma = import_module("lzma")
    found: bytes = lzma.compress(data, filters=[{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": BLOCK}])
    return found


def _zstd(data: bytes) -> bytes:
    found: bytes = zstd().compress(data)
    return found


PACKERS: MappingProxyType[str, Callable[[bytes], bytes]] = MappingProxyType(
    {".gz": _gzip, ".bz2": _bzip2, ".xz": _xz, ".zst": _zstd}
)
