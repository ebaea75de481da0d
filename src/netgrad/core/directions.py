"""Derivatives along directions: of the output, forward mode; of the gradient, forward over reverse."""

import numpy as np

from netgrad.core.activations import Activation
from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array, in_type
from netgrad.core.blocks import empty, in_blocks
from netgrad.core.network import Network
from netgrad.core.products import product, row_sums, rows_of
from netgrad.core.states import State, forward, states
from netgrad.errors import UsageError


def directional(net: Network, X: Array, V: Array, jobs: int = 1) -> tuple[Array, Array]:
    """All outputs a[L] and their derivatives along v at each point, in one forward pass.

    a'[1] = v, z'[l] = W[l] a'[l-1], a'[l] = sigma'(z[l]) z'[l] (Griewank & Walther, Evaluating Derivatives, 2nd ed.,
    section 3.1).

    Parameters
    ----------
    X : (m, n_1)
    V : (n_1,) or (m, n_1)
        In units of x; not normalised.
    jobs
        Threads; the result does not depend on it.

    Returns
    -------
    a : (m, n_L)
    da : (m, n_L)
        In units of the output, for a step of length 1 in units of v.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1), or V is of another shape.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> directional(net, np.array([[1.0, 0.5]]), np.array([1.0, -1.0]))
    (array([[0.5]]), array([[3.]]))
    """
    X = points_of(net, X)
    V = directions_of(net, V, len(X))
    n = net.sizes[0]
    a, da = (np.empty((len(X), net.sizes[-1]), X.dtype) for _ in range(2))

    def work(block: Array, rows: slice) -> None:
        m = rows.stop - rows.start
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            value, tangent = _tangent(net, block[:, :n], block[:, n:])
            a[rows], da[rows] = value[:m], tangent[:m]

    in_blocks(np.hstack([X, V]), 4 * max(net.sizes), lambda: work, jobs, rows_of(net.sizes))
    return a, da


def hessian_times(net: Network, X: Array, V: Array, k: Which = None, jobs: int = 1) -> tuple[Array, Array]:
    """Gradient g of a_k[L] and the product H v of its Hessian with a direction at each point.

    Algorithm 1 is differentiated along v: beside Delta[l] goes Delta'[l], with
    (D Delta)' = D Delta' + diag(sigma''(z) z') Delta (Pearlmutter, Fast exact multiplication by the Hessian, Neural
    Computation 6(1), 1994). It costs three to seven gradients, whatever n_1.

    Parameters
    ----------
    X : (m, n_1)
    V : (n_1,) or (m, n_1)
        In units of x.
    k
        Which output, from 0 or by its name; None where n_L = 1.

    Returns
    -------
    g, Hv : (m, n_1)

    Raises
    ------
    UsageError
        As `directional`; n_L > 1 and k is None; there is no output k.

    Examples
    --------
    >>> net = Network.of([([[1.0]], [0.0])], "arctan")
    >>> hessian_times(net, np.array([[1.0]]), np.array([2.0]))[1]
    array([[-1.]])
    """
    k = output_of(net, k)
    X = points_of(net, X)
    V = directions_of(net, V, len(X))
    n = net.sizes[0]
    g, Hv = (np.empty_like(X) for _ in range(2))

    def work(block: Array, rows: slice) -> None:
        m = rows.stop - rows.start
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            gradient, product = _forward_over_reverse(net, block[:, :n], block[:, n:], k)
            g[rows], Hv[rows] = gradient[:m], product[:m]

    in_blocks(np.hstack([X, V]), 8 * max(net.sizes), lambda: work, jobs, rows_of(net.sizes))
    return g, Hv


def directions_of(net: Network, V: Array, m: int) -> Array:
    """V as one direction for each of m points, shape (m, n_1), or a UsageError."""
    n = net.sizes[0]
    try:
        V = in_type(V, net.dtype)
    except (TypeError, ValueError):
        raise UsageError(f"directions must be real numbers of shape ({n},) or ({m}, {n})") from None
    if V.shape not in ((n,), (m, n)):
        raise UsageError(f"directions must have shape ({n},) or ({m}, {n}), but V has shape {V.shape}")
    return np.broadcast_to(V, (m, n))


def through(sigma: Activation, a: Array, dsigma: Array, dz: Array) -> Array:
    """a' = sigma'(z) z'; for softmax a_j (z'_j - sum_k a_k z'_k), the largest a_k taken as the origin of z'.

    >>> from netgrad.core.activations import activation
    >>> through(activation("softmax"), np.array([[0.5, 0.5]]), np.array([[0.25, 0.25]]), np.array([[1.0, 3.0]]))
    array([[-0.5,  0.5]])
    """
    if not sigma.whole_row:
        return dsigma * dz
    return a * centred(a, dz)


def centred(a: Array, dz: Array) -> Array:
    """z'_j - sum_k a_k z'_k, with digits where one a_k rounds to 1: the sum then has its small terms only."""
    rows = np.arange(len(a)), a.argmax(axis=1)
    d = dz - dz[rows][:, np.newaxis]
    centre: Array = d - row_sums(a * d)[:, np.newaxis]
    return centre


def _tangent(net: Network, X: Array, V: Array) -> tuple[Array, Array]:
    t = V if net.scaling is None else V / net.scaling.std
    passed = forward(net, X)
    for layer, y in zip(net.layers, passed, strict=True):
        t = through(layer.sigma, y.a, y.dsigma, _times(net, t, layer.W.T))
    if net.output_scaling is None:
        return passed[-1].a, t
    return net.output_scaling.mean + net.output_scaling.std * passed[-1].a, net.output_scaling.std * t


def _forward_over_reverse(net: Network, X: Array, V: Array, k: int) -> tuple[Array, Array]:
    std = 1 if net.scaling is None else net.scaling.std
    passed, gradient = states(net, X, k)
    t: Array = V / std
    dz: list[Array] = []
    for layer, y in zip(net.layers, passed, strict=True):
        dz.append(_times(net, t, layer.W.T))
        t = through(layer.sigma, y.a, y.dsigma, dz[-1])
    ddelta = _output_ddelta(net.layers[-1].sigma, passed[-1], dz[-1], t, k)
    for l in reversed(range(len(passed))):
        dDelta = _times(net, ddelta, net.layers[l].W)
        if l:
            y = passed[l - 1]
            ddelta = y.dsigma * dDelta + y.d2sigma * dz[l - 1] * y.Delta
    unit = 1 if net.output_scaling is None else net.output_scaling.std[k]
    return unit * (gradient / std), unit * (dDelta / std)


def _times(net: Network, A: Array, B: Array) -> Array:
    """A B, whose bits depend on the network alone."""
    return product(A, B, empty(len(A), B.shape[1], net.dtype), rows_of(net.sizes))


def _output_ddelta(sigma: Activation, last: State, dz: Array, da: Array, k: int) -> Array:
    """Derivative of delta[L] along the direction: sigma''(z) z' e_k, or that of softmax's column a_k (e_k - a)."""
    if not sigma.whole_row:
        return last.d2sigma * dz * last.Delta
    e_k_minus_a = last.delta / np.where(last.a[:, [k]] > 0, last.a[:, [k]], 1)
    return da[:, [k]] * e_k_minus_a - last.a[:, [k]] * da
