"""Condition number of a value, and the backward error of the number computed."""

from typing import NamedTuple

import numpy as np

from netgrad.bounds.certified import value_and_grad_bounds
from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.blocks import in_blocks, times
from netgrad.core.network import Network
from netgrad.core.passes import scaled
from netgrad.core.products import row_sums, rows_of
from netgrad.core.states import states


class Condition(NamedTuple):
    """Of a_k[L] at m points."""

    number: Array  # (m,), |x| |J| / |a|
    backward_error: Array  # (m,)


def condition(net: Network, X: Array, k: Which = None, jobs: int = 1) -> Condition:
    """Condition number of a_k[L] with respect to x, and a bound on the backward error of the computed value.

    The condition number is |x| |J| / |a| in 2-norms, J the gradient: by how much a relative change of x may be
    magnified. The backward error is the least eps such that changes of every weight and bias by at most eps of its
    size make the computed value exact, to first order (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd
    ed., sections 1.5 and 7.1):

        eps = |computed a - exact a| / (sum of |dC| |C| over all weights and biases C),   dC = da/dC,

    with the rigorous bound of `value_and_grad_bounds` in the numerator, so that it is no less than the true one.

    Parameters
    ----------
    X : (m, n_1)
    k
        Which output, from 0 or by its name; None where n_L = 1.

    Raises
    ------
    UsageError
        As `value_and_grad`.

    Examples
    --------
    >>> net = Network.of([([[2.0]], [1.0])], "identity")
    >>> condition(net, np.array([[3.0]])).number
    array([0.85714286])
    """
    k, X = output_of(net, k), points_of(net, X)
    bounded = value_and_grad_bounds(net, X, k, jobs)
    weight = np.empty(len(X))

    def work(block: Array, rows: slice) -> None:
        with np.errstate(all="ignore"):
            weight[rows] = weighted_sum(net, block, k)[: rows.stop - rows.start]

    in_blocks(X, 8 * max(net.sizes), lambda: work, jobs, rows_of(net.sizes))
    with np.errstate(all="ignore"):
        number = norm(X) * (norm(bounded.grad) / np.abs(bounded.a))
        backward = np.where(bounded.a_err == 0, 0, bounded.a_err / weight)
    return Condition(number, backward)


def weighted_sum(net: Network, X: Array, k: int) -> Array:
    """Sum of |C da_k/dC| over all weights and biases C, shape (m,): |delta[l]|^T (|W[l]| |a[l-1]| + |b[l]|) over l.

    X as `states` takes it.
    """
    passed, _ = states(net, X, k)
    total, below = np.zeros(len(X)), scaled(net, X)
    for layer, y in zip(net.layers, passed, strict=True):
        total += row_sums(np.abs(y.delta) * (times(np.abs(below), np.abs(layer.W.T)) + np.abs(layer.b)))
        below = y.a
    return total if net.output_scaling is None else total * np.abs(net.output_scaling.std[k])


def norm(V: Array) -> Array:
    """2-norm of each row, without over- or underflow on the way."""
    V = np.ascontiguousarray(V)  # numpy adds up rows in an order that memory decides
    size = np.abs(V).max(axis=1)
    unit = np.where(size > 0, size, 1)
    found: Array = size * np.sqrt(np.square(V / unit[:, np.newaxis]).sum(axis=1))
    return found
