"""Where points come from: files, standard input, and text from the command line, as blocks of bytes."""

import os
import select
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from netgrad.errors import PointsError
from netgrad.stream.compression import decompressed

BLOCK = 1 << 20  # bytes


class Source(NamedTuple):
    """A name for messages, and the bytes as they arrive."""

    name: str
    blocks: Iterable[bytes]
    identity: tuple[int, int] | None = None  # device and inode of a regular file
    size: int | None = None  # bytes, where it is known


def open_source(path: str) -> Source:
    """The file at `path`, or standard input for `-`.

    Raises
    ------
    PointsError
        It cannot be opened, or is a directory.
    """
    name = "<stdin>" if path == "-" else path
    try:
        fd = 0 if path == "-" else os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        status = os.fstat(fd)
    except ValueError as error:  # a NUL in the name
        raise PointsError(str(error), file=name) from None
    except OSError as error:
        raise PointsError(reason(error), file=name) from None
    if stat.S_ISDIR(status.st_mode):
        raise PointsError("is a directory, expected a file of points", file=name)
    regular = stat.S_ISREG(status.st_mode)
    identity = (status.st_dev, status.st_ino) if regular else None
    blocks = decompressed(path, BLOCK) if regular and path != "-" else None
    if blocks is None:
        return Source(name, _read(fd, name, regular), identity, status.st_size if regular else None)
    os.close(fd)
    return Source(name, blocks, identity)


def text_source(name: str, records: Iterable[str]) -> Source:
    """Records given as text, one a line."""
    return Source(name, [b"".join(r.encode("utf-8", "surrogateescape") + b"\n" for r in records)])


def _read(fd: int, name: str, regular: bool) -> Iterator[bytes]:
    """Blocks as large as what has arrived, `BLOCK` at most; an empty one before a read that may wait."""
    try:
        while True:
            if not regular and not _has_arrived(fd):
                yield b""
            block = os.read(fd, BLOCK)
            if not block:
                return
            while not regular and len(block) < BLOCK and _has_arrived(fd):
                more = os.read(fd, BLOCK - len(block))
                if not more:
                    break
                block += more
            yield block
    except OSError as error:
        raise PointsError(reason(error), file=name) from None
    finally:
        if fd != 0:
            os.close(fd)


def _has_arrived(fd: int) -> bool:
    return bool(select.select([fd], [], [], 0)[0])


def reason(error: OSError) -> str:
    """What the system says, in lower case and without the file's name."""
    return (error.strerror or str(error)).lower()
