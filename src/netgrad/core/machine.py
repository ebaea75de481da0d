"""Loops in machine code in place of numpy's passes, where there are so many points that they pay: the same bits."""

import numpy as np

from netgrad.compiled import ready
from netgrad.compiled.ready import Loops as Loops
from netgrad.core.activations import Activation
from netgrad.core.arrays import Array
from netgrad.core.network import Layer, Network

UNITS = 1 << 17  # values of sigma from which it pays to look for the loops


def loops_for(net: Network, m: int) -> Loops | None:
    """The loops, if they are there and pay for m points."""
    return ready.loops("layers") if m * sum(net.sizes[1:]) >= UNITS else None


def activate(loops: Loops, layer: Layer, z: Array, dsigma: Array) -> bool:
    """Make a of z = W a, shape (m, n_l), and fill dsigma unless it has no rows; whether z + b is finite everywhere.

    Where it is not, or there is no loop for sigma, z and dsigma hold nothing of use.
    """
    sigma = layer.sigma
    loop = getattr(loops, loop_name(sigma, z), None)
    m, n = z.shape
    return loop is not None and loop(z, layer.b, dsigma, m, n, len(dsigma) > 0, sigma.parameter or 0) == 1


def loop_name(sigma: Activation, z: Array) -> str:
    """What the loop of sigma is called for numbers of the type of z."""
    name = "rows" if sigma.formula is None else sigma.formula.__name__
    return f"{name}_{np.dtype(z.dtype).name}"
