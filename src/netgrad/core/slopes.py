"""Facts about each sigma and sigma' that turn a ball around z into balls around sigma(z) and sigma'(z).

Assumed of the platform, and tested, for the numbers of `balls.Extended`: exp is within 2 units in the last place;
tanh, expm1, log1p, arctan, hypot and power are within 4; tanh is 1 where it rounds to 1; and erfc, of a float64,
is within 8. A unit is at most 2u.

From this the errors of `activations` follow by counting, in units of u. With e = exp(-|z|) off by 4,
s = e/(1+e) is off by 4 + 2 and s - s^2 by 6 + 1 + 1, since the relative condition numbers of s in e and of s - s^2
in s are at most 1; e/(1+e)^2 is off by 4 + 2 + 1 + 1 and (e r) r, r = 1/(1+e), by 4 + 4 + 2: 12 covers all three.
erfc(x) has condition number at most 1 + 2 x^2 (x > 0) or 1 (x < 0), and the normal Phi(-t) <= phi(t)/t.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from netgrad.core.activations import GELU_C, GELU_CUBIC, SIGMA
from netgrad.core.arrays import Array
from netgrad.core.balls import ETA, U64, UP, Ball, U, gamma, matmul, size, up

TINY = 2.0**16 * ETA  # an exponential may be off by 2 eta, and is multiplied by |z| < 750 and small constants
FAR = 12000.0  # exp(-t) underflows for t beyond, to 64 bits and to 113 too
BIG = 1e300  # stands for infinity where 0 times it must be 0
EXP = 4  # error of exp in units of u


class Facts(NamedTuple):
    """What holds of a sigma whose sigma' varies by a bounded factor on an interval free of kinks."""

    value: float  # relative error of computed sigma(z), in units of u
    slope: float  # relative error of computed sigma'(z), in units of u
    steepest: float  # sup |sigma'|
    largest: float = np.inf  # sup |sigma|
    log_slope: Callable[[Array, Array], Any] = lambda z, t: 0.0  # sup |(log sigma')'| at points >= z, and |z| >= t
    constants: tuple[float, float] = (0, 0)  # as value and slope, in units of 2^-53: constants are float64
    gap: float | None = None  # |sigma(z) - limit| <= gap sigma'(z) where sigma is computed as its limit 1 or -1
    tiny: float = TINY  # absolute error where something underflows
    kinks: tuple[float, ...] = ()
    jump: float = 0  # of sigma' at a kink


class Gate(NamedTuple):
    """What holds of sigma(z) = z Phi(z), where Phi'(t) <= rate(t) exp(-v(t)) for t = |z|, v and rate increasing.

    Of the four errors in units of u, |error of computed sigma(z)| <= u |sigma(z)| (value + tail v(-z)), without v
    for z > 0, and |error of computed sigma'(z)| <= u (slope |sigma'(z)| + (gate + tail v(t)) t Phi'(t)).
    |sigma''| <= (2 + swing(t)) Phi'(t), where swing(t) >= t |Phi''(t)| / Phi'(t) is increasing.
    """

    errors: tuple[float, float, float, float]  # value, slope, gate, tail
    constants: tuple[float, float, float, float]  # as errors, in units of 2^-53
    steepest: float  # sup |sigma'|
    bend: float  # sup |sigma''|
    v: Callable[[Array], Array]
    rate: Callable[[Array], Any]
    swing: Callable[[Array], Array]


FACTS: Mapping[str, Facts] = MappingProxyType(
    {
        "sigmoid": Facts(8, 12, 1 / 4, 1, lambda z, t: 1.0, gap=4),
        "tanh": Facts(8, 12, 1, 1, lambda z, t: 2.0, gap=1),
        "relu": Facts(0, 0, 1, tiny=0, kinks=(0,), jump=1),
        "leaky_relu": Facts(1, 0, 1, constants=(1, 1), kinks=(0,), jump=1),
        "elu": Facts(8, 4, 1, log_slope=lambda z, t: z < 0, gap=1),
        "selu": Facts(10, 6, 1.76, log_slope=lambda z, t: z < 0, constants=(2, 2), kinks=(0,), jump=0.71),
        "softplus": Facts(14, 8, 1, log_slope=lambda z, t: np.exp(-np.maximum(z, 0))),
        "softsign": Facts(3, 5, 1, 1, lambda z, t: 2 / (1 + t)),
        "arctan": Facts(8, 20, 1, 1.6, lambda z, t: 1 / np.maximum(t / 2, 1)),
        "hard_sigmoid": Facts(2, 0, 1 / 6, 1, constants=(0, 1), gap=6, tiny=0, kinks=(-3, 3), jump=1 / 6),
        "identity": Facts(0, 0, 1, tiny=0),
    }
)

_C, _K = 2 * GELU_C, GELU_CUBIC
GATES: Mapping[str, Gate] = MappingProxyType(
    {
        "silu": Gate(
            *((10, 10, 10, 0), (0, 0, 0, 0), 1.1, 0.5),
            v=lambda t: t,
            rate=lambda t: 1.0,
            swing=lambda t: t,
        ),
        "gelu": Gate(
            *((2, 2, 12, 2), (18, 18, 22, 4), 1.13, 0.8),
            v=lambda t: t * t / 2,
            rate=lambda t: 0.4,
            swing=lambda t: t * t,
        ),
        "gelu_tanh": Gate(
            *((14, 14, 62, 14), (1, 1, 10, 3), 1.13, 0.8),
            v=lambda t: _C * t * (1 + _K * t * t),
            rate=lambda t: _C * (1 + 3 * _K * t * t),
            swing=lambda t: _C * t * (1 + 3 * _K * t * t) + 2,
        ),
    }
)


def through(activation: str, z: Ball) -> tuple[Ball, Ball]:
    """Balls around sigma(z) and sigma'(z) for every z of the ball, softmax excepted.

    |computed sigma'(z) - sigma'(y)| <= evaluation + variation for |y - z| <= rad, and
    |computed sigma(z) - sigma(y)| <= evaluation + rad sup |sigma'|, both cut to what |sigma'| and |sigma| can be.
    """
    a, d = z.mid.copy(), np.empty_like(z.mid)
    SIGMA[activation](a, d)
    if activation in GATES:
        gate, largest = GATES[activation], np.inf
        value, slope, variation = _gated(gate, z, size(a), size(d))
        steepest = gate.steepest
    else:
        facts = FACTS[activation]
        value, slope, variation = _factored(facts, z, size(a), size(d))
        steepest, largest = facts.steepest, facts.largest
    d_rad = up(np.minimum(slope + variation, size(d) + steepest))
    sup = np.minimum(size(d) + d_rad, steepest)
    a_rad = np.minimum(sup * z.rad + value, size(a) + largest)
    return Ball(a, up(a_rad + ETA * ((sup > 0) & (z.rad > 0)))), Ball(d, d_rad)


def _factored(facts: Facts, z: Ball, a: Array, d: Array) -> tuple[Array, Array, Array]:
    """Errors of evaluating sigma and sigma' at z.mid, and how far sigma' varies on the ball; a, d are sizes."""
    value, slope = U * facts.value * a, U * facts.slope * d
    if facts.gap is not None:
        value = np.minimum(value, facts.value * facts.gap * d)
    value += U64 * facts.constants[0] * a + facts.tiny
    slope += U64 * facts.constants[1] * d + facts.tiny
    low, near = (z.mid.astype(np.float64) - UP * z.rad), np.maximum(size(z.mid) - UP * z.rad, 0)
    variation = (d + slope) * np.expm1(facts.log_slope(low, near) * np.minimum(z.rad, BIG))
    for kink in facts.kinks:
        variation += facts.jump * ((abs(z.mid - kink) <= UP * z.rad) & (z.rad > 0))
    return value, slope, variation


def _gated(gate: Gate, z: Ball, a: Array, d: Array) -> tuple[Array, Array, Array]:
    """As `_factored`, for sigma(z) = z Phi(z)."""
    t = size(z.mid)
    near, far = (np.clip(y, 0, FAR) for y in (t - UP * z.rad, t + UP * z.rad))
    t = np.minimum(t, FAR)
    v = gate.v(t)
    of_a, of_d, of_gate, tail = U * np.array(gate.errors) + U64 * np.array(gate.constants)
    value = (of_a + tail * v * (z.mid < 0)) * a + TINY
    slope = of_d * d + (of_gate + tail * v) * t * gate.rate(t) * np.exp(-v) + TINY
    curvature = (2 + gate.swing(far)) * gate.rate(far) * np.exp(-gate.v(near))
    return value, slope, np.minimum(curvature, gate.bend) * z.rad


def softmax(z: Ball) -> Ball:
    """Ball around exp(z_j) / sum_k exp(z_k) for every z of the ball, along the last axis.

    Let p_j be the computed exponentials over their exact sum, and r_j bound what their errors and the radius of
    z make of p_j. Then a_j is within (r_j + p_j R)/(1 - R) of p_j, R = sum_k r_k. As a_j also is 1 minus the
    sum of the others, their radii bound its own.
    """
    a, n = z.mid.copy(), z.mid.shape[-1]
    SIGMA["softmax"](a, None)
    below = np.minimum(size(z.mid.max(axis=-1, keepdims=True) - z.mid), FAR)
    p = size(a)
    r = (p + TINY) * np.expm1(z.rad + U * (below + EXP + 1)) + TINY
    R = r.sum(axis=-1, keepdims=True)
    rad = np.where(R < 0.5, (r + p * R) / (1 - R) + gamma(n + 1, U) * p, 1)
    others = complement(Ball(a, up(np.minimum(rad, 1))))
    by_others = size((1 - a) - others.mid) + others.rad + size(U * (1 - a))
    return Ball(a, up(np.minimum(rad, np.fmin(by_others, 1))))


def complement(a: Ball) -> Ball:
    """1 - a_j, as the sum of the other components."""
    return matmul(a, 1 - np.eye(a.mid.shape[-1]))
