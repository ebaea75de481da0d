"""Compressed text, recognised by its first bytes and decompressed as it arrives, in bounded memory."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from netgrad.errors import PointsError, UsageError

FEED = 1 << 14  # bytes that a decompressor is given at a time: it copies those behind a member's end
MEMORY = 128 << 20  # bytes that xz and zstd may take for what they look back on


class Kind(NamedTuple):
    """One way to compress."""

    name: str
    marks: tuple[bytes, ...]  # what its files, and members, begin with
    decompressor: Callable[[], Any]  # as bz2.BZ2Decompressor is
    padding: bytes = b""  # what may stand behind a member


def kind_of(start: bytes) -> Kind | None:
    """Compression of a file that begins with `start`, or None."""
    return next((kind for kind in KINDS.values() if start.startswith(kind.marks)), None)


def zstd() -> Any:
    """The module for zstd.

    Raises
    ------
    UsageError
        There is none.
    """
    for module in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(module)
        except ModuleNotFoundError:
            continue
    raise UsageError(".zst needs Python 3.14 or the extra zstd: pip install 'netgrad[zstd]'")


def expanded(blocks: Iterable[bytes], kind: Kind, name: str, size: int) -> Iterator[bytes]:
    """Content of `blocks`, decompressed, at most `size` bytes at a time; an empty block where they have one.

    Several members, one behind the other, are one text.

    Raises
    ------
    PointsError
        The data are damaged, end early, or have something else behind them.
    """
    member: Any = None  # the decompressor, inside a member
    pending = b""  # bytes that have not been given to one
    for block in chain(blocks, [None]):
        if block == b"":
            yield b""
        pending += block or b""
        while pending:
            if member is None:
                pending = pending.lstrip(kind.padding) if kind.padding else pending
                if block is not None and any(mark.startswith(pending) and mark != pending for mark in kind.marks):
                    break  # the mark, if it is one, is not whole
                if not pending.startswith(kind.marks):
                    raise PointsError(f"something else stands behind the end of the {kind.name} data", file=name)
                member = kind.decompressor()
            fed, pending = pending[:FEED], pending[FEED:]
            yield from _taken(member, fed, name, size)
            if member.eof:
                pending = member.unused_data + pending
                member = None
    if member is not None:
        raise PointsError(f"the {kind.name} data end early", file=name)


def _taken(member: Any, data: bytes, name: str, size: int) -> Iterator[bytes]:
    """Content of some bytes of a member, `size` at most at a time."""
    while True:
        try:
            found = member.decompress(data, size)
        except MemoryError:
            raise
        except Exception as error:  # each of the modules has errors of its own
            raise PointsError(f"cannot be decompressed: {error}", file=name) from None
        if found:
            yield found
        if member.eof or (member.needs_input and len(found) < size):
            return
        data = b""


class _Gzip:
    """A member of gzip, as `bz2.BZ2Decompressor` has one of bzip2."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._waiting = b""

    @property
    def eof(self) -> bool:
        """True where the end of the member has come."""
        return self._member.eof

    @property
    def needs_input(self) -> bool:
        """True where nothing more comes without more bytes."""
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        """Bytes behind the end."""
        return self._member.unused_data

    def decompress(self, data: bytes, size: int) -> bytes:
        """At most `size` bytes of what has been compressed."""
        found = self._member.decompress(self._waiting + data, size)
        self._waiting = self._member.unconsumed_tail
        return found


def _bzip2() -> Any:
    return import_module("bz2").BZ2Decompressor()


def _xz() -> Any:
    lzma = import_module("lzma")
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, MEMORY)


def _zstd() -> Any:
    module = zstd()
    return module.ZstdDecompressor(options={module.DecompressionParameter.window_log_max: MEMORY.bit_length() - 1})


_BZIP2 = tuple(b"BZh%d" % n + first for n in range(1, 10) for first in (b"1AY&SY", b"\x17rE8P\x90"))
_ZSTD = (b"\x28\xb5\x2f\xfd", *(b"%c*M\x18" % n for n in range(0x50, 0x60)))  # and frames to be skipped
KINDS = MappingProxyType(
    {
        ".gz": Kind("gzip", (b"\x1f\x8b",), _Gzip, b"\0"),
        ".bz2": Kind("bzip2", _BZIP2, _bzip2),
        ".xz": Kind("xz", (b"\xfd7zXZ\0",), _xz, b"\0"),
        ".zst": Kind("zstd", _ZSTD, _zstd),
    }
)
