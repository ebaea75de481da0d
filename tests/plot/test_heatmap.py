"""Maps of characters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nets import random_net
from scenes import PAPER, boundary, paper_scene, plane, scene

from netgrad.core.backprop import evaluate
from netgrad.errors import UsageError
from netgrad.plot.canvas import INK
from netgrad.plot.colours import diverging
from netgrad.plot.heatmap import ARROWS, EVERY, arrow, crossing, directions, heatmap
from netgrad.plot.marks import GLYPHS, Marks
from netgrad.show.console import rendered

UNITS = {glyph: (np.cos(k * np.pi / 4), np.sin(k * np.pi / 4)) for k, glyph in enumerate(ARROWS)}


def text(drawn):
    return rendered(*drawn, colour="never").decode().splitlines()


def cells(lines):
    """The map without its frame: rows of characters, the highest first."""
    start = next(line for line in lines if "┤" in line).index("┤") + 1
    width = len(next(line for line in lines if "└" in line)) - start
    return [line[start:].ljust(width)[:width] for line in lines if line[start - 1 : start] in ("┤", "│")]


def ansi(line):
    """The colours of the upper and lower pixels of a line, as its escapes say."""
    found = [code[2:].split("m")[0].split(";") for code in line.split("\x1b") if code.startswith("[38;2")]
    return [(tuple(map(int, c[2:5])), tuple(map(int, c[7:10]))) for c in found]


@pytest.mark.parametrize("size", [40, 131])
def test_the_contour_is_drawn_where_bisection_finds_it(size):
    grid = paper_scene().centred(size, size)
    drawn = crossing(grid.a, 0.5)
    for row, root in enumerate(boundary(grid.at[1])):
        assert drawn[row, int(root * size)] or drawn[row, round(root * size) - 1]
    for row, column in np.argwhere(drawn):  # and nowhere else: the level is within a pixel
        near = grid.a[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        assert near.min() < 0.5 < near.max()


@pytest.mark.parametrize("k", range(8))
def test_an_arrow_on_a_plane_points_up_it(k):
    glyph = ARROWS[k]
    lines = text(heatmap(scene(plane(*UNITS[glyph]), (-1, 1), (-1, 1), level=None, whole=None), 43, 18, None))
    rows = cells(lines)
    ratio = len(rows[0]) / (2 * len(rows))  # pixels across to pixels up
    right, up = np.array(UNITS[glyph]) * (1, ratio)
    assert {c for row in rows for c in row if c in ARROWS} == {ARROWS[arrow(right, up)]}
    best = max(ARROWS, key=lambda g: np.dot(UNITS[g], (right, up)))
    assert best == ARROWS[arrow(right, up)]


@pytest.mark.parametrize("seed", range(4))
def test_arrows_go_the_way_that_finite_differences_go(seed):
    net = random_net((2, 4, 1), scale=1.5, seed=seed)
    drawn = scene(net, (-1, 2), (0, 1), level=None)
    rows = cells(text(heatmap(drawn, 70, 26, None)))
    m, n = len(rows), len(rows[0])
    seen = 0
    for row in range(EVERY[0] // 2, m, EVERY[0]):
        for column in range(EVERY[1] // 2, n, EVERY[1]):
            if rows[row][column] in ARROWS:
                at = np.array([-1 + 3 * (column + 0.5) / n, 1 - (row + 0.25) / m])
                pixel = np.array([3 / n, 1 / (2 * m)])
                h = 1e-4 * np.diag(pixel)
                ends = evaluate(net, np.concatenate([at + h, at - h]))[:, 0]
                differences = ends[:2] - ends[2:]
                scores = {g: np.dot(UNITS[g], differences) for g in ARROWS}
                assert scores[rows[row][column]] > 0.999 * max(scores.values())
                seen += 1
    assert seen > 20


def test_directions_are_differences_from_pixel_to_pixel_on_a_plane():
    drawn = scene(plane(3.0, -5.0), (0, 2), (0, 1))
    grid = drawn.centred(8, 10)
    assert directions(grid, drawn)[4, 4] == pytest.approx([grid.a[4, 5] - grid.a[4, 4], grid.a[5, 4] - grid.a[4, 4]])


def test_points_stand_in_the_cell_that_holds_them():
    rows = cells(text(heatmap(paper_scene(arrows=False), 70, 30, None)))
    m, n = len(rows), len(rows[0])
    marks = paper_scene().marks
    for (x, y), is_in in zip(marks.V, marks.y, strict=True):
        assert rows[m - 1 - int(y * m)][int(x * n)] == GLYPHS[int(is_in)]
    assert sum(c in GLYPHS for row in rows for c in row) == 10


def test_points_beyond_the_ends_are_not_drawn():
    marks = Marks(np.array([[0.5, 0.5], [1.5, 0.5], [0.5, -0.1]]), total=3)
    rows = cells(text(heatmap(scene(PAPER, (0, 1), (0, 1), marks=marks), 70, 30, None)))
    assert sum(c == "•" for row in rows for c in row) == 1


def test_of_many_points_some_are_drawn_and_counted():
    marks = Marks(np.random.default_rng(1).random((2000, 2)), total=123456)
    lines = text(heatmap(scene(PAPER, (0, 1), (0, 1), marks=marks), 70, 30, None))
    drawn = sum(line.count("•") for line in lines) - 1
    assert 20 < drawn < 200
    assert "of 123,456 points" in lines[-1]


def test_colours_are_those_of_the_values_in_the_pixels():
    drawn = scene(plane(1.0, 0.0), (0, 1), (0, 1), arrows=False)
    lines = rendered(*heatmap(drawn, 40, 14, "truecolor"), colour="always", colours="truecolor").decode().splitlines()
    first = ansi(next(line for line in lines if "▀" in line))
    across = [upper for upper, _ in first]
    n = len(across) - 2  # the bar takes two
    expected = [tuple(int(v) for v in diverging(np.array((k + 0.5) / n))) for k in range(n)]
    ink = tuple(int(v) for v in INK)
    assert [k for k in range(n) if across[k] not in (expected[k], ink)] == []
    assert across.count(ink) == 1


@settings(max_examples=25)
@given(st.integers(36, 120), st.integers(10, 40))
def test_a_map_fits_its_place(width, height):
    lines = text(heatmap(paper_scene(), width, height, None))
    assert max(map(len, lines)) <= width
    assert len(lines) <= height + 1  # a legend of two lines


def test_a_value_without_bounds_has_neither_level_nor_contour():
    lines = text(heatmap(scene(plane(1.0, 0.0), (2, 3), (0, 1), arrows=False), 40, 12, None))
    assert not any("line:" in line for line in lines)
    assert cells(lines)[0][0] == " "
    assert cells(lines)[0][-1] == "▓"


def test_a_flat_map_is_drawn():
    lines = text(heatmap(scene(plane(0.0, 0.0), (0, 1), (0, 1)), 40, 12, None))
    rows = cells(lines)
    columns = lines[-2].index("1", lines[-2].index("0") + 1) - lines[-2].index("0") + 1
    assert {row[:columns] for row in rows} == {"▒" * columns}  # one shade, no contour and no arrow


def test_what_is_too_large_to_draw_is_said():
    with pytest.raises(UsageError, match="too large to draw"):
        heatmap(scene(plane(1e300, 0.0), (0, 1e10), (0, 1)), 40, 12, None)
