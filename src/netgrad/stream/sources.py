"""Sources of points: files, standard input, and text from the command line, as blocks of bytes."""

import os
import select
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from types import MappingProxyType
from typing import IO, NamedTuple

from netgrad.errors import PointsError
from netgrad.files import identity_of, reason
from netgrad.stream.beginnings import as_text
from netgrad.stream.compression import kind_of
from netgrad.tables.codecs import BLOCK


class Source(NamedTuple):
    """A name for messages, and the bytes as they arrive."""

    name: str
    blocks: Iterable[bytes]
    identity: tuple[int, int] | None = None  # device and inode of a regular file
    size: int | None = None  # bytes, where it is known
    header: bool | None = None  # whether there is one, where that is known
    width: int | None = None  # columns, where they are known without a record
    is_json: bool = False  # JSON Lines
    path: str | None = None  # where a file can be opened again
    encoding: str | None = None  # of the file, where it is said


Opened = Callable[[str], AbstractContextManager[IO[bytes]]]  # path -> a file that can be sought in

# Each has a function source(path, identity, opened) -> Source in its module.
TABLES = MappingProxyType({".npy": "npy_tables", ".parquet": "parquet"})


def open_source(path: str, block: int = BLOCK) -> Source:
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
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise PointsError(reason(error), file=name) from None
    if stat.S_ISDIR(status.st_mode):
        raise PointsError("is a directory, expected a file of points", file=name)
    regular = stat.S_ISREG(status.st_mode)
    identity = identity_of(status)
    if regular and (table := table_at(path, identity)) is not None:
        os.close(fd)
        return table
    known = regular and not _is_compressed(fd)
    blocks, size = as_text(_read(fd, name, regular, block), name, block), status.st_size if known else None
    return Source(name, blocks, identity, size, path=path if regular and path != "-" else None)


def local(path: str) -> AbstractContextManager[IO[bytes]]:
    """The file at `path` of this machine."""
    return open(path, "rb")


def table_at(path: str, identity: tuple[int, int] | None, opened: Opened = local) -> Source | None:
    """The file at `path` where its suffix says that it is a table of numbers and no text, else None."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in TABLES:
        return None
    found: Source = import_module(f"netgrad.stream.{TABLES[suffix]}").source(path, identity, opened)
    return found._replace(path=path)


def text_source(name: str, records: Iterable[str]) -> Source:
    """Records given as text, one a line."""
    return Source(name, [b"".join(r.encode("utf-8", "surrogateescape") + b"\n" for r in records)])


def _is_compressed(fd: int) -> bool:
    """Compression of a regular file, by the bytes that come next."""
    try:
        return kind_of(os.pread(fd, 16, os.lseek(fd, 0, os.SEEK_CUR))) is not None
    except OSError:  # what is wrong is said when it is read
        return False


def _read(fd: int, name: str, regular: bool, size: int) -> Iterator[bytes]:
    """Blocks as large as what has arrived, `size` at most; an empty one before a read that may wait."""
    try:
        more = b"?"
        while more:
            if not regular and not _has_arrived(fd):
                yield b""
            block = more = os.read(fd, size)
            while not regular and more and len(block) < size and _has_arrived(fd):
                more = os.read(fd, size - len(block))  # of a terminal, the end comes only once
                block += more
            if block:
                yield block
    except OSError as error:
        raise PointsError(reason(error), file=name) from None
    finally:
        if fd != 0:
            os.close(fd)


def _has_arrived(fd: int) -> bool:
    return bool(select.select([fd], [], [], 0)[0])
