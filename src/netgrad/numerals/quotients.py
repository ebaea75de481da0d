"""Quotients w / 10^f as float64, rounded correctly, for whole arrays of integers.

Let w < 2^64 and f <= 22, so that 10^f is a float64. The quotient in float64 is some C 2^s with
2^52 <= C < 2^53, wrong by 3/2 of its last place at most, since w and the quotient are rounded. In units of
that last place and times 5^f, the error is the integer

    r = w 2^t - C 5^f,        t = -(s + f) >= 0,        |r| <= 3/2 5^f,

small enough to be known from 64-bit arithmetic, which drops multiples of 2^64. So C is right if
2 |r| < 5^f, else one of its neighbours is; 5^f is odd, and there are no ties. (An approximation corrected by
its exact remainder: William D. Clinger, How to read floating point numbers accurately, 1990.)
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

MOST = 22  # f
_HIDDEN = 1 << 52


class _Powers(NamedTuple):
    """Powers for f = 0, ..., 22."""

    ten: Floats
    five: Ints


@cache
def _powers() -> _Powers:
    exponents = range(MOST + 1)
    return _Powers(np.array([10.0**f for f in exponents]), np.array([5**f for f in exponents], np.int64))


def quotient(w: Words, f: Ints) -> tuple[Floats, Flags]:
    """w / 10^f, shape (m,), rounded correctly, and where that is not sure; f outside 0 to 22 counts as those.

    >>> quotient(np.array([3, 9007199254740993], np.uint64), np.array([1, 0]))
    (array([3.00000000e-01, 9.00719925e+15]), array([False, False]))
    """
    powers = _powers()
    bits = (w.astype(np.float64) / powers.ten.take(f, mode="clip")).view(np.int64)
    five = powers.five.take(f, mode="clip")
    C = (bits & (_HIDDEN - 1)) | _HIDDEN
    t = 1075 - (bits >> 52) - np.clip(f, 0, MOST)
    r = (w << np.maximum(t, 0).view(np.uint64)).view(np.int64) - C * five
    # w = 0 and, as the conversion to float64 rounds correctly, large w with f = 0 need no correction.
    known = (t >= 0) & (w != 0)
    up, down = (2 * r > five) & known, (2 * r < -five) & known
    bits += up
    bits -= down
    power_of_two = (C == _HIDDEN) & (r < 0) & known  # the neighbour below is nearer
    return bits.view(np.float64), ((t < 0) & (f > 0)) | power_of_two
