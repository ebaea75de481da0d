"""Quoted cells of many records at a time: the table with quoted text made plain.

Only for blocks in which every quote stands as RFC 4180 wants it. Of any other nothing is said, and what reads record
by record decides.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MANY = 1 << 22  # bytes, beyond which a block takes too much memory: for each quote some ten times its bytes
QUOTE, LF, CR = ord('"'), ord("\n"), ord("\r")
_OTHER = ord("x")  # stands for what is special within quotes: part of no number


class Marks(NamedTuple):
    """The bytes of a block that may be special, in order."""

    at: NDArray[np.int64]
    byte: NDArray[np.uint8]
    within: NDArray[np.bool_]  # behind an opening quote and not behind the closing one; it itself is


def plain(data: bytes, delimiter: bytes) -> bytes | None:
    r"""`data`, whole records, as a table of the same size without quotes; None where a quote is not sound.

    Quotes around a cell become blanks, and within one, delimiters, quotes and ends of lines become letters.

    >>> plain(b'"a,""b",1\n', b",")
    b' axxxb ,1\n'
    """
    marks = _marks(data, delimiter)
    if not _is_sound(data, marks, delimiter):
        return None
    made = np.frombuffer(data, np.uint8).copy()
    made[marks.at[marks.within]] = _OTHER
    quotes = marks.at[marks.byte == QUOTE]
    doubled = quotes[2::2] == quotes[1:-1:2] + 1  # an opening one right behind a closing one
    around = np.ones(len(quotes), np.bool_)
    around[1:-1:2] = around[2::2] = ~doubled
    made[quotes] = np.where(around, ord(" "), _OTHER)
    return made.tobytes()


def _marks(data: bytes, delimiter: bytes) -> Marks:
    is_mark = np.zeros(256, np.bool_)
    is_mark[[QUOTE, LF, CR, delimiter[0]]] = True
    text = np.frombuffer(data, np.uint8)
    at = np.flatnonzero(is_mark[text])
    byte = text[at]
    return Marks(at, byte, np.bitwise_and(np.cumsum(byte == QUOTE), 1).astype(np.bool_))


def _is_sound(data: bytes, marks: Marks, delimiter: bytes) -> bool:
    """True where quotes stand around whole cells only, doubled inside, and no CR stands alone outside of them."""
    text = np.frombuffer(data + b"\0\0", np.uint8)
    quotes = marks.at[marks.byte == QUOTE]
    opening, closing = quotes[0::2], quotes[1::2]
    returns = marks.at[(marks.byte == CR) & ~marks.within]
    if len(quotes) % 2 or b"\0" in data or (text[returns + 1] != LF).any():
        return False
    before = np.where(opening > 0, text[opening - 1], LF)
    after, behind = text[closing + 1], text[closing + 2]
    ends = (after == delimiter[0]) | (after == LF) | (after == QUOTE) | ((after == CR) & (behind == LF))
    return bool(ends.all() and ((before == delimiter[0]) | (before == LF) | (before == QUOTE)).all())
