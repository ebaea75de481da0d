"""Curves of dots."""

import unicodedata

import numpy as np
import pytest
from scenes import PAPER, boundary, plane, scene

from netgrad.core.network import Network
from netgrad.plot.curve import braille, curve, dots
from netgrad.plot.marks import GLYPHS, Marks
from netgrad.show.console import rendered


def text(drawn):
    return rendered(*drawn, colour="never").decode().splitlines()


def test_dots_are_those_of_unicodes_names():
    places = {"1": (0, 0), "2": (1, 0), "3": (2, 0), "4": (0, 1), "5": (1, 1), "6": (2, 1), "7": (3, 0), "8": (3, 1)}
    for code in range(1, 256):
        found = np.array([[code >> (2 * row + column) & 1 for column in range(2)] for row in range(4)], bool)
        digits = "".join(digit for digit, place in places.items() if found[place])
        assert [unicodedata.name(c) for c in braille(found)] == [f"BRAILLE PATTERN DOTS-{digits}"]


def test_a_curve_goes_through_its_values_and_has_no_gaps():
    x = np.linspace(0, 7, 8 * 120)
    found = dots(np.sin(x), -1.05, 1.05, 120, 40)
    for column in range(120):
        value = np.sin((column + 0.5) * 7 / 120)
        assert found[int((1.05 - value) / 2.1 * 40), column]
        touched = np.flatnonzero(found[:, column])
        assert (np.diff(touched) == 1).all()
        beside = np.flatnonzero(found[:, min(column + 1, 119)])
        assert touched[0] - 1 <= beside[-1]
        assert beside[0] - 1 <= touched[-1]


def test_a_peak_narrower_than_a_dot_is_drawn():
    values = np.zeros(8 * 100)
    values[401] = 1.0
    assert dots(values, -0.1, 1.1, 100, 40)[3:37, 50].all()


def test_a_step_is_a_wall_at_the_step():
    step = Network.of([([[1e6]], [-0.25e6])])
    lines = text(curve(scene(step, (0.0, 1.0)), 60, 25, None))
    panel = [line.partition("┤")[2] or line.partition("│")[2] for line in lines if "┤" in line or "│" in line]
    rows = panel[: len(panel) // 2]
    (wall,) = {k for row in rows[1:-1] for k, c in enumerate(row) if c not in " ┈"}
    columns = len(next(line for line in lines if "└" in line).partition("└")[2])
    assert wall == int(0.25 * columns)


def test_the_value_crosses_the_level_where_bisection_finds_it():
    paper = scene(PAPER, (0.0, 1.0))  # x2 = 0
    lines = text(curve(paper, 100, 41, None))
    middle = next(line for line in lines if "┈" in line).partition("┤")[2]
    crossing = [k for k, c in enumerate(middle) if c != "┈"]
    assert min(crossing) <= boundary(0.0)[0] * len(middle) <= max(crossing) + 1


def test_the_derivative_is_the_second_curve():
    lines = text(curve(scene(plane(-3.0), (0.0, 1.0), level=None, whole=None), 60, 25, None))
    below = lines[lines.index("da/dx1") + 1 :]
    flat = [line for line in below if any(0x2800 <= ord(c) < 0x2900 for c in line)]
    assert len(flat) == 1
    assert flat[0].split("┤")[0].strip() == "-3"


def test_points_stand_at_their_targets_or_else_on_the_curve():
    V = np.array([[0.25], [0.75]])
    with_targets = scene(plane(1.0), (0.0, 1.0), marks=Marks(V, np.array([1.0, 0.0]), ("no", "yes"), 2))
    lines = text(curve(with_targets, 60, 25, None))
    high, low = (next(line for line in lines[:-1] if glyph in line) for glyph in GLYPHS[1::-1])
    assert (high.split("┤")[0].strip(), low.split("┤")[0].strip()) == ("1.0", "0.0")
    assert lines[-1] == f"{GLYPHS[0]} no   {GLYPHS[1]} yes"
    without = text(curve(scene(plane(1.0), (0.0, 1.0), marks=Marks(V, total=2)), 60, 25, None))
    panel = without[2:11]
    rows = [k for k, line in enumerate(panel) if "•" in line]
    assert len(rows) == 2
    assert panel[rows[0]].index("•") > panel[rows[1]].index("•")


@pytest.mark.parametrize("width", [30, 57, 140])
def test_curves_fit_their_place(width):
    lines = text(curve(scene(PAPER, (0.0, 1.0)), width, 20, None))
    assert max(map(len, lines)) <= width
    assert len(lines) <= 20
