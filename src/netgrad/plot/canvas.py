"""Cells of characters over coloured pixels, two of them in each cell."""

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style
from rich.text import Text

from netgrad.plot.colours import is_light

Pixels = NDArray[np.uint8]
INK: Pixels = np.array([20, 20, 20], np.uint8)
PAPER: Pixels = np.array([255, 255, 255], np.uint8)


class Canvas:
    """Rows of cells: a character each, or for colour two pixels, one above the other.

    Parameters
    ----------
    glyphs
        The character of each cell, row by row.
    pixels : (2 rows, columns, 3)
        Their colours; None for characters alone.
    """

    def __init__(self, glyphs: list[list[str]], pixels: Pixels | None = None) -> None:
        self.glyphs, self.pixels = glyphs, pixels
        self.marked: set[tuple[int, int]] = set()

    def mark(self, row: int, column: int, glyph: str) -> None:
        """Put a character into a cell, over its colours."""
        self.glyphs[row][column] = glyph
        self.marked.add((row, column))

    def line(self, row: int) -> Text:
        """A row as text."""
        if self.pixels is None:
            return Text("".join(self.glyphs[row]))
        text = Text()
        for column, glyph in enumerate(self.glyphs[row]):
            upper, lower = self.pixels[2 * row : 2 * row + 2, column]
            if (row, column) in self.marked:
                ground = lower if (upper == INK).all() else upper
                text.append(glyph, style(INK if is_light(ground) else PAPER, ground, bold=True))
            else:
                text.append("▀", style(upper, lower))
        return text


def style(front: Pixels, back: Pixels | None = None, bold: bool = False) -> Style:
    """sRGB colours as rich takes them."""
    ground = None if back is None else Color.from_rgb(*map(int, back))
    return Style(color=Color.from_rgb(*map(int, front)), bgcolor=ground, bold=bold)
