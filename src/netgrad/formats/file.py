"""Files of saved networks: opened with an error of ours, written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from netgrad.errors import NetworkError
from netgrad.files import reason, written


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """File at `path`, open for reading.

    Raises
    ------
    NetworkError
        It cannot be opened or read.
    """
    try:
        with open(path, "rb") as file:
            yield file
    except IsADirectoryError:
        raise NetworkError("a directory, expected a file", file=path) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise NetworkError(reason(error), file=path) from None


def write(path: str, data: bytes) -> None:
    """Put `data` at `path`, whole or not at all; see `netgrad.files.written`.

    Raises
    ------
    OutputError
        With the reason of the system.
    """
    with written(path) as put:
        put(data)
