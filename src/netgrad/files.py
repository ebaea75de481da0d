"""New files that are never torn: written beside what they replace, and in its place only when they are whole.

On Linux a new file has no name until then (O_TMPFILE), so that even a killed process leaves nothing behind.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import NamedTuple

from netgrad.errors import OutputError
from netgrad.signals import raised

Write = Callable[[bytes], None]


class File(NamedTuple):
    """A name for messages, and device and inode of a plain file that is there."""

    name: str
    identity: tuple[int, int] | None = None


FLAGS = os.O_WRONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def identity_of(status: os.stat_result) -> tuple[int, int] | None:
    """Device and inode of a plain file; None for anything else, which is not replaced by what is written to it."""
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def near(path: str) -> str:
    """The path that a URL of this machine names, as file:///a/b does; any other path itself.

    >>> near("file:///a/b"), near("s3://a/b")
    ('/a/b', 's3://a/b')
    """
    scheme, _, rest = path.partition("://")
    return rest if rest and scheme in ("file", "local") else path


def file_at(path: str) -> File:
    """The file that `path` leads to, by whatever links."""
    try:
        return File(path, identity_of(os.stat(path)))
    except (OSError, ValueError):  # it is another's to report
        return File(path)


def is_plain(path: str) -> bool:
    """True where a plain file is, or none yet; not for a folder, a device or a FIFO."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return True


@contextmanager
def written(path: str, refuse: Callable[[os.stat_result], None] = lambda status: None) -> Iterator[Write]:
    """A function that writes bytes to the file at `path`: see `new_descriptor`."""
    with new_descriptor(path, refuse) as fd:
        yield write_to(fd, path)


@contextmanager
def new_descriptor(path: str, refuse: Callable[[os.stat_result], None] = lambda status: None) -> Iterator[int]:
    """A descriptor of what becomes the file at `path` in the end.

    Links are followed, and permissions are kept; a FIFO or device is written straight through. `refuse` is
    told the status of what stands there already, and may raise.

    Raises
    ------
    OutputError
        With the reason of the system. A file that stood there stays as it was.
    """
    try:
        target = os.path.realpath(path)
        found = os.stat(path)  # a pipe in /proc has no path of its own
    except FileNotFoundError as error:
        if not path:  # which `realpath` takes for this folder
            raise OutputError(reason(error), file=path) from None
        found = None
    except (OSError, ValueError) as error:
        raise OutputError(reason(error), file=path) from None
    if found is not None:
        refuse(found)
    new = found is None or stat.S_ISREG(found.st_mode)
    with _new_file(target, path, found) if new else _through(path) as fd:
        yield fd


def write_to(fd: int, name: str) -> Write:
    """A function that writes bytes to a descriptor, which is called `name` in errors."""

    def write(data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(fd, view) :]
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(reason(error), file=name) from None

    return write


def reason(error: OSError | ValueError) -> str:
    """Reason that the system gives, in lower case and without the file's name; a ValueError is a NUL in the name."""
    text = (isinstance(error, OSError) and error.strerror) or str(error)
    return text[:1].lower() + text[1:]


@contextmanager
def _through(name: str) -> Iterator[int]:
    try:
        fd = os.open(name, FLAGS)
    except OSError as error:
        raise OutputError(reason(error), file=name) from None
    try:
        yield fd
    finally:
        os.close(fd)


@contextmanager
def _new_file(target: str, name: str, replaced: os.stat_result | None) -> Iterator[int]:
    folder = os.path.dirname(target)
    beside = os.path.join(folder, f".netgrad-{os.urandom(8).hex()}.part")
    try:
        nameless = _nameless(folder)
        with nullcontext() if nameless is not None else raised():
            try:
                fd = nameless if nameless is not None else os.open(beside, FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
                if replaced is not None:
                    _take_over(fd, replaced)
                yield fd
                os.fsync(fd)
                if nameless is None or _named(fd, beside, target):
                    os.replace(beside, target)
                os.close(fd)
            finally:
                with suppress(OSError):
                    os.unlink(beside)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(reason(error), file=name) from None


def _named(fd: int, beside: str, target: str) -> bool:
    """Give a nameless file the name `target`, or where that is taken the name `beside`, and say so."""
    nameless = f"/proc/self/fd/{fd}"
    try:
        os.link(nameless, target, src_dir_fd=fd)  # a dir_fd makes Python follow the link
    except FileExistsError:
        os.link(nameless, beside, src_dir_fd=fd)
        return True
    return False


def _nameless(folder: str) -> int | None:
    """A new file in `folder` without a name, where the system has such."""
    if hasattr(os, "O_TMPFILE") and os.path.exists("/proc/self/fd"):
        with suppress(OSError):  # not every file system has
            return os.open(folder, FLAGS | os.O_TMPFILE, 0o666)
    return None


def _take_over(fd: int, replaced: os.stat_result) -> None:
    """Give a new file the owner, where that is allowed, and the permissions of the one that it replaces."""
    with suppress(OSError):
        os.fchown(fd, replaced.st_uid, replaced.st_gid)
    os.fchmod(fd, stat.S_IMODE(replaced.st_mode))
