"""A file put together of parts: tasks write them beside it on a file system that all share, each under its own name."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from socket import gethostname
from typing import Any, NamedTuple

from netgrad.cluster.spans import Span
from netgrad.errors import OutputError
from netgrad.files import FLAGS, File, new_descriptor, reason, write_to
from netgrad.signals import raised
from netgrad.stream.sinks import refuse_input
from netgrad.stream.sources import Source
from netgrad.stream.tasks import Answer

OWNER = "owner"  # a file that its driver holds a lock on as long as it lives


class Part(NamedTuple):
    """File that a task has written, in the place of bytes."""

    path: str
    size: int
    last: bytes  # some bytes at its end

    def endswith(self, end: bytes) -> bool:
        """As bytes have it."""
        return self.last.endswith(end)


class PartFile:
    """A new file for the contents of one task; a second run of the same task has another."""

    def __init__(self, folder: str, k: int) -> None:
        self._path = os.path.join(folder, f"{k:06d}-{os.urandom(8).hex()}")
        try:
            self._fd = os.open(self._path, FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
        except FileNotFoundError:
            problem = f"the worker {gethostname()} does not see this folder, which all must share"
            raise OutputError(problem, file=os.path.dirname(folder)) from None
        except OSError as error:
            raise OutputError(reason(error), file=self._path) from None
        self._write, self._size, self._last = write_to(self._fd, self._path), 0, b""

    def put(self, one: Answer) -> None:
        """Write its bytes behind those before."""
        if one.rows:
            self._write(one.content)
            self._size, self._last = self._size + len(one.content), one.content[-1:]

    def done(self) -> Part:
        """The file, closed: on NFS others see it from then on."""
        os.close(self._fd)
        return Part(self._path, self._size, self._last)

    def drop(self) -> None:
        """Remove it."""
        with suppress(OSError):
            os.close(self._fd)
        with suppress(OSError):
            os.unlink(self._path)


class JoinedFile:
    """The driver's side: a descriptor that accepted parts are appended to."""

    def __init__(self, fd: int, path: str, folder: str) -> None:
        self._fd, self._path, self._folder = fd, path, folder
        self._write = write_to(fd, path)

    def put(self, content: bytes | Part) -> None:
        """Append bytes or a part."""
        if isinstance(content, bytes):
            self._write(content)
        else:
            _append(self._fd, content, self._path)

    def placed(self, span: Span, attempt: int) -> Callable[[], PartFile]:
        """Where the contents of a span go."""
        return partial(PartFile, self._folder, span.k)

    def wanted(self, span: Span, content: Any) -> None:
        """Nothing again."""


@contextmanager
def joined_file(path: str, inputs: Sequence[Source | File]) -> Iterator[JoinedFile]:
    """File in the making that gets the name `path` in the end, to put bytes or parts into.

    Raises
    ------
    OutputError
        It cannot be written, or is one of the inputs.
    """
    with (
        raised(),
        new_descriptor(path, lambda status: refuse_input(status, path, inputs)) as fd,
        parts_folder(path) as folder,
    ):
        yield JoinedFile(fd, path, folder)


def _append(fd: int, part: Part, name: str) -> None:
    """Append a part in the kernel, and remove it."""
    try:
        with open(part.path, "rb", buffering=0) as source:
            left = part.size
            while left and (n := _copied(source.fileno(), fd, left)):
                left -= n
        os.unlink(part.path)
    except OSError as error:
        raise OutputError(reason(error), file=name) from None
    if left:
        raise OutputError(f"a part of it has become shorter: {part.path}", file=name)


def _copied(source: int, fd: int, most: int) -> int:
    """Number of bytes that have been copied from one descriptor to another, `most` at most."""
    if hasattr(os, "copy_file_range"):
        with suppress(OSError):  # not every file system can, and a full disk is reported below
            return os.copy_file_range(source, fd, most)
    data = os.read(source, min(most, 1 << 20))
    write_to(fd, "")(data)
    return len(data)


@contextmanager
def parts_folder(path: str) -> Iterator[str]:
    """A new folder beside `path` for parts of it, removed in the end; those of drivers that were killed go first."""
    target = os.path.realpath(path)
    begin = os.path.join(os.path.dirname(target), f".netgrad-{sha256(os.fsencode(target)).hexdigest()[:12]}-")
    _remove_left(begin)
    folder = f"{begin}{os.urandom(4).hex()}.parts"
    try:
        os.mkdir(folder)
        owner = os.open(os.path.join(folder, OWNER), os.O_WRONLY | os.O_CREAT, 0o666)
    except OSError as error:
        raise OutputError(reason(error), file=path) from None
    try:
        with suppress(OSError):  # a file system without locks: nothing is removed there but by hand
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(owner)


def _remove_left(begin: str) -> None:
    """Remove folders of parts whose drivers live no more."""
    parent, name = os.path.split(begin)
    with suppress(OSError):
        for left in os.listdir(parent):
            if left.startswith(name):
                _remove_unlocked(os.path.join(parent, left))


def _remove_unlocked(folder: str) -> None:
    with suppress(OSError), open(os.path.join(folder, OWNER), "rb") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
