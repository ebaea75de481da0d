"""Units that let little or nothing of a gradient through."""

import numpy as np
from numpy.typing import NDArray

from netgrad.core.activations import Activation
from netgrad.core.arrays import Array

Where = NDArray[np.bool_]

SATURATED = 1e-3  # a unit is called so where 0 < |sigma'(z)| < this


def dead(dsigma: Array) -> Where:
    """Units that nothing of the gradient passes: sigma'(z) = 0. Shape of dsigma."""
    return np.equal(dsigma, 0)


def saturated(dsigma: Array) -> Where:
    """Units that little of the gradient passes: 0 < |sigma'(z)| < 0.001. Shape of dsigma."""
    return np.not_equal(dsigma, 0) & np.less(np.abs(dsigma), SATURATED)


def rounded(sigma: Activation, a: Array, dsigma: Array) -> Where:
    """Units where sigma'(z) is not 0, but the textbook's formula in a is, as a rounds to a limit. Shape of a."""
    return np.isin(a, sigma.limits) & np.not_equal(dsigma, 0)
