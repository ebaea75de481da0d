"""Floats as the shortest decimals that read back, those that `repr` writes, for whole arrays.

A float64 is v = c 2^q with 2^52 <= c < 2^53, and what lies within (c - 1/2, c + 1/2) 2^q reads back as v.
With the k for which alpha = 2^q 10^-k is in [1, 10), and x = c alpha, decimals y 10^k that read back are
those with

    |y - x| < alpha / 2,        an interval not shorter than 1 and shorter than 10.

So at most one multiple of ten is in it, the nearest, 10 m. If it is, then without its zeros it has the
fewest digits; else the integer nearest to x has (Raffaello Giulietti, The Schubfach way to render doubles,
2020).

All that is decided by rho = x - 10 m, |rho| <= 5. An estimate of m comes from float64, and rho then from
integers modulo 2^64 in units of 2^-58, where the leading digits, which are the same in x and 10 m, drop
out. That gives rho within 2^-48. The few values that it cannot decide, subnormal and non-finite ones are
left to `repr`.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_UNIT = 58  # bits behind the point of rho; the other 6 hold its sign and more than its estimate, below 16
_UNSURE = 2.0**-46
_FRACTION = (1 << 52) - 1


class Decimal(NamedTuple):
    """17 digits and an exponent for each value: +-0.d_0 d_1 ... d_16 times 10^(E + 1); shapes (m,)."""

    digits: Ints  # d_0 d_1 ... d_16 as an integer
    E: Ints
    unsure: Ints  # positions of the values for which this says nothing


class _Powers(NamedTuple):
    """alpha and k for each biased exponent of a float64, shapes (2048,)."""

    tenth: Floats  # alpha / 10
    high: Ints  # floor(alpha 2^58)
    low: Floats  # what the floor cuts off
    k: Ints


def decimal(values: Floats) -> Decimal:
    """Shortest decimal of each value, shape (m,), without its sign."""
    powers = _powers()
    bits = values.view(np.int64)
    exponent = (bits >> 52) & 2047
    c = (bits & _FRACTION) | (_FRACTION + 1)
    tenth = powers.tenth.take(exponent)
    m, rho = _nearest_ten(c, tenth, powers.high.take(exponent), powers.low.take(exponent))

    size, half, last = np.abs(rho), 5.0 * tenth, np.rint(rho)
    doubt = np.minimum(np.abs(size - half), np.abs(np.abs(rho - last) - 0.5)) < _UNSURE
    doubt |= (c == _FRACTION + 1) & (size > 0.1)  # a power of two: its neighbour below is nearer
    doubt &= bits << 1 != 0
    last *= size > half
    digits = 10 * m.astype(np.int64) + last.astype(np.int64)
    long = (digits >= 10**16).astype(np.int64)
    return Decimal(digits * (10 - 9 * long), powers.k.take(exponent) + 15 + long, np.flatnonzero(doubt))


def _nearest_ten(c: Ints, tenth: Floats, high: Ints, low: Floats) -> tuple[Floats, Floats]:
    """m and rho = x - 10 m, where x = c alpha; the error of rho is below 2^-48."""
    real = c.astype(np.float64)
    m = np.rint(real * tenth)  # within 1.5 of x / 10
    units = c * high + (real * low).astype(np.int64) - m.astype(np.int64) * (10 << _UNIT)
    rho = units * 2.0**-_UNIT
    more = np.rint(0.1 * rho)
    return m + more, rho - 10.0 * more


@cache
def _powers() -> _Powers:
    # The first and the last exponent belong to zero, whose E is 0, and to what is not finite.
    rows = [(0.0, 0, 0.0, -15), *(_power(e - 1075) for e in range(1, 2047)), (0.0, 0, 0.0, 0)]
    tenth, high, low, k = zip(*rows, strict=True)
    return _Powers(np.array(tenth), np.array(high, np.int64), np.array(low), np.array(k, np.int64))


def _power(q: int) -> tuple[float, int, float, int]:
    k = q * 315653 >> 20  # = floor(q log10(2)) for every exponent
    power, scale = _ten_to_minus(k)
    shift = q + _UNIT + 64 - scale
    alpha = power << shift if shift >= 0 else power >> -shift  # in units of 2^-122
    return alpha / (10 << _UNIT + 64), alpha >> 64, (alpha % 2**64) / 2**64, k


@cache
def _ten_to_minus(k: int) -> tuple[int, int]:
    """10^-k as an integer of at least 200 bits and its negated binary exponent."""
    if k <= 0:
        return 10**-k << 200, 200
    scale = 200 + 10 * k // 3
    return (1 << scale) // 10**k, scale
