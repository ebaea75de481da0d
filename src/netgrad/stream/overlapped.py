"""Writing to a file while what comes next is computed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from netgrad.files import Write

LARGE = 1 << 18  # bytes from which a thread for them pays


@contextmanager
def overlapped(write: Write) -> Iterator[Write]:
    """A function that writes bytes through `write`, in their order, and does not wait for it where they are many.

    One write is under way at a time; whatever is wrong with it is raised by the next one, or at the end. It is for
    files, which take what they are given: a pipe may not.
    """
    under_way: list[threading.Thread] = []
    failures: list[BaseException] = []

    def run(data: bytes) -> None:
        try:
            write(data)
        except BaseException as failure:
            failures.append(failure)

    def settle() -> None:
        while under_way:
            under_way[0].join()
            under_way.pop()
        if failures:
            raise failures.pop()

    def put(data: bytes) -> None:
        settle()
        if len(data) < LARGE:
            write(data)
        else:
            under_way.append(threading.Thread(target=run, args=(data,)))
            under_way[0].start()

    try:
        yield put
    finally:
        settle()
