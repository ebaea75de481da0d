import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netgrad.show.digits import MOST, certified_digits, guaranteed_text

VALUES = st.floats(allow_nan=False, allow_infinity=False)
RELATIVE = st.floats(-20, 1)


def place(text):
    """Unit of the last printed digit."""
    mantissa, _, exponent = text.partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def significant(text):
    return len(text.partition("e")[0].lstrip("-").replace(".", "").lstrip("0"))


@given(value=VALUES, exponent=RELATIVE, t=st.floats(-1, 1))
def test_every_number_within_the_error_rounds_to_the_text(value, exponent, t):
    err = min(abs(value) * 10**exponent, 1e308)
    text = guaranteed_text(value, err)
    if text != "?" and err > 0:
        for x in (Fraction(value) + Fraction(err) * Fraction(s) for s in (-1, t, 1)):
            assert round(x / place(text)) * place(text) == Fraction(text)


@given(value=VALUES.filter(bool), exponent=RELATIVE)
def test_text_has_as_many_digits_as_are_certified_and_one_more_is_not(value, exponent):
    err = min(abs(value) * 10**exponent, 1e308)
    if err == 0:
        return
    d, text = certified_digits(value, err), guaranteed_text(value, err)
    assert significant(text.replace("?", "")) == d
    if d < MOST:
        p = f"{value:.{d}e}"
        low, high = ((Fraction(value) + Fraction(err) * s) / place(p) for s in (-1, 1))
        half = Fraction(1, 2)
        assert not Fraction(p) / place(p) - half < low <= high < Fraction(p) / place(p) + half


@pytest.mark.parametrize(
    ("value", "err", "text"),
    [
        (3.14159, 2e-5, "3.1416"),
        (3.14159, 2e-4, "3.14"),  # 3.1415 lies within: 3.141 or 3.142
        (9.9999, 2e-4, "10.00"),
        (-0.5, 1e-7, "-0.500000"),
        (123.0, 0.4, "123"),
        (123456.0, 5.0, "1.235e+05"),
        (6.50509e-05, 1e-12, "6.505090e-05"),
        (1.0, 1e-30, "1.0000000000000000"),
        (4.0, 0.9, "?"),
        (1e-20, 1e-15, "?"),
        (0.0, 1e-15, "?"),
        (1.0, math.inf, "?"),
        (math.inf, math.inf, "?"),
        (1.0, math.nan, "?"),
        (0.1, 0.0, "0.1"),
        (0.0, 0.0, "0.0"),
        (5e-324, 5e-324, "?"),
    ],
)
def test_texts(value, err, text):
    assert guaranteed_text(value, err) == text
