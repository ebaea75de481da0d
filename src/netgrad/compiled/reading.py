"""A number of the grammar, read from bytes and rounded correctly to a float64.

With at most 19 significant digits it is w 10^q with w < 2^64. Where both w and 10^|q| are exact, one operation rounds
(William D. Clinger, How to read floating point numbers accurately, 1990); else w times 128 bits of 10^q has enough of
the binary digits, and says so where it has not (Daniel Lemire, Number parsing at a gigabyte per second, 2021). With
more digits, w and w + 1 must give the same float64. What is left undecided, in practice nothing, is for `float`.
"""

import math

from netgrad.compiled.loop import f64, i64, part, u64
from netgrad.compiled.powers import HIGH, LEAST, LOW, REALS, TENS
from netgrad.compiled.words import MANY, digits, float_of, high, load, zeros_above, zeros_below

READ, UNDECIDED, WRONG = 0, 1, 2
_MOST = 19  # digits of an integer that is sure to be below 2^64
_LARGEST = 308  # q beyond which w 10^q overflows
_FAR = 10**6  # an exponent that is farther is as far

_ZEROS = u64(0x3030303030303030)
_ALL = u64(0xFFFFFFFFFFFFFFFF)


@part
def _integer(text, at, n):
    """The integer of n digits from a place on, 0 <= n <= 8; a word can be loaded there."""
    gap = u64(32 - 4 * n)  # half the bits that are not of digits: a shift by all 64 is none
    joined = (load(text, at) ^ _ZEROS) << gap << gap
    joined = (joined * u64(10 << 8 | 1) >> u64(8)) & u64(0x00FF00FF00FF00FF)
    joined = (joined * u64(100 << 16 | 1) >> u64(16)) & u64(0x0000FFFF0000FFFF)
    return joined * u64(10000 << 32 | 1) >> u64(32)


@part
def _up_to_19(text, at, n):
    """The integer of n digits from a place on; 24 bytes can be loaded there."""
    n_1, n_2, n_3 = min(n, 8), min(max(n - 8, 0), 8), max(n - 16, 0)
    w = _integer(text, at, n_1) * TENS[u64(n_2 + n_3)] + _integer(text, at + 8, n_2) * TENS[u64(n_3)]
    return w + _integer(text, at + 16, n_3)


@part
def _run(text, at, end, w):
    """w with the digits from a place on appended, modulo 2^64, and the place behind them."""
    while at < end and 48 <= text[at] <= 57:
        w = w * u64(10) + u64(text[at] - 48)
        at += 1
    return w, at


@part
def _mantissa(text, at, end, point):
    """The digits at a place as an integer modulo 2^64, their number, that of those behind a point, the place behind."""
    if at + MANY < end:
        others = ~digits(text, at)
        whole = i64(zeros_below(others))
        has_point = whole < MANY and text[at + whole] == point
        last = i64(zeros_below(others & (others - u64(1)))) if has_point else whole
        behind = last - whole - 1 if has_point else 0
        if whole <= 8 and behind <= _MOST:
            w = u64(text[at] - 48) if whole == 1 else _integer(text, at, whole)
            if has_point:
                w = w * TENS[u64(behind)] + _up_to_19(text, at + whole + 1, behind)
            return w, whole + behind, behind, at + last
    first = at
    w, at = _run(text, at, end, u64(0))
    n, behind = at - first, 0
    if text[at] == point:
        w, at = _run(text, at + 1, end, w)
        behind = at - first - n - 1
    return w, n + behind, behind, at


@part
def number(text, at, end, point, blank, blank_2):
    """The number at a place: its value, the place behind it and the blanks around it, and `READ` or what it is instead.

    `blank` and `blank_2` may stand around it.
    """
    while text[at] == blank or text[at] == blank_2:
        at += 1
    is_negative = text[at] == 45
    if is_negative or text[at] == 43:
        at += 1
    first = at
    w, n, behind, last = _mantissa(text, at, end, point)
    at, q = last, -behind
    if n == 0:
        return 0.0, at, WRONG
    if text[at] | 32 == 101:  # e, E
        exponent, at = _exponent(text, at + 1, end)
        if at < 0:
            return 0.0, last, WRONG
        q += exponent
    value = quick(w, q) if n <= _MOST else _of_many_digits(text, first, last, q, point)
    while text[at] == blank or text[at] == blank_2:
        at += 1
    if not value < math.inf:
        return 0.0, at, UNDECIDED if value != value else WRONG
    return -value if is_negative else value, at, READ


@part
def _exponent(text, at, end):
    """The exponent at a place, and the place behind it, -1 where there is none."""
    sign = text[at]
    if sign == 45 or sign == 43:
        at += 1
    first, exponent = at, 0
    while at < end and 48 <= text[at] <= 57:
        exponent = min(exponent * 10 + i64(text[at]) - 48, _FAR)
        at += 1
    return -exponent if sign == 45 else exponent, at if at > first else -1


@part
def _of_many_digits(text, first, last, q, point):
    """The integer of all digits between two places, times 10^q; nan where that is not sure."""
    w, n, has_more = u64(0), 0, False
    for at in range(first, last):
        if text[at] == point:
            continue
        if n < _MOST:
            w = w * u64(10) + u64(text[at] - 48)
            n += 1 if w else 0
        else:
            has_more |= text[at] != 48
            q += 1
    value = quick(w, q)
    return value if not has_more or value == quick(w + u64(1), q) else math.nan


@part
def quick(w, q):
    """w 10^q, rounded correctly; nan where that is not sure."""
    if w < u64(10**15) and -22 <= q <= 22:  # not 2^53: most numbers of a table then go the same way
        return f64(w) / REALS[u64(-q)] if q < 0 else f64(w) * REALS[u64(q)]
    if w == u64(0) or q < LEAST:
        return 0.0
    return by_product(w, q) if q <= _LARGEST else math.inf


@part
def by_product(w, q):
    """w 10^q from the product of w, shifted until its first bit is set, and the first 128 bits of 10^q."""
    shift = zeros_above(w)
    w <<= shift
    g_high, g_low = HIGH[u64(q - LEAST)], LOW[u64(q - LEAST)] - (u64(1) if q >= 0 else u64(0))
    upper, lower = high(w, g_high), w * g_high
    if upper & u64(0x1FF) == u64(0x1FF):  # what the low word of 10^q adds may carry into the 55 bits that matter
        more = high(w, g_low)
        lower += more
        upper += u64(1) if lower < more else u64(0)
        if lower == _ALL and not -27 <= q <= 55:
            return math.nan
    top = upper >> u64(63)
    m = upper >> (top + u64(9))  # 53 bits and one for rounding
    exponent = (q * 217706 >> 16) + 1086 + i64(top) - i64(shift)  # floor(log2 10^q) + 63 and the bias
    if exponent <= 0:  # subnormal; there are no ties
        m = m >> u64(1 - exponent) if exponent > -63 else u64(0)
        return float_of((m + (m & u64(1))) >> u64(1))
    if exponent > 2046:
        return math.inf
    if lower <= u64(1) and -4 <= q <= 23 and m & u64(3) == u64(1) and m << (top + u64(9)) == upper:
        m -= u64(1)  # a tie, to even
    return float_of((u64(exponent - 1) << u64(52)) + ((m + (m & u64(1))) >> u64(1)))
