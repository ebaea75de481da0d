"""Points at which a number is too large for its type: the right answer, infinity or nan, never a plausible number.

Where a sum W a + b overflows on the way, inf and -inf say nothing of its sign. It is computed again in units of a power
of two that leaves room for products and sums; what underflows then is far below rounding.
"""

import numpy as np
from numpy.typing import NDArray

from netgrad.core.activations import Activation
from netgrad.core.arrays import Array
from netgrad.core.layer import Layer

Where = NDArray[np.bool_]


def mend(layer: Layer, a: Array, z: Array) -> Where | None:
    """Compute the rows of z = W a + b again that are not finite; returns which, or None.

    Where a is finite z then is right, or infinite where it is too large; for softmax nan where its differences are
    not known.
    """
    finite: Where = np.isfinite(z)
    if finite.all():
        return None
    rows: Where = np.logical_not(finite.all(axis=1))
    known = rows & np.isfinite(a).all(axis=1)
    sums = _rescaled(layer, a[known])
    if layer.sigma.whole_row:
        sums[((sums == np.inf).sum(axis=1) > 1) | (sums.max(axis=1) == -np.inf)] = np.nan
    z[known] = sums
    return rows


def apply(sigma: Activation, z: Array, dsigma: Array, last: bool) -> None:
    """As sigma.f, for rows that are not finite: nan to nan, and what is too large to the limit of sigma.

    Where there is none it is infinity in the last layer, and nan before, since no more is known of it.
    """
    largest = np.finfo(z.dtype).max
    unknown, beyond = np.isnan(z), np.isinf(z)
    half = np.clip(z, -largest, largest) / 2
    np.clip(z, -largest, largest, out=z)
    sigma.f(z, dsigma if len(dsigma) else None)
    sigma.f(half, None)
    grows = beyond & (z != half)
    z[grows] = np.copysign(np.inf, z[grows]) if last else np.nan
    for array in (z, dsigma)[: 1 + (len(dsigma) > 0)]:
        array[unknown] = np.nan


def forget_infinite(a: Array, dsigma: Array) -> None:
    """Make nan of values of a layer before the last that are too large for a number."""
    beyond = np.isinf(a)
    if beyond.any():
        a[beyond] = np.nan
        if len(dsigma):
            dsigma[beyond] = np.nan


def _rescaled(layer: Layer, a: Array) -> Array:
    """W a + b for each row of a, with exponents of their own; infinite where it is too large."""
    e_W = np.frexp(np.abs(layer.W).max())[1]
    e_a = np.frexp(np.abs(a).max(axis=1, keepdims=True, initial=0))[1]
    W, u = np.ldexp(layer.W, -e_W), np.ldexp(a, -e_a)
    sums: Array = np.ldexp(layer.b, -(e_a + e_W))
    for k in range(W.shape[1]):  # in this order however many rows there are
        sums += u[:, k, np.newaxis] * W[:, k]
    return np.asarray(np.ldexp(sums, e_a + e_W))
