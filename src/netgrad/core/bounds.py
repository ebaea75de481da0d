"""Certified digits: Algorithm 1 with a rigorous bound on the rounding error of all it gives.

Running error analysis: the passes of `backprop` are repeated with balls, so that beside each z[l], a[l], D[l] and
Delta[l] stands how far it can be from the one of exact arithmetic. As centres are more precise than the numbers
that `value_and_grad` returns, how far these are from the centres is most of the bound, and close to the error.
Nothing is assumed of how they were computed.
"""

from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.backprop import value_and_grad
from netgrad.core.balls import Ball, distance, exact, matmul, over, plus, times
from netgrad.core.blocks import in_blocks
from netgrad.core.network import Network
from netgrad.core.slopes import FACTS, GATES, complement, softmax, through
from netgrad.errors import UsageError

HELD = 8  # numbers for each that `value_and_grad` holds: centres are longer, and radii and sizes come on top


class Bounded(NamedTuple):
    """Value and gradient at m points, and bounds on their absolute errors."""

    a: Array  # (m,)
    a_err: Array  # (m,)
    grad: Array  # (m, n_1)
    grad_err: Array  # (m, n_1)


def value_and_grad_bounds(net: Network, X: Array, k: int | None = None, jobs: int = 1) -> Bounded:
    """What `value_and_grad` returns, with |a - exact| <= a_err and |grad - exact| <= grad_err.

    Exact are the value and the gradient, in exact arithmetic, of the network with these weights, biases and
    scaling, at X as float64. At a kink that a z[l] may be on either side of, the bound covers the derivatives of
    both. Where nothing can be said it is infinite.

    Parameters
    ----------
    X : (m, n_1)
    k
        Which output, from 0; None where n_L = 1.
    jobs
        Threads, as for `value_and_grad`.

    Raises
    ------
    UsageError
        There are no bounds for the network; X is not of shape (m, n_1); n_L > 1 and k is None; there is no output k.

    Notes
    -----
    N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., sections 2.2, 3.1 and 3.3. What is assumed
    of exp and its like is said in `slopes`, of the basic operations in `balls`.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> bounded = value_and_grad_bounds(net, np.array([[1.0, 0.5]]))
    >>> bounded.grad, bounded.grad_err < 1e-14
    (array([[ 1., -2.]]), array([[ True,  True]]))
    """
    _check(net)
    a, grad = value_and_grad(net, X, k, jobs)
    a_err, grad_err = np.empty(a.shape), np.empty(grad.shape)
    wide = net.astype(np.float64)

    def work(block: Array, rows: slice) -> None:
        m = rows.stop - rows.start
        with np.errstate(all="ignore"):
            value, gradient = _algorithm_1(wide, exact(block), k or 0)
            a_err[rows] = distance(a[rows], Ball(value.mid[:m], value.rad[:m]))
            grad_err[rows] = distance(grad[rows], Ball(gradient.mid[:m], gradient.rad[:m]))

    in_blocks(np.asarray(X, np.float64), HELD * max(net.sizes), lambda: work, jobs)
    return Bounded(a, a_err, grad, grad_err)


def _check(net: Network) -> None:
    for layer in net.layers:
        if layer.activation not in (*FACTS, *GATES, "softmax"):
            raise UsageError(f"there are no bounds for {layer.activation}")
    if net.output_scaling is not None:
        raise UsageError("there are no bounds for a network with output_scaling")


def _algorithm_1(net: Network, x: Ball, k: int) -> tuple[Ball, Ball]:
    """Balls around a_k[L], shape (m,), and its gradient, shape (m, n_1)."""
    scaling = net.scaling
    a = x if scaling is None else over(plus(x, -scaling.mean), scaling.std)
    D: list[Ball] = []
    for layer in net.layers:
        z = plus(matmul(a, layer.W.T), layer.b)
        if layer.activation == "softmax":
            a = softmax(z)
            D.append(_softmax_column(a, k))
        else:
            a, dsigma = through(layer.activation, z)
            D.append(dsigma)
    delta = exact(_unit_vectors(a.mid, k, net.layers[-1].activation))
    for layer, dsigma in zip(reversed(net.layers), reversed(D), strict=True):
        delta = matmul(times(dsigma, delta), layer.W)
    gradient = delta if scaling is None else over(delta, scaling.std)
    return Ball(a.mid[:, k], a.rad[:, k]), gradient


def _unit_vectors(a: Array, k: int, activation: str) -> Array:
    """e_k at each point; ones before softmax, whose `D` is column k of its Jacobian already."""
    if activation == "softmax":
        return np.ones_like(a)
    e_k = np.zeros_like(a)
    e_k[:, k] = 1
    return e_k


def _softmax_column(a: Ball, k: int) -> Ball:
    """Column k of softmax's Jacobian, a_k (e_k - a)."""
    others = complement(a)
    at_k = np.arange(a.mid.shape[1]) == k
    e_k_minus_a = Ball(np.where(at_k, others.mid, -a.mid), np.where(at_k, others.rad, a.rad))
    return times(Ball(a.mid[:, [k]], a.rad[:, [k]]), e_k_minus_a)
