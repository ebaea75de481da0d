"""exp(-z) from a table and one division, for the sigmoid: half the cost of numpy's where that is scalar.

With k/256 the multiple of 1/256 nearest to z and r = z - k/256, which is exact, exp(-z) = T_k exp(-r), and by the
generating function of the Bernoulli numbers

    1 - exp(-r) = r / (1 + r/2 + r^2/12 - r^4/720 + ...),

where the last term shown changes exp(-r) by less than 2^-54 for |r| <= 1/512. Every step is one that numpy does at the
speed of the cache, in memory that the thread keeps: fresh memory would cost more than the arithmetic.
"""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array

NEAR = 40.0  # the table holds |z| <= NEAR
STEPS = 256  # entries of the table for each unit of z
SHIFT = 1.5 * 2**52 / STEPS  # adding it rounds z to a multiple of 1/STEPS, and leaves k in the low bits
_FIRST = int(np.float64(SHIFT - NEAR).view(np.int64))
_TABLE = np.exp(-np.arange(-NEAR * STEPS, NEAR * STEPS + 1) / STEPS)
_kept = threading.local()

Integers = NDArray[np.int64]


def exp_of_minus(z: Array) -> Array:
    """exp(-z), in memory that the next call on this thread uses again.

    Parameters
    ----------
    z
        Of float64, |z| <= NEAR: within 1.8 units in the last place, elsewhere anything. Of another type: as numpy
        does it.

    Returns
    -------
    Of the shape of z, and of its layout if that is in one piece of memory.
    """
    z = z if z.flags.forc else z.copy()
    e, r, p, k = _workspace(z.size, z.dtype)
    flat = z.ravel(order="K")
    if z.dtype == np.float64:
        _from_table(flat, e, r, p, k)
    else:
        np.exp(np.negative(flat, out=e), out=e)
    return e.reshape(z.shape) if z.flags.c_contiguous else e.reshape(z.shape[::-1]).T


def _from_table(z: Array, e: Array, r: Array, p: Array, k: Integers) -> None:
    """Put exp(-z) in e; r, p and k are used on the way."""
    shifted = np.add(z, SHIFT, out=r)
    np.subtract(shifted.view(np.int64), _FIRST, out=k)
    np.take(_TABLE, k, mode="clip", out=e)  # "clip" takes no copy of k
    np.subtract(z, np.subtract(shifted, SHIFT, out=p), out=r)
    np.multiply(r, 1 / 12, out=p)
    p += 0.5
    p *= r
    p += 1
    r *= e
    r /= p
    e -= r


def _workspace(n: int, dtype: "np.dtype[Any]") -> tuple[Array, Array, Array, Integers]:
    if getattr(_kept, "size", -1) < n or _kept.reals.dtype != dtype:
        _kept.size, _kept.reals, _kept.integers = n, np.empty((3, n), dtype), np.empty(n, np.int64)
    e, r, p = _kept.reals[:, :n]
    return e, r, p, _kept.integers[:n]
