"""Interactions of inputs: second derivatives over many points, sums that merge, and bounds on Sobol indices."""

from functools import reduce
from typing import NamedTuple

import numpy as np

from netgrad.analysis import moments
from netgrad.analysis.moments import Moments
from netgrad.core.arguments import Which
from netgrad.core.arrays import Array
from netgrad.core.hessian import hessian
from netgrad.core.network import Network
from netgrad.errors import UsageError

NUMBERS = 1 << 22  # of Hessians that are held at a time


class Interactions(NamedTuple):
    """Of a_k[L] at m points."""

    value: Moments  # of a, one column
    gradient: Moments  # of da/dx_1, ..., da/dx_n
    second: Moments  # of d2a/dx_i dx_j for i <= j, row by row: n (n + 1)/2 columns


class Ranked(NamedTuple):
    """One second derivative over the points."""

    i: int  # from 0, i <= j
    j: int
    mean: float
    mean_error: float  # standard error of the mean, for points drawn independently
    rms: float
    positive: float  # share of the points
    zero: float


def interactions(net: Network, X: Array, k: Which = None, jobs: int = 1) -> Interactions:
    """Moments of the value, gradient and second derivatives of a_k[L] over points X, shape (m, n_1), m > 0.

    Holds the Hessians of some points, not of all.

    Raises
    ------
    UsageError
        As `hessian`.

    Examples
    --------
    >>> net = Network.of([([[1.0, 2.0]], [0.0])], "arctan")
    >>> interactions(net, np.array([[1.0, 0.0], [1.0, 0.0]])).second.mean
    array([-0.5, -1. , -2. ])
    """
    n = net.sizes[0]
    above = np.triu_indices(n)
    some = max(1, NUMBERS // (n * n))
    parts = []
    for i in range(0, len(X), some):
        found = hessian(net, X[i : i + some], k, jobs)
        columns = (found.a[:, np.newaxis], found.grad, found.H[:, above[0], above[1]])
        parts.append(Interactions(*map(moments.moments, columns)))
    return reduce(merged, parts)


def merged(a: Interactions, b: Interactions) -> Interactions:
    """Moments over the points of a and b together."""
    return Interactions(*map(moments.merged, a, b))


def ranked(found: Interactions) -> list[Ranked]:
    """The second derivatives, the largest rms first."""
    return ranked_of(found.second, len(found.gradient.mean))


def ranked_of(v: Moments, n: int) -> list[Ranked]:
    """The second derivatives with respect to n inputs, of which v has the moments, the largest rms first."""
    i, j = np.triu_indices(n)
    order = np.argsort(-v.rms, kind="stable")
    measures = np.column_stack([v.mean, standard_error(v), v.rms, v.positive / v.m, v.zero / v.m]).tolist()
    return [Ranked(int(i[c]), int(j[c]), *measures[c]) for c in order.tolist()]


def standard_error(v: Moments) -> Array:
    """Standard error of each mean, std / sqrt(m), for points drawn independently; nan for one point.

    >>> standard_error(moments.moments(np.array([[1.0], [3.0]])))
    array([1.])
    """
    error: Array = v.std / np.sqrt(v.m)
    return error


def times(v: Moments, factor: Array) -> Moments:
    """Moments of second derivatives in units of `factor`, shape (n,), of each input."""
    i, j = np.triu_indices(len(factor))
    return moments.times(v, factor[i] * factor[j])


def sobol_bounds(found: Interactions, low: Array, high: Array) -> Array:
    """Upper bounds on the total Sobol indices of the inputs, shape (n_1,), from the gradient's mean squares.

    For inputs independent and uniform between `low` and `high`, shapes (n_1,), at which the points were drawn:
    S_i <= (high_i - low_i)^2 mean((da/dx_i)^2) / (pi^2 var(a)) (Kucherenko & Sobol, Derivative based global
    sensitivity measures and their link with global sensitivity indices, Mathematics and Computers in Simulation 79,
    2009). As estimates from m points they have the sampling error of both means.

    Raises
    ------
    UsageError
        There are no two points, or nothing between low and high.

    Examples
    --------
    >>> net = Network.of([([[1.0, 0.0]], [0.0])], "identity")
    >>> X = (np.arange(64) / 64 + 1 / 128)[:, np.newaxis] * [1.0, 1.0]
    >>> sobol_bounds(interactions(net, X), np.zeros(2), np.ones(2)).round(2)
    array([1.2, 0. ])
    """
    if found.value.m < 2 or not (low < high).all():
        raise UsageError("bounds on Sobol indices need two points, and a range of every input")
    return poincare(found.value, found.gradient, (high - low) / np.pi)


def poincare(value: Moments, gradient: Moments, root: Array) -> Array:
    """root^2 mean((da/dx_i)^2) / var(a), shape (n_1,), for the root of the Poincare constant of each input's law.

    A function f of an input has var(f) <= root^2 mean(f'^2), with root = (high - low)/pi where the input is uniform
    between low and high, and its standard deviation where it is normal (Roustant, Barthe & Iooss, Poincare inequalities
    on intervals, Electronic Journal of Statistics 11, 2017).
    """
    with np.errstate(all="ignore"):
        bound: Array = (root * gradient.rms / value.std) ** 2
    return bound
