"""Checks that the gradient is right, and that the value is the one that another program found."""

from typing import NamedTuple

import numpy as np

from netgrad.analysis.differences import estimate
from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.backprop import value_and_grad
from netgrad.core.blocks import times
from netgrad.core.network import Network
from netgrad.core.states import states

SEED = 2019
ROUNDINGS = 64 * 2.0**-53  # of the terms that a gradient is summed from


class Worst(NamedTuple):
    """Place where two numbers differ most."""

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
    worst: Worst

    @property
    def disagreements(self) -> int:
        """At how many points the error is above tol, or no number."""
        return int((~(self.errors <= self.tol)).sum())


def check_gradient(net: Network, X: Array, k: Which = None, tol: float = 1e-10) -> Check:
    """The gradient of a_k[L] against complex step, or differences where a sigma is known for real numbers only.

    Errors are relative to the largest component of the gradient at the point. What is within 64 roundings of the terms
    that the gradient is summed from, or within ten times the error that differences are expected to have, is no error.

    Parameters
    ----------
    X : (m, n_1), m > 0

    Raises
    ------
    UsageError
        As `value_and_grad`.

    Examples
    --------
    >>> net = Network.of([([[40.0, -8.0]], [0.0])])
    >>> check_gradient(net, np.array([[1.0, 0.5]]), tol=1e-12).disagreements
    0
    """
    k, X = output_of(net, k), points_of(net, X).astype(np.float64)
    grad, other = value_and_grad(net, X, k)[1], estimate(net, X, k)
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(other.grad).max(axis=1), np.finfo(float).smallest_normal)[:, np.newaxis]
        off = np.where(grad == other.grad, 0, np.abs(grad - other.grad)) / size
        excess = np.where(off * size <= np.maximum(10 * other.error, ROUNDINGS * scale(net, X, k)), 0, off)
        expected = float(np.median((other.error / size).max(axis=1)))
    errors = excess.max(axis=1)
    i = int(np.nan_to_num(errors, nan=np.inf).argmax())
    j = int(np.nan_to_num(excess[i], nan=np.inf).argmax()) if errors[i] != 0 else int(off[i].argmax())
    worst = Worst(i, j, float(grad[i, j]), float(other.grad[i, j]), float(off[i, j]))
    return Check(other.method, len(X), tol, errors, expected, worst)


def scale(net: Network, X: Array, k: int) -> Array:
    """Algorithm 1 with every number's size, |W|^T |D| ... |D| e_k, shape (m, n_1): the terms, had they one sign.

    >>> scale(Network.of([([[1.0], [1.0]], [0.0, 0.0]), ([[1.0, -1.0]], [0.0])], "identity"), np.array([[1.0]]), 0)
    array([[2.]])
    """
    with np.errstate(all="ignore"):
        passed, _ = states(net, X, k)
        size = np.abs(passed[-1].delta)
        for layer, below in zip(reversed(net.layers[1:]), reversed(passed[:-1]), strict=True):
            size = times(size, np.abs(layer.W)) * np.abs(below.dsigma)
        found: Array = times(size, np.abs(net.layers[0].W))
        if net.output_scaling is not None:
            found = found * np.abs(net.output_scaling.std[k])
    return found if net.scaling is None else found / net.scaling.std


def check_values(found: Array, expected: Array, tol: float = 1e-6) -> Check:
    """Values (m,) against those of another program, relative to max(1, |expected|).

    >>> check_values(np.array([0.5, 0.25]), np.array([0.5, 0.75])).disagreements
    1
    """
    with np.errstate(all="ignore"):
        errors = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    i = int(np.nan_to_num(errors, nan=np.inf).argmax())
    worst = Worst(i, None, float(found[i]), float(expected[i]), float(errors[i]))
    return Check("expected column", len(found), tol, errors, 0.0, worst)


def made_points(net: Network, m: int) -> Array:
    """Normal points to check a gradient at, shape (m, n_1), scaled as the network scales; the same in each run."""
    X = np.random.default_rng(SEED).normal(size=(m, net.sizes[0]))
    return X if net.scaling is None else X * net.scaling.std + net.scaling.mean
