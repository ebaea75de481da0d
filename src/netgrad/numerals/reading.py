"""Decimal cells as floats, each rounded correctly, some thousands at a time.

A plain cell has a sign, at most 19 digits with or without a point, and an exponent of few digits: it is
w 10^-f with integers w < 2^64 and f. Where f is small, `quotients` gives its value; cells that are not plain
go to `float`, or all to numpy where they are many.

Digits become integers eight at a time, in a 64-bit word: neighbours are joined to pairs, pairs to fours,
fours to eights (Daniel Lemire, Number parsing at a gigabyte per second, 2021).
"""

import re
import warnings

import numpy as np
from numpy.typing import NDArray

from netgrad.numerals.quotients import MOST, Flags, Floats, Ints, Words, quotient

FEW = 512  # cells, below which numpy's own reader is quicker
BLOCK = 8192  # cells, so that all intermediate results stay in the cache
_LONGEST = 19  # digits of an integer below 2^64
_MOST_ODD = 0.4  # of the cells
_BEFORE = 24  # bytes before the first cell, so that three words may end in it

_EMPTY = re.compile(rb"(?:\A|,)[ \t]*(?:,|\Z)")

_TENS = np.array([10**n for n in range(_LONGEST + 1)], np.uint64)
_LAST = np.array([2**64 - 256 ** (8 - n) for n in range(9)], np.uint64)  # the last n bytes of a word
_ZEROS = np.uint64(0x3030303030303030)
_NO_DIGIT = np.uint64(0xF0F0F0F0F0F0F0F0)
_JOINS = (  # factor 10^n 2^shift + 1, shift, and what is kept of the word
    (np.uint64(10 << 8 | 1), np.uint64(8), np.uint64(0x00FF00FF00FF00FF)),
    (np.uint64(100 << 16 | 1), np.uint64(16), np.uint64(0x0000FFFF0000FFFF)),
    (np.uint64(10**4 << 32 | 1), np.uint64(32), np.uint64(0x00000000FFFFFFFF)),
)


def numbers(cells: bytes, count: int) -> Floats | None:
    """Values of `count` cells between commas, shape (count,); None where some cell is not plainly a number.

    No other bytes may be in `cells` than commas and those of ``0123456789+-.eE``, space and tab.

    >>> numbers(b"0.1,-2,3e4", 3)
    array([ 1.e-01, -2.e+00,  3.e+04])
    """
    if count < FEW:
        return _by_numpy(cells, count)
    text = b"," * _BEFORE + cells + b","
    characters = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(characters == ord(","))[_BEFORE - 1 :]
    if len(ends) != count + 1:
        return None
    values = np.empty(count)
    for first in range(0, count, BLOCK):
        borders = ends[first : first + BLOCK + 1]
        found = values[first : first + BLOCK]
        found[:], odd = _read(text, characters, borders[:-1] + 1, borders[1:])
        if len(odd) > _MOST_ODD * len(found):
            return _by_numpy(cells, count)
        try:
            places = zip((borders[odd] + 1).tolist(), borders[odd + 1].tolist(), strict=True)
            found[odd] = [float(text[start:end]) for start, end in places]
        except ValueError:
            return None
    return values if np.isfinite(values).all() else None


def _by_numpy(cells: bytes, count: int) -> Floats | None:
    # numpy reads a blank cell as -1, and takes a comma at the end for no cell.
    if cells.count(b",") != count - 1 or _EMPTY.search(cells):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # numpy < 2.3: the text ends early
        try:
            values = np.fromstring(cells, np.float64, sep=",")
        except (ValueError, DeprecationWarning):
            return None
    return values if len(values) == count and np.isfinite(values).all() else None


def _read(text: bytes, characters: NDArray[np.uint8], start: Ints, end: Ints) -> tuple[Floats, Ints]:
    """Values of the cells, shape (m,), and positions of those that are not plain."""
    negative = characters[start] == ord("-")
    start = start + negative
    words = np.ndarray(len(text) - 7, "<u8", text, strides=(1,))  # one at every byte
    mark, exponent, odd = _exponents(characters, words, start, end)
    block = characters[start[0] : end[-1]]
    marked, cell = _found(block == ord("."), start, end)
    point = mark.copy()
    point[cell] = marked
    whole, odd_whole = _integer(words, point, point - start)
    places = np.maximum(mark - point - 1, 0)
    part, odd_part = _integer(words, mark, places)
    digits = point - start + places
    odd |= odd_whole | odd_part | (digits < 1) | ((digits > _LONGEST) & (whole != 0))
    w, f, too_large = _scaled(whole * _TENS.take(places, mode="clip") + part, places - exponent)
    values, unsure = quotient(w, f)
    return np.where(negative, -values, values), np.flatnonzero(odd | too_large | unsure | (f > MOST))


def _found(marks: Flags, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Positions of the marks, and the cell of each; `marks` begin with the cells.

    A cell with a second one is not plain, since that stands where a digit should.
    """
    marked: Ints = np.flatnonzero(marks) + start[0]
    if len(marked) == len(end) and (marked >= start).all() and (marked < end).all():
        return marked, np.arange(len(end))
    return marked, np.searchsorted(end, marked)


def _exponents(characters: NDArray[np.uint8], words: Words, start: Ints, end: Ints) -> tuple[Ints, Ints | int, Flags]:
    """Position of each cell's e, its end if it has none; the exponents; which of them are not plain."""
    marks = (characters[start[0] : end[-1]] | 0x20) == ord("e")
    if not marks.any():
        return end, 0, np.zeros(len(end), np.bool_)
    marked, cell = _found(marks, start, end)
    stop = end[cell]
    sign = characters[marked + 1]
    negative = sign == ord("-")
    size = stop - marked - 1 - (negative | (sign == ord("+")))
    value, others = _integer(words, stop, size)
    mark, exponent, odd = end.copy(), np.zeros(len(end), np.int64), np.zeros(len(end), np.bool_)
    mark[cell] = marked
    exponent[cell] = np.where(negative, -value.view(np.int64), value.view(np.int64))
    odd[cell] = others | (size == 0) | (size > 3)
    return mark, exponent, odd


def _integer(words: Words, end: Ints, size: Ints) -> tuple[Words, Flags]:
    """Integers of `size` digits before `end`; which of them are none, or too long."""
    value, others = np.zeros(len(end), np.uint64), np.zeros(len(end), np.uint64)
    for at in range(0, min(int(size.max()), _LONGEST), 8):
        digits = (words[end - (at + 8)] ^ _ZEROS) & _LAST.take(size - at, mode="clip")
        others |= digits
        for factor, shift, mask in _JOINS:
            digits *= factor
            digits >>= shift
            digits &= mask
        value += digits * _TENS[at]
    return value, ((others & _NO_DIGIT) != 0) | (size > _LONGEST)


def _scaled(w: Words, f: Ints) -> tuple[Words, Ints, Flags]:
    """The same w 10^-f with f >= 0, and where w would have to be 2^64 or more."""
    if f.min() >= 0:
        return w, f, np.zeros(len(f), np.bool_)
    tens = _TENS.take(-f, mode="clip")
    too_large = (w.astype(np.float64) * tens.astype(np.float64) > 1.8e19) | (f < -_LONGEST)
    return w * tens, np.maximum(f, 0), too_large
