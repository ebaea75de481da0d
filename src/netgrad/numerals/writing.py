"""Rows of floats as text, each float as `repr` writes it, some thousands at a time.

Each float fills a record of four words, 32 bytes, in which every part of every form has its place:

    byte   0      1 to 5      6         7    8 to 24                 25 to 29    31
           sign   0.  0.000   digit 1        digits 2 to 17, point   exponent    separator

A byte that is not needed is 0, and at last all those are deleted at once. A word has its first byte lowest.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.numerals.shortest import Floats, Ints, decimal

Words = NDArray[np.uint64]

FEW = 2048  # values, below which `repr` is quicker than to make the tables
BLOCK = 8192  # values, so that all intermediate results stay in the cache
_ZEROS = np.uint64(0x3030303030303030)
_PAIRS = np.uint64(0x0000007F0000007F)
_DIGITS = np.uint64(0x000F000F000F000F)


def rows(values: Floats, delimiter: bytes, begin: bytes, end: bytes) -> list[bytes]:
    """Text of each row of `values`, shape (m, p): `begin`, the floats between delimiters, `end`.

    >>> rows(np.array([[1.0, -1e-05], [0.1, 1e16]]), b",", b"<", b">")
    [b'<1.0,-1e-05>', b'<0.1,1e+16>']
    """
    m, p = values.shape
    if values.size < FEW or len(delimiter) != 1 or delimiter == b"\0":
        return [begin + delimiter.join([repr(v).encode() for v in row]) + end for row in values.tolist()]
    mark = next(c for c in (b"\1", b"\2", b"\3", b"\4") if c not in delimiter + begin + end)
    separators = np.frombuffer(delimiter * (p - 1) + mark, np.uint8)
    between, texts = end + mark + begin, []
    step = max(1, BLOCK // p)
    for first in range(0, m, step):
        text = _text(np.ascontiguousarray(values[first : first + step], np.float64), separators)
        texts += (begin + text[:-1].replace(mark, between) + end).split(mark)
    return texts


def _text(values: Floats, separators: NDArray[np.uint8]) -> bytes:
    """Floats of shape (m, p), each followed by its column's separator."""
    records = np.zeros((values.size, 4), "<u8")
    unsure = _write(values.ravel(), records)
    characters = records.view(np.uint8)
    if len(unsure):
        exact = np.array([repr(v) for v in values.ravel()[unsure].tolist()], "S32")
        characters[unsure] = exact.view(np.uint8).reshape(-1, 32)
    characters[:, 31].reshape(values.shape)[:] = separators
    return records.tobytes().translate(None, b"\0")


def _write(values: Floats, records: Words) -> Ints:
    """Records of the values, shape (m, 4), without separators; positions of those that are wrong."""
    digits, E, unsure = decimal(values)
    first, rest = _spread(digits.view(np.uint64))
    forms, shapes = _forms(), _shapes()
    E += 324
    needed = np.maximum(_significant(rest), forms.least.take(E))
    shape = forms.shape.take(E) + needed
    rest |= _ZEROS
    moved, moved_2 = rest[0] & shapes.moved.take(shape), rest[1] & shapes.moved_2.take(shape)
    sign = (values.view(np.int64) >> 63).view(np.uint64) & ord("-")
    records[:, 0] = forms.prefix.take(E) | first << 48 | sign
    records[:, 1] = rest[0] & shapes.stay.take(shape) | moved << 8 | shapes.point.take(shape)
    rest[1] &= shapes.stay_2.take(shape)
    records[:, 2] = rest[1] | moved_2 << 8 | moved >> 56 | shapes.point_2.take(shape)
    records[:, 3] = moved_2 >> 56 | forms.suffix.take(E)
    return unsure


def _spread(digits: Words) -> tuple[Words, Words]:
    """17-digit integers, shape (m,), as first digits and, shape (2, m), words of eight digits, one a byte."""
    first = digits // 10**16
    rest = digits - first * 10**16
    words: Words = np.empty((2, len(digits)), np.uint64)
    np.floor_divide(rest, 10**8, out=words[0])
    np.subtract(rest, words[0] * 10**8, out=words[1])
    high: Words = words // 10**4
    words = high + (words - high * 10**4 << 32)
    np.bitwise_and(words * 5243 >> 19, _PAIRS, out=high)  # = words // 100 in each half
    words = high + (words - high * 100 << 16)
    np.bitwise_and(words * 103 >> 10, _DIGITS, out=high)  # = words // 10 in each quarter
    return first, high + (words - high * 10 << 8)


def _significant(rest: Words) -> Ints:
    """Number of the 16 digits in `rest`, shape (2, m), before the zeros at the end; -127 for none."""
    real = rest.view(np.int64).astype(np.float64)
    real[1] *= 2.0**64
    exponent: Ints = (real[0] + real[1]).view(np.int64) >> 52  # a digit is below 2^4 in its byte
    return ((exponent + 1) >> 3) - 127


class _Forms(NamedTuple):
    """Layouts that the exponent E decides, shapes (633,) for E = -324, ..., 308."""

    prefix: Words
    suffix: Words
    least: Ints  # digits behind the first that are written even if zero
    shape: Ints  # where the shapes for this place of the point begin


@cache
def _forms() -> _Forms:
    found = [_form(E) for E in range(-324, 309)]
    prefix, suffix, least, after = zip(*found, strict=True)
    return _Forms(_words(prefix), _words(suffix), np.array(least), 17 * np.array(after))


def _form(E: int) -> tuple[bytes, bytes, int, int]:
    """Prefix, suffix, digits needed behind the first, and those before the point; 16 for no point."""
    if 0 <= E < 16:
        return b"\0\0\0\0\0\x000", b"", E + 1, E
    if -4 <= E < 0:
        return (b"\0" + b"0." + b"0" * (-1 - E)).ljust(6, b"\0") + b"0", b"", 0, 16
    return b"\0\0\0\0\0\x000", f"\0e{E:+03d}".encode(), 0, 0


class _Shapes(NamedTuple):
    """Masks for 16 digits with a point after the first i and nothing after the first j, at 17 i + j."""

    stay: Words  # of digits 2 to 9
    stay_2: Words  # of digits 10 to 17
    moved: Words
    moved_2: Words
    point: Words
    point_2: Words


@cache
def _shapes() -> _Shapes:
    masks = [_shape(i, j) for i in range(17) for j in range(17)]
    halves = [[mask[at : at + 8] for mask in column] for column in zip(*masks, strict=True) for at in (0, 8)]
    return _Shapes(*map(_words, halves))


def _shape(i: int, j: int) -> tuple[bytes, bytes, bytes]:
    """Masks of what stays, of what moves by a byte, and the point; with i = 16 all moves and there is no point."""
    before, point = (0, b"") if i == 16 else (i, b".")
    stay, move = min(before, j), max(j - before, 0)
    return b"\xff" * stay, b"\0" * before + b"\xff" * move, b"\0" * before + point * (j > 0)


def _words(texts: Iterable[bytes]) -> Words:
    return np.array([int.from_bytes(text, "little") for text in texts], np.uint64)
