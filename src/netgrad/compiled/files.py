"""Files in which the machine code of loops is kept, and how it lies in them.

A file belongs to one processor, one version of Python, numba and llvmlite, and to these sources: its name says so. It
is kept where numba keeps what it compiles: in `NUMBA_CACHE_DIR`, else beside the sources, else in the user's cache.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from typing import NamedTuple
from zlib import crc32

_HERE = os.path.dirname(os.path.abspath(__file__))
_CORE = os.path.join(os.path.dirname(_HERE), "core")
_FOLDERS = (_HERE, os.path.join(_CORE, "activations"))  # of the loops, and of what is compiled into them
_WEEK = 7 * 24 * 3600  # seconds, after which a file that has been replaced goes


class Code(NamedTuple):
    """One loop in machine code."""

    name: str
    symbol: str  # in the object file
    types: str  # of the result and the arguments: p address, q and Q integers, d and f floats, v nothing
    object: bytes


def absence() -> str:
    """Reason why nothing can be compiled here, in words; nothing where it can."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return "switched off by NUMBA_DISABLE_JIT"
    if sys.byteorder != "little":
        return "made for little-endian processors only"
    if find_spec("numba") is None or find_spec("llvmlite") is None:
        return "the extra fast is not installed: pip install 'netgrad[fast]'"
    return ""


def file_name(module: str, processor: str) -> str:
    """Name of the file with the loops of a module for a processor, whose name and features are given."""
    ours = (os.path.join(folder, name) for folder in _FOLDERS for name in sorted(os.listdir(folder)))
    ours = (path for path in (*ours, os.path.join(_CORE, "products.py")) if path.endswith(".py"))
    texts = b"".join(map(_read, (*ours, *map(_version_of, ("numba", "llvmlite")))))
    return f"netgrad-{module}-{crc32(texts + sys.version.encode() + processor.encode()):08x}.loops"


def found(name: str) -> list[Code] | None:
    """The loops in the file of that name, wherever it may be kept; None where there is none that can be trusted."""
    for folder in _folders():
        with suppress(OSError, ValueError):
            file = os.path.join(folder, name)
            if _is_trusted(file):
                return _loops_in(_read(file))
    return None


def folder_to_write() -> str | None:
    """The first place where a file can be kept, made if it is not there; None where there is none."""
    for folder in _folders():
        with suppress(OSError):
            os.makedirs(folder, exist_ok=True)
            if os.access(folder, os.W_OK | os.X_OK):
                return folder
    return None


def keep(folder: str, name: str, loops: list[Code]) -> None:
    """Put loops into the file, which is never torn, and drop those of the same module that are out of date."""
    entries = [" ".join((loop.name, loop.symbol, loop.types, str(len(loop.object)))) for loop in loops]
    body = "\t".join(entries).encode() + b"\n" + b"".join(loop.object for loop in loops)
    path = os.path.join(folder, name)
    new = f"{path}.{os.getpid()}"
    with open(new, "wb") as file:
        file.write(b"%08x\n" % crc32(body) + body)
    os.chmod(new, 0o644)
    os.replace(new, path)
    _drop_old(folder, name.rpartition("-")[0], os.stat(path).st_mtime - _WEEK)


def _drop_old(folder: str, beginning: str, before: float) -> None:
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        with suppress(OSError):
            if name.startswith(beginning) and ".loops" in name and os.stat(path).st_mtime < before:
                os.unlink(path)


def _folders() -> Iterator[str]:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield given
        return
    yield os.path.join(_HERE, "__pycache__")
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if os.path.isabs(caches):
        yield os.path.join(caches, "netgrad")


def _version_of(package: str) -> str:
    spec = find_spec(package)
    return os.path.join(os.path.dirname((spec and spec.origin) or package), "_version.py")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _is_trusted(path: str) -> bool:
    """True where nobody else can have written it, as it will be run."""
    status = os.stat(path)
    return status.st_uid in (0, os.geteuid(), os.stat(_HERE).st_uid) and not status.st_mode & 0o022


def _loops_in(data: bytes) -> list[Code]:
    """Content that `keep` has put into a file; ValueError where it is damaged."""
    checksum, _, body = data.partition(b"\n")
    if int(checksum, 16) != crc32(body):
        raise ValueError("damaged")
    head, _, objects = body.partition(b"\n")
    loops, at = [], 0
    for entry in head.decode().split("\t"):
        name, symbol, types, size = entry.split(" ")
        loops.append(Code(name, symbol, types, objects[at : at + int(size)]))
        at += int(size)
    return loops
