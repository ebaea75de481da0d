"""Bytes of files by offset, local ones and, through fsspec, those that a URL names."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from tempfile import TemporaryDirectory
from typing import IO, Any

from netgrad.cluster.urls import WEB, failures, file_system, is_url
from netgrad.errors import NetworkError, PointsError
from netgrad.files import near
from netgrad.stream.beginnings import as_text
from netgrad.stream.compression import kind_of
from netgrad.stream.sources import Opened, Source, local, open_source, table_at
from netgrad.tables.codecs import BLOCK

Read = Callable[[int, int], bytes]  # offset, number -> bytes, fewer only at the end
Stamp = tuple[int, str]  # size, and what changes where the content does

FAR = 8 << 20  # bytes of a request, where each takes its time


def stamp(path: str) -> Stamp:
    """Marks of a file that must stay while it is read in parts, by whatever machine.

    No inode: that of a file differs between machines that share it.
    """
    if not is_url(path):
        status = os.stat(path)
        return status.st_size, str(status.st_mtime_ns)
    info = _info(path)
    marks = (info.get(mark) for mark in ("ETag", "etag", "md5Hash", "LastModified", "mtime", "created"))
    return int(info["size"] or 0), str(next((mark for mark in marks if mark is not None), ""))


def _info(url: str) -> dict[str, Any]:
    files, key = file_system(url)
    files.invalidate_cache()
    found: dict[str, Any] = files.info(key)
    return found


def far(path: str, block: int) -> int:
    """Number of bytes to read of a file at a time, where `block` would do for one that is near."""
    return max(block, FAR) if is_url(path) else block


@contextmanager
def reading(path: str) -> Iterator[Read]:
    """A function that gives bytes of the file at `path` by offset and number."""
    if is_url(path):
        files, key = file_system(path)
        yield lambda at, size: _cut(files.cat_file(key, start=at, end=at + size), size, path) if size else b""
        return
    fd = os.open(path, os.O_RDONLY)
    try:
        yield lambda at, size: os.pread(fd, size, at)
    finally:
        os.close(fd)


def _cut(data: bytes, most: int, path: str) -> bytes:
    if len(data) > most:
        raise PointsError("the server gives more than the range that it is asked for", file=path)
    return data


def opening(path: str) -> Opened:
    """Function that opens the file at `path`, so that it can be sought in."""
    return _far if is_url(path) else local


def _far(url: str) -> AbstractContextManager[IO[bytes]]:
    files, key = file_system(url)
    block = FAR if not url.startswith(WEB) or _has_ranges(files.info(key)) else 0  # 0: from the front alone
    found: AbstractContextManager[IO[bytes]] = files.open(key, "rb", block_size=block)
    return found


def _has_ranges(info: dict[str, Any]) -> bool:
    """True where a server of the web says that it gives parts of a file."""
    return bool(info.get("partial"))


def open_anywhere(path: str, block: int = BLOCK) -> Source:
    """The file at `path`, or that a URL names, or standard input for `-`.

    Raises
    ------
    PointsError
        It cannot be opened.
    UsageError
        A package is missing for such a URL.
    """
    if not is_url(path):
        return open_source(path, block)
    with failures(path):
        info = _info(path)
        if info.get("type") == "directory":
            raise PointsError("is a directory, expected a file of points", file=path)
        if (table := table_at(path, None, _far)) is not None:
            return table
        size = info["size"] if not path.startswith(WEB) or _has_ranges(info) else None
        known = bool(size) and kind_of(_beginning(path)) is None
    return Source(path, as_text(_far_blocks(path, block), path, block), size=size if known else None, path=path)


def _beginning(url: str) -> bytes:
    with _far(url) as file:
        return file.read(16)


def _far_blocks(path: str, block: int) -> Iterator[bytes]:
    with failures(path), _far(path) as file:
        while data := file.read(far(path, block)):
            yield data


def matching(path: str) -> list[str]:
    """The URLs that a URL with * or [ stands for, in order; any other path itself.

    Raises
    ------
    PointsError
        There is none.
    """
    if not is_url(path) or path.startswith(WEB) or not any(mark in path for mark in "*["):
        return [path]
    with failures(path):
        files, key = file_system(path)
        root = path.removesuffix(key) if path.endswith(key) else path.partition("://")[0] + "://"  # with its host
        found = [near(root + name) for name in sorted(files.glob(key))]
    if not found:
        raise PointsError("no file matches", file=path)
    return found


@contextmanager
def fetched(url: str) -> Iterator[str]:
    """Path of a local file with the content of a network's `url`, and its suffix."""
    if not is_url(url):
        yield url
        return
    with TemporaryDirectory(prefix="netgrad-") as folder:
        path = os.path.join(folder, "network" + os.path.splitext(url)[1])
        with failures(url, NetworkError), _far(url) as source, open(path, "wb") as target:
            shutil.copyfileobj(source, target, FAR)
        yield path
