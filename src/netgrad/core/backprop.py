"""The forward pass and Algorithm 1 of Higham & Higham (2019) for a batch of points."""

from collections.abc import Sequence

import numpy as np

from netgrad.core import machine
from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.network import Network
from netgrad.core.passes import Block, gradient_of, over_blocks


def evaluate(net: Network, X: Array, jobs: int = 1) -> Array:
    """Output a[L] at each point.

    a[1] = x, a[l] = sigma(W[l] a[l-1] + b[l]).

    Parameters
    ----------
    X : (m, n_1)
    jobs
        Threads. The result does not depend on it.

    Returns
    -------
    (m, n_L)

    Raises
    ------
    UsageError
        X is not of shape (m, n_1).

    Examples
    --------
    >>> net = Network.of([([[1.0, -1.0]], [0.0])])
    >>> evaluate(net, np.array([[0.5, 0.5], [3.0, 3.0]]))
    array([[0.5],
           [0.5]])
    """
    return _jacobian(net, X, [], jobs)[0]


def value_and_grad(net: Network, X: Array, k: Which = None, jobs: int = 1) -> tuple[Array, Array]:
    """Output a_k[L] and its gradient with respect to x at each point, by Algorithm 1.

    Delta[L] = e_k (the number 1 for n_L = 1); Delta[l-1] = W[l]^T D[l] Delta[l], D[l] = diag(sigma'(z[l]));
    the gradient is Delta[1].

    Parameters
    ----------
    X : (m, n_1)
    k
        Which output, from 0 or by its name; None where n_L = 1.
    jobs
        Threads. The result does not depend on it.

    Returns
    -------
    a : (m,)
    grad : (m, n_1)
        In units of the output per unit of x, scaling included.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1); n_L > 1 and k is None; there is no output k.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> value_and_grad(net, np.array([[1.0, 0.5]]))
    (array([0.5]), array([[ 1., -2.]]))
    """
    k = output_of(net, k)
    a, J = _jacobian(net, X, [k], jobs)
    return a[:, k], J[:, 0]


def jacobian(net: Network, X: Array, jobs: int = 1) -> tuple[Array, Array]:
    """All outputs a[L], shape (m, n_L), and their gradients, shape (m, n_L, n_1), at each point.

    One forward pass, then Algorithm 1 once for each output.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1).

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0], [4.0, 0.0]], [0.0, -4.0])])
    >>> jacobian(net, np.array([[1.0, 0.5]]))[1]
    array([[[ 1., -2.],
            [ 1.,  0.]]])
    """
    return _jacobian(net, X, range(net.sizes[-1]), jobs)


def _jacobian(net: Network, X: Array, outputs: Sequence[int], jobs: int) -> tuple[Array, Array]:
    """a[L], shape (m, n_L), and the gradients of `outputs`, shape (m, len(outputs), n_1)."""
    X = points_of(net, X)
    a = np.empty((len(X), net.sizes[-1]), X.dtype)
    J = np.empty((len(X), len(outputs), net.sizes[0]), X.dtype)

    for rows in machine.whole_net(net, X, outputs, a, J, jobs):
        _fill(net, X[rows], outputs, a[rows], J[rows], jobs)
    if net.output_scaling is not None:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            a = net.output_scaling.mean + net.output_scaling.std * a
    return a, J


def _fill(net: Network, X: Array, outputs: Sequence[int], a: Array, J: Array, jobs: int) -> None:
    """Fill a[L] and J of `_jacobian`, block by block."""

    def visit(block: Block) -> None:
        a[block.rows] = block.tape[-1].a[: block.m]
        for i, k in enumerate(outputs):
            J[block.rows, i] = gradient_of(net, block, k)

    over_blocks(net, X, visit, jobs, with_slopes=bool(outputs))
