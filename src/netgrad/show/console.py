"""Text for a terminal: its width, whether it wants colour, and nothing that can harm it."""

import io
import os
import shutil
import sys
from collections.abc import Mapping
from typing import Literal

from rich.console import Console, RenderableType
from rich.text import Text

from netgrad.errors import visible

ColourSystem = Literal["standard", "256", "truecolor"]
Parts = list[RenderableType]


def wants_colour(choice: str, is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """True where colours are to be written: by `choice`, else NO_COLOR, FORCE_COLOR, TERM, the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("CLICOLOR_FORCE", "FORCE_COLOR")):
        return True
    return is_terminal and environ.get("TERM") != "dumb"


def columns() -> int:
    """Width of the terminal, in characters; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def lines() -> int:
    """Height of the terminal, in lines; 24 where there is none."""
    return shutil.get_terminal_size((80, 24)).lines


def palette(choice: str) -> ColourSystem | None:
    """The colours of a picture: truecolor where the terminal says that it has them, else 256; None for no colour."""
    if not wants_colour(choice, _is_terminal(), os.environ):
        return None
    return "truecolor" if os.environ.get("COLORTERM") in ("truecolor", "24bit") else "256"


def plain(text: str, style: str = "") -> Text:
    """`text` as it is, no markup in it, with control characters made visible."""
    return Text(visible(text), style=style, overflow="fold")


def rendered(*parts: RenderableType, colour: str = "auto", colours: ColourSystem = "standard") -> bytes:
    """`parts` below one another as bytes for standard output; `colours` is how many there may be."""
    wanted = wants_colour(colour, _is_terminal(), os.environ)
    return text_of(*parts, colours=colours if wanted else None).encode(sys.stdout.encoding or "utf-8", "replace")


def text_of(*parts: RenderableType, colours: ColourSystem | None = None) -> str:
    """`parts` below one another as text, nothing cut to any width.

    rich is told every decision: by itself it takes FORCE_COLOR=0 for a terminal, shortens what does not fit, and
    writes where it likes.
    """
    written = io.StringIO()
    console = Console(
        file=written,
        force_terminal=colours is not None,
        color_system=colours,
        no_color=colours is None,
        width=1 << 16,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    for part in parts:
        console.print(part, crop=False)
    return "\n".join(line.rstrip(" ") for line in written.getvalue().split("\n"))


def _is_terminal() -> bool:
    try:
        return os.isatty(1)
    except OSError:
        return False
