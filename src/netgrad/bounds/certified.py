"""Certified digits: Algorithm 1 with a rigorous bound on the rounding error of all it gives.

Running error analysis: the passes of `backprop` are repeated with balls, so that beside each z[l], a[l], D[l] and
Delta[l] stands how far it can be from the one of exact arithmetic. As centres are more precise than the numbers
that `value_and_grad` returns, how far these are from the centres is most of the bound, and close to the error.
Nothing is assumed of how they were computed.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from netgrad.bounds.balls import Ball, distance, divided, exact, matrix_product, product, shifted
from netgrad.bounds.slopes import complement, images, softmax
from netgrad.core.activations import Activation
from netgrad.core.arguments import Which, output_of
from netgrad.core.arrays import Array
from netgrad.core.backprop import jacobian, value_and_grad
from netgrad.core.blocks import in_blocks
from netgrad.core.network import Network

HELD = 8  # numbers for each that `value_and_grad` holds: centres are longer, and radii and sizes come on top
KNOWN = 2.0**-20  # the relative bound of a centre that may stand for a number


class Passed(NamedTuple):
    """Balls of one layer after the forward pass."""

    sigma: Activation
    z: Ball
    a: Ball
    dsigma: Ball | None  # None: softmax has none


class Bounded(NamedTuple):
    """Value and gradient at m points, and bounds on their absolute errors."""

    a: Array  # (m,)
    a_err: Array  # (m,)
    grad: Array  # (m, n_1)
    grad_err: Array  # (m, n_1)


class BoundedJacobian(NamedTuple):
    """All values and gradients at m points, and bounds on their absolute errors."""

    a: Array  # (m, n_L)
    a_err: Array  # (m, n_L)
    J: Array  # (m, n_L, n_1)
    J_err: Array  # (m, n_L, n_1)


def value_and_grad_bounds(net: Network, X: Array, k: Which = None, jobs: int = 1, precise: bool = False) -> Bounded:
    """Value and gradient as `value_and_grad` has them, with |a - exact| <= a_err and |grad - exact| <= grad_err.

    Exact are the value and the gradient, in exact arithmetic, of the network with these weights, biases and
    scaling, at X as float64. At a kink that a z[l] may be on either side of, the bound covers the derivatives of
    both. Where nothing can be said it is infinite, as where a[L] overflows; a z[l] that overflows leaves what is
    known of the ranges of sigma and sigma'.

    Parameters
    ----------
    X : (m, n_1)
    k
        Which output, from 0 or by its name; None where n_L = 1.
    jobs
        Threads, as for `value_and_grad`.
    precise
        Return the centres instead, rounded to float64, where they are known to six digits and nearer.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1); n_L > 1 and k is None; there is no output k; there are no bounds for an
        activation.

    Notes
    -----
    N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., sections 2.2, 3.1 and 3.3. What is assumed
    of exp and its like is said in `sigmas`, of the basic operations in `balls`.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> bounded = value_and_grad_bounds(net, np.array([[1.0, 0.5]]))
    >>> bounded.grad, bounded.grad_err < 1e-14
    (array([[ 1., -2.]]), array([[ True,  True]]))
    """
    k = output_of(net, k)
    a, grad = value_and_grad(net, X, k, jobs)
    a_err, grad_err = _errors(net, X, [k], a[:, np.newaxis], grad[:, np.newaxis], jobs, precise)
    return Bounded(a, a_err[:, 0], grad, grad_err[:, 0])


def jacobian_bounds(net: Network, X: Array, jobs: int = 1, precise: bool = False) -> BoundedJacobian:
    """All outputs and their gradients as `jacobian` has them, and bounds as those of `value_and_grad_bounds`.

    One forward pass with balls, then a backward pass for each output.

    Parameters
    ----------
    X : (m, n_1)
    jobs
        Threads, as for `jacobian`.
    precise
        As for `value_and_grad_bounds`.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1).

    Examples
    --------
    >>> net = Network.of([([[2.0], [3.0]], [0.0, 0.0])], "identity")
    >>> bounded = jacobian_bounds(net, np.array([[1.0]]))
    >>> bounded.J[0], bounded.J_err[0] < 1e-15
    (array([[2.],
           [3.]]), array([[ True],
           [ True]]))
    """
    a, J = jacobian(net, X, jobs)
    a_err, J_err = _errors(net, X, range(net.sizes[-1]), a, J, jobs, precise)
    return BoundedJacobian(a, a_err, J, J_err)


def _errors(
    net: Network, X: Array, outputs: Sequence[int], a: Array, J: Array, jobs: int, precise: bool
) -> tuple[Array, Array]:
    """Bounds for a, shape (m, len(outputs)), and J, shape (m, len(outputs), n_1), which are made precise if wanted."""
    a_err, J_err = np.empty(a.shape), np.empty(J.shape)
    wide = net.astype(np.float64)

    def work(block: Array, rows: slice) -> None:
        m = rows.stop - rows.start
        with np.errstate(all="ignore"):
            passed = list(forward(wide, exact(block)))
            value, D = passed[-1].a, [step.dsigma for step in passed if step.dsigma is not None]
            y = _output(wide, value)
            for i, k in enumerate(outputs):
                gradient = _backward(wide, value, D, k)
                for found, err, ball in (
                    (a[rows, i], a_err[rows, i], Ball(y.mid[:m, k], y.rad[:m, k])),
                    (J[rows, i], J_err[rows, i], Ball(gradient.mid[:m], gradient.rad[:m])),
                ):
                    if precise:
                        _refine(found, ball)
                    err[...] = distance(found, ball)

    in_blocks(np.asarray(X, np.float64), HELD * max(net.sizes), lambda: work, jobs)
    return a_err, J_err


def _refine(found: Array, ball: Ball) -> None:
    """Take the centre of the ball, rounded, where it is nearer than what was found, and known well."""
    centre = ball.mid.astype(np.float64)
    bound = distance(centre, ball)
    np.copyto(found, centre, where=(bound < distance(found, ball)) & (bound <= KNOWN * abs(centre)))


def forward(net: Network, x: Ball) -> Iterator[Passed]:
    """Balls around z[l], a[l] and sigma'(z[l]) of layers 2, ..., L."""
    scaling = net.scaling
    a = x if scaling is None else divided(shifted(x, -scaling.mean), scaling.std)
    for layer in net.layers:
        z = shifted(matrix_product(a, layer.W.T), layer.b)
        a, dsigma = (softmax(z), None) if layer.sigma.whole_row else images(layer.sigma, z)
        yield Passed(layer.sigma, z, a, dsigma)


def _output(net: Network, a: Ball) -> Ball:
    """Ball around mean + std a[L], where the network scales its outputs."""
    scaling = net.output_scaling
    return a if scaling is None else shifted(product(a, exact(scaling.std)), scaling.mean)


def _backward(net: Network, a: Ball, D: list[Ball], k: int) -> Ball:
    """Ball around the gradient of a_k[L], shape (m, n_1)."""
    delta = delta_of(net, a, D, k)
    below = D[: len(net.layers) - 1]
    for layer, dsigma in zip(reversed(net.layers[1:]), reversed(below), strict=True):
        delta = product(dsigma, matrix_product(delta, layer.W))
    gradient = matrix_product(delta, net.layers[0].W)
    gradient = gradient if net.scaling is None else divided(gradient, net.scaling.std)
    return gradient if net.output_scaling is None else product(gradient, exact(net.output_scaling.std[[k]]))


def delta_of(net: Network, a: Ball, D: list[Ball], k: int) -> Ball:
    """Ball around D[L] e_k; for softmax around column k of its Jacobian, a_k (e_k - a)."""
    at_k = np.arange(a.mid.shape[1]) == k
    if not net.layers[-1].sigma.whole_row:
        return Ball(np.where(at_k, D[-1].mid, 0), np.where(at_k, D[-1].rad, 0))
    others = complement(a)
    e_k_minus_a = Ball(np.where(at_k, others.mid, -a.mid), np.where(at_k, others.rad, a.rad))
    return product(Ball(a.mid[:, [k]], a.rad[:, [k]]), e_k_minus_a)
