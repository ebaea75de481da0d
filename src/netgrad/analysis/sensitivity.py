"""Sensitivity over many points, and saturated units: sums of parts that merge."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple, TypeVar

import numpy as np

from netgrad.analysis import moments
from netgrad.analysis.interactions import interactions
from netgrad.analysis.moments import Moments
from netgrad.analysis.saturation import dead, rounded, saturated
from netgrad.core.arguments import points_of
from netgrad.core.arrays import Array, Counts
from netgrad.core.backprop import jacobian
from netgrad.core.hessian import hessian
from netgrad.core.network import Network
from netgrad.core.passes import Block, gradient_of, over_blocks

T = TypeVar("T")


class Passing(NamedTuple):
    """At how many points the units of a layer let little of a gradient through, each of shape (n_l,)."""

    saturated: Counts  # 0 < |sigma'(z)| < 0.001
    dead: Counts  # sigma'(z) = 0
    rounded: Counts  # sigma'(z) is not 0, but as a formula in a it would be


class Sums(NamedTuple):
    """Of m points."""

    gradients: tuple[Moments, ...]  # of da_k/dx_1, ..., da_k/dx_n for each output k that is asked for
    inputs: Moments  # of x_1, ..., x_n
    layers: tuple[Passing, ...]  # layer 2 first
    values: tuple[Moments, ...] = ()  # of a_k, one column, for each output k that is asked for
    second: tuple[Moments, ...] = ()  # of d2a_k/dx_i dx_j for i <= j, row by row, where they are asked for

    @property
    def m(self) -> int:
        """The number of points."""
        return self.inputs.m


class Part(NamedTuple):
    """Of some points, those that can be summed up."""

    sums: Sums | None  # None where there is none
    left_out: int = 0  # points at which a gradient is not finite


def sums(net: Network, X: Array, outputs: list[int], jobs: int = 1, second: bool = False) -> Sums:
    """Moments of the values and gradients of `outputs`, from 0, and of the inputs, and counts of saturated units.

    Holds one block's gradient for each thread, not those of all points.

    Parameters
    ----------
    X : (m, n_1), m > 0
    jobs
        Threads; the result does not depend on it.
    second
        Whether second derivatives are wanted, too.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1).

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> sums(net, np.array([[1.0, 0.5], [0.0, 0.0]]), [0]).gradients[0].mean
    array([ 1., -2.])
    """
    X = points_of(net, X)
    parts: dict[int, tuple[tuple[Moments, ...], tuple[Moments, ...], tuple[Passing, ...]]] = {}

    def visit(block: Block) -> None:
        with np.errstate(all="ignore"):
            counts = _counts(net, block)  # before the way back takes the memory of a
            values = tuple(moments.moments(_values(net, block, k)) for k in outputs)
            gradients = tuple(moments.moments(gradient_of(net, block, k)) for k in outputs)
        parts[block.rows.start] = values, gradients, counts

    over_blocks(net, X, visit, jobs)
    values, gradients, layers = zip(*(parts[start] for start in sorted(parts)), strict=True)
    return Sums(
        _across(moments.merged, gradients),
        moments.moments(X),
        _across(_counts_merged, layers),
        _across(moments.merged, values),
        tuple(interactions(net, X, k, jobs).second for k in outputs if second),
    )


def finite_sums(net: Network, X: Array, outputs: list[int], jobs: int = 1, second: bool = False) -> Part:
    """Sums over those of the points X, shape (m, n_1), m > 0, at which all derivatives of `outputs` are finite.

    >>> net = Network.of([([[1e300]], [0.0]), ([[1e300]], [0.0])], "identity")
    >>> finite_sums(net, np.array([[0.0]]), [0])
    Part(sums=None, left_out=1)
    """
    found = sums(net, X, outputs, jobs, second)
    if all(v.is_finite for v in (*found.values, *found.gradients, *found.second)):
        return Part(found)
    X = points_of(net, X)
    a, J = jacobian(net, X, jobs)
    is_finite = np.isfinite(a[:, outputs]).all(axis=1) & np.isfinite(J[:, outputs]).all(axis=(1, 2))
    for k in outputs if second else []:
        is_finite &= np.array([np.isfinite(hessian(net, x[np.newaxis], k).H).all() for x in X])
    left_out = int(np.count_nonzero(~is_finite))
    return Part(sums(net, X[is_finite], outputs, jobs, second) if is_finite.any() else None, left_out)


def merged_parts(a: Part, b: Part) -> Part:
    """Sums over the points of both parts."""
    both = merged(a.sums, b.sums) if a.sums and b.sums else a.sums or b.sums
    return Part(both, a.left_out + b.left_out)


def merged(a: Sums, b: Sums) -> Sums:
    """Sums over the points of a and b together."""
    return Sums(
        _across(moments.merged, [a.gradients, b.gradients]),
        moments.merged(a.inputs, b.inputs),
        _across(_counts_merged, [a.layers, b.layers]),
        _across(moments.merged, [a.values, b.values]),
        _across(moments.merged, [a.second, b.second]),
    )


def _across(merge: Callable[[T, T], T], parts: Sequence[tuple[T, ...]]) -> tuple[T, ...]:
    """Tuples of all parts merged entry by entry, in the order of the parts."""
    return tuple(reduce(merge, column) for column in zip(*parts, strict=True))


def _counts_merged(a: Passing, b: Passing) -> Passing:
    return Passing(*map(np.add, a, b))


def _values(net: Network, block: Block, k: int) -> Array:
    """a_k[L], scaled, shape (m, 1)."""
    a: Array = block.tape[-1].a[: block.m, [k]]
    scaling = net.output_scaling
    return a if scaling is None else scaling.mean[k] + scaling.std[k] * a


def _counts(net: Network, block: Block) -> tuple[Passing, ...]:
    m = block.m
    layers = [(layer.sigma, y.a[:m], y.dsigma[:m]) for layer, y in zip(net.layers, block.tape, strict=True)]
    return tuple(
        Passing(*(which.sum(axis=0) for which in (saturated(dsigma), dead(dsigma), rounded(sigma, a, dsigma))))
        for sigma, a, dsigma in layers
    )
