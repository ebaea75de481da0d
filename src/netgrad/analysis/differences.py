"""Derivatives of the plain network: by complex step, or by differences extrapolated to a step of 0."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from netgrad.analysis.plain import takes_complex, value
from netgrad.core.arrays import Array
from netgrad.core.network import Network

STEP = 1e-30  # of the complex step: its error is some STEP^2, and nothing cancels
CON, ORDERS = 1.4, 10  # Ridders: each step is the one before over CON
EPS = 2.0**-48  # what a is taken to be off by, relative: some roundings of a few layers


class Estimate(NamedTuple):
    """Derivatives da_k/dx_j at m points, and what they are expected to be off by."""

    method: str  # "complex step" or "differences"
    grad: Array  # (m, p), with respect to p of the inputs
    error: Array  # (m, p); of the complex step 0, which means rounding


def estimate(net: Network, X: Array, k: int, inputs: Sequence[int] | None = None) -> Estimate:
    """Gradient of a_k[L] at points X, shape (m, n_1), with respect to `inputs` (all), without Algorithm 1 and sigma'.

    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> estimate(net, np.array([[1.0, 0.5]]), 0).grad
    array([[ 1., -2.]])
    """
    inputs = range(net.sizes[0]) if inputs is None else inputs
    if takes_complex(net):
        grad = complex_step(net, X, k, inputs)
        return Estimate("complex step", grad, np.zeros(grad.shape))
    return Estimate("differences", *ridders(net, X, k, inputs))


def cost(net: Network) -> float:
    """Multiplications, about, for one derivative at one point."""
    weights, units = sum(layer.W.size for layer in net.layers), sum(net.sizes[1:])
    return 4 * weights + 50 * units if takes_complex(net) else 2 * ORDERS * (weights + 100 * units)


def complex_step(net: Network, X: Array, k: int, inputs: Sequence[int] | None = None) -> Array:
    """Im a_k(x + i h e_j) / h for each j of `inputs` (all), shape (m, len(inputs))."""
    inputs = range(net.sizes[0]) if inputs is None else inputs
    grad = np.empty((len(X), len(inputs)))
    for i, j in enumerate(inputs):
        moved = X.astype(np.complex128)
        moved[:, j] += 1j * STEP
        grad[:, i] = value(net, moved)[:, k].imag / STEP
    return grad


def ridders(net: Network, X: Array, k: int, inputs: Sequence[int] | None = None) -> tuple[Array, Array]:
    """Central differences of decreasing steps, extrapolated by Neville's scheme, and the expected errors.

    Ridders, Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering Software 4(2), 1982. The steps
    begin at a tenth of |x_j| or of the input's scale; the rounding of a over the step is part of the error.
    """
    inputs = range(net.sizes[0]) if inputs is None else inputs
    scale = 1.0 if net.scaling is None else net.scaling.std
    steps = 0.1 * np.maximum(np.abs(X), scale)
    columns = [_column(net, X, k, j, steps[:, j]) for j in inputs]
    best, error = (np.column_stack(parts) for parts in zip(*columns, strict=True))
    return best, error


def _column(net: Network, X: Array, k: int, j: int, h: Array) -> tuple[Array, Array]:
    best, error = np.zeros(len(X)), np.full(len(X), np.inf)
    above: list[Array] = []
    for _ in range(ORDERS):
        D, rounding = _central(net, X, k, j, h)
        row = [D]
        for order, previous in enumerate(above, start=1):
            factor = CON ** (2 * order)
            row.append((factor * row[-1] - previous) / (factor - 1))
            off = np.maximum(abs(row[-1] - row[-2]), abs(row[-1] - previous)) + rounding
            better = off < error
            best, error = np.where(better, row[-1], best), np.where(better, off, error)
        above, h = row, h / CON
    return best, error


def _central(net: Network, X: Array, k: int, j: int, h: Array) -> tuple[Array, Array]:
    ahead, behind = X.copy(), X.copy()
    ahead[:, j] += h
    behind[:, j] -= h
    a, b = value(net, ahead)[:, k], value(net, behind)[:, k]
    width = ahead[:, j] - behind[:, j]  # what was added, as it was rounded
    return (a - b) / width, EPS * (abs(a) + abs(b)) / width
