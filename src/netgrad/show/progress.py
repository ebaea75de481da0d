"""Progress of a long run, on standard error."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from netgrad.signals import raised

if TYPE_CHECKING:
    from rich.progress import Progress

AFTER = 1.0  # seconds, before which nothing is shown


@contextmanager
def progress(total: int | None, about: Callable[[], str] = lambda: "") -> Iterator[Callable[[int, int], None]]:
    """A function to be told of bytes read and rows written; `total` bytes are expected, where that is known.

    What `about` says stands beside the rows.

    Shows itself after a second, whether anything was told by then or not; then a line with the rows, the time and
    the rate stays there at the end.
    """
    begun, rows, bar = time.monotonic(), 0, _bar(total)
    timer = threading.Timer(AFTER, bar.start)  # a piece may take longer

    def advance(more: int, more_rows: int) -> None:
        nonlocal rows
        rows += more_rows
        rate = rows / (time.monotonic() - begun)
        bar.update(bar.task_ids[0], advance=more, rows=f"{_rows(rows)}, {rate:,.0f} a second{about()}")

    try:
        with raised():  # the terminal's cursor comes back
            timer.start()
            yield advance
    finally:
        timer.cancel()
        timer.join()
        if bar.live.is_started:
            bar.stop()
            seconds = time.monotonic() - begun
            sys.stderr.write(f"{_rows(rows)} in {seconds:.1f} s, {rows / seconds:,.0f} a second\n")


def _rows(n: int) -> str:
    return f"{n:,} {'row' if n == 1 else 'rows'}"


def _bar(total: int | None) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    known = [BarColumn(20), TaskProgressColumn(), DownloadColumn(), TimeRemainingColumn()] if total else []
    bar = Progress(
        *[TextColumn("{task.fields[rows]}"), *(known or [DownloadColumn()])],
        console=Console(stderr=True, no_color="NO_COLOR" in os.environ),
        transient=True,
    )
    bar.add_task("", total=total, rows="0 rows")
    return bar
