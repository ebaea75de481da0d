"""Facts of the errors of each sigma and sigma' in extended numbers, and of how they vary: one record an activation.

Errors are counted in units u of its type. They are those of the formulas in `core.activations`, whose roundings are
counted and whose largest errors found are half as large, and those of `extended`, under what is assumed of the
platform, and tested: exp is within 2 units in the last place; tanh, expm1, log1p, arctan and hypot are within 4; a unit
is at most 2u; tanh is 1 where it rounds to 1.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from netgrad.bounds.balls import ETA
from netgrad.bounds.extended import (
    GELU_C,
    GELU_CUBIC,
    LEAKY_SLOPE,
    Extendeds,
    Pair,
    arctan,
    clipped,
    elu,
    exp,
    gelu,
    gelu_tanh,
    hard_sigmoid,
    hard_swish,
    identity,
    leaky_relu,
    log_sigmoid,
    mish,
    selu,
    sigmoid,
    silu,
    softplus,
    softsign,
    tanh,
)
from netgrad.core.activations import Activation
from netgrad.core.activations.facts import Varied, fact
from netgrad.core.arrays import Array

Bound = Callable[[Array], Array]

TINY = 2.0**16 * ETA  # an exponential may be off by 2 eta, and is multiplied by |z| < 750 and small constants
INF = float("inf")
UP_TO = 1e-9  # outweighs the roundings of a constant


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
    bend: Callable[[Array], Any] = lambda t: 0.0  # what |sigma''| is at most at |z| >= t, where it is no factor


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
        "hard_swish": Factored(
            *(hard_swish, 4, 3),
            slopes=(-0.5, 1.5),
            values=(-0.376, INF),
            kinks=(-3, 3),
            jump=0.51,
            bend=lambda t: np.where(t <= 3, 0.334, 0),
        ),
        "mish": Gated(
            mish,
            value=22,
            slope=22,
            gate=64,
            tail=0,
            slopes=(-0.12, 1.1),
            bend=0.7,
            v=lambda t: t,
            rate=np.ones_like,
            swing=lambda t: 2 * t,
            values=(-0.31, INF),
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
    """Facts of the errors of an activation.

    Raises
    ------
    UsageError
        Nothing is.
    """
    return fact(SIGMAS, VARIED, sigma, "there are no bounds for {}")


def check_known(sigmas: Iterable[Activation]) -> None:
    """Raise UsageError where there are no bounds for one of these activations; softmax has its own."""
    for sigma in sigmas:
        if not sigma.whole_row:
            facts_of(sigma)
