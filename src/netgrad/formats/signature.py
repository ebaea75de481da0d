"""Signature of a file: how it begins, and the names of an archive's members, which tell what it is."""

import os
from struct import Struct
from typing import IO, NamedTuple

from netgrad.formats.limits import DIRECTORY, HEAD, MEMBERS

_END, _END_MARK = Struct("<4s4H2LH"), b"PK\5\6"
_END_64, _END_64_MARK, _LOCATOR = Struct("<4sQ2H2L4Q"), b"PK\6\6", Struct("<4sLQL")
_CENTRAL, _CENTRAL_MARK = Struct("<4s6H3L5H2L"), b"PK\1\2"
_TAIL = _END.size + 0xFFFF  # a comment of 65535 bytes may follow


class Signature(NamedTuple):
    """Signature of a file, from which its format is told."""

    head: bytes
    names: tuple[str, ...]  # of an archive's members, as far as they can be told; nothing is checked here
    suffix: str  # ".pt", in lower case
    size: int

    @property
    def is_zip(self) -> bool:
        """True where the file begins as an archive does."""
        return self.head.startswith(b"PK\3\4")

    @property
    def is_text(self) -> bool:
        """True where the head is UTF-8 without NUL, but for a character that is cut off."""
        if b"\0" in self.head:
            return False
        try:
            self.head.decode("utf-8")
        except UnicodeDecodeError as error:
            return error.reason == "unexpected end of data" and len(self.head) == HEAD
        return True


def signature(file: IO[bytes], suffix: str) -> Signature:
    """Signature of a file that is a regular one."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(HEAD)
    names = _names(file, size) if head.startswith(b"PK\3\4") else ()
    return Signature(head, names, suffix.lower(), size)


def _names(file: IO[bytes], size: int) -> tuple[str, ...]:
    """Names in the central directory; none where it is out of order."""
    start, length = _directory(file, size)
    if not 0 <= length <= DIRECTORY or not 0 <= start <= size:
        return ()
    file.seek(start)
    data, at = file.read(length), 0
    found: list[str] = []
    while data[at : at + 4] == _CENTRAL_MARK and len(data) - at >= _CENTRAL.size and len(found) <= MEMBERS:
        name, extra, comment = _CENTRAL.unpack_from(data, at)[10:13]
        at += _CENTRAL.size
        found.append(data[at : at + name].decode("utf-8", "backslashreplace"))
        at += name + extra + comment
    return tuple(found)


def _directory(file: IO[bytes], size: int) -> tuple[int, int]:
    """Start and length of the central directory, (0, -1) where there is none."""
    tail_start = max(size - _TAIL, 0)
    file.seek(tail_start)
    tail = file.read(_TAIL)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        return 0, -1
    length, start = _END.unpack_from(tail, at)[5:7]
    if 0xFFFFFFFF not in (length, start):
        return start, length
    if at < _LOCATOR.size:
        return 0, -1
    file.seek(min(_LOCATOR.unpack_from(tail, at - _LOCATOR.size)[2], size))
    end = file.read(_END_64.size)
    if len(end) < _END_64.size or not end.startswith(_END_64_MARK):
        return 0, -1
    length, start = _END_64.unpack(end)[8:10]
    return start, length
