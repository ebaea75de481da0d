"""Lines on standard error."""

import os
from contextlib import suppress


def say(line: str) -> None:
    """Write `line` to standard error, if somebody is there to read it."""
    with suppress(OSError):
        os.write(2, (line + "\n").encode("utf-8", "surrogateescape"))
