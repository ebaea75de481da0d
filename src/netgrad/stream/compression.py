"""Compressed files of points, by their suffix, with the standard library."""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from netgrad.errors import PointsError
from netgrad.files import reason

Opener = Callable[[str], Any]


def _opener(module: str, name: str) -> Opener:
    return lambda path: getattr(import_module(module), name)(path, "rb")


def _zstd(path: str) -> Any:
    for module in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(module).ZstdFile(path, "rb")
        except ModuleNotFoundError:
            continue
    raise PointsError("reading .zst needs Python 3.14 or the extra zstd: pip install 'netgrad[zstd]'", file=path)


OPENERS: dict[str, Opener] = {
    ".gz": _opener("gzip", "GzipFile"),
    ".bz2": _opener("bz2", "BZ2File"),
    ".xz": _opener("lzma", "LZMAFile"),
    ".zst": _zstd,
}


def decompressed(path: str, size: int) -> Iterator[bytes] | None:
    """Blocks of at most some `size` bytes of the file at `path`, decompressed; None where the suffix is no such.

    Raises
    ------
    PointsError
        The file cannot be read, is not what its suffix says, or ends early.
    """
    opener = OPENERS.get(os.path.splitext(path)[1].lower())
    if opener is None:
        return None
    try:
        return _blocks(opener(path), path, size)
    except OSError as error:
        raise PointsError(reason(error), file=path) from None


def _blocks(file: Any, path: str, size: int) -> Iterator[bytes]:
    try:
        with file:
            while block := file.read1(size) if hasattr(file, "read1") else file.read(size):
                yield block
    except EOFError:
        raise PointsError("the compressed data ends early", file=path) from None
    except Exception as error:  # each of the modules has errors of its own
        if isinstance(error, (PointsError, MemoryError)):
            raise
        problem = reason(error) if isinstance(error, OSError) and error.errno else f"cannot be decompressed: {error}"
        raise PointsError(problem, file=path) from None
