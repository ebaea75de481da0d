"""Variation of sigma' on a disc of the complex plane, for every activation.

A disc has a real centre z and a radius R, arrays of one shape, and d = sigma'(z). Each function gives S and V,
|sigma'(w)| <= S and |sigma'(w) - d| <= V for every w of the disc; infinite where sigma has a singularity there. At a
kink, sigma is the analytic function that it is on the side of z. With sigma'' bounded by B, V = B R.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from netgrad.core.activations import GELU_C, GELU_CUBIC, Activation
from netgrad.core.activations.facts import Varied, fact
from netgrad.core.arrays import Array

Pair = tuple[Array, Array]  # S and V


class Disc(NamedTuple):
    """Bounds for one activation, and its kinks."""

    bounds: Callable[[Array, Array, Array], Pair]  # z, R, d -> S, V
    kinks: tuple[float, ...] = ()
    steepest: float = 1  # sup |sigma'| and
    jump: float = 0  # of sigma' at a kink, and
    bend: float = 0  # sup |sigma''|, for real arguments, where there are kinks


def _logistic(z: Array, R: Array) -> Pair:
    """Suprema of |s'| and of |s''/s'|, s the sigmoid: s' = 1 / (4 cosh^2(w/2)) and s''/s' = -tanh(w/2).

    |cosh(x+iy)|^2 = sinh^2 x + cos^2 y and |sinh(x+iy)|^2 = sinh^2 x + sin^2 y; |y| <= R/2.
    """
    y = np.minimum(R, math.pi) / 2
    sinh_squared = np.square(np.sinh(np.maximum(abs(z) - R, 0) / 2))
    cosh_squared = sinh_squared + np.square(np.cos(y))
    ratio = np.where(cosh_squared < np.inf, (sinh_squared + np.square(np.sin(y))) / cosh_squared, 1)
    return 1 / (4 * cosh_squared), np.sqrt(np.maximum(ratio, 1))


def sigmoid(z: Array, R: Array, d: Array) -> Pair:
    """Bounds by |s''| <= |s'| sup |s''/s'|."""
    S, T = _logistic(z, R)
    return S, S * np.minimum(T * R, 2)


def tanh(z: Array, R: Array, d: Array) -> Pair:
    """Bounds of 4 s'(2w)."""
    S, V = sigmoid(2 * z, 2 * R, d)
    return 4 * S, 4 * V


def softplus(z: Array, R: Array, d: Array) -> Pair:
    """Bounds of the sigmoid, which is sigma'."""
    V = _logistic(z, R)[0] * R
    return abs(d) + V, V


def silu(z: Array, R: Array, d: Array) -> Pair:
    """Bounds by sigma'' = 2s' + w s''."""
    S, T = _logistic(z, R)
    V = S * (2 + (abs(z) + R) * T) * R
    return abs(d) + V, V


def gelu(z: Array, R: Array, d: Array) -> Pair:
    """Bounds by sigma'' = (2 - w^2) phi(w), |phi(x+iy)| = phi(x) exp(y^2/2).

    On the disc y^2 - x^2 is largest, z real, at x = z/2 or where that is outside at the real point next to 0.
    """
    largest = np.where(abs(z) / 2 <= R, R * R - z * z / 2, -np.square(abs(z) - R))
    V = np.exp(largest / 2) / math.sqrt(2 * math.pi) * (2 + np.square(abs(z) + R)) * R
    return abs(d) + V, V


def gelu_tanh(z: Array, R: Array, d: Array) -> Pair:
    """Bounds by sigma'' = 2 s' u' + w (s'' u'^2 + s' u''), u = 2c (w + 0.044715 w^3)."""
    far, c, cubic = abs(z) + R, 2 * GELU_C, GELU_CUBIC
    u, R_u = c * (z + cubic * z**3), c * (R + cubic * R * (3 * z * z + 3 * abs(z) * R + R * R))
    du, d2u = c * (1 + 3 * cubic * far * far), 6 * c * cubic * far
    S, T = _logistic(u, R_u)
    V = S * (2 * du + far * (T * du * du + d2u)) * R
    return abs(d) + V, V


def arctan(z: Array, R: Array, d: Array) -> Pair:
    """Bounds by 1 + w^2 = (w + i)(w - i)."""
    near = np.maximum(np.hypot(1, z) - R, 0)
    return 1 / near**2, 2 * (abs(z) + R) * R / near**4


def softsign(z: Array, R: Array, d: Array) -> Pair:
    """Bounds of 1/(1 + w)^2 or 1/(1 - w)^2."""
    near = np.maximum(1 + abs(z) - R, 0)
    return 1 / near**2, 2 * R / near**3


def exponential(z: Array, R: Array, d: Array) -> Pair:
    """Bounds of d exp(w - z) below 0, and of a constant above."""
    V = np.where(z > 0, 0, abs(d) * np.expm1(R))
    return abs(d) + V, V


def exp(z: Array, R: Array, d: Array) -> Pair:
    """Bounds of d exp(w - z)."""
    V = d * np.expm1(R)
    return d + V, V


def hard_swish(z: Array, R: Array, d: Array) -> Pair:
    """Bounds of (2w + 3)/6 between the kinks, and of a constant beyond."""
    V = np.where(abs(z) <= 3, R / 3, 0)
    return abs(d) + V, V


def constant(z: Array, R: Array, d: Array) -> Pair:
    """Bounds where sigma' is constant between kinks."""
    return abs(d), np.zeros_like(d)


DISCS: Mapping[str, Disc] = MappingProxyType(
    {
        "sigmoid": Disc(sigmoid),
        "tanh": Disc(tanh),
        "softplus": Disc(softplus),
        "silu": Disc(silu),
        "gelu": Disc(gelu),
        "gelu_tanh": Disc(gelu_tanh),
        "arctan": Disc(arctan),
        "softsign": Disc(softsign, kinks=(0,), bend=2),
        "selu": Disc(exponential, kinks=(0,), steepest=1.76, jump=0.71, bend=1.76),
        "identity": Disc(constant),
        "hard_tanh": Disc(constant, kinks=(-1, 1), jump=1),
        "hard_swish": Disc(hard_swish, kinks=(-3, 3), steepest=1.5, jump=0.5, bend=1 / 3),
        "exp": Disc(exp),
        "log_sigmoid": Disc(softplus),
        "hard_sigmoid": Disc(constant, kinks=(-3, 3), steepest=1 / 6, jump=1 / 6),
    }
)


def _relu(largest: float) -> Disc:
    return Disc(constant, kinks=(0, largest) if math.isfinite(largest) else (0,), jump=1)


def _leaky_relu(slope: float) -> Disc:
    return Disc(constant, kinks=(0,), steepest=max(abs(slope), 1), jump=abs(1 - slope))


def _elu(alpha: float) -> Disc:
    return Disc(exponential, kinks=(0,), steepest=max(abs(alpha), 1), jump=abs(1 - alpha), bend=abs(alpha))


VARIED: Varied[Disc] = MappingProxyType({"relu": _relu, "leaky_relu": _leaky_relu, "elu": _elu})


def disc_of(sigma: Activation) -> Disc:
    """Facts of an activation on discs.

    Raises
    ------
    UsageError
        Nothing is.
    """
    return fact(DISCS, VARIED, sigma, "integrated gradients are not there for {}: say --method saliency")
