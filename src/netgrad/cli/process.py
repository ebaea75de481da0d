"""The process that the command line runs in: its descriptors, memory, signals, last words and end."""

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

BLAS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def prepare() -> None:
    """Settle what must be settled before anything is imported or opened."""
    _occupy_closed_descriptors()
    gc.set_threshold(100_000)  # imports make many objects and no garbage
    for name in BLAS:  # blocks of points run on our threads; starting the BLAS's own costs more than a point
        os.environ.setdefault(name, "1")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an exception out of some import would be no clean end


def say(line: str) -> None:
    """Write `line` to standard error, if somebody is there to read it."""
    with suppress(OSError):
        os.write(2, (line + "\n").encode("utf-8", "surrogateescape"))


def leave(code: int) -> NoReturn:
    """End the process at once: nothing is buffered any more, and the interpreter's own way takes longer."""
    os._exit(code)


def die_by(number: int) -> NoReturn:
    """Die of the signal itself, so that the shell sees 128 + number."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(128 + number)


def _occupy_closed_descriptors() -> None:
    """Keep the numbers 0, 1, 2 from being given to files that are opened later; writing to them fails."""
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - as long as the process
