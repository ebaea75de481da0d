"""Formulas of activation functions over arrays, some numbers at a time."""

from collections.abc import Callable
from typing import Any

import numpy as np

from netgrad.core.activations.constants import Constants, constants
from netgrad.core.arrays import Array

STRIP = 1 << 17  # bytes of numbers that go through a formula together, so that what it makes of them stays in cache


def apply(
    formula: Callable[[Any, Any, Constants], tuple[Any, Any]], parameter: float | None, z: Array, d: Array | None
) -> None:
    """Overwrite z by sigma(z) and, unless d is None, d by sigma'(z), of the shape and layout of z."""
    if not z.flags.forc:
        a, slope = z.copy(order="C"), None if d is None else np.empty(z.shape, z.dtype)
        apply(formula, parameter, a, slope)
        z[...] = a
        if d is not None:
            d[...] = slope
        return
    c, p = constants(z.dtype), z.dtype.type(parameter or 0)
    flat, slopes = _flat(z), None if d is None else _flat(d)
    step = STRIP // z.itemsize
    for i in range(0, z.size, step):
        some = slice(i, i + step)
        a, slope = formula(flat[some], p, c)
        flat[some] = a
        if slopes is not None:
            slopes[some] = slope


def _flat(z: Array) -> Array:
    """The numbers of z as they lie in memory, in one piece."""
    return z.reshape(-1) if z.flags.c_contiguous else z.T.reshape(-1)
