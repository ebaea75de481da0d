"""Activation functions sigma and their derivatives sigma', right to the last digits for every finite z.

Each function overwrites z by sigma(z) and, unless d is None, d by sigma'(z), of the shape and layout of z. With
e = exp(-|z|) nothing overflows. a (1 - a) would lose every digit as a rounds to 1 (N. Higham, Accuracy and
Stability of Numerical Algorithms, 2nd ed., section 1.7); sigma' is even, so s (1 - s) with
s = sigma(-|z|) <= 1/2 loses none.

At a kink the derivative is the one of the left-hand piece, so relu'(0) = 0, except that hard_sigmoid' is 0
at both of its kinks.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.exponential import NEAR, exp_of_minus

Activation = Callable[[Array, Array | None], None]

LEAKY_SLOPE = 0.01
# Klambauer et al., Self-Normalizing Neural Networks (2017), equation (14), with the digits of a float64.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
# Hendrycks & Gimpel, Gaussian Error Linear Units (2016): Phi(z) ~ (1 + tanh(c (z + 0.044715 z^3))) / 2.
GELU_C, GELU_CUBIC = math.sqrt(2 / math.pi), 0.044715


def sigmoid(z: Array, d: Array | None) -> None:
    """1/(1+exp(-z)); sigma' = s - s^2 with s = sigma(-|z|), the smaller of sigma(z) and sigma(-z)."""
    far = np.abs(z) > NEAR if z.size and max(z.max(), -z.min()) > NEAR else None
    z_far = None if far is None else z[far]
    with np.errstate(over="ignore", invalid="ignore"):  # where z is far
        s = exp_of_minus(z)
        np.add(s, 1, out=z)
        np.divide(1, z, out=z)
        s *= z  # = sigma(-z)
    if d is not None:
        np.minimum(s, z, out=s)
        np.multiply(s, s, out=d)
        np.subtract(s, d, out=d)
    if z_far is not None:
        s = np.exp(-np.abs(z_far))
        s /= 1 + s
        z[far] = np.where(z_far < 0, s, 1 - s)
        if d is not None:
            d[far] = s - np.square(s)


def tanh(z: Array, d: Array | None) -> None:
    """tanh(z); sigma' = 4 (s - s^2) with s = e/(1+e), e = exp(-2|z|)."""
    if d is not None:
        s = np.exp(-2 * np.minimum(np.abs(z), 400))  # 0 beyond; 2|z| could overflow
        s /= 1 + s
        np.multiply(4, s - np.square(s), out=d)
    np.tanh(z, out=z)


def relu(z: Array, d: Array | None) -> None:
    """max(z, 0)."""
    if d is not None:
        d[...] = z > 0
    np.maximum(z, 0, out=z)


def leaky_relu(z: Array, d: Array | None) -> None:
    """z for z > 0, else 0.01 z."""
    slope = np.where(z > 0, 1, LEAKY_SLOPE).astype(z.dtype)
    if d is not None:
        d[...] = slope
    z *= slope


def elu(z: Array, d: Array | None) -> None:
    """z for z > 0, else exp(z) - 1."""
    below = np.minimum(z, 0)
    if d is not None:
        np.exp(below, out=d)
    z[...] = np.where(z > 0, z, np.expm1(below))


def selu(z: Array, d: Array | None) -> None:
    """A constant times: z for z > 0, else alpha (exp(z) - 1)."""
    below, positive = np.minimum(z, 0), z > 0
    if d is not None:
        d[...] = SELU_SCALE * np.where(positive, 1, SELU_ALPHA * np.exp(below))
    z[...] = SELU_SCALE * np.where(positive, z, SELU_ALPHA * np.expm1(below))


def gelu(z: Array, d: Array | None) -> None:
    """z Phi(z), Phi the normal distribution function; sigma' = Phi(z) + z phi(z)."""
    Phi = np.fromiter(map(math.erfc, (z * -math.sqrt(0.5)).flat), z.dtype, z.size).reshape(z.shape) / 2
    if d is not None:
        tail = np.clip(z, -40, 40)  # phi underflows beyond; z^2 would overflow
        np.add(Phi, tail * np.exp(-np.square(tail) / 2) / math.sqrt(2 * math.pi), out=d)
    z *= Phi


def gelu_tanh(z: Array, d: Array | None) -> None:
    """Gelu with Phi(z) ~ sigma(2u), u = c (z + 0.044715 z^3); sigma' = Phi + z Phi'."""
    bounded = np.clip(z, -40, 40)  # Phi is 0 or 1 beyond; z^3 would overflow
    Phi = 2 * GELU_C * (bounded + GELU_CUBIC * bounded**3)
    dPhi = np.empty_like(Phi)
    sigmoid(Phi, dPhi)
    if d is not None:
        du = GELU_C * (1 + 3 * GELU_CUBIC * np.square(bounded))
        np.add(Phi, bounded * 2 * dPhi * du, out=d)
    z *= Phi


def silu(z: Array, d: Array | None) -> None:
    """z sigma(z), sigma the sigmoid; the derivative is sigma(z) (1 + z sigma(-z))."""
    s, mirrored = z.copy(), -z
    sigmoid(s, None)
    if d is not None:
        sigmoid(mirrored, None)
        np.multiply(s, 1 + z * mirrored, out=d)
    z *= s


def softplus(z: Array, d: Array | None) -> None:
    """log(1+exp(z)) = max(z, 0) + log(1+e); the derivative is the sigmoid."""
    e = np.exp(-np.abs(z))
    if d is not None:
        d[...] = z
        sigmoid(d, None)
    np.maximum(z, 0, out=z)
    z += np.log1p(e)


def softsign(z: Array, d: Array | None) -> None:
    """z/(1+|z|); sigma' = 1/(1+|z|)^2."""
    r = 1 / (1 + np.abs(z))
    if d is not None:
        np.square(r, out=d)
    z *= r


def arctan(z: Array, d: Array | None) -> None:
    """arctan(z); sigma' = 1/(1+z^2)."""
    if d is not None:
        np.square(1 / np.hypot(1, z), out=d)  # 1 + z^2 would overflow
    np.arctan(z, out=z)


def hard_sigmoid(z: Array, d: Array | None) -> None:
    """z/6 + 1/2 cut to [0, 1]."""
    if d is not None:
        d[...] = np.where(np.abs(z) < 3, 1 / 6, 0)
    z += 3  # exact where z/6 + 1/2 would cancel
    z /= 6
    np.clip(z, 0, 1, out=z)


def identity(z: Array, d: Array | None) -> None:
    """z."""
    if d is not None:
        d[...] = 1


def softmax(z: Array, d: Array | None) -> None:
    """exp(z_j) / sum_k exp(z_k) along the last axis; d gets the diagonal a_j (1 - a_j) of its Jacobian.

    1 - a_j is summed from the other a_k, so it keeps its digits as a_j rounds to 1.
    """
    with np.errstate(over="ignore"):  # -inf is right there: exp gives 0
        z -= z.max(axis=-1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=-1, keepdims=True)
    if d is not None:
        np.multiply(z, complement(z), out=d)


def complement(a: Array) -> Array:
    """1 - a_j = sum of a_k over k != j, shape (..., n_L), for a of sum 1 along the last axis."""
    others = 1 - np.eye(a.shape[-1], dtype=a.dtype)
    return a @ others


SIGMA: Mapping[str, Activation] = MappingProxyType(
    {
        "sigmoid": sigmoid,
        "tanh": tanh,
        "relu": relu,
        "leaky_relu": leaky_relu,
        "elu": elu,
        "selu": selu,
        "gelu": gelu,
        "gelu_tanh": gelu_tanh,
        "silu": silu,
        "softplus": softplus,
        "softsign": softsign,
        "arctan": arctan,
        "hard_sigmoid": hard_sigmoid,
        "identity": identity,
        "softmax": softmax,
    }
)
