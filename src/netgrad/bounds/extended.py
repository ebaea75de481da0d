"""Each sigma and sigma' for extended numbers: the functions take any number, with constants of as many digits.

With e = exp(-|z|) off by 4, r = 1/(1+e) is off by 4/2 + 2, s = e r by 4 + 3 and sigma' = s r by 4 + 6, as the relative
condition numbers of s and of s r in e are at most 1.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.bounds.normal import normal_density, normal_tail

Extendeds = NDArray[Any]
Pair = tuple[Extendeds, Extendeds]  # sigma(z) and sigma'(z)

SELU_SCALE = "1.05070098735548049341933498529460093698404"
SELU_ALPHA = "1.67326324235437728481704297167076463890953"
GELU_C = "0.797884560802865355879892119868763736951717"  # sqrt(2/pi)
GELU_CUBIC = "0.044715"
LEAKY_SLOPE = "0.01"


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


def hard_swish(z: Extendeds) -> Pair:
    """z cut(z+3) / 6 with cut(z+3) between 0 and 6, and (2z+3)/6 between -3 and 3."""
    d = np.where(z > 3, 1, np.where(z > -3, (2 * np.clip(z, -4, 4) + 3) / 6, 0))
    return z * (np.clip(z + 3, 0, 6) / 6), d


def mish(z: Extendeds) -> Pair:
    """z T(z) and T(z) + z T'(z), T = tanh(log(1+exp(z))); both have their limits at |z| = 20000."""
    t = np.clip(z, -20000, 20000)
    T, dT = mish_gate(t)
    return z * T, T + t * dT


def mish_gate(z: Extendeds) -> Pair:
    """T(z) and T'(z): with e = exp(-|z|), n/(n+2) for n = e (e+2) and 4e (1+e)/(1+(1+e)^2)^2 for z < 0; else in 1/e."""
    e, positive = np.exp(-abs(z)), z > 0
    square, unit = (1 + e) * (1 + e), np.where(positive, e * e, 1)
    T = np.where(positive, (1 + 2 * e) / (1 + 2 * e + 2 * e * e), e * (e + 2) / (1 + square))
    both = unit + square
    return T, 4 * np.where(positive, e * e, e) * (1 + e) / (both * both)
