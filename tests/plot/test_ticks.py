"""Ticks and labels."""

import math
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netgrad.plot.ticks import foot, labels, packed, place, short, side_labels, ticks

ends = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(ends, st.floats(1e-3, 1e6), st.integers(2, 12))
def test_ticks_are_neighbouring_round_numbers_between_the_ends(low, width, most):
    found = ticks(low, low + width, most)
    assert 1 <= len(found) <= most or (not found and most < 3)
    slack = 1e-8 * width
    assert all(low - slack <= v <= low + width + slack for v in found)
    exact = [Fraction(repr(v)) for v in found]
    apart = {b - a for a, b in pairwise(exact)}
    assert len(apart) <= 1
    for step in apart:
        mantissa = step / Fraction(10) ** math.floor(math.log10(step) + 1e-12)
        assert mantissa in (1, 2, 5)
        assert all(v % step == 0 for v in exact)


@given(ends, st.floats(1e-3, 1e6), st.integers(2, 12))
def test_labels_of_ticks_read_back_to_them(low, width, most):
    found = ticks(low, low + width, most)
    assert [float(label) for label in labels(found)] == found


def test_a_label_stands_at_its_value():
    lines = side_labels(0.0, 1.0, 11)
    assert (lines[0], lines[5], lines[10]) == ("1.0", "0.5", "0.0")
    axis, under = foot(0.0, 1.0, 37, 3, "x1", 50)
    assert axis[5:] == "┬" + "─" * 17 + "┬" + "─" * 17 + "┬"
    assert under.split() == ["0.0", "0.5", "1.0", "x1"]
    assert under.index("0.5") + 1 == axis.index("┬", 6)


def test_a_long_name_goes_under_the_axis():
    lines = foot(0.0, 1.0, 25, 3, "n" * 100, 40)
    assert len(lines) == 3
    assert lines[2].strip() == "n" * 23 + "…" == short("n" * 100)


def test_a_place_is_the_cell_that_holds_the_value():
    assert [place(v, 0.0, 1.0, 4) for v in (-1.0, 0.0, 0.24, 0.25, 0.99, 1.0, 2.0)] == [0, 0, 0, 1, 3, 3, 3]


def test_signs_share_lines_as_far_as_they_fit():
    assert packed(["aa", "bb", "cc"], 7) == ["aa   bb", "cc"]
    assert packed([], 7) == []
