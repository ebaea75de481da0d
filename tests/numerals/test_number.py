"""The number grammar against an oracle of its own: characters read one by one, values by `fractions`."""

from fractions import Fraction
from math import inf, isfinite, nextafter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netgrad.numerals.number import NUMBER, fault, parse, parse_all

DIGITS = "0123456789"
LARGEST = Fraction(1.7976931348623157e308)
# Halfway to the next power of two: from here on the nearest float64 would be 2^1024.
OVERFLOW = LARGEST + Fraction(2) ** 970
ALPHABET = "0159+-.eE \t_,xnaif:\uff11\u00a0\n"
REFUSED = r"not a number|empty cell|too large"
texts = st.text(ALPHABET, max_size=8)
numerals = st.from_regex(
    r"[ \t]{0,2}[+-]?([0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})([eE][+-]?[0-9]{1,3})?[ \t]{0,2}", fullmatch=True
)


def take_digits(text):
    n = next((i for i, c in enumerate(text) if c not in DIGITS), len(text))
    return text[:n], text[n:]


def value(text):
    """The exact value of a numeral as a Fraction, or None; written from the grammar, without re and float."""
    rest = text.strip(" \t")
    negative = rest.startswith("-")
    rest = rest[1:] if rest[:1] in ("+", "-") else rest
    whole, rest = take_digits(rest)
    decimals, rest = take_digits(rest[1:]) if rest.startswith(".") else ("", rest)
    exponent = "0"
    if not whole + decimals:
        return None
    if rest[:1] in ("e", "E"):
        sign = rest[1:2] if rest[1:2] in ("+", "-") else ""
        exponent, rest = take_digits(rest[1 + len(sign) :])
        if not exponent:
            return None
        exponent = sign + exponent
    if rest:
        return None
    magnitude = int(whole + decimals) * Fraction(10) ** (int(exponent) - len(decimals))
    return -magnitude if negative else magnitude


@pytest.mark.slow
@given(texts | numerals)
@example("1.7976931348623158e308")
@example("1.797693134862315808e308")
@example("4.9e-324")
@example("-0")
def test_parse_takes_just_the_grammar_and_rounds_correctly(text):
    exact = value(text)
    if exact is None or abs(exact) >= OVERFLOW:
        with pytest.raises(ValueError, match=REFUSED):
            parse(text)
    else:
        got = Fraction(parse(text))
        neighbour = abs(got - exact)
        assert all(abs(Fraction(x) - exact) >= neighbour for x in neighbours(float(got)))


def neighbours(x):
    return [y for y in (nextafter(x, -inf), nextafter(x, inf)) if isfinite(y)]


def bits(read, texts):
    """What `read` makes of them, or None where it refuses."""
    try:
        return [x.hex() for x in read(texts)]
    except ValueError:
        return None


@pytest.mark.slow
@given(st.lists(texts | numerals, max_size=4))
def test_parse_all_is_parse_of_each(many):
    assert bits(parse_all, many) == bits(lambda texts: [parse(text) for text in texts], many)


@given(texts)
def test_fault_points_after_the_longest_beginning_of_a_number(text):
    if value(text) is not None or not text.strip(" \t"):
        return
    beginnings = [n for n in range(len(text) + 1) if any(value(text[:n] + s) is not None for s in ("", "0"))]
    assert fault(text).offset == max(beginnings)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_float_reads_back_bit_for_bit(x):
    assert parse(repr(x)).hex() == x.hex()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("NA", "a missing value?"),
        ("null", "a missing value?"),
        ("nan", "NaN is refused"),
        (".NaN", "NaN is refused"),
        ("-inf", "it must be finite"),
        ("Infinity", "it must be finite"),
        ("0x1c", "write it in decimal"),
        ("1_000", "no underscores"),
        ("1,000", "no thousands separators"),
        ("12,345,678.9", "no thousands separators"),
        ("0,5", "decimal comma?"),
        ("1d5", "write the exponent with e"),
        ("1:30", "no hours, minutes or base 60"),
        ("yes", "write 1 or 0"),
        ("False", "write 1 or 0"),
        ("\uff11\uff12", "only the digits 0-9"),
        ("\u0663", "only the digits 0-9"),
        ("\u22125", "write the minus sign as -"),
        ("1e", "digits of the exponent are missing"),
        ("1e2.5", "the exponent must be an integer"),
        ("5%", "no percent sign"),
        ("1/2", "write the fraction as a decimal"),
        ('"5"', "no quotes"),
        ("1 000", "blanks only around it"),
        ("1\n", "only spaces and tabs may stand around it"),
    ],
)
def test_each_kind_of_near_number_has_its_hint(text, hint):
    assert fault(text).reason.endswith(f"is not a number ({hint})")


def test_what_is_no_number_at_all_is_shown_without_a_hint():
    assert fault("abc") == (0, "'abc' is not a number")
    assert fault("x" * 100).reason == f"'{'x' * 60}…' is not a number"


@pytest.mark.parametrize("text", ["", " ", "\t "])
def test_an_empty_cell_is_called_empty(text):
    assert fault(text) == (0, "empty cell, expected a number")


def test_overflow_is_placed_at_the_number():
    assert fault("  1e999") == (2, "'1e999' is too large for a float64")


def test_a_long_text_is_refused_in_linear_time():
    # Quadratic matching would take hours.
    for text in ("1" * 10**6 + "x", " " * 10**6 + "x", "1." + "1" * 10**6 + "e", "-" * 10**6):
        assert NUMBER.fullmatch(text) is None
        assert "is not a number" in fault(text).reason
