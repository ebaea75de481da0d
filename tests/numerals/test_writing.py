"""Text of whole arrays of floats: `repr`, one float at a time, is the oracle."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netgrad.numerals import writing
from netgrad.numerals.writing import rows

rng = np.random.default_rng(20190401)
NEAR = np.arange(-3, 4)


@pytest.fixture(autouse=True)
def no_array_is_small(monkeypatch):
    monkeypatch.setattr(writing, "FEW", 1)


def bits(*patterns):
    return np.concatenate([np.ravel(p) for p in patterns]).astype(np.int64).view(np.float64)


def neighbours(values):
    """Each positive value with the three floats before and behind it."""
    return bits(np.asarray(values, np.float64).view(np.int64)[:, None] + NEAR)


def wrong(values):
    values = np.concatenate([values, -values])
    texts = rows(values.reshape(-1, 1), b",", b"", b"")
    return [(v, text) for v, text in zip(values.tolist(), texts, strict=True) if repr(v).encode() != text]


HARD = """5e-324 1.7976931348623157e308 2.2250738585072014e-308 9007199254740993 9.5e-323 1e23 8.41e21 2e-20
    5.684341886080802e-14 4.35 0.3 9999999999999998 5.960464477539063e-08 4.8726570057e288 2.9802322387695312e-08"""


def almost_ties():
    """Floats within 2^-50 of the middle between two decimals of 16 or 17 digits, those without exact ties.

    With c alpha a whole number and a half, alpha = 2^q 10^-k, sums of denominators of convergents of alpha are
    added to c as they take it nearer to the half.
    """
    found = []
    for q in [*range(-1074, -100, 9), *range(100, 970, 9)]:
        k = len(str(2**q)) - 1 if q > 0 else -len(str(2**-q))
        alpha = Fraction(2) ** q / Fraction(10) ** k
        c, rest = 2**52, signed(2**52 * alpha - Fraction(1, 2))
        for n, error in convergents(alpha):
            if rest * error < 0:
                steps = min(round(-rest / error), (2**53 - 1 - c) // n)
                c, rest = c + steps * n, rest + steps * error
        if abs(rest) < Fraction(1, 2**50):
            found.append(c * 2.0**q)
    assert len(found) > 50
    return np.array(found)


def signed(x):
    """`x` less the nearest integer."""
    return x - round(x)


def convergents(alpha):
    """Denominators n and n alpha less the nearest integer, of the convergents with n < 2^53."""
    (n, p), (n_next, p_next), x = (0, 1), (1, int(alpha)), alpha
    while n_next < 2**53:
        yield n_next, n_next * alpha - p_next
        x = 1 / (x - int(x))
        (n, p), (n_next, p_next) = (n_next, p_next), (n + int(x) * n_next, p + int(x) * p_next)


SWITCHES = [1e-5, 9.999e-5, 1e-4, 1e-3, 0.1, 1, 1e15, 1e16, 1e17, 1e99, 1e100]
VALUES = {
    "random bit patterns": lambda: bits(rng.integers(0, 2**63, 200_000)),
    "normal": lambda: rng.standard_normal(20_000),
    "decimals": lambda: np.round(rng.random(20_000) * 10.0 ** rng.integers(0, 6, 20_000), 3),
    "powers of two": lambda: neighbours(bits(1 << np.arange(2, 52), np.arange(1, 2047) << 52)),
    "powers of ten": lambda: neighbours([float(f"1e{k}") for k in range(-322, 309)]),
    "short decimals": lambda: np.array([float(f"{d}e{k}") for d in range(1, 100) for k in range(-30, 31)]),
    "subnormal": lambda: bits(np.arange(1, 1000), rng.integers(1, 2**52, 1000)),
    "integers": lambda: np.concatenate([np.arange(3000.0), 2.0**53 + np.arange(-2000, 2000)]),
    "integers beyond 2^53": lambda: rng.integers(2**53, 2**63, 20_000).astype(np.float64),
    "almost ties": almost_ties,
    "ties": lambda: rng.integers(2**52, 2**53, 20_000) / 2.0 ** rng.integers(1, 8, 20_000),
    "where the form changes": lambda: neighbours(SWITCHES),
    "known to be hard": lambda: np.array([float(text) for text in HARD.split()]),
    "special": lambda: np.array([0.0, np.inf, np.nan, 1.0, 0.5, 2.0]),
}


@pytest.mark.parametrize("name", VALUES)
def test_text_is_that_of_repr(name):
    assert wrong(VALUES[name]()) == []


@given(st.lists(st.floats(), min_size=1, max_size=20))
def test_text_of_any_float_is_that_of_repr(values):
    assert wrong(np.array(values)) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (writing.BLOCK + 1, 1), (2, writing.BLOCK + 1), (2000, 9)])
@pytest.mark.parametrize(
    ("delimiter", "begin", "end"), [(b",", b",", b"\n"), (b"\1", b"", b"\2\3"), (b"\t", b"<<", b"")]
)
def test_rows_are_the_values_between_delimiters(shape, delimiter, begin, end):
    values = rng.standard_normal(shape)
    expected = [begin + delimiter.join(repr(v).encode() for v in row) + end for row in values.tolist()]
    assert rows(values, delimiter, begin, end) == expected


def test_rows_of_any_layout_in_memory_are_the_same():
    values = rng.standard_normal((600, 8))
    expected = rows(values[:, ::2].copy(), b",", b"", b"\n")
    assert rows(values[:, ::2], b",", b"", b"\n") == expected
    assert rows(np.asfortranarray(values[:, ::2]), b",", b"", b"\n") == expected


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (2, 2)])
def test_few_values_have_the_same_form(shape, monkeypatch):
    monkeypatch.setattr(writing, "FEW", 10)
    values = np.full(shape, 1e-5)
    assert rows(values, b";", b"(", b")") == [b"(" + b";".join([b"1e-05"] * shape[1]) + b")"] * shape[0]
