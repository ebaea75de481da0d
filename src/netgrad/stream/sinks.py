"""Where results go: standard output, or a file that is never torn and none of the inputs."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from netgrad.errors import OutputError
from netgrad.files import Write as Write
from netgrad.files import reason, write_to, written
from netgrad.stream.packing import packing
from netgrad.stream.sources import Source


@contextmanager
def open_sink(path: str | None, sources: list[Source], threads: int = 1) -> Iterator[Write]:
    """A function that writes bytes to the file at `path`, or to standard output for None and `-`.

    Where the file's suffix says so they are compressed, on so many threads at most.

    Raises
    ------
    OutputError
        It cannot be written, or is one of the sources. A file that stood there stays as it was.
    """
    if path is None or path == "-":
        _refuse_input(_status(1, "<stdout>"), "<stdout>", sources)
        yield write_to(1, "<stdout>")
        return
    suffix = os.path.splitext(path)[1].lower()
    with (
        written(path, lambda status: _refuse_input(status, path, sources)) as write,
        packing(write, suffix, threads) as packed,
    ):
        yield packed


def standard_output(data: bytes) -> None:
    """Write all of `data` to standard output.

    Raises
    ------
    OutputError
        It is closed, or the disk is full.
    """
    write_to(1, "<stdout>")(data)


def _status(fd: int, name: str) -> os.stat_result:
    try:
        return os.fstat(fd)
    except OSError as error:
        raise OutputError(reason(error), file=name) from None


def _refuse_input(status: os.stat_result, name: str, sources: list[Source]) -> None:
    for source in sources:
        if stat.S_ISREG(status.st_mode) and source.identity == (status.st_dev, status.st_ino):
            raise OutputError(f"the output is the input {source.name}: choose another file", file=name)
