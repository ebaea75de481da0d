"""Balls around sigma''(z): each sigma'' for extended numbers, and what is known of its error and of how it varies.

Errors are counted in units u as in `sigmas`, under the same assumptions. s is the sigmoid, with |s''| <= s' and
|s'''| <= s' <= exp(-|z|); T = tanh(log(1+exp(z))) has T' <= exp(-|z|), |T''| <= 2 T' and |T'''| <= 6 T'.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from netgrad.bounds.balls import ETA, UP, Ball, magnitude, rounded_up, unit_roundoff
from netgrad.bounds.extended import GELU_C, GELU_CUBIC, SELU_ALPHA, SELU_SCALE, Extendeds, mish_gate, sigmoid
from netgrad.bounds.normal import normal_density
from netgrad.core.activations import Activation
from netgrad.core.activations.facts import Varied, fact
from netgrad.core.arrays import Array

TINY = 2.0**24 * ETA  # an exponential may be off by 2 eta, and is multiplied by some t w'^2
FAR = 12000.0  # exp(-t) underflows beyond, to 64 bits and to 113 too
INF = float("inf")

Third = Callable[[Array, Array], Array]  # ends of an interval -> sup |sigma'''| in it, off kinks


class Bend(NamedTuple):
    """Facts about sigma''.

    f gives sigma''(z) and the sum M of the sizes of what it is made of: the error of what is computed is at most
    u error M.
    """

    f: Callable[[Extendeds], tuple[Extendeds, Extendeds]]
    error: Callable[[Array], Array]  # of t = |z|
    third: Third
    largest: float  # sup |sigma''|
    kinks: tuple[float, ...] = ()
    jump: float = 0  # of sigma'' at a kink


def bends(activation: Activation, z: Ball) -> Ball:
    """Ball around sigma''(z) for every z of the ball, softmax excepted; at a kink it covers both sides.

    |computed sigma''(z) - sigma''(y)| <= evaluation + rad sup |sigma'''| for |y - z| <= rad.
    """
    bend = bend_of(activation)
    d2, size = bend.f(z.mid)
    lowest, highest = z.mid.astype(np.float64) - UP * z.rad, z.mid.astype(np.float64) + UP * z.rad
    lowest, highest = np.nextafter(lowest, -np.inf), np.nextafter(highest, np.inf)
    t = np.minimum(magnitude(z.mid), FAR)
    rad = unit_roundoff(z.mid) * bend.error(t) * magnitude(size) + bend.third(lowest, highest) * z.rad + TINY
    for kink in bend.kinks:
        rad += bend.jump * ~((lowest > kink) | (highest < kink) | (z.rad == 0))
    known = np.isfinite(z.rad) & np.isfinite(rad) & (rad < bend.largest)
    if bend.largest == 0:
        return Ball(np.zeros_like(z.mid), np.zeros_like(z.rad))
    return Ball(np.where(known, d2, z.mid.dtype.type(0)), np.where(known, rounded_up(rad), bend.largest))


def _near(lowest: Array, highest: Array) -> Array:
    """The least |y| in an interval."""
    return np.maximum(np.maximum(lowest, -highest), 0)


def _far(lowest: Array, highest: Array) -> Array:
    """The largest |y| in an interval, FAR at most: beyond exp(-near) is 0, or the interval is wide."""
    return np.minimum(np.maximum(np.abs(lowest), np.abs(highest)), FAR)


def _constant(units: float) -> Callable[[Array], Array]:
    return lambda t: np.full_like(t, units)


def _itself(f: Callable[[Extendeds], Extendeds]) -> Callable[[Extendeds], tuple[Extendeds, Extendeds]]:
    def pair(z: Extendeds) -> tuple[Extendeds, Extendeds]:
        d2 = f(z)
        return d2, d2

    return pair


def _flat(z: Extendeds) -> Extendeds:
    return np.zeros_like(z)


def _tanh(z: Extendeds) -> Extendeds:
    found: Extendeds = -2 * np.tanh(z) * (4 * sigmoid(2 * z)[1])
    return found


def _softsign(z: Extendeds) -> Extendeds:
    r = 1 / (1 + abs(z))
    found: Extendeds = np.where(z > 0, -2 * r * r * r, 2 * r * r * r)
    return found


def _arctan(z: Extendeds) -> Extendeds:
    r = 1 / np.hypot(1, z)
    found: Extendeds = -2 * (z * r) * r * r * r
    return found


def _hard_swish(z: Extendeds) -> Extendeds:
    return np.where((z > -3) & (z <= 3), 1 / z.dtype.type(3), 0)


def _silu(z: Extendeds) -> tuple[Extendeds, Extendeds]:
    t = np.minimum(abs(z), FAR)
    ds = sigmoid(t)[1]
    return ds * (2 - t * np.tanh(t / 2)), ds * (2 + t)


def _gelu(z: Extendeds) -> tuple[Extendeds, Extendeds]:
    t = np.minimum(abs(z), 200)
    phi = normal_density(t)
    return (2 - t * t) * phi, (2 + t * t) * phi


def _gelu_tanh(z: Extendeds) -> tuple[Extendeds, Extendeds]:
    c, cubic = 2 * z.dtype.type(GELU_C), z.dtype.type(GELU_CUBIC)
    t = np.minimum(abs(z), 200)
    w, dw, d2w = c * t * (1 + cubic * t * t), c * (1 + 3 * cubic * t * t), 6 * c * cubic * t
    ds = sigmoid(w)[1]
    return ds * (2 * dw + t * d2w - t * dw * dw * np.tanh(w / 2)), ds * (2 * dw + t * d2w + t * dw * dw)


def _mish(z: Extendeds) -> tuple[Extendeds, Extendeds]:
    t = np.clip(z, -FAR, FAR)
    T, dT = mish_gate(t)
    s, other = sigmoid(t)[0], sigmoid(-t)[0]
    return dT * (2 + t * (other - 2 * T * s)), dT * (2 + 3 * abs(t))


def _exp_below(alpha: str | float) -> Callable[[Extendeds], Extendeds]:
    def f(z: Extendeds) -> Extendeds:
        found: Extendeds = np.where(z > 0, 0, z.dtype.type(alpha) * np.exp(np.minimum(z, 0)))
        return found

    return f


def _selu(z: Extendeds) -> Extendeds:
    found: Extendeds = z.dtype.type(SELU_SCALE) * _exp_below(SELU_ALPHA)(z)
    return found


def _decay(factor: float) -> Third:
    """Third derivative factor exp(z) below 0, and none above."""
    return lambda lowest, highest: factor * np.exp(np.minimum(highest, 0)) * (lowest <= 0)


def _gelu_tanh_third(lowest: Array, highest: Array) -> Array:
    c, cubic = 2 * float(GELU_C) * UP, float(GELU_CUBIC) * UP
    near, far = np.minimum(_near(lowest, highest), 200), _far(lowest, highest)
    far = np.where(near >= 200, 200, far)
    dw, d2w, d3w = c * (1 + 3 * cubic * far * far), 6 * c * cubic * far, 6 * c * cubic
    w = near / UP * (2 * float(GELU_C)) * (1 + float(GELU_CUBIC) / UP * near * near)
    found: Array = np.exp(-w) * (3 * (dw * dw + d2w) + far * (dw * dw * dw + 3 * dw * d2w + d3w))
    return found


def _gelu_third(lowest: Array, highest: Array) -> Array:
    near, far = _near(lowest, highest), _far(lowest, highest)
    return np.asarray((far * far * far + 4 * far) * 0.4 * np.exp(-near * near / (2 * UP)))


def _softsign_third(lowest: Array, highest: Array) -> Array:
    return np.asarray(6 / (1 + _near(lowest, highest)) ** 4)


def _zero(lowest: Array, highest: Array) -> Array:
    return np.zeros_like(lowest)


def _bell(lowest: Array, highest: Array) -> Array:
    return np.exp(-_near(lowest, highest))


def _elu(alpha: float) -> Bend:
    size = abs(alpha) * UP
    return Bend(_itself(_exp_below(alpha)), _constant(8), _decay(size), size, (0,), size)


def _piecewise_linear(parameter: float) -> Bend:
    return FLAT


FLAT = Bend(_itself(_flat), _constant(0), _zero, 0.0)
BENDS: Mapping[str, Bend] = MappingProxyType(
    {
        **dict.fromkeys(("identity", "hard_sigmoid", "hard_tanh"), FLAT),
        "sigmoid": Bend(_itself(lambda z: -sigmoid(z)[1] * np.tanh(z / 2)), _constant(22), _bell, 0.1),
        "tanh": Bend(
            *(_itself(_tanh), _constant(24)),
            *(lambda lowest, highest: np.minimum(2, 16 * np.exp(-2 * _near(lowest, highest))), 0.8),
        ),
        "exp": Bend(_itself(np.exp), _constant(6), lambda lowest, highest: np.exp(highest), INF),
        "softplus": Bend(_itself(lambda z: sigmoid(z)[1]), _constant(12), _bell, 0.26),
        "log_sigmoid": Bend(_itself(lambda z: -sigmoid(z)[1]), _constant(12), _bell, 0.26),
        "selu": Bend(_itself(_selu), _constant(14), _decay(1.76), 1.76, (0,), 1.76),
        "softsign": Bend(_itself(_softsign), _constant(12), _softsign_third, 2.0, (0,), 4.0),
        "arctan": Bend(
            *(_itself(_arctan), _constant(48)),
            *(lambda lowest, highest: np.minimum(2, 6 / (1 + np.square(_near(lowest, highest))) ** 2), 0.65),
        ),
        "hard_swish": Bend(_itself(_hard_swish), _constant(1), _zero, 0.34, (-3, 3), 0.34),
        "silu": Bend(
            *(_silu, _constant(26)),
            *(lambda lowest, highest: (3 + _far(lowest, highest)) * np.exp(-_near(lowest, highest)), 0.51),
        ),
        "gelu": Bend(_gelu, lambda t: 16 + t * t, _gelu_third, 0.8),
        "gelu_tanh": Bend(_gelu_tanh, lambda t: 48 + 32 * t * (1 + t * t), _gelu_tanh_third, 0.8),
        "mish": Bend(
            *(_mish, _constant(80)),
            *(lambda lowest, highest: 6 * (1 + _far(lowest, highest)) * np.exp(-_near(lowest, highest)), 0.7),
        ),
    }
)
VARIED: Varied[Bend] = MappingProxyType({"relu": _piecewise_linear, "leaky_relu": _piecewise_linear, "elu": _elu})


def bend_of(sigma: Activation) -> Bend:
    """Facts of sigma'' of an activation.

    Raises
    ------
    UsageError
        Nothing is.
    """
    return fact(BENDS, VARIED, sigma, "there are no bounds for second derivatives of {}")
