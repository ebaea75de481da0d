"""A value over two inputs as a map of characters: colours or shades, contour, arrows up the gradient, points."""

import math

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from netgrad.core.arrays import Array
from netgrad.plot.canvas import INK, Canvas
from netgrad.plot.colours import Scale, scale_of
from netgrad.plot.grid import Grid
from netgrad.plot.scene import Scene
from netgrad.plot.ticks import foot, packed, place, short, side_labels
from netgrad.show.console import ColourSystem, Parts, plain

ARROWS = "→↗↑↖←↙↓↘"
ACROSS = "│╲─╱"  # noqa: RUF001 - the contour where the gradient is →, ↗, ↑, ↖ or the opposite
SHADES = " ░▒▓"
EVERY = (3, 6)  # rows and columns from one arrow to the next
FAINT = 0.02  # of the steepest gradient, below which there is no arrow
CROWD = 16  # cells for each point that is drawn, at least
BESIDE = 14  # columns for the colour bar


@np.errstate(all="ignore")  # what is too small to see
def heatmap(scene: Scene, width: int, height: int, colours: ColourSystem | None) -> Parts:
    """A scene with two axes in at most `width` columns and `height` lines, where those are enough for anything."""
    (x_low, x_high), (y_low, y_high) = scene.axes
    title = scene.title(width)
    rows = max(height - 4 - len(title), 2)
    left = side_labels(y_low, y_high, rows)
    margin = max(map(len, left))
    columns = max(min(width - margin - BESIDE, 3 * rows), 8)
    grid = scene.centred(columns, 2 * rows)
    scale = scale_of(grid.a, scene.level, scene.whole)
    canvas = _canvas(grid.a[::-1], scale, colours)
    steps = directions(grid, scene)[::-1]
    contour = _contour(grid.a[::-1], scale, colours is not None)
    if colours is None:
        for row, column in contour:
            canvas.mark(row, column, ACROSS[arrow(*steps[2 * row, column]) % 4])
    if scene.arrows:
        _arrows(canvas, steps, contour)
    marks = _points(canvas, scene)
    bar = _bar(scale, rows, colours)
    parts: Parts = [*(plain(text, "bold") for text in title), plain(short(scene.names[1]).rjust(margin))]
    for row in range(rows):
        tick = "┤" if left[row] else "│"
        parts.append(Text.assemble(f"{left[row]:>{margin}} {tick}", canvas.line(row), "  ", bar[row]))
    parts += map(plain, foot(x_low, x_high, columns, margin, scene.names[0], width))
    return [*parts, *map(plain, packed([*marks, *_lines(scene, scale)], width))]


def crossing(a: Array, level: float) -> NDArray[np.bool_]:
    """Contour: of two neighbours with the level between them, the one nearer to it."""
    d = a - level
    found = np.zeros(a.shape, bool)
    for axis in range(a.ndim):
        rows, marks = np.moveaxis(d, axis, 0), np.moveaxis(found, axis, 0)
        one, other = rows[:-1], rows[1:]
        between, nearer = (one < 0) != (other < 0), np.abs(one) <= np.abs(other)
        marks[:-1] |= between & nearer
        marks[1:] |= between & ~nearer
    return found


def directions(grid: Grid, scene: Scene) -> Array:
    """Growth of the value from pixel to pixel to the right and upwards, shape (2 rows, columns, 2)."""
    sizes = [(axis.high - axis.low) / len(at) for axis, at in zip(scene.axes, grid.at, strict=True)]
    steps: Array = grid.grad * sizes
    return steps


def arrow(right: float, up: float) -> int:
    """Nearest of the eight directions, from 0, which is to the right, anticlockwise."""
    return round(math.atan2(up, right) / (math.pi / 4)) % 8


def _canvas(a: Array, scale: Scale, colours: ColourSystem | None) -> Canvas:
    if colours is None:
        shares = scale.share(a[0::2] / 2 + a[1::2] / 2)
        which = np.minimum(shares * len(SHADES), len(SHADES) - 1).astype(int)
        return Canvas([[SHADES[k] for k in row] for row in which])
    pixels = scale.colours(a, few=colours != "truecolor")
    if scale.level is not None:
        pixels[crossing(a, scale.level)] = INK
    return Canvas([["▀"] * a.shape[1] for _ in a[0::2]], pixels)


def _contour(a: Array, scale: Scale, coloured: bool) -> set[tuple[int, int]]:
    """The cells that hold a piece of the contour."""
    if scale.level is None:
        return set()
    if coloured:
        return {(row // 2, column) for row, column in np.argwhere(crossing(a, scale.level)).tolist()}
    means = a[0::2] / 2 + a[1::2] / 2
    return {(row, column) for row, column in np.argwhere(crossing(means, scale.level)).tolist()}


def _arrows(canvas: Canvas, steps: Array, contour: set[tuple[int, int]]) -> None:
    """An arrow at every few cells where the value changes, none on the contour."""
    steepness = np.hypot(steps[..., 0], steps[..., 1])
    least = FAINT * steepness.max()
    for row in range(EVERY[0] // 2, len(canvas.glyphs), EVERY[0]):
        for column in range(EVERY[1] // 2, len(canvas.glyphs[0]), EVERY[1]):
            if steepness[2 * row, column] > least and (row, column) not in contour:
                canvas.mark(row, column, ARROWS[arrow(*steps[2 * row, column])])


def _points(canvas: Canvas, scene: Scene) -> list[str]:
    """Put the points on the canvas; what their signs mean."""
    if scene.marks is None:
        return []
    rows, columns = len(canvas.glyphs), len(canvas.glyphs[0])
    marks = scene.marks.inside(scene.axes, max(rows * columns // CROWD, 1))
    (x_low, x_high), (y_low, y_high) = scene.axes
    for (x, y), glyph in zip(marks.V.tolist(), marks.glyphs, strict=True):
        canvas.mark(rows - 1 - place(y, y_low, y_high, rows), place(x, x_low, x_high, columns), glyph)
    return marks.signs


def _bar(scale: Scale, rows: int, colours: ColourSystem | None) -> list[Text]:
    """The colours or shades of all values, the highest first, with labels."""
    step = (scale.high - scale.low) / (2 * rows)
    a = scale.high - (np.arange(2 * rows) + 0.5) * step
    canvas = _canvas(np.repeat(a[:, np.newaxis], 2, axis=1), scale, colours)
    labels = side_labels(scale.low, scale.high, rows)
    return [Text.assemble(canvas.line(row), " ", label) for row, label in enumerate(labels)]


def _lines(scene: Scene, scale: Scale) -> list[str]:
    """Legend of the other signs."""
    line = [] if scale.level is None else [f"line: {short(scene.output)} = {scale.level:g}"]
    return [*line, "→ up the gradient"] if scene.arrows else line
