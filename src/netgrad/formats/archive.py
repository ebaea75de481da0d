"""Directory of a ZIP archive, checked before anything is unpacked (PKWARE APPNOTE 6.3, sections 4.3 to 4.5).

Stricter than `zipfile`, which takes what it can get: the archive is the whole file, members do not repeat or
overlap, and their number and sizes are limited.
"""

import os
from collections.abc import Iterator
from struct import Struct
from typing import IO, NamedTuple

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import limits

STORED, DEFLATED = 0, 8
_ENCRYPTED = 0x2041  # bits 0, 6 and 13
_END, _END_MARK = Struct("<4s4H2LH"), b"PK\5\6"
# ZIP64 (section 4.3.14), which PyTorch writes for archives of any size: a second end, and a pointer to it.
_END64, _POINTER = Struct("<4sQ2H2L4Q"), Struct("<4sLQL")
_END64_MARK, _POINTER_MARK = b"PK\6\6", b"PK\6\7"
_CENTRAL, _CENTRAL_MARK = Struct("<4s6H3L5H2L"), b"PK\1\2"


class Member(NamedTuple):
    """Member as the central directory describes it, and where the next one starts."""

    name: bytes
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    limit: int = 0


def read_directory(file: IO[bytes]) -> dict[str, Member]:
    """Members of the archive that `file` is, by name.

    Raises
    ------
    NetworkError
        No archive, or one that is damaged, encrypted, ambiguous or over a limit.
    """
    total = file.seek(0, os.SEEK_END)
    start, size, count = _end_of_directory(file, total)
    if count > limits.MEMBERS or size > limits.DIRECTORY:
        raise NetworkError(f"an archive of {count} members, but at most {limits.MEMBERS} are read")
    file.seek(start)
    members: dict[str, Member] = {}
    limit = start
    for name, member in sorted(_entries(file.read(size), count), key=lambda item: -item[1].offset):
        if name in members:
            raise NetworkError(f"member {excerpt(name)} is there twice")
        members[name] = member._replace(limit=limit)
        limit = member.offset
    _refuse_bomb(sum(member.size for member in members.values()), total)
    return members


def _end_of_directory(file: IO[bytes], total: int) -> tuple[int, int, int]:
    """Start and size of the central directory, and how many members it has."""
    tail_start = max(total - _END.size - 0xFFFF, 0)  # a comment of 65535 bytes may follow
    file.seek(tail_start)
    tail = file.read(_END.size + 0xFFFF)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        begun = total >= 4 and (file.seek(0), file.read(4))[1] == b"PK\3\4"
        raise NetworkError("the ZIP archive is cut off" if begun else "not an NPZ file: no ZIP archive")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(tail, at)
    end = tail_start + at
    if tail[at - _POINTER.size : at].startswith(_POINTER_MARK) and at >= _POINTER.size + _END64.size:
        end -= _POINTER.size + _END64.size
        second = tail[at - _POINTER.size - _END64.size : at]
        here, count, size, start = _end64(second, end)
    whole = end == start + size and at + _END.size + comment == len(tail)
    if disk or first_disk or here != count or not whole:
        raise NetworkError("the ZIP archive is damaged: its directory is not where its end says")
    return start, size, count


def _end64(second: bytes, at: int) -> tuple[int, int, int, int]:
    """Members on this disk and in all, size and start of the directory, of the ZIP64 end that stands at `at`."""
    mark, rest, _, _, disk, first_disk, here, count, size, start = _END64.unpack_from(second)
    _, _, pointed, _ = _POINTER.unpack_from(second, _END64.size)
    if mark != _END64_MARK or rest != _END64.size - 12 or disk or first_disk or pointed != at:
        raise NetworkError("the ZIP archive is damaged: its directory is not where its end says")
    return here, count, size, start


def _entries(directory: bytes, count: int) -> Iterator[tuple[str, Member]]:
    at = 0
    for _ in range(count):
        if directory[at : at + 4] != _CENTRAL_MARK or len(directory) - at < _CENTRAL.size:
            raise NetworkError("the ZIP archive is damaged: its directory is shorter than it says")
        _, _, _, flags, method, _, _, crc, packed, size, name_size, extra, comment, _, _, _, offset = (
            _CENTRAL.unpack_from(directory, at)
        )
        at += _CENTRAL.size
        raw = directory[at : at + name_size]
        at += name_size + extra + comment
        name = raw.decode("utf-8", "backslashreplace")
        _check(name, flags, method, packed, size)
        yield name, Member(raw, method, crc, packed, size, offset)
    if at != len(directory):
        raise NetworkError("the ZIP archive is damaged: its directory is longer than it says")


def _check(name: str, flags: int, method: int, packed: int, size: int) -> None:
    if flags & _ENCRYPTED:
        raise NetworkError(f"member {excerpt(name)} is encrypted")
    if method not in (STORED, DEFLATED):
        raise NetworkError(f"member {excerpt(name)} is packed by method {method}, expected stored or deflate")
    if method == STORED and packed != size:
        raise NetworkError(f"member {excerpt(name)} is stored as {packed} bytes, but should have {size}")


def _refuse_bomb(unpacked: int, total: int) -> None:
    if unpacked > limits.LIMIT:
        raise NetworkError(f"unpacks to {unpacked} bytes, but at most {limits.LIMIT >> 30} GiB are read")
    if unpacked > limits.HARMLESS and unpacked > limits.RATIO * total:
        raise NetworkError(f"{total} bytes that unpack to {unpacked}: a bomb, not weights")
