"""Balls: numbers known to within a radius, and what floating-point arithmetic makes of them.

Running error analysis (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.3) in the
standard model of its chapter 2, |fl(x op y) - x op y| <= u |fl(x op y)|, with gradual underflow: a product or a
quotient may be off by half of eta, the smallest subnormal number, besides. For inner products of length n the
bound gamma_n |x|^T |y| holds for every order of summation and with fused multiply-add.

Centres are extended numbers, of 64 bits where the platform's long double has as many, else of 53. Radii are
float64. They are sums of products of nonnegative numbers, with roundings of their own: `rounded_up` makes bounds of
them. A ball whose radius is infinite holds every number, whatever its centre; overflow always ends in one, since
what is not finite in a centre is not finite in the radius computed from it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.core.blocks import times

# 64 bits (x87) or 113 (IEEE quadruple); two float64s (POWER) do not obey the standard model.
Extended: Any = np.longdouble if np.finfo(np.longdouble).nmant in (63, 112) else np.float64
U64 = 2.0**-53
ETA = 2.0**-1074
UP = 1 + 2.0**-30  # outweighs 2^22 roundings of a radius, each by a factor of 1 - u64 at the worst


class Ball(NamedTuple):
    """All numbers x with |x - mid| <= rad, componentwise."""

    mid: NDArray[Any]  # Extended
    rad: Array  # float64, of the shape of mid


def exact(x: Array) -> Ball:
    """Ball of radius 0 around x."""
    return Ball(x.astype(Extended), np.zeros(x.shape))


def unit_roundoff(x: NDArray[Any]) -> float:
    """Unit roundoff of the type of x: 2^-64, 2^-113 or 2^-53."""
    return float(np.finfo(x.dtype).epsneg)


def gamma(n: int, u: float) -> float:
    """Bound n u / (1 - n u) on the relative error of n roundings."""
    return n * u / (1 - n * u)


def rounded_up(rad: NDArray[Any]) -> Array:
    """Computed radius made a float64 bound: a little more, and infinity where 0 times infinity came up."""
    return np.where(np.isnan(rad), np.inf, magnitude(UP * rad))


def magnitude(x: NDArray[Any]) -> Array:
    """|x|, rounded upwards to a float64; 0 only for 0."""
    above: Array = np.nextafter(abs(x).astype(np.float64), np.inf)
    return np.where(x != 0, above, 0)


def may_underflow(A: Ball) -> NDArray[Any]:
    """Mask of what is not exactly the number 0, so that its products may underflow."""
    either: NDArray[Any] = (A.mid != 0) | (A.rad != 0)
    return either


def shifted(A: Ball, b: Array) -> Ball:
    """Ball around A + b for b given exactly."""
    mid = A.mid + b
    rounds = (A.mid != 0) & (b != 0)
    return Ball(mid, rounded_up(A.rad + magnitude(unit_roundoff(mid) * mid) * rounds))


def divided(A: Ball, s: Array) -> Ball:
    """Ball around A / s for s > 0 given exactly."""
    mid = A.mid / s
    rad = A.rad / s + magnitude(unit_roundoff(mid) * mid) + 2 * ETA * may_underflow(A)
    return Ball(mid, rounded_up(rad))


def product(A: Ball, B: Ball) -> Ball:
    """Ball around A B, componentwise."""
    mid = A.mid * B.mid
    of_factors = magnitude(A.mid) * B.rad + A.rad * magnitude(B.mid) + A.rad * B.rad
    of_rounding = magnitude(unit_roundoff(mid) * mid) + 4 * ETA * (may_underflow(A) & may_underflow(B))
    return Ball(mid, rounded_up(of_factors + of_rounding))


def negative(A: Ball) -> Ball:
    """Ball around -A."""
    return Ball(-A.mid, A.rad)


def added(A: Ball, B: Ball) -> Ball:
    """Ball around A + B; sums of subnormal numbers are exact."""
    mid = A.mid + B.mid
    return Ball(mid, rounded_up(A.rad + B.rad + magnitude(unit_roundoff(mid) * mid)))


def summed(A: Ball) -> Ball:
    """Ball around the sums of the rows of A, shape (m, n), as (m, 1)."""
    error = gamma(A.mid.shape[1], unit_roundoff(A.mid)) * magnitude(A.mid)
    return Ball(A.mid.sum(axis=1, keepdims=True), rounded_up((A.rad + error).sum(axis=1, keepdims=True)))


def matrix_product(A: Ball, B: Array) -> Ball:
    """Ball around A B for a matrix B given exactly: A (m, n), B (n, p).

    With the leading digits in A_1 and B_1, the product A_1 B_1 is exact; A_1 B_2 + A_2 B is small and so are its
    errors. All products are in float64 (Ozaki, Ogita, Oishi & Rump, Numerical Algorithms 59, 2012).
    """
    n, type_of_mid = len(B), A.mid.dtype
    A_1, B_1 = leading_part(A.mid.astype(np.float64), n, axis=1), leading_part(B, n, axis=0)
    A_2, B_2 = (A.mid - A_1).astype(np.float64), B - B_1
    mid = times(A_1, B_1).astype(type_of_mid) + (times(A_1, B_2) + times(A_2, B))

    of_A = times(A.rad + ETA * may_underflow(A), abs(B))
    of_A_2_B = times(gamma(n + 2, U64) * magnitude(A_2), abs(B))  # its conversion to float64 and n + 1 roundings
    of_A_1_B_2 = gamma(n + 1, U64) * times(abs(A_1), abs(B_2))
    of_sum = magnitude(unit_roundoff(mid) * mid)
    underflow = 8 * n * ETA * (may_underflow(A).any(axis=1, keepdims=True) & B.any(axis=0))
    return Ball(mid, rounded_up(of_A + of_A_2_B + of_A_1_B_2 + of_sum + underflow))


def leading_part(A: Array, n: int, axis: int) -> Array:
    """A rounded so that sums of n products of such numbers are exact in float64.

    Entries are multiples of g = 2^(e - bits) and at most 2^e, where 2^e exceeds every |entry| along `axis`. A sum
    of n products of such is a multiple of g g' and at most n 2^(2 bits) g g' <= 2^53 g g'.
    """
    bits = (53 - (n - 1).bit_length()) // 2
    _, e = np.frexp(abs(A).max(axis=axis, keepdims=True))
    last_place_is_g: Array = np.ldexp(1.5, e + 52 - bits)
    return (A + last_place_is_g) - last_place_is_g


def distance(x: Array, A: Ball) -> Array:
    """Bound on |x - y| for every y in A."""
    return rounded_up(magnitude(x - A.mid) + A.rad)
