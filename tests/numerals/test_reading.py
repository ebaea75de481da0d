"""Values of whole blocks of decimal cells: `float`, one cell at a time, and the grammar are the oracle."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgrad.numerals import reading
from netgrad.numerals.number import NUMBER
from netgrad.numerals.reading import numbers

rng = np.random.default_rng(20190401)
M = 20_000


@pytest.fixture(autouse=True)
def no_block_is_small(monkeypatch):
    monkeypatch.setattr(reading, "FEW", 0)


def same(cells):
    values = numbers(",".join(cells).encode(), len(cells))
    assert values is not None
    expected = np.array([float(cell) for cell in cells])
    differ = np.flatnonzero(values.view(np.int64) != expected.view(np.int64))
    return [(cells[i], values[i]) for i in differ]


def reprs(values):
    return [repr(v) for v in values.tolist()]


def fixed(digits):
    """Cells with so many digits behind the point, of all magnitudes."""
    return [f"{v:.{n}f}" for v, n in zip(10.0 ** rng.uniform(-6, 5, M), rng.integers(*digits, M).tolist(), strict=True)]


def halfway():
    """Decimals in the middle between two floats, and next to that, as far as 19 digits allow."""
    cells = []
    for c in rng.integers(2**52, 2**53, 500).tolist():
        for k in range(1, 5):  # (c + 1/2) / 2^k has k + 1 places
            tie = (2 * c + 1) * 5 ** (k + 1)
            cells += [_with_point(tie + step, k + 1) for step in (-1, 0, 1)]
    return cells


def near_halfway():
    """For random digits w: w / 10^f in the middle of two floats as nearly as some multiples of w allow."""
    cells = []
    for f in range(1, 20):
        for e in rng.integers(-f, 10, 60).tolist():
            middle = 2 * int(rng.integers(2**52, 2**53)) + 1
            w = middle * 10**f >> (53 + e) if 53 + e >= 0 else 0
            cells += [_with_point(w + step, f) for step in (0, 1) if w + step < 2**64]
    return cells


def _with_point(w, f):
    digits = str(w).rjust(f + 1, "0")
    return f"{digits[:-f]}.{digits[-f:]}"


ZEROS = "0 -0 0.0 -0.0 .0 -.0 0. 00 000.000 0e9 -0E-9 0e-999 0.0000000000000000000"
BORDERS = """9007199254740993 18446744073709551615 18446744073709551616 9999999999999999999
    99999999999999999999 1.000000000000000000000000 0.0000000000000000001 0.00000000000000000001
    00000000000000000000000000000000000000001 .9999999999999999999 1.9999999999999999999 1.0000000000000002
    0.99999999999999994 0.99999999999999995 1e18 1e19 1e20 1e22 1e23 18446744073709551615e1 9e-22 9e-23 1e-001
    1e0001 1.5e+3 123456789012345678.5 4503599627370497.5 9223372036854775807e-19 1e308 1.85e19 1.84e19
    2.5e-324 2.4e-324"""
CELLS = {
    "shortest": lambda: reprs(rng.standard_normal(M)),
    "few places": lambda: fixed((0, 4)),
    "many places": lambda: fixed((14, 24)),
    "integers": lambda: [str(i) for i in rng.integers(-1000, 1000, M).tolist()],
    "long integers": lambda: [str(i) for i in rng.integers(2**52, 2**63, M).tolist()],
    "powers of two": lambda: [repr(2.0**k) for k in range(-13, 53)],
    "halfway": halfway,
    "almost halfway": near_halfway,
    "mixed": lambda: [c for cs in zip(fixed((0, 9)), reprs(rng.integers(0, 99, M)), strict=True) for c in cs],
    "some with exponents": lambda: reprs(10.0 ** rng.uniform(-8, 8, M)),
    "all with exponents": lambda: reprs(10.0 ** rng.uniform(-300, -10, M)),
    "as numpy.savetxt writes": lambda: [f"{v:.18e}" for v in rng.standard_normal(M).tolist()],
    "wide": lambda: [f"{v:.17e}" for v in rng.integers(0, 2047 << 52, M).view(np.float64).tolist()],
    "zeros": lambda: ZEROS.split(),
    "borders": lambda: BORDERS.split(),
    "signs and blanks": lambda: ["+1", " 2", "3 ", "\t-4.5\t", "+.5", "-5.", " 1e3 ", "1E+2", "1e-2", "-1e02"],
}


@pytest.mark.parametrize("name", CELLS)
def test_values_are_those_of_float(name):
    cells = CELLS[name]()
    rng.shuffle(cells)
    assert same(cells) == []
    plain = reprs(rng.random(len(cells)))  # so that no kind of cell is the most frequent
    assert same([c for pair in zip(plain, cells, strict=True) for c in pair]) == []


NOT_NUMBERS = """- + . -. e e5 1e 1e+ 1.2.3 .. 1.. --1 1- 1-2 +-1 1e5e5 1e5.5 e. 1.e+ .e5 1e999 -1e400 1+2 1.5- 1e--5
    1e1.5 1.5e.5 1e5- 1e-5+"""


@pytest.mark.parametrize("cell", ["", " ", "1 2", "- 1", "1e 5", "1" * 400, *NOT_NUMBERS.split()])
@pytest.mark.parametrize("at", [0, 50, 99])
def test_no_values_if_one_cell_is_not_a_number(cell, at):
    cells = ["0.25"] * 100
    cells[at] = cell
    assert numbers(",".join(cells).encode(), 100) is None


@pytest.mark.parametrize("count", [0, 1, 99, 101])
def test_no_values_if_there_are_more_or_fewer_cells(count):
    assert numbers(b",".join([b"0.25"] * 100), count) is None


@given(st.lists(st.text(alphabet="0123456789+-.eE \t", max_size=25), min_size=1, max_size=8), st.integers(0, 60))
def test_all_cells_are_numbers_of_the_grammar_or_there_are_no_values(cells, others):
    cells += ["1.5"] * others
    are = all(NUMBER.fullmatch(cell) and math.isfinite(float(cell)) for cell in cells)
    if are:
        assert same(cells) == []
    else:
        assert numbers(",".join(cells).encode(), len(cells)) is None


@settings(max_examples=25)  # to make texts of a pattern is slow
@given(st.lists(st.from_regex(NUMBER, fullmatch=True), min_size=1, max_size=20))
def test_cells_of_the_grammar_are_read_as_float_reads_them(cells):
    cells = [cell for cell in cells if math.isfinite(float(cell))] or ["1"]
    assert same(cells) == []


def test_values_do_not_depend_on_the_blocks(monkeypatch):
    cells = ",".join(reprs(rng.standard_normal(1000))).encode()
    whole = numbers(cells, 1000)
    monkeypatch.setattr(reading, "BLOCK", 7)
    np.testing.assert_array_equal(numbers(cells, 1000), whole)
