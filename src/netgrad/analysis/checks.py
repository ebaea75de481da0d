"""Checks that the gradient is right, and that the value is the one that another program found."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from netgrad.analysis.differences import cost, estimate
from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.backprop import value_and_grad
from netgrad.core.blocks import in_blocks, times
from netgrad.core.network import Network
from netgrad.core.products import rows_of
from netgrad.core.states import states
from netgrad.errors import UsageError

SEED = 2019
ROUNDINGS = 64 * 2.0**-53  # of the terms that a gradient is summed from
BUDGET = 4e9  # multiplications of a check: some seconds
FEW = 20  # points that are checked at least, though then not every input can be
LISTED = 5  # points that are named


class Worst(NamedTuple):
    """Place where two numbers differ, and by how much."""

    point: int  # from 0, of those checked
    input: int | None  # from 0; None where values are compared
    found: float  # netgrad's
    expected: float
    error: float  # relative to the largest component of the gradient, or to max(1, |expected|)


class Check(NamedTuple):
    """Comparison at m points, and how it came out."""

    method: str
    points: int
    tol: float
    errors: Array  # (m,), the largest of each point, in excess of what the method itself may be off by
    expected_error: float  # of the method, the median over points; 0 means rounding
    largest: tuple[Worst, ...]  # the points with the largest errors, one each, at most LISTED
    inputs: int | None = None  # with respect to how many; None where values are compared

    @property
    def worst(self) -> Worst:
        """Place where two numbers differ most."""
        return self.largest[0]

    @property
    def disagreements(self) -> int:
        """At how many points the error is above tol, or no number."""
        return int((~(self.errors <= self.tol)).sum())


def check_gradient(
    net: Network, X: Array, k: Which = None, tol: float = 1e-10, inputs: Sequence[int] | None = None
) -> Check:
    """The gradient of a_k[L] against complex step, or differences where a sigma is known for real numbers only.

    Errors are relative to the largest component of the gradient at the point. What is within 64 roundings of the terms
    that the gradient is summed from, or within ten times the error that differences are expected to have, is no error.

    Parameters
    ----------
    X : (m, n_1), m > 0
    k
        Which output, from 0; None where n_L = 1.
    tol
        Of the error that is a disagreement.
    inputs
        With respect to which inputs, from 0; None means all.

    Raises
    ------
    UsageError
        As `value_and_grad`, or there are no points.

    Examples
    --------
    >>> net = Network.of([([[40.0, -8.0]], [0.0])])
    >>> check_gradient(net, np.array([[1.0, 0.5]]), tol=1e-12).disagreements
    0
    """
    k, X = output_of(net, k), points_of(net, X).astype(np.float64)
    if not len(X):
        raise UsageError("there are no points to check the gradient at")
    taken = list(range(net.sizes[0]) if inputs is None else inputs)
    grad, other = value_and_grad(net, X, k)[1], estimate(net, X, k, taken)
    whole = np.abs(grad).max(axis=1)
    grad = grad[:, taken]
    with np.errstate(all="ignore"):
        largest = np.fmax(np.abs(other.grad).max(axis=1), whole)
        size = np.fmax(largest, np.finfo(float).smallest_normal)[:, np.newaxis]
        off = np.where(grad == other.grad, 0, np.abs(grad - other.grad)) / size
        excess = np.where(off * size <= np.maximum(10 * other.error, ROUNDINGS * scale(net, X, k)[:, taken]), 0, off)
        expected = float(np.median((other.error / size).max(axis=1)))
    errors = excess.max(axis=1)
    found = []
    for i in _largest(errors, off.max(axis=1)):
        j = int(np.nan_to_num(excess[i] if errors[i] != 0 else off[i], nan=np.inf).argmax())
        found.append(Worst(i, taken[j], float(grad[i, j]), float(other.grad[i, j]), float(off[i, j])))
    return Check(other.method, len(X), tol, errors, expected, tuple(found), len(taken))


def affordable(net: Network, m: int) -> tuple[list[int], list[int]]:
    """Of m points those, and the inputs, from 0, at which a check of the gradient takes some seconds.

    All where it can; else fewer points, and where those would be less than 20 fewer inputs, by lot.

    >>> affordable(Network.of([([[4.0, -8.0]], [0.0])]), 3)
    ([0, 1, 2], [0, 1])
    """
    n = net.sizes[0]
    pairs = max(FEW, int(BUDGET / cost(net)))
    few = min(m, max(min(m, FEW), pairs // n))
    some = min(n, max(1, pairs // few))
    points: list[int] = np.linspace(0, m - 1, few).astype(int).tolist()
    return points, sorted(np.random.default_rng(SEED).permutation(n)[:some].tolist())


def _largest(errors: Array, then: Array) -> list[int]:
    """Points with the largest errors, what is no number first; of equal ones those with the largest of `then`."""
    keys = (-np.nan_to_num(then, nan=np.inf), -np.nan_to_num(errors, nan=np.inf))
    found: list[int] = np.lexsort(keys)[:LISTED].tolist()
    return found


def scale(net: Network, X: Array, k: int) -> Array:
    """Algorithm 1 with every number's size, |W|^T |D| ... |D| e_k, shape (m, n_1): the terms, had they one sign.

    >>> scale(Network.of([([[1.0], [1.0]], [0.0, 0.0]), ([[1.0, -1.0]], [0.0])], "identity"), np.array([[1.0]]), 0)
    array([[2.]])
    """
    found = np.empty(X.shape)

    def work(block: Array, rows: slice) -> None:
        with np.errstate(all="ignore"):
            passed, _ = states(net, block, k)
            size = np.abs(passed[-1].delta)
            for layer, below in zip(reversed(net.layers[1:]), reversed(passed[:-1]), strict=True):
                size = times(size, np.abs(layer.W)) * np.abs(below.dsigma)
            found[rows] = times(size, np.abs(net.layers[0].W))[: rows.stop - rows.start]

    in_blocks(X, 8 * max(net.sizes), lambda: work, 1, rows_of(net.sizes))
    if net.output_scaling is not None:
        found *= np.abs(net.output_scaling.std[k])
    return found if net.scaling is None else found / net.scaling.std


def check_values(found: Array, expected: Array, tol: float = 1e-6) -> Check:
    """Values (m,) against those of another program, relative to max(1, |expected|).

    >>> check_values(np.array([0.5, 0.25]), np.array([0.5, 0.75])).disagreements
    1
    """
    with np.errstate(all="ignore"):
        errors = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    listed = [Worst(i, None, float(found[i]), float(expected[i]), float(errors[i])) for i in _largest(errors, errors)]
    return Check("expected column", len(found), tol, errors, 0.0, tuple(listed))


def made_points(net: Network, m: int) -> Array:
    """Normal points to check a gradient at, shape (m, n_1), scaled as the network scales; the same in each run."""
    X = np.random.default_rng(SEED).normal(size=(m, net.sizes[0]))
    return X if net.scaling is None else X * net.scaling.std + net.scaling.mean
