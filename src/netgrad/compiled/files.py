"""Where the machine code of loops is kept, and how it lies in a file.

A file belongs to one processor, one version of Python, numba and llvmlite, and to these sources: its name says so. It
is kept where numba keeps what it compiles: in `NUMBA_CACHE_DIR`, else beside the sources, else in the user's cache.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

_HERE = Path(__file__).parent
_SOURCES = (_HERE, _HERE.parent / "core" / "activations")  # of the loops, and of what is compiled into them
_WEEK = 7 * 24 * 3600  # seconds, after which a file that has been replaced goes


class Code(NamedTuple):
    """One loop in machine code."""

    name: str
    symbol: str  # in the object file
    types: str  # of the result and the arguments: p address, q and Q integers, d and f floats, v nothing
    object: bytes


def is_installed() -> bool:
    """Whether numba and llvmlite can be imported, and are wanted."""
    wanted = os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")
    return wanted and find_spec("numba") is not None and find_spec("llvmlite") is not None


def file_name(module: str, processor: str) -> str:
    """Name of the file with the loops of a module for a processor, whose name and features are given."""
    ours = (path for folder in _SOURCES for path in sorted(folder.glob("*.py")))
    sources = [*ours, *map(_version_of, ("numba", "llvmlite"))]
    texts = b"".join(source.read_bytes() for source in sources if source.is_file())
    return f"netgrad-{module}-{crc32(texts + sys.version.encode() + processor.encode()):08x}.loops"


def found(name: str) -> list[Code] | None:
    """The loops in the file of that name, wherever it may be kept; None where there is none that can be trusted."""
    for folder in _folders():
        with suppress(OSError, ValueError):
            file = folder / name
            if _is_trusted(file):
                return _loops_in(file.read_bytes())
    return None


def folder_to_write() -> Path | None:
    """The first place where a file can be kept, made if it is not there; None where there is none."""
    for folder in _folders():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK | os.X_OK):
                return folder
    return None


def keep(folder: Path, name: str, loops: list[Code]) -> None:
    """Put loops into the file, which is never torn, and drop those of the same module that are out of date."""
    entries = [(loop.name, loop.symbol, loop.types, len(loop.object)) for loop in loops]
    body = json.dumps(entries).encode() + b"\n" + b"".join(loop.object for loop in loops)
    new = folder / f"{name}.{os.getpid()}"
    new.write_bytes(b"%08x\n" % crc32(body) + body)
    os.replace(new, folder / name)
    age = (folder / name).stat().st_mtime - _WEEK
    for other in folder.glob(name.rpartition("-")[0] + "-*.loops*"):
        with suppress(OSError):
            if other.stat().st_mtime < age:
                other.unlink()


def _folders() -> Iterator[Path]:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given)
    yield _HERE / "__pycache__"
    home = os.path.expanduser("~")
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    if os.path.isabs(caches):
        yield Path(caches) / "netgrad"


def _version_of(package: str) -> Path:
    spec = find_spec(package)
    return Path(spec.origin).with_name("_version.py") if spec and spec.origin else Path(package)


def _is_trusted(file: Path) -> bool:
    """Whether nobody else can have written it, as it will be run."""
    status = file.stat()
    return status.st_uid in (0, os.geteuid(), _HERE.stat().st_uid) and not status.st_mode & 0o022


def _loops_in(data: bytes) -> list[Code]:
    """What `keep` has put into a file; ValueError where it is damaged."""
    checksum, _, body = data.partition(b"\n")
    if int(checksum, 16) != crc32(body):
        raise ValueError("damaged")
    head, _, objects = body.partition(b"\n")
    loops, at = [], 0
    for name, symbol, types, size in json.loads(head):
        loops.append(Code(name, symbol, types, objects[at : at + size]))
        at += size
    return loops
