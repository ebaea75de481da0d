"""Second derivatives sigma'' of the activation functions, without cancellation.

Each function returns sigma''(z) for z of any shape and sigma'(z), within a few units in the last place.
sigma'' = sigma' (1 - 2 a) would lose every digit as a rounds to 1/2; sigma' and 1 - 2 a = -tanh(z/2) lose none.
Near a zero of sigma'' other than 0, silu and gelu_tanh are as exact as a z that is off by some units in its last place.

At a kink of sigma' the second derivative is the one of the left-hand piece, as sigma' is, so relu'' is 0 everywhere
and elu''(0) = 1. What sigma' jumps by at a kink is in no second derivative.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from netgrad.core.activations import GELU_C, GELU_CUBIC, SELU_ALPHA, SELU_SCALE
from netgrad.core.activations.facts import Varied, fact
from netgrad.core.activations.record import Activation
from netgrad.core.arrays import Array

Curvature = Callable[[Array, Array], Array]

# sqrt(2) to twice the digits of a float64: what is left of sqrt(2) - |z| near gelu's inflection.
ROOT_2, ROOT_2_REST = math.sqrt(2), -9.667293313452913e-17
FAR = 40.0  # phi(z) underflows beyond
GRID = 32.0  # a multiple of 1/32 below 40 has a square of at most 24 bits


def sigmoid(z: Array, dsigma: Array) -> Array:
    """-sigma'(z) tanh(z/2)."""
    return -dsigma * np.tanh(z / 2)


def tanh(z: Array, dsigma: Array) -> Array:
    """-2 sigma'(z) tanh(z)."""
    return -2 * dsigma * np.tanh(z)


def gelu(z: Array, dsigma: Array) -> Array:
    """(2 - z^2) phi(z), phi the normal density."""
    t = np.minimum(np.abs(z), FAR)
    return ((ROOT_2 - t) + ROOT_2_REST) * (ROOT_2 + t) * normal_density(t)


def gelu_tanh(z: Array, dsigma: Array) -> Array:
    """s' (2 w' + z w'' - z w'^2 tanh(w/2)) with w = 2 c (z + 0.044715 z^3), s' the sigmoid's derivative at w."""
    t = np.minimum(np.abs(z), FAR)
    w = 2 * GELU_C * t * (1 + GELU_CUBIC * t * t)
    dw = 2 * GELU_C * (1 + 3 * GELU_CUBIC * t * t)
    d2w = 12 * GELU_C * GELU_CUBIC * t
    found: Array = bell(w) * (2 * dw + t * d2w - t * np.square(dw) * np.tanh(w / 2))
    return found


def silu(z: Array, dsigma: Array) -> Array:
    """sigma'(z) (2 - z tanh(z/2)), sigma the sigmoid."""
    t = np.minimum(np.abs(z), FAR * 20)
    found: Array = bell(t) * (2 - t * np.tanh(t / 2))
    return found


def softplus(z: Array, dsigma: Array) -> Array:
    """e/(1+e)^2 with e = exp(-|z|): the sigmoid's derivative."""
    return bell(z)


def elu(z: Array, dsigma: Array) -> Array:
    """0 for z > 0, else exp(z)."""
    return np.where(z > 0, 0, np.exp(np.minimum(z, 0)))


def elu_of(alpha: float) -> Curvature:
    """0 for z > 0, else alpha exp(z)."""

    def curvature(z: Array, dsigma: Array) -> Array:
        return alpha * elu(z, dsigma)

    return curvature


def selu(z: Array, dsigma: Array) -> Array:
    """0 for z > 0, else scale alpha exp(z)."""
    return SELU_SCALE * SELU_ALPHA * elu(z, dsigma)


def softsign(z: Array, dsigma: Array) -> Array:
    """-2 sign(z)/(1+|z|)^3; 2 at 0, from the left."""
    r = 1 / (1 + np.abs(z))
    return np.where(z > 0, -2, 2).astype(z.dtype) * r * r * r


def arctan(z: Array, dsigma: Array) -> Array:
    """-2 z/(1+z^2)^2."""
    r = 1 / np.hypot(1, z)
    return -2 * (z * r) * r * r * r


def flat(z: Array, dsigma: Array) -> Array:
    """0: sigma is piecewise linear."""
    return np.zeros_like(z)


def exp(z: Array, dsigma: Array) -> Array:
    """exp(z)."""
    return dsigma.copy()


def log_sigmoid(z: Array, dsigma: Array) -> Array:
    """-e/(1+e)^2 with e = exp(-|z|)."""
    return -bell(z)


def hard_swish(z: Array, dsigma: Array) -> Array:
    """1/3 between the kinks, else 0."""
    return np.where((z > -3) & (z <= 3), 1 / 3, 0).astype(z.dtype)


def mish(z: Array, dsigma: Array) -> Array:
    """2 T' + z T'' for T = tanh(log(1+exp(z))), where T'' = T' (1 - s - 2 T s), s the sigmoid of z.

    With e = exp(-|z|), T' = 4 s (1+e)^2 / (1 + (1+e)^2)^2 for z < 0, and 4 s e^2 (1+e)^2 / (e^2 + (1+e)^2)^2 above.
    """
    t = np.clip(z, -20 * FAR, 20 * FAR)  # T' is 0 beyond; t^2 would overflow
    e, positive = np.exp(-np.abs(t)), t > 0
    r = 1 / (1 + e)
    s, other = np.where(positive, r, e * r), np.where(positive, e * r, r)
    square, unit = np.square(1 + e), np.where(positive, e * e, 1)
    T = np.where(positive, (1 + 2 * e) / (1 + 2 * e * (1 + e)), e * (e + 2) / (1 + square))
    dT = 4 * s * unit * square / np.square(unit + square)
    found: Array = dT * (2 + t * (other - 2 * T * s))
    return found


def bell(z: Array) -> Array:
    """e/(1+e)^2 with e = exp(-|z|), the sigmoid's derivative."""
    e = np.exp(-np.abs(z))
    r = 1 / (1 + e)
    return e * r * r


def normal_density(t: Array) -> Array:
    """exp(-t^2/2) / sqrt(2 pi) for 0 <= t <= 40.

    With q the multiple of 1/32 nearest to t, q^2 is exact and t^2 = q^2 + (t - q)(t + q).
    """
    q = np.rint(t * GRID) / GRID
    found: Array = np.exp(q * q / -2) * np.exp((t - q) * (t + q) / -2) / math.sqrt(2 * math.pi)
    return found


CURVATURE: Mapping[str, Curvature] = MappingProxyType(
    {
        "sigmoid": sigmoid,
        "tanh": tanh,
        "relu": flat,
        "leaky_relu": flat,
        "selu": selu,
        "gelu": gelu,
        "gelu_tanh": gelu_tanh,
        "silu": silu,
        "softplus": softplus,
        "softsign": softsign,
        "arctan": arctan,
        "hard_sigmoid": flat,
        "hard_tanh": flat,
        "hard_swish": hard_swish,
        "identity": flat,
        "exp": exp,
        "log_sigmoid": log_sigmoid,
        "mish": mish,
    }
)
VARIED: Varied[Curvature] = MappingProxyType({"elu": elu_of})


def curvature_of(sigma: Activation) -> Curvature:
    """Sigma'' of an activation.

    Raises
    ------
    UsageError
        It is not known.
    """
    return fact(CURVATURE, VARIED, sigma, "there are no second derivatives for {}")
