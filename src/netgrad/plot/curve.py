"""A value over one input, and under it the derivative, as curves of dots, eight to a character."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from netgrad.core.arrays import Array
from netgrad.plot.canvas import style
from netgrad.plot.colours import AMBER, AZURE, anchor
from netgrad.plot.marks import GLYPHS, Marks
from netgrad.plot.scene import Scene
from netgrad.plot.ticks import foot, packed, place, short, side_labels
from netgrad.show.console import ColourSystem, Parts, plain

FINE = 8  # values in the width of a dot
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])  # of a braille character, from U+2800
ROOM = 0.05  # of the range of values, free above and below
LINE = "┈"


class Panel(NamedTuple):
    """One curve and its frame."""

    name: str
    values: Array  # (m,), from end to end of the axis
    low: float
    high: float
    level: float | None  # of a faint line
    colour: tuple[float, float, float]


@np.errstate(all="ignore")  # what is too small to see
def curve(scene: Scene, width: int, height: int, colours: ColourSystem | None) -> Parts:
    """A scene with one axis in at most `width` columns and `height` lines, where those are enough for anything."""
    axis, title = scene.axes[0], scene.title(width)
    rows = max((height - 6 - len(title)) // 2, 3)
    marks = _shown(scene, width)
    panels = _panels(scene, FINE * 2 * max(width, 8), marks)
    lefts = [side_labels(panel.low, panel.high, rows) for panel in panels]
    margin = max(len(label) for left in lefts for label in left)
    columns = max(width - margin - 4, 8)
    parts: Parts = [plain(text, "bold") for text in title]
    for panel, left in zip(panels, lefts, strict=True):
        lines = _lines(panel, rows, columns)
        if marks is not None and panel is panels[0]:
            _points(lines, scene, marks, panel)
        parts.append(plain(panel.name))
        for label, line in zip(left, lines, strict=True):
            drawn = Text(line, style(anchor(panel.colour)) if colours else "")
            drawn.highlight_words(GLYPHS, "default")
            parts.append(Text.assemble(f"{label:>{margin}} {'┤' if label else '│'}", drawn))
    parts += map(plain, foot(axis.low, axis.high, columns, margin, scene.names[0], width))
    return [*parts, *map(plain, packed(marks.signs, width))] if marks is not None else parts


def dots(values: Array, low: float, high: float, columns: int, rows: int) -> NDArray[np.bool_]:
    """Dots, of rows x columns, the highest first, that the curve through `values` touches."""
    steps = np.floor((high - values) / (high - low) * rows).clip(0, rows - 1).astype(int)
    starts = np.arange(columns + 1) * (len(values) - 1) // columns
    found = np.zeros((rows, columns), bool)
    for column, (first, last) in enumerate(pairwise(starts)):
        touched = steps[first : last + 1]
        found[touched.min() : touched.max() + 1, column] = True
    return found


def braille(found: NDArray[np.bool_]) -> list[str]:
    """Dots as characters of 4 x 2; a blank where there is none.

    >>> braille(np.eye(4, 4, dtype=bool))
    ['⠑⢄']
    """
    rows, columns = found.shape
    codes = (found.reshape(rows // 4, 4, columns // 2, 2) * DOTS[:, np.newaxis]).sum(axis=(1, 3))
    return ["".join(chr(0x2800 + code) if code else " " for code in row) for row in codes.tolist()]


def _shown(scene: Scene, width: int) -> Marks | None:
    """The points: all of the sample at their targets, but few enough on the curve to leave it visible."""
    if scene.marks is None:
        return None
    return scene.marks.inside(scene.axes, width // 4 if scene.marks.y is None else len(scene.marks.V))


def _panels(scene: Scene, m: int, marks: Marks | None) -> list[Panel]:
    grid = scene.even(m)
    slopes, seen = grid.grad[:, 0], grid.a
    level = scene.level if scene.level is not None and seen.min() < scene.level < seen.max() else None
    if level is not None and scene.whole is not None:
        seen = np.append(seen, scene.whole)
    if marks is not None and marks.y is not None:
        seen = np.append(seen, marks.y)
    derivative = f"d{short(scene.output)}/d{short(scene.names[0])}"
    return [
        Panel(short(scene.output), grid.a, *_room(seen), level, AMBER),
        Panel(derivative, slopes, *_room(slopes), 0.0, AZURE),
    ]


def _room(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    free = ROOM * (high - low) or abs(low) / 2 or 0.5
    return low - free, high + free


def _lines(panel: Panel, rows: int, columns: int) -> list[str]:
    lines = braille(dots(panel.values, panel.low, panel.high, 2 * columns, 4 * rows))
    if panel.level is not None and panel.low < panel.level < panel.high:
        row = rows - 1 - place(panel.level, panel.low, panel.high, rows)
        lines[row] = lines[row].replace(" ", LINE)
    return lines


def _points(lines: list[str], scene: Scene, marks: Marks, panel: Panel) -> None:
    """Points at their target, or without one on the curve."""
    axis, columns = scene.axes[0], len(lines[0])
    x = marks.V[:, 0]
    y = marks.y if marks.y is not None else np.interp(x, axis.ends(len(panel.values)), panel.values)
    for x_k, y_k, glyph in zip(x.tolist(), y.tolist(), marks.glyphs, strict=True):
        row = len(lines) - 1 - place(y_k, panel.low, panel.high, len(lines))
        column = place(x_k, axis.low, axis.high, columns)
        lines[row] = lines[row][:column] + glyph + lines[row][column + 1 :]
