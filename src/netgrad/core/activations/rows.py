"""Activation functions that take all units of a layer together."""

import numpy as np

from netgrad.core.activations.arithmetic import Reals, exp_of_minus
from netgrad.core.activations.constants import Constants
from netgrad.core.activations.formulas import apply
from netgrad.core.activations.record import Activation, Pair
from netgrad.core.arrays import Array


def softmax(z: Array, d: Array | None) -> None:
    """exp(z_j) / sum_k exp(z_k) along the last axis; d gets the diagonal a_j (1 - a_j) of its Jacobian.

    1 - a_j is summed from the other a_k, so it keeps its digits as a_j rounds to 1.
    """
    with np.errstate(over="ignore", under="ignore"):  # inf and 0 are right there
        np.subtract(z.max(axis=-1, keepdims=True), z, out=z)
        apply(falling, None, z, None)
        z /= z.cumsum(axis=-1)[..., -1:]  # in the order of the units, however many rows there are
        if d is not None:
            np.multiply(z, complement(z), out=d)


def falling(t: Reals, p: Reals, c: Constants) -> Pair:
    """exp(-t) for t >= 0, twice: a formula as in `smooth`."""
    S, R, r = exp_of_minus(t, c)
    e = S * (R + r) / (R - r)
    return e, e


def complement(a: Array) -> Array:
    """1 - a_j = sum of a_k over k != j, shape (..., n_L), for a of sum 1 along the last axis."""
    others = np.zeros_like(a)
    others[..., 1:] += a[..., :-1].cumsum(axis=-1)
    others[..., :-1] += a[..., :0:-1].cumsum(axis=-1)[..., ::-1]
    return others


RECORDS = (Activation("softmax", of_rows=softmax, values=(0, 1), probability=True, in_a="a(1-a)", limits=(0, 1)),)
