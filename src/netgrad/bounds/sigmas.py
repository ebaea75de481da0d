"""Each sigma and sigma' for extended numbers, and what is known of their errors and of how they vary.

One record an activation. The functions take any number, and their constants have as many digits as their argument.
Errors are counted in units u of its type. They are those of the formulas in `core.activations`, whose roundings are
counted and whose largest errors found are half as large, and those of the functions here, under what is assumed of the
platform, and tested: exp is within 2 units in the last place; tanh, expm1, log1p, arctan and hypot are within 4; a unit
is at most 2u; tanh is 1 where it rounds to 1.

With e = exp(-|z|) off by 4, r = 1/(1+e) is off by 4/2 + 2, s = e r by 4 + 3 and sigma' = s r by 4 + 6, as the relative
condition numbers of s and of s r in e are at most 1.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.bounds.balls import ETA
from netgrad.bounds.normal import normal_density, normal_tail
from netgrad.core.activations import Activation
from netgrad.core.activations.facts import Varied, fact
from netgrad.core.arrays import Array

Extendeds = NDArray[Any]
Pair = tuple[Extendeds, Extendeds]  # sigma(z) and sigma'(z)
Bound = Callable[[Array], Array]

TINY = 2.0**16 * ETA  # an exponential may be off by 2 eta, and is multiplied by |z| < 750 and small constants
INF = float("inf")
UP_TO = 1e-9  # outweighs the roundings of a constant

SELU_SCALE = "1.05070098735548049341933498529460093698404"
SELU_ALPHA = "1.67326324235437728481704297167076463890953"
GELU_C = "0.797884560802865355879892119868763736951717"  # sqrt(2/pi)
GELU_CUBIC = "0.044715"
LEAKY_SLOPE = "0.01"


class Factored(NamedTuple):
    """Facts about a sigma whose sigma' varies by a bounded factor on an interval free of kinks."""

    f: Callable[[Extendeds], Pair]
    value: float  # relative error of computed sigma(z), in units of u
    slope: float  # relative error of computed sigma'(z), in units of u
    slopes: tuple[float, float]  # range of sigma'
    values: tuple[float, float] = (-INF, INF)  # range of sigma
    log_slope: Callable[[Array, Array], Any] = lambda z, t: 0.0  # sup |(log sigma')'| at points >= z, and |z| >= t
    gap: float | None = None  # |sigma(z) - limit| <= gap sigma'(z) where sigma is computed as its limit 1 or -1
    tiny: float = TINY  # absolute error where something underflows
    kinks: tuple[float, ...] = ()
    jump: float = 0  # of sigma' at a kink


class Gated(NamedTuple):
    """Facts about sigma(z) = z Phi(z), where Phi'(t) <= rate(t) exp(-v(t)) for t = |z|, v and rate increasing.

    Errors are in units of u: |error of computed sigma(z)| <= u |sigma(z)| (value + tail v(t)), without v for z > 0, and
    |error of computed sigma'(z)| <= u (slope |sigma'(z)| + (gate + tail v(t)) t Phi'(t)).
    |sigma''| <= (2 + swing(t)) Phi'(t), where swing(t) >= t |Phi''(t)| / Phi'(t) is increasing.
    """

    f: Callable[[Extendeds], Pair]
    value: float
    slope: float
    gate: float
    tail: float
    slopes: tuple[float, float]  # range of sigma'
    bend: float  # sup |sigma''|
    v: Bound
    rate: Bound
    swing: Bound
    values: tuple[float, float] = (-0.3, INF)  # range of sigma


def sigmoid(z: Extendeds) -> Pair:
    """1/(1+exp(-z)) and e/(1+e)^2."""
    e = np.exp(-abs(z))
    r = 1 / (1 + e)
    s = e * r
    return np.where(z < 0, s, r), s * r


def tanh(z: Extendeds) -> Pair:
    """tanh(z) and 4e/(1+e)^2, e = exp(-2|z|)."""
    return np.tanh(z), 4 * sigmoid(2 * z)[1]


def identity(z: Extendeds) -> Pair:
    """z and 1."""
    return z, np.ones_like(z)


def exp(z: Extendeds) -> Pair:
    """exp(z), twice."""
    e = np.exp(z)
    return e, e


def log_sigmoid(z: Extendeds) -> Pair:
    """-log(1+exp(-z)) and the sigmoid of -z."""
    a, d = softplus(-z)
    return -a, d


def clipped(z: Extendeds, low: float, high: float) -> Pair:
    """z cut to [low, high]; flat at both ends."""
    return np.clip(z, low, high), ((z > low) & (z < high)).astype(z.dtype)


def leaky_relu(z: Extendeds, slope: str | float = LEAKY_SLOPE) -> Pair:
    """z for z > 0, else slope z."""
    d = np.where(z > 0, 1, z.dtype.type(slope))
    return d * z, d


def elu(z: Extendeds, alpha: float = 1.0) -> Pair:
    """z for z > 0, else alpha (exp(z) - 1)."""
    below = np.minimum(z, 0)
    return np.where(z > 0, z, alpha * np.expm1(below)), np.where(z > 0, 1, alpha * np.exp(below))


def selu(z: Extendeds) -> Pair:
    """A constant times: z for z > 0, else alpha (exp(z) - 1)."""
    scale, alpha = z.dtype.type(SELU_SCALE), z.dtype.type(SELU_ALPHA)
    a, d = elu(z)
    return scale * np.where(z > 0, a, alpha * a), scale * np.where(z > 0, d, alpha * d)


def softplus(z: Extendeds) -> Pair:
    """log(1+exp(z)) and the sigmoid."""
    return np.maximum(z, 0) + np.log1p(np.exp(-abs(z))), sigmoid(z)[0]


def softsign(z: Extendeds) -> Pair:
    """z/(1+|z|) and its 1/(1+|z|)^2."""
    r = 1 / (1 + abs(z))
    return z * r, r * r


def arctan(z: Extendeds) -> Pair:
    """arctan(z) and 1/(1+z^2); 1 + z^2 could overflow."""
    r = 1 / np.hypot(1, z)
    return np.arctan(z), r * r


def hard_sigmoid(z: Extendeds) -> Pair:
    """z/6 + 1/2 cut to [0, 1]; z + 3 is exact where that would cancel."""
    sixth = 1 / z.dtype.type(6)
    return np.clip((z + 3) / 6, 0, 1), np.where(abs(z) < 3, sixth, 0)


def silu(z: Extendeds) -> Pair:
    """z s(z) and s(z) + z s'(z), s the sigmoid."""
    s, ds = sigmoid(z)
    return z * s, s + z * ds


def gelu(z: Extendeds) -> Pair:
    """z Phi(z) and Phi(z) + z Phi'(z), Phi the normal distribution function."""
    tail = normal_tail(abs(z))
    Phi = np.where(z < 0, tail, 1 - tail)
    return z * Phi, Phi + z * normal_density(z)


def gelu_tanh(z: Extendeds) -> Pair:
    """z s(w) and s(w) + z s'(w) w', s the sigmoid, w = 2c (z + 0.044715 z^3); both have their limits at |z| = 200."""
    c, cubic = z.dtype.type(GELU_C), z.dtype.type(GELU_CUBIC)
    t = np.clip(z, -200, 200)
    s, ds = sigmoid(2 * c * (t + cubic * t * t * t))
    return z * s, s + t * ds * (2 * c * (1 + 3 * cubic * t * t))


def _relu(largest: float) -> Factored:
    """Facts about relu cut to `largest`, which may be infinite."""
    kinks = (0, largest) if np.isfinite(largest) else (0,)
    f = partial(clipped, low=0, high=largest)
    return Factored(f, 0, 0, slopes=(0, 1), values=(0, largest), tiny=0, kinks=kinks, jump=1)


def _leaky(slope: float) -> Factored:
    """Facts about leaky_relu with this slope below 0; the one that goes without saying is a decimal, to all digits."""
    exact = LEAKY_SLOPE if slope == float(LEAKY_SLOPE) else slope
    low, high = min(slope - UP_TO * abs(slope), 1), max(slope + UP_TO * abs(slope), 1)
    values = (-INF if slope > 0 else 0, INF)
    f, jump = partial(leaky_relu, slope=exact), abs(1 - slope) * (1 + UP_TO)
    return Factored(f, value=2, slope=1, slopes=(low, high), values=values, kinks=(0,), jump=jump)


def _elu(alpha: float) -> Factored:
    """Facts about elu; at the kink sigma' is alpha from the left, and below it decays like exp."""
    return Factored(
        partial(elu, alpha=alpha),
        *(12, 8),
        slopes=(min(alpha, 0), max(alpha, 1)),
        values=(min(-alpha, 0), INF),
        log_slope=lambda z, t: z < 0,
        tiny=TINY * max(abs(alpha), 1),
        kinks=() if alpha == 1 else (0,),
        jump=abs(1 - alpha) * (1 + UP_TO),
    )


_C, _K = 2 * float(GELU_C), float(GELU_CUBIC)
SIGMAS: Mapping[str, Factored | Gated] = MappingProxyType(
    {
        "sigmoid": Factored(sigmoid, 7, 10, slopes=(0, 1 / 4), values=(0, 1), log_slope=lambda z, t: 1.0, gap=4),
        "tanh": Factored(tanh, 10, 10, slopes=(0, 1), values=(-1, 1), log_slope=lambda z, t: 2.0, gap=1),
        "identity": Factored(identity, 0, 0, slopes=(1, 1), tiny=0),
        "exp": Factored(exp, 6, 6, slopes=(0, INF), values=(0, INF), log_slope=lambda z, t: 1.0),
        "log_sigmoid": Factored(log_sigmoid, 14, 10, slopes=(0, 1), log_slope=lambda z, t: 1.0),
        "hard_tanh": Factored(
            partial(clipped, low=-1, high=1), 0, 0, slopes=(0, 1), values=(-1, 1), tiny=0, kinks=(-1, 1), jump=1
        ),
        "selu": Factored(
            *(selu, 12, 8),
            slopes=(0, 1.76),
            values=(-1.76, INF),
            log_slope=lambda z, t: z < 0,
            kinks=(0,),
            jump=0.71,
        ),
        "softplus": Factored(
            *(softplus, 14, 10), slopes=(0, 1), values=(0, INF), log_slope=lambda z, t: np.exp(-np.maximum(z, 0))
        ),
        "softsign": Factored(softsign, 3, 5, slopes=(0, 1), values=(-1, 1), log_slope=lambda z, t: 2 / (1 + t)),
        "arctan": Factored(
            *(arctan, 8, 20), slopes=(0, 1), values=(-1.6, 1.6), log_slope=lambda z, t: 1 / np.maximum(t / 2, 1)
        ),
        "hard_sigmoid": Factored(
            *(hard_sigmoid, 2, 1), slopes=(0, 0.167), values=(0, 1), gap=6, tiny=0, kinks=(-3, 3), jump=0.167
        ),
        "silu": Gated(
            silu,
            value=12,
            slope=18,
            gate=28,
            tail=0,
            slopes=(-0.1, 1.1),
            bend=0.5,
            v=lambda t: t,
            rate=np.ones_like,
            swing=lambda t: t,
        ),
        "gelu": Gated(
            gelu,
            value=38,
            slope=38,
            gate=50,
            tail=4,
            slopes=(-0.13, 1.13),
            bend=0.8,
            v=lambda t: t * t / 2,
            rate=lambda t: np.full_like(t, 0.4),
            swing=lambda t: t * t,
        ),
        "gelu_tanh": Gated(
            gelu_tanh,
            value=20,
            slope=22,
            gate=62,
            tail=16,
            slopes=(-0.13, 1.13),
            bend=0.8,
            v=lambda t: _C * t * (1 + _K * t * t),
            rate=lambda t: _C * (1 + 3 * _K * t * t),
            swing=lambda t: _C * t * (1 + 3 * _K * t * t) + 2,
        ),
    }
)
VARIED: Varied[Factored | Gated] = MappingProxyType({"relu": _relu, "leaky_relu": _leaky, "elu": _elu})


def facts_of(sigma: Activation) -> Factored | Gated:
    """What is known of the errors of an activation.

    Raises
    ------
    UsageError
        Nothing is.
    """
    return fact(SIGMAS, VARIED, sigma, "there are no bounds for {}")
