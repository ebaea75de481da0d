"""Sinks of results: standard output, or a file that is never torn and none of the inputs."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from netgrad.errors import OutputError, visible
from netgrad.files import File, file_at, identity_of, is_plain, reason, write_to, written
from netgrad.files import Write as Write
from netgrad.stream.overlapped import overlapped
from netgrad.stream.packing import packing
from netgrad.stream.sources import Source


@contextmanager
def open_sink(path: str | None, inputs: Sequence[Source | File], threads: int = 1) -> Iterator[Write]:
    """A function that writes bytes to the file at `path`, or to standard output for None and `-`.

    Where the file's suffix says so they are compressed, on so many threads at most; where there are several, one of
    them writes. `inputs` are all files that are read, whatever for.

    Raises
    ------
    OutputError
        It cannot be written, or is one of the inputs. A file that stood there stays as it was.
    """
    if path is None or path == "-":
        status = _status(1, "<stdout>")
        refuse_input(status, "<stdout>", inputs)
        with _by_thread(write_to(1, "<stdout>"), threads > 1 and identity_of(status) is not None) as quick:
            yield quick
        return
    suffix = os.path.splitext(path)[1].lower()
    with (
        written(path, lambda status: refuse_input(status, path, inputs)) as write,
        _by_thread(write, threads > 1 and is_plain(path)) as quick,
        packing(quick, suffix, threads) as packed,
    ):
        yield packed


def _by_thread(write: Write, pays: bool) -> AbstractContextManager[Write]:
    return overlapped(write) if pays else nullcontext(write)


def standard_output(data: bytes, *inputs: str) -> None:
    """Write all of `data` to standard output, which may be none of the files that are read.

    Raises
    ------
    OutputError
        It is closed, or one of those files, or the disk is full.
    """
    with open_sink(None, [file_at(path) for path in inputs]) as write:
        write(data)


def _status(fd: int, name: str) -> os.stat_result:
    try:
        return os.fstat(fd)
    except OSError as error:
        raise OutputError(reason(error), file=name) from None


def refuse_input(status: os.stat_result, name: str, inputs: Sequence[Source | File]) -> None:
    """Raise OutputError where a file is one of the inputs."""
    identity = identity_of(status)
    for source in inputs:
        if identity is not None and source.identity == identity:
            raise OutputError(f"the output is the input {visible(source.name)}: choose another file", file=name)
