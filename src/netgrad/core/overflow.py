"""Points at which a number is too large for its type: the right answer, infinity or nan, never a plausible number.

Where a sum W a + b overflows on the way, inf and -inf say nothing of its sign. It is computed again in units of a power
of two that leaves room for products and sums; what underflows then is far below rounding.
"""

import numpy as np
from numpy.typing import NDArray

from netgrad.core.activations import Activation
from netgrad.core.arrays import Array
from netgrad.core.network import Layer

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
    for i in np.flatnonzero(rows & np.isfinite(a).all(axis=1)):
        z[i] = _rescaled(layer, a[i])
        if layer.sigma.whole_row and (np.count_nonzero(z[i] == np.inf) > 1 or z[i].max() == -np.inf):
            z[i] = np.nan
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
    """W a + b at one point, shape (n_l,), with exponents of their own; infinite where it is too large."""
    e_a, e_W = (int(np.frexp(np.abs(x).max())[1]) for x in (a, layer.W))
    sums = (np.ldexp(layer.W, -e_W) * np.ldexp(a, -e_a)).sum(axis=1) + np.ldexp(layer.b, -(e_a + e_W))
    return np.asarray(np.ldexp(sums, e_a + e_W))
