"""Units that let little or nothing of a gradient through."""

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array

Where = NDArray[np.bool_]

SATURATED = 1e-3  # a unit is called so where 0 < |sigma'(z)| < this

# Activation -> the textbook's sigma' as a formula in a, which is 0 where a has rounded to a limit of sigma.
IN_A = MappingProxyType({"sigmoid": "a(1-a)", "softmax": "a(1-a)", "tanh": "1-a^2"})


def dead(dsigma: Array) -> Where:
    """Where nothing of the gradient passes: sigma'(z) = 0. Shape of dsigma."""
    return np.equal(dsigma, 0)


def saturated(dsigma: Array) -> Where:
    """Where little of the gradient passes: 0 < |sigma'(z)| < 0.001. Shape of dsigma."""
    return np.not_equal(dsigma, 0) & np.less(np.abs(dsigma), SATURATED)


def rounded(activation: str, a: Array, dsigma: Array) -> Where:
    """Where sigma'(z) is not 0, but its formula in a is: a is 0 or 1, for tanh -1 or 1. Shape of a."""
    if activation not in IN_A:
        return np.zeros(a.shape, np.bool_)
    size = np.abs(a)
    limits = np.equal(size, 1) | np.equal(size, 0 if activation != "tanh" else 1)
    return limits & np.not_equal(dsigma, 0)
