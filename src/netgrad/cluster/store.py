"""Bytes of files by offset, local ones and, through fsspec, those that a URL names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from netgrad.cluster.cut import Read
from netgrad.errors import NetgradError, PointsError, UsageError, excerpt, visible
from netgrad.files import reason
from netgrad.stream.beginnings import as_text
from netgrad.stream.compression import kind_of
from netgrad.stream.sources import Source, open_source
from netgrad.tables.codecs import BLOCK

Stamp = tuple[int, str]  # size, and what changes where the content does

FAR = 8 << 20  # bytes of a request, where each takes its time
PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs", "hdfs": "pyarrow"}


def is_url(path: str) -> bool:
    """Whether `path` is one as s3://bucket/key is, and no file that is called so."""
    scheme, found, _ = path.partition("://")
    return bool(found) and scheme.isalnum() and not os.path.exists(path)


def file_system(url: str) -> tuple[Any, str]:
    """What fsspec has for `url`, set up as its own configuration says, and what the file is called there.

    Raises
    ------
    UsageError
        fsspec, or what it needs for such URLs, is not installed.
    """
    scheme = url.partition("://")[0]
    try:
        found = _file_system(scheme, os.getpid())
    except ModuleNotFoundError as error:
        if error.name == "fsspec":
            raise UsageError(f"{scheme}:// needs the extra cluster: pip install 'netgrad[cluster]'") from None
        raise UsageError(_missing(scheme)) from None
    except ImportError:
        raise UsageError(_missing(scheme)) from None
    except ValueError:
        raise UsageError(f"there is no protocol {excerpt(scheme)}: s3, gs, abfs, hdfs and https are some") from None
    return found, found._strip_protocol(url)


def _missing(scheme: str) -> str:
    package = PACKAGES.get(scheme, "aiohttp" if scheme.startswith("http") else f"what fsspec reads {scheme} with")
    return f"{scheme}:// needs another package: pip install {package}"


@cache
def _file_system(scheme: str, process: int) -> Any:
    """One for each process: connections do not outlive a fork."""
    return import_module("fsspec").filesystem(scheme)


@contextmanager
def failures(name: str, kind: type[NetgradError] = PointsError) -> Iterator[None]:
    """Whatever a file system raises inside becomes an error of `kind` about the file called `name`."""
    try:
        yield
    except (NetgradError, MemoryError):
        raise
    except FileNotFoundError:
        raise kind("no such file or directory", file=name) from None
    except OSError as error:
        raise kind(reason(error), file=name) from None
    except Exception as error:  # each of them has errors of its own
        lines = str(error).strip().splitlines()
        raise kind(visible(lines[0]) if lines else type(error).__name__, file=name) from None


def far(path: str, block: int) -> int:
    """How much to read of a file at a time, where `block` would do for one that is near."""
    return max(block, FAR) if is_url(path) else block


def stamp(path: str) -> Stamp:
    """What must stay as it is while a file is read in parts, by whatever machine.

    No inode: that of a file differs between machines that share it.
    """
    if not is_url(path):
        status = os.stat(path)
        return status.st_size, str(status.st_mtime_ns)
    files, key = file_system(path)
    files.invalidate_cache()
    info = files.info(key)
    marks = (info.get(mark) for mark in ("ETag", "etag", "md5Hash", "LastModified", "mtime", "created"))
    return int(info["size"] or 0), str(next((mark for mark in marks if mark is not None), ""))


@contextmanager
def reading(path: str) -> Iterator[Read]:
    """A function that gives bytes of the file at `path` by offset and number."""
    if is_url(path):
        files, key = file_system(path)
        yield lambda at, size: files.cat_file(key, start=at, end=at + size) if size else b""
        return
    fd = os.open(path, os.O_RDONLY)
    try:
        yield lambda at, size: os.pread(fd, size, at)
    finally:
        os.close(fd)


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
    with failures(path), reading(path) as read:
        size, _ = stamp(path)
        known = size > 0 and kind_of(read(0, 16)) is None
    return Source(
        path, as_text(_far_blocks(path, far(path, block)), path, block), size=size if known else None, path=path
    )


def _far_blocks(path: str, block: int) -> Iterator[bytes]:
    with failures(path), reading(path) as read:
        at, (size, _) = 0, stamp(path)
        while at < size and (data := read(at, min(block, size - at))):
            at += len(data)
            yield data


def matching(path: str) -> list[str]:
    """The URLs that a URL with *, ? or [ stands for, in order; any other path itself.

    Raises
    ------
    PointsError
        There is none.
    """
    if not is_url(path) or not any(mark in path for mark in "*?["):
        return [path]
    with failures(path):
        files, key = file_system(path)
        found = sorted(str(files.unstrip_protocol(name)) for name in files.glob(key))
    if not found:
        raise PointsError("no file matches", file=path)
    return found
