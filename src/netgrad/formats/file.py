"""Files of saved networks: opened with an error of ours, written whole or not at all."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from netgrad.errors import NetworkError, OutputError


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
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise NetworkError(_reason(error), file=path) from None


def write(path: str, data: bytes) -> None:
    """Put `data` at `path`: beside it first, then renamed, so that a failure leaves what was there.

    Links are followed, and permissions are kept; a FIFO or device is written straight through.

    Raises
    ------
    OutputError
        With the reason of the operating system.
    """
    try:
        target = os.path.realpath(path)
        mode = os.stat(target).st_mode if os.path.exists(target) else None
        if mode is None or stat.S_ISREG(mode):
            _replace(target, data, mode)
        else:
            with open(target, "wb") as file:
                file.write(data)
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot be written: {_reason(error)}", file=path) from None


def _replace(target: str, data: bytes, mode: int | None) -> None:
    folder, name = os.path.split(target)
    beside = os.path.join(folder, f".{name[:100]}.{os.getpid()}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
            if mode is not None:
                os.fchmod(descriptor, stat.S_IMODE(mode))
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _reason(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return "no such file or directory"
        case IsADirectoryError():
            return "a directory, expected a file"
        case OSError(strerror=str(text)):
            return text[:1].lower() + text[1:]
        case _:
            return str(error)
