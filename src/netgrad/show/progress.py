"""How far a long run has come, on standard error."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from netgrad.signals import raised

if TYPE_CHECKING:
    from rich.progress import Progress

AFTER = 1.0  # seconds, before which nothing is shown


@contextmanager
def progress(total: int | None, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A function to be told of bytes read and rows written; `total` bytes are expected, where that is known.

    Shows itself only on a terminal that the results do not go to, and only after a second; then a line with the
    rows, the time and the rate stays there at the end.
    """
    if quiet or not os.isatty(2) or os.isatty(1):
        yield lambda size, rows: None
        return
    begun, size, rows = time.monotonic(), 0, 0
    bar: Progress | None = None

    def advance(more: int, more_rows: int) -> None:
        nonlocal size, rows, bar
        size, rows = size + more, rows + more_rows
        if bar is None and time.monotonic() - begun > AFTER:
            bar = _bar(total)
            bar.start()
        if bar is not None:
            bar.update(bar.task_ids[0], completed=size, rows=f"{rows:,} rows")

    try:
        with raised():  # the terminal's cursor comes back
            yield advance
    finally:
        if bar is not None:
            bar.stop()
            seconds = time.monotonic() - begun
            sys.stderr.write(f"{rows:,} rows in {seconds:.1f} s, {rows / seconds:,.0f} a second\n")


def _bar(total: int | None) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    known = [BarColumn(), TimeRemainingColumn()] if total else []
    bar = Progress(
        *[TextColumn("{task.fields[rows]}"), DownloadColumn(), TransferSpeedColumn(), *known],
        console=Console(stderr=True, no_color="NO_COLOR" in os.environ),
        transient=True,
    )
    bar.add_task("", total=total, rows="")
    return bar
