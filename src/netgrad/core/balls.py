"""Balls: numbers known to within a radius, and what floating-point arithmetic makes of them.

Running error analysis (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.3) in the
standard model of its chapter 2, |fl(x op y) - x op y| <= u |fl(x op y)|, with gradual underflow: a product or a
quotient may be off by half of eta, the smallest subnormal number, besides. For inner products of length n the
bound gamma_n |x|^T |y| holds for every order of summation and with fused multiply-add.

Centres are extended numbers, of 64 bits where the platform's long double has as many, else of 53. Radii are
float64. They are sums of products of nonnegative numbers, with roundings of their own: `up` makes bounds of them.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array

# 64 bits (x87) or 113 (IEEE quadruple); two float64s (POWER) do not obey the standard model.
Extended: Any = np.longdouble if np.finfo(np.longdouble).nmant in (63, 112) else np.float64
U = float(np.finfo(Extended).epsneg)  # unit roundoff of centres: 2^-64, 2^-113 or 2^-53
U64 = 2.0**-53
ETA = 2.0**-1074
UP = 1 + 2.0**-30  # outweighs 2^22 roundings of a radius, each by a factor of 1 - u64 at the worst


class Ball(NamedTuple):
    """All numbers x with |x - mid| <= rad, componentwise."""

    mid: NDArray[Any]  # Extended
    rad: Array  # float64, of the shape of mid


def exact(x: Array) -> Ball:
    """x, with radius 0."""
    return Ball(x.astype(Extended), np.zeros(x.shape))


def gamma(n: int, u: float) -> float:
    """n u / (1 - n u), which bounds the relative error of n roundings."""
    return n * u / (1 - n * u)


def up(rad: NDArray[Any]) -> Array:
    """Computed radius made a float64 bound: a little more, and infinity where 0 times infinity came up."""
    return np.where(np.isnan(rad), np.inf, size(UP * rad))


def size(x: NDArray[Any]) -> Array:
    """|x|, rounded upwards to a float64; 0 only for 0."""
    above: Array = np.nextafter(abs(x).astype(np.float64), np.inf)
    return np.where(x != 0, above, 0)


def nonzero(A: Ball) -> NDArray[Any]:
    """Where A is not exactly the number 0, so that something may underflow."""
    either: NDArray[Any] = (A.mid != 0) | (A.rad != 0)
    return either


def plus(A: Ball, b: Array) -> Ball:
    """A + b for b given exactly."""
    mid = A.mid + b
    rounds = (A.mid != 0) & (b != 0)
    return Ball(mid, up(A.rad + size(U * mid) * rounds))


def over(A: Ball, s: Array) -> Ball:
    """A / s for s > 0 given exactly."""
    mid = A.mid / s
    return Ball(mid, up(A.rad / s + size(U * mid) + 2 * ETA * nonzero(A)))


def times(A: Ball, B: Ball) -> Ball:
    """A B, componentwise."""
    mid = A.mid * B.mid
    rad = size(A.mid) * B.rad + A.rad * size(B.mid) + A.rad * B.rad + size(U * mid)
    return Ball(mid, up(rad + 4 * ETA * (nonzero(A) & nonzero(B))))


def matmul(A: Ball, B: Array) -> Ball:
    """A B for a matrix B given exactly: A (m, n), B (n, p).

    With the leading digits in A_1 and B_1, the product A_1 B_1 is exact; A_1 B_2 + A_2 B is small and so are its
    errors. All products are in float64 (Ozaki, Ogita, Oishi & Rump, Numerical Algorithms 59, 2012).
    """
    n = len(B)
    A_1, B_1 = leading(A.mid.astype(np.float64), n, axis=1), leading(B, n, axis=0)
    A_2, B_2 = (A.mid - A_1).astype(np.float64), B - B_1
    mid = (A_1 @ B_1).astype(Extended) + (A_1 @ B_2 + A_2 @ B)
    terms = A.rad + gamma(n + 2, U64) * size(A_2) + ETA * nonzero(A)
    rad = terms @ abs(B) + gamma(n + 1, U64) * (abs(A_1) @ abs(B_2)) + size(U * mid)
    underflows = nonzero(A).any(axis=1, keepdims=True) & B.any(axis=0)
    return Ball(mid, up(rad + 8 * n * ETA * underflows))


def leading(A: Array, n: int, axis: int) -> Array:
    """A rounded so that sums of n products of such numbers are exact in float64.

    Entries are multiples of g = 2^(e - bits) and at most 2^e, where 2^e exceeds every |entry| along `axis`. A sum
    of n products of such is a multiple of g g' and at most n 2^(2 bits) g g' <= 2^53 g g'.
    """
    bits = (53 - (n - 1).bit_length()) // 2
    _, e = np.frexp(abs(A).max(axis=axis, keepdims=True))
    shift: Array = np.ldexp(1.5, e + 52 - bits)  # its last place is g
    return (A + shift) - shift


def distance(x: Array, A: Ball) -> Array:
    """Bound on |x - y| for every y in A."""
    return up(size(x - A.mid) + A.rad)
