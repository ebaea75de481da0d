"""The Hessian of one output with respect to the input, symmetric to the last bit.

With J_l = dz[l]/dx, an n_l x n_1 matrix carried forwards, and Delta[l] from Algorithm 1,

    H = sum over l of J_l^T diag(sigma''(z[l]) Delta[l]) J_l,

and for a softmax last layer, y_i the rows of J_L and ybar = sum_i a_i y_i,

    a_k ((y_k - ybar)(y_k - ybar)^T - sum_i a_i (y_i - ybar)(y_i - ybar)^T).
"""

from functools import cache, partial
from typing import NamedTuple

import numpy as np

from netgrad.core import machine
from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.blocks import Work, in_blocks
from netgrad.core.network import Network
from netgrad.core.products import rows_of
from netgrad.core.quadratics import FEW, hessian_sum, points_at_a_time
from netgrad.core.states import State, new_memory, states


class Second(NamedTuple):
    """Value, gradient and Hessian of one output at m points."""

    a: Array  # (m,)
    grad: Array  # (m, n_1)
    H: Array  # (m, n_1, n_1)


class Eigen(NamedTuple):
    """The largest curvature at each of m points, and where it is met."""

    curvature: Array  # (m,), the eigenvalue of the Hessian largest in size
    direction: Array  # (m, n_1), of length 1, its largest component positive


def hessian(net: Network, X: Array, k: Which = None, jobs: int = 1) -> Second:
    """Value, gradient and Hessian of a_k[L] at each point.

    Parameters
    ----------
    X : (m, n_1)
    k
        Which output, from 0 or by its name; None where n_L = 1.
    jobs
        Threads; the result does not depend on it.

    Returns
    -------
    The Hessian is in units of the output per unit of x squared, scaling included. Off kinks a piecewise linear sigma
    adds nothing to it.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1); n_L > 1 and k is None; there is no output k.

    Examples
    --------
    >>> net = Network.of([([[1.0, 2.0]], [0.0])], "arctan")
    >>> hessian(net, np.array([[1.0, 0.0]])).H
    array([[[-0.5, -1. ],
            [-1. , -2. ]]])
    """
    k = output_of(net, k)
    X = points_of(net, X)
    m, n = X.shape
    found = Second(np.empty(m, X.dtype), np.empty((m, n), X.dtype), np.empty((m, n, n), X.dtype))

    loops = machine.loops_for(net, m)

    def new_work() -> Work:
        memory = cache(partial(new_memory, net))

        def work(block: Array, rows: slice) -> None:
            with np.errstate(over="ignore", under="ignore", invalid="ignore"):
                passed, gradient = states(net, block, k, memory(len(block)), loops)
                _fill(found, net, k, rows, passed, gradient)

        return work

    in_blocks(
        X, 8 * (n if n <= FEW else 1) * max(net.sizes), new_work, jobs, max(points_at_a_time(net), rows_of(net.sizes))
    )
    return found


def largest(H: Array) -> Eigen:
    """The largest curvature and its direction, for Hessians of shape (m, n_1, n_1).

    >>> largest(np.array([[[1.0, 0.0], [0.0, -3.0]]]))
    Eigen(curvature=array([-3.]), direction=array([[0., 1.]]))
    """
    finite = np.isfinite(H.sum(axis=(1, 2)))
    eigenvalues, vectors = np.linalg.eigh(np.where(finite[:, None, None], H, 0))
    rows = np.arange(len(H))
    which = np.abs(eigenvalues).argmax(axis=1)
    v = vectors[rows, :, which]
    v = v * np.where(v[rows, np.abs(v).argmax(axis=1)] < 0, -1, 1)[:, np.newaxis]
    return Eigen(np.where(finite, eigenvalues[rows, which], np.nan), np.where(finite[:, None], v, np.nan) + 0.0)


def _fill(found: Second, net: Network, k: int, rows: slice, passed: list[State], gradient: Array) -> None:
    """Put the results of a block in the `rows` of `found`, some points at a time: n_1^2 numbers for each."""
    n, m, some = net.sizes[0], rows.stop - rows.start, points_at_a_time(net)
    H = np.empty((some, n, n), net.dtype)
    for i in range(0, m, some):
        of, left = slice(i, i + some), min(some, m - i)
        hessian_sum(net, [State(*(part[of] for part in y)) for y in passed], k, H)
        found.H[rows.start + i : rows.start + i + left] = H[:left]
    found.a[rows] = passed[-1].a[:m, k]
    found.grad[rows] = gradient[:m] if net.scaling is None else gradient[:m] / net.scaling.std
    if net.output_scaling is not None:
        mean, std = net.output_scaling.mean[k], net.output_scaling.std[k]
        found.a[rows] = mean + std * found.a[rows]
        found.grad[rows] *= std
        found.H[rows] *= std
