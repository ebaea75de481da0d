"""Activation functions made of pieces.

At a kink the derivative is the one of the left-hand piece, so relu'(0) = 0, except that functions which are cut to an
interval (hard_sigmoid, hard_tanh, relu with an upper limit) are flat at both of its ends.
"""

import math

import numpy as np

from netgrad.core.activations.record import Activation
from netgrad.core.arrays import Array

LEAKY_SLOPE = 0.01
# Klambauer et al., Self-Normalizing Neural Networks (2017), equation (14), with the digits of a float64.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def relu(z: Array, d: Array | None) -> None:
    """max(z, 0)."""
    if d is not None:
        d[...] = z > 0
    np.maximum(z, 0, out=z)


def clipped_relu(largest: float) -> Activation:
    """Z cut to [0, largest]; relu where it is infinite."""
    if not largest > 0:
        raise ValueError("the largest value must be positive")

    def f(z: Array, d: Array | None) -> None:
        if d is not None:
            d[...] = (z > 0) & (z < largest)
        np.clip(z, 0, largest, out=z)

    ends = (0.0, largest) if math.isfinite(largest) else (0.0,)
    return Activation(
        *("relu", f if math.isfinite(largest) else relu, ("rectifier", "poslin", "rectifiedlinear")),
        values=(0, largest),
        kinks=ends,
        breaks=ends,
        parameter=largest,
        default=math.inf,
        vary=clipped_relu,
    )


def leaky_relu(slope: float) -> Activation:
    """Z for z > 0, else slope z."""

    def f(z: Array, d: Array | None) -> None:
        slopes = np.where(z > 0, 1, slope).astype(z.dtype)
        if d is not None:
            d[...] = slopes
        z *= slopes

    return Activation(
        *("leaky_relu", f, ("lrelu",)),
        values=(-math.inf if slope > 0 else 0, math.inf),
        kinks=(0.0,),
        breaks=(0.0,),
        monotone=slope >= 0,
        parameter=slope,
        default=LEAKY_SLOPE,
        vary=leaky_relu,
    )


def elu(alpha: float) -> Activation:
    """Z for z > 0, else alpha (exp(z) - 1)."""

    def f(z: Array, d: Array | None) -> None:
        below, positive = np.minimum(z, 0), z > 0
        if d is not None:
            d[...] = np.where(positive, 1, alpha * np.exp(below))
        z[...] = np.where(positive, z, alpha * np.expm1(below))

    return Activation(
        *("elu", f),
        values=(min(-alpha, 0), math.inf),
        kinks=() if alpha == 1 else (0.0,),
        breaks=(0.0,),
        monotone=alpha >= 0,
        parameter=alpha,
        default=1.0,
        vary=elu,
    )


def selu(z: Array, d: Array | None) -> None:
    """A constant times: z for z > 0, else alpha (exp(z) - 1)."""
    below, positive = np.minimum(z, 0), z > 0
    if d is not None:
        d[...] = SELU_SCALE * np.where(positive, 1, SELU_ALPHA * np.exp(below))
    z[...] = SELU_SCALE * np.where(positive, z, SELU_ALPHA * np.expm1(below))


def softsign(z: Array, d: Array | None) -> None:
    """z/(1+|z|); sigma' = 1/(1+|z|)^2."""
    r = 1 / (1 + np.abs(z))
    if d is not None:
        np.square(r, out=d)
    z *= r


def hard_sigmoid(z: Array, d: Array | None) -> None:
    """z/6 + 1/2 cut to [0, 1]."""
    if d is not None:
        d[...] = np.where(np.abs(z) < 3, 1 / 6, 0)
    z += 3  # exact where z/6 + 1/2 would cancel
    z /= 6
    np.clip(z, 0, 1, out=z)


def hard_tanh(z: Array, d: Array | None) -> None:
    """Z cut to [-1, 1]."""
    if d is not None:
        d[...] = np.abs(z) < 1
    np.clip(z, -1, 1, out=z)


def hard_swish(z: Array, d: Array | None) -> None:
    """z (z/6 + 1/2), its second factor cut to [0, 1]; sigma' = (2z + 3)/6 between -3 and 3."""
    if d is not None:
        bounded = np.clip(z, -4, 4)
        d[...] = np.where(z > 3, 1, np.where(z > -3, (2 * bounded + 3) / 6, 0))
    z *= np.clip(z + 3, 0, 6) / 6


def identity(z: Array, d: Array | None) -> None:
    """z."""
    if d is not None:
        d[...] = 1


RECORDS = (
    clipped_relu(math.inf),
    leaky_relu(LEAKY_SLOPE),
    elu(1.0),
    Activation("selu", selu, values=(-SELU_SCALE * SELU_ALPHA, math.inf), kinks=(0.0,), breaks=(0.0,)),
    Activation("softsign", softsign, values=(-1, 1), breaks=(0.0,)),
    Activation("hard_sigmoid", hard_sigmoid, values=(0, 1), kinks=(-3.0, 3.0), breaks=(-3.0, 3.0)),
    Activation("hard_tanh", hard_tanh, ("satlins",), values=(-1, 1), kinks=(-1.0, 1.0), breaks=(-1.0, 1.0)),
    Activation(
        *("hard_swish", hard_swish, ("hardsilu",)),
        values=(-3 / 8, math.inf),
        kinks=(-3.0, 3.0),
        breaks=(-3.0, 3.0),
        monotone=False,
    ),
    Activation("identity", identity, ("linear", "none", "purelin")),
)
