"""Analytic activation functions sigma and their derivatives sigma', right to the last digits for every finite z.

Formulas f(z, p, c) for arrays z of a type with constants c; p is the parameter, which none of these has. With
e = exp(-|z|) nothing overflows. a (1 - a) would lose every digit as a rounds to 1 (N. Higham, Accuracy and Stability of
Numerical Algorithms, 2nd ed., section 1.7); sigma' is even, so s (1 - s) with s = sigma(-|z|) <= 1/2 loses none.
"""

import math

from netgrad.core.activations.arithmetic import (
    Reals,
    exp_of_minus,
    exp_of_minus_sum,
    halves,
    horner,
    log_of_one_plus,
    pick,
    smaller,
    with_sign_of,
)
from netgrad.core.activations.constants import Constants
from netgrad.core.activations.record import Activation, Pair


def sigmoid(z: Reals, p: Reals, c: Constants) -> Pair:
    """1/(1+exp(-z)); sigma' = s (1 - s) with s = sigma(-|z|), the smaller of sigma(z) and sigma(-z)."""
    s, other = halves(z, c)
    return pick(z < c.zero, s, other), s * other


def tanh(z: Reals, p: Reals, c: Constants) -> Pair:
    """tanh(z); sigma' = 4 s (1 - s) with s = e/(1+e), e = exp(-2|z|).

    With e = S (R + r) / (R - r), (1 - e) / (1 + e) = ((1 - S) R - (1 + S) r) / ((1 + S) R - (1 - S) r): near 0, where
    S = 1, nothing cancels, and neither does 1 - a^2. Further out a = 1 - 2s, which cannot exceed 1.
    """
    S, R, r = exp_of_minus(c.two * smaller(abs(z), c.farthest), c)
    far, more, less = c.half > S, c.one + S, c.one - S
    t = pick(far, S * (R + r), less * R - more * r) / (more * R - less * r)
    return with_sign_of(z, pick(far, c.one - c.two * t, t)), pick(far, c.four * t, c.one + t) * (c.one - t)


def gelu(z: Reals, p: Reals, c: Constants) -> Pair:
    """z Phi(z), Phi the normal distribution function; sigma' = Phi(z) + z phi(z).

    1 - Phi(t) = exp(-t^2/2) P(t)/Q(t) for t >= 0. With h the multiple of 1/32 nearest to t, h^2 is exact, and
    t^2 = h^2 + (t - h)(t + h).
    """
    t = smaller(abs(z), c.tails)
    h = (t + c.grid) - c.grid
    S, R, r = exp_of_minus_sum(c.half * h * h, c.half * (t - h) * (t + h), c)
    E, Q = S * (R + r), horner(t, c.of_mills)
    per = c.one / ((R - r) * Q)
    tail, phi = E * horner(t, c.mills) * per, E * Q * per * c.density
    Phi = pick(z < c.zero, tail, c.one - tail)
    return z * Phi, Phi + z * phi


def gelu_tanh(z: Reals, p: Reals, c: Constants) -> Pair:
    """Gelu with Phi(z) ~ sigma(2u), u = c (z + 0.044715 z^3); sigma' = Phi + z Phi'."""
    t = smaller(abs(z), c.gelu_far)  # z^3 would overflow
    s, other = halves(c.two * c.gelu_c * (t + c.gelu_cubic * (t * t * t)), c)
    Phi = pick(z < c.zero, s, other)
    du = c.gelu_c * (c.one + c.three * c.gelu_cubic * (t * t))
    return z * Phi, Phi + with_sign_of(z, t * c.two * (s * other) * du)


def silu(z: Reals, p: Reals, c: Constants) -> Pair:
    """z sigma(z), sigma the sigmoid; the derivative is sigma(z) (1 + z sigma(-z))."""
    s, other = halves(z, c)
    Phi = pick(z < c.zero, s, other)
    return z * Phi, Phi * (c.one + z * pick(z < c.zero, other, s))


def softplus(z: Reals, p: Reals, c: Constants) -> Pair:
    """log(1+exp(z)) = max(z, 0) + log(1+e); the derivative is the sigmoid."""
    S, R, r = exp_of_minus(abs(z), c)
    E, B = S * (R + r), R - r
    s = E / (E + B)
    return pick(z < c.zero, c.zero, z) + log_of_one_plus(E, B, c), pick(z < c.zero, s, c.one - s)


def log_sigmoid(z: Reals, p: Reals, c: Constants) -> Pair:
    """-log(1+exp(-z)) = min(z, 0) - log(1+e); the derivative is sigma(-z), sigma the sigmoid."""
    a, d = softplus(-z, p, c)
    return -a, d


def arctan(z: Reals, p: Reals, c: Constants) -> Pair:
    """arctan(z); sigma' = 1/(1+z^2).

    arctan(t) is pi/4 + arctan((t-1)/(t+1)) near 1, and beyond tan(3 pi/8) it is pi/2 - arctan(1/t).
    """
    t = abs(z)
    low, high = t < c.tan_eighth, t > c.one / c.tan_eighth
    x = pick(low, t, pick(high, -c.one, t - c.one)) / pick(low, c.one, pick(high, t, t + c.one))
    v = x * x
    start = pick(low, c.zero, pick(high, c.half_pi, c.quarter_pi))
    inverse = c.one / pick(t > c.one, t, c.one)  # 1 + z^2 would overflow
    m = pick(t > c.one, inverse, t)
    return with_sign_of(z, start + (x + x * (v * horner(v, c.arctan)))), inverse * inverse / (c.one + m * m)


def mish(z: Reals, p: Reals, c: Constants) -> Pair:
    """z T(z) with T = tanh(log(1+exp(z))); the derivative is T (1 + z T'/T).

    With w = exp(z), T = n/(n+2) for n = w (w+2) and T'/T = 4 (w+1)/((w+2)(n+2)) (Misra, Mish, 2019); for z > 0
    both are written in 1/w.
    """
    S, R, r = exp_of_minus(abs(z), c)
    w, positive = S * (R + r) / (R - r), z > c.zero
    u = c.one + c.two * w  # of 1/w
    n = w * pick(positive, c.two * w, w + c.two)
    T = pick(positive, u, n) / pick(positive, u + n, n + c.two)
    rate = pick(positive, w * w * (c.one + w), w + c.one) / pick(positive, u * (u + n), (w + c.two) * (n + c.two))
    return z * T, T * (c.one + c.four * rate * z)


def exp(z: Reals, p: Reals, c: Constants) -> Pair:
    """exp(z), which is its derivative; infinite beyond 709.78 (88.7 in float32), where it is too large for a number."""
    negative = z < c.zero
    S, R, r = exp_of_minus(pick(negative, -z, smaller(z, c.highest)), c)
    A, B = R + r, R - r
    e = pick(negative, S * A, B) / pick(negative, B, A) / pick(negative, c.one, S)
    return e, e


RECORDS = (
    Activation(
        *("sigmoid", sigmoid, ("logistic", "logsig", "sigm")),
        values=(0, 1),
        probability=True,
        in_a="a(1-a)",
        limits=(0, 1),
    ),
    Activation("tanh", tanh, ("tansig",), values=(-1, 1), in_a="1-a^2", limits=(-1, 1)),
    Activation("gelu", gelu, values=(-0.17, math.inf), monotone=False),
    Activation(
        *("gelu_tanh", gelu_tanh, ("gelunew", "geluapprox", "geluapproximate", "gelupytorchtanh")),
        values=(-0.171, math.inf),
        monotone=False,
    ),
    Activation("silu", silu, ("swish",), values=(-0.2785, math.inf), monotone=False),
    Activation("mish", mish, values=(-0.3089, math.inf), monotone=False),
    Activation("softplus", softplus, values=(0, math.inf)),
    Activation("log_sigmoid", log_sigmoid, values=(-math.inf, 0)),
    Activation("arctan", arctan, ("atan",), values=(-math.pi / 2, math.pi / 2)),
    Activation("exp", exp, ("exponential",), values=(0, math.inf), overflows=True),
)
