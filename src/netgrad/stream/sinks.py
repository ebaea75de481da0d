"""Where results go: standard output, a device written through, or a file that is never torn.

A file is written beside its target and takes its place only when it is whole. On Linux it has no name until
then (O_TMPFILE), so that even a killed process leaves nothing behind.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress

from netgrad.errors import OutputError
from netgrad.stream.signals import raised
from netgrad.stream.sources import Source, reason

Write = Callable[[bytes], None]

FLAGS = os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)


@contextmanager
def open_sink(path: str | None, sources: list[Source]) -> Iterator[Write]:
    """A function that writes bytes to the file at `path`, or to standard output for None and `-`.

    Raises
    ------
    OutputError
        It cannot be written, or is one of the sources. A file that stood there stays as it was.
    """
    if path is None or path == "-":
        _refuse_input(_status(1, "<stdout>"), "<stdout>", sources)
        yield _writer(1, "<stdout>")
        return
    try:
        target = os.path.realpath(path)
        found = os.stat(target)
    except FileNotFoundError:
        found = None
    except (OSError, ValueError) as error:
        raise OutputError(reason(error) if isinstance(error, OSError) else str(error), file=path) from None
    if found is not None:
        _refuse_input(found, path, sources)
    if found is None or stat.S_ISREG(found.st_mode):
        with _new_file(target, path, found) as write:
            yield write
    else:
        with _through(target, path) as write:
            yield write


def standard_output(data: bytes) -> None:
    """Write all of `data` to standard output.

    Raises
    ------
    OutputError
        It is closed, or the disk is full.
    """
    _writer(1, "<stdout>")(data)


def _status(fd: int, name: str) -> os.stat_result:
    try:
        return os.fstat(fd)
    except OSError as error:
        raise OutputError(reason(error), file=name) from None


def _refuse_input(status: os.stat_result, name: str, sources: list[Source]) -> None:
    for source in sources:
        if stat.S_ISREG(status.st_mode) and source.identity == (status.st_dev, status.st_ino):
            raise OutputError(f"the output is the input {source.name}: choose another file", file=name)


def _writer(fd: int, name: str) -> Write:
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


@contextmanager
def _through(target: str, name: str) -> Iterator[Write]:
    try:
        fd = os.open(target, os.O_WRONLY)
    except OSError as error:
        raise OutputError(reason(error), file=name) from None
    try:
        yield _writer(fd, name)
    finally:
        os.close(fd)


@contextmanager
def _new_file(target: str, name: str, replaced: os.stat_result | None) -> Iterator[Write]:
    folder = os.path.dirname(target)
    beside = os.path.join(folder, f".netgrad-{os.urandom(8).hex()}.part")
    try:
        nameless = _nameless(folder)
        with nullcontext() if nameless is not None else raised():
            try:
                fd = nameless if nameless is not None else os.open(beside, FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
                if replaced is not None:
                    _take_over(fd, replaced)
                yield _writer(fd, name)
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
