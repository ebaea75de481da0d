"""Content of a ZIP member, taken piece by piece and never more than was asked for."""

import zlib
from struct import Struct
from typing import IO

from netgrad.errors import NetworkError
from netgrad.formats.archive import DEFLATED, Member

CHUNK = 1 << 16

_LOCAL, _LOCAL_MARK = Struct("<4s5H3L2H"), b"PK\3\4"


class Unpacker:
    """The bytes of one member, from the front; `left` counts those still to come."""

    def __init__(self, file: IO[bytes], member: Member) -> None:
        self._file, self._member = file, member
        self._crc, self._packed, self.left = 0, member.packed, member.size
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if member.method == DEFLATED else None
        _seek(file, member)

    def take(self, n: int) -> bytes | bytearray:
        """Take exactly n bytes.

        Raises
        ------
        NetworkError
            There are not so many, or they are damaged.
        """
        data = self._next(n) if n <= self.left else b""
        if len(data) != n:
            raise NetworkError("its content ends too early")
        self._crc = zlib.crc32(data, self._crc)
        self.left -= n
        return data

    def finish(self) -> None:
        """Check that this was all of it, and undamaged.

        Raises
        ------
        NetworkError
            It was not.
        """
        over = self._inflate is not None and (self._next(1) or not self._inflate.eof)
        if over or self.left or self._packed or (self._inflate and self._inflate.unused_data):
            raise NetworkError("its content is not as long as the archive says")
        if self._crc != self._member.crc:
            raise NetworkError("its checksum is wrong, the file is damaged")

    def _next(self, n: int) -> bytes | bytearray:
        if self._inflate is None:
            self._packed -= n
            return self._file.read(n)
        try:
            return self._inflated(self._inflate, n)
        except zlib.error:
            raise NetworkError("it cannot be inflated, the file is damaged") from None

    def _inflated(self, inflate: "zlib._Decompress", n: int) -> bytearray:
        data = bytearray()
        while len(data) < n and not inflate.eof:
            packed = inflate.unconsumed_tail or self._file.read(min(CHUNK, self._packed))
            if not inflate.unconsumed_tail:
                self._packed -= len(packed)
            piece = inflate.decompress(packed, n - len(data))
            if not packed and not piece:
                break
            data += piece
        return data


def _seek(file: IO[bytes], member: Member) -> None:
    """Go to where the content of `member` starts."""
    file.seek(member.offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(_LOCAL_MARK):
        raise NetworkError("it is not where the archive says")
    _, _, _, method, _, _, _, _, _, name_size, extra = _LOCAL.unpack(head)
    if file.read(name_size) != member.name or method != member.method:
        raise NetworkError("its own header says something else than the archive's directory")
    start = file.seek(extra, 1)
    if start + member.packed > member.limit:
        raise NetworkError("it overlaps what comes after it")
