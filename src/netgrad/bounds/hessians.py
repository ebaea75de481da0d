"""Certified digits of second derivatives: forward over reverse with balls.

As `certified` does for Algorithm 1, `core.directions` is repeated with balls, and the Hessian is what comes of the n_1
unit vectors.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from netgrad.bounds.balls import (
    Ball,
    added,
    distance,
    divided,
    exact,
    matrix_product,
    negative,
    product,
    summed,
)
from netgrad.bounds.bends import bends
from netgrad.bounds.certified import HELD, delta_of, forward, value_and_grad_bounds
from netgrad.bounds.slopes import complement
from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.blocks import in_blocks
from netgrad.core.directions import directions_of, hessian_times
from netgrad.core.hessian import hessian
from netgrad.core.network import Network
from netgrad.core.products import row_sums


class BoundedHessian(NamedTuple):
    """Value and Hessian of one output at m points, and bounds on their absolute errors."""

    a: Array  # (m,)
    a_err: Array  # (m,)
    H: Array  # (m, n_1, n_1)
    H_err: Array  # (m, n_1, n_1)


class BoundedProduct(NamedTuple):
    """v^T H v and H v at m points, and bounds on their absolute errors."""

    curvature: Array  # (m,), v^T H v
    curvature_err: Array  # (m,)
    Hv: Array  # (m, n_1)
    Hv_err: Array  # (m, n_1)


class State(NamedTuple):
    """Balls of one layer, each of shape (m, n_l)."""

    a: Ball
    dsigma: Ball | None  # None of softmax
    d2sigma: Ball | None
    Delta: Ball | None = None  # None of the last layer, where it is e_k


def hessian_bounds(net: Network, X: Array, k: Which = None, jobs: int = 1) -> BoundedHessian:
    """Value and Hessian as `hessian` has them, with |H - exact| <= H_err.

    Exact is said as in `value_and_grad_bounds`. At a kink that a z[l] may be on either side of, the bound covers the
    second derivatives of both; that the gradient jumps there is in none of them.

    Parameters
    ----------
    X : (m, n_1)
    k
        Which output, from 0; None where n_L = 1.
    jobs
        Threads; the result does not depend on it.

    Raises
    ------
    UsageError
        As `hessian`; there are no bounds for an activation.

    Examples
    --------
    >>> net = Network.of([([[1.0]], [0.0])], "arctan")
    >>> bounded = hessian_bounds(net, np.array([[1.0]]))
    >>> bounded.H, bounded.H_err < 1e-15
    (array([[[-0.5]]]), array([[[ True]]]))
    """
    k, X = output_of(net, k), points_of(net, X)
    found, value = hessian(net, X, k, jobs), value_and_grad_bounds(net, X, k, jobs)
    H_err, n = np.empty(found.H.shape), net.sizes[0]

    def work(block: Array, rows: slice) -> None:
        m = rows.stop - rows.start
        with np.errstate(all="ignore"):
            passed = list(_passed(net, exact(block), k))
            for i, v in enumerate(np.eye(n)):
                column = _times(net, passed, exact(np.broadcast_to(v, block.shape)), k)
                H_err[rows, :, i] = distance(found.H[rows, :, i], Ball(column.mid[:m], column.rad[:m]))

    in_blocks(X, HELD * max(net.sizes), lambda: work, jobs)
    return BoundedHessian(found.a, value.a_err, found.H, np.minimum(H_err, H_err.swapaxes(1, 2)))


def hessian_times_bounds(net: Network, X: Array, v: Array, k: Which = None, jobs: int = 1) -> BoundedProduct:
    """v^T H v and H v for a direction v, shape (n_1,), with bounds as those of `hessian_bounds`.

    Parameters
    ----------
    X : (m, n_1)
    v : (n_1,)

    Raises
    ------
    UsageError
        As `hessian_bounds`; v is of another shape.

    Examples
    --------
    >>> net = Network.of([([[1.0]], [0.0])], "arctan")
    >>> hessian_times_bounds(net, np.array([[1.0]]), np.array([2.0])).Hv
    array([[-1.]])
    """
    k, X = output_of(net, k), points_of(net, X)
    v = np.array(directions_of(net, v, 1)[0])
    Hv = hessian_times(net, X, v, k, jobs)[1]
    curvature = row_sums(Hv * v)
    curvature_err, Hv_err = np.empty(len(X)), np.empty(X.shape)

    def work(block: Array, rows: slice) -> None:
        m = rows.stop - rows.start
        with np.errstate(all="ignore"):
            column = _times(net, list(_passed(net, exact(block), k)), exact(np.broadcast_to(v, block.shape)), k)
            whole = matrix_product(column, v[:, np.newaxis])
            Hv_err[rows] = distance(Hv[rows], Ball(column.mid[:m], column.rad[:m]))
            curvature_err[rows] = distance(curvature[rows], Ball(whole.mid[:m, 0], whole.rad[:m, 0]))

    in_blocks(X, HELD * max(net.sizes), lambda: work, jobs)
    return BoundedProduct(curvature, curvature_err, Hv, Hv_err)


def _passed(net: Network, x: Ball, k: int) -> Iterator[State]:
    """States of layers 2 to L, with Delta[l] of those before the last."""
    states = [State(y.a, y.dsigma, y.dsigma and bends(y.sigma, y.z)) for y in forward(net, x)]
    slopes = [y.dsigma for y in states if y.dsigma is not None]
    delta, back = delta_of(net, states[-1].a, slopes, k), [states[-1]]
    for layer, y in zip(reversed(net.layers[1:]), reversed(states[:-1]), strict=True):
        Delta = matrix_product(delta, layer.W)
        assert y.dsigma is not None
        delta = product(y.dsigma, Delta)
        back.append(y._replace(Delta=Delta))
    yield from reversed(back)


def _times(net: Network, passed: list[State], v: Ball, k: int) -> Ball:
    """Ball around H v, shape (m, n_1)."""
    t = v if net.scaling is None else divided(v, net.scaling.std)
    dz = []
    for layer, y in zip(net.layers, passed, strict=True):
        dz.append(matrix_product(t, layer.W.T))
        t = _through(y, dz[-1])
    ddelta = _output_ddelta(passed[-1], dz[-1], t, k)
    for l in reversed(range(1, len(passed))):
        dDelta, y = matrix_product(ddelta, net.layers[l].W), passed[l - 1]
        assert y.dsigma is not None
        assert y.d2sigma is not None
        assert y.Delta is not None
        ddelta = added(product(y.dsigma, dDelta), product(product(y.d2sigma, dz[l - 1]), y.Delta))
    found = matrix_product(ddelta, net.layers[0].W)
    found = found if net.scaling is None else divided(found, net.scaling.std)
    return found if net.output_scaling is None else product(found, exact(net.output_scaling.std[[k]]))


def _through(y: State, dz: Ball) -> Ball:
    """Ball around a' = sigma'(z) z'; for softmax a_j (z'_j - sum_k a_k z'_k), the largest a_k the origin of z'."""
    if y.dsigma is not None:
        return product(y.dsigma, dz)
    top = y.a.mid.argmax(axis=1)[:, np.newaxis]
    origin = Ball(*(np.take_along_axis(part, top, axis=1) for part in dz))
    d = added(dz, negative(origin))
    at_top = np.arange(dz.mid.shape[1]) == top
    d = Ball(np.where(at_top, 0, d.mid), np.where(at_top, 0, d.rad))
    return product(y.a, added(d, negative(summed(product(y.a, d)))))


def _output_ddelta(last: State, dz: Ball, da: Ball, k: int) -> Ball:
    """Ball around the derivative of delta[L] along v: sigma''(z) z' e_k, or that of softmax's a_k (e_k - a)."""
    at_k = np.arange(dz.mid.shape[1]) == k
    if last.d2sigma is not None:
        whole = product(last.d2sigma, dz)
        return Ball(np.where(at_k, whole.mid, 0), np.where(at_k, whole.rad, 0))
    others = complement(last.a)
    e_k_minus_a = Ball(np.where(at_k, others.mid, -last.a.mid), np.where(at_k, others.rad, last.a.rad))
    a_k, da_k = (Ball(part.mid[:, [k]], part.rad[:, [k]]) for part in (last.a, da))
    return added(product(da_k, e_k_minus_a), negative(product(a_k, da)))
