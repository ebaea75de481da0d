"""Arithmetic of which numpy and a compiler make the same bits, for arrays of numbers or for a number.

Everything is made of +, -, *, / and comparisons, each rounded by itself, and of changes of sign and exponent; nothing is
looked up, and no mathematical library is asked, since no two of them agree to the last bit.

The functions under `primitives` have a twin for one number in `compiled.numbers`; the others are compiled as they are.
"""

from typing import Any

import numpy as np

from netgrad.core.activations.constants import Constants

# An array of float64 or of float32, or to the compiler one such number.
Reals = Any

_WHOLE = {8: np.dtype(np.int64), 4: np.dtype(np.int32)}  # bytes -> integers of that size

# primitives


def pick(where: Any, a: Reals, b: Reals) -> Reals:
    """a where it is so, else b: by bits, as numpy.where takes a jump for each number, three times as long."""
    whole = _WHOLE[a.dtype.itemsize]
    mask = where.astype(whole)
    np.negative(mask, out=mask)
    rest = b.view(whole)
    mask &= a.view(whole) ^ rest
    mask ^= rest
    return mask.view(a.dtype)


def indicator(where: Any, c: Constants) -> Reals:
    """1 where it is so, else 0."""
    return where.astype(c.one.dtype)


def with_sign_of(z: Reals, a: Reals) -> Reals:
    """|a| or -|a|, as the sign of z is."""
    return np.copysign(a, z)


def power_of_two(x: Reals) -> Reals:
    """2^e, where e are the lowest bits of x above 0, in the place that an exponent has."""
    shift = 52 if x.dtype == np.float64 else 23
    return (x.view(_WHOLE[x.dtype.itemsize]) << shift).view(x.dtype)


def horner(x: Reals, coefficients: tuple[Any, ...]) -> Reals:
    """The polynomial with these coefficients, the highest first.

    >>> horner(np.array([10.0]), (1.0, 2.0, 3.0))
    array([123.])
    """
    y = x * coefficients[0]
    for a in coefficients[1:-1]:
        y += a
        y *= x
    y += coefficients[-1]
    return y


# the exponential


def smaller(a: Reals, b: Reals) -> Reals:
    """The smaller of a and b; nan where a is."""
    return pick(b < a, b, a)


def exp_of_minus(t: Reals, c: Constants) -> tuple[Reals, Reals, Reals]:
    """S, R and r with exp(-t) = S (R + r) / (R - r), for t >= 0; S is a power of two, 0 where exp underflows.

    With k the integer nearest to -t / log 2, S = 2^k, r = -t - k log 2 and R = r coth(r/2), which is even: a polynomial
    in r^2 (N. Higham, Functions of Matrices, 2008, section 10.3, has the like for matrices).
    """
    t = smaller(t, c.farthest)
    x = t * c.per_ln2 + c.whole
    k = x - c.whole
    return _exp(x, (k * c.ln2_high - t) - k * c.ln2_low, c)


def exp_of_minus_sum(t: Reals, rest: Reals, c: Constants) -> tuple[Reals, Reals, Reals]:
    """As `exp_of_minus`, of t + rest, where t has few digits and rest is small, or the sum not above c.farthest."""
    x = (t + rest) * c.per_ln2 + c.whole
    k = x - c.whole
    return _exp(x, ((k * c.ln2_high - t) - k * c.ln2_low) - rest, c)


def _exp(x: Reals, r: Reals, c: Constants) -> tuple[Reals, Reals, Reals]:
    q = r * r
    return power_of_two(x) * c.unit, q * horner(q, c.exp) + c.two, r


def halves(z: Reals, c: Constants) -> tuple[Reals, Reals]:
    """The sigmoid at -|z| and at |z|: s = E / (E + B) with exp(-|z|) = E / B, and 1 - s."""
    S, R, r = exp_of_minus(abs(z), c)
    E = S * (R + r)
    s = E / (E + (R - r))
    return s, c.one - s


def log_of_one_plus(E: Reals, B: Reals, c: Constants) -> Reals:
    """log(1 + e) for e = E/B in [0, 1], which is 2 artanh(w/2) with w = 2e / (2 + e)."""
    w = c.two * E / (E + c.two * B)
    v = w * w
    return w + w * (v * horner(v, c.log))
