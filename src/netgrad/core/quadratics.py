"""Sums over layers of J_l^T diag(c_l) J_l, J_l = dz[l]/dx: a Hessian with respect to x from curvatures at each unit.

J_2 = W[2] is that of all points, so that its term is a matrix product of c_2 with the products of the columns of W[2],
and J_3 = W[3] D[2] W[2] one of the diagonal of D[2]. What follows goes three ways, by what is many: of few inputs the
products of columns of J_l, units side by side in memory; of more a matrix product for each point; and of more inputs
than layer 2 has neurons, the same with respect to z[2], between W[2]^T and W[2].
"""

from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.network import Layer, Network
from netgrad.core.products import product
from netgrad.core.states import State

FEW = 4  # inputs for which products of columns are quicker
MOST = 4096  # points at a time
HELD = 1 << 18  # numbers of a J_l that are held at a time, beside one point's


def points_at_a_time(net: Network) -> int:
    """For how many points at a time a Hessian is summed up: a power of two, of the network alone.

    Products of matrices then have one shape each, so that a point gets the same bits wherever it stands.

    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> points_at_a_time(net)
    4096
    """
    n = net.sizes[0]
    some = max(1, HELD // (max(net.sizes) * (n if n > FEW else 1)))
    return min(MOST, 1 << some.bit_length() - 1)


class First(NamedTuple):
    """J_2 = W, its rows divided by powers of two, so that their products neither over- nor underflow."""

    W: Array  # (n_2, n), J_2 / unit
    unit: Array  # (n_2,)

    def curvatures(self, c: Array) -> Array:
        """c unit^2 for c of shape (m, n_2): what goes with products of two entries of W."""
        return c * self.unit * self.unit

    def slopes(self, d: Array) -> Array:
        """d unit for d of shape (m, n_2)."""
        return d * self.unit


def first(W: Array) -> First:
    """W as the factor of many products.

    >>> first(np.array([[3.0, 1.0]])).W
    array([[0.75, 0.25]])
    """
    unit = np.ldexp(1.0, np.frexp(np.abs(W).max(axis=1))[1]).astype(W.dtype)
    return First(W / unit[:, np.newaxis], unit)


def hessian_sum(net: Network, passed: list[State], k: int, H: Array) -> None:
    """The Hessian of a_k[L] at each of m points, in `H` of shape (m, n_1, n_1), symmetric to the last bit."""
    n = net.sizes[0]
    W = net.layers[0].W if net.scaling is None else net.layers[0].W / net.scaling.std
    if n <= FEW:
        _by_columns(net, passed, W, k, H)
    elif n > net.sizes[1] > 1 and net.L > 2:  # of one neuron it would be inner products: see `products`
        np.matmul(W.T @ _by_points(net, passed, None, k), W, out=H)
        _make_symmetric(H)
    else:
        np.copyto(H, _by_points(net, passed, W, k))
        _make_symmetric(H)


def _by_columns(net: Network, passed: list[State], W: Array, k: int, H: Array) -> None:
    n, m = W.shape[1], len(passed[0].a)
    i, j = np.triu_indices(n)
    if net.L == 2:
        J: Array = np.broadcast_to(W.T[:, :, np.newaxis], (n, len(W), m))
        found = _pairs(net.layers[0], passed[0], J, k)
    else:
        J_2 = first(W)
        found = np.matmul((J_2.W[:, i] * J_2.W[:, j]).T, J_2.curvatures(_weights(passed[0])).T)
    for l, (layer, y) in enumerate(zip(net.layers[1:], passed[1:], strict=True)):
        slopes = passed[l].dsigma
        J = _of_columns(J_2.W, layer, J_2.slopes(slopes).T) if l == 0 else layer.W @ (J * slopes.T)
        found += _pairs(layer, y, J, k)
    H[:, i, j] = H[:, j, i] = found.T


def _of_columns(W: Array, layer: Layer, slopes: Array) -> Array:
    """J_3, shape (n_1, n_3, m), from sigma'(z[2]) of shape (n_2, m)."""
    factors = (W.T[:, np.newaxis] * layer.W).reshape(-1, len(W))
    J: Array = np.matmul(factors, slopes)
    return J.reshape(W.shape[1], len(layer.W), -1)


def _pairs(layer: Layer, y: State, J: Array, k: int) -> Array:
    """Of J_l, shape (n_1, n_l, m), the sums of products of columns i <= j, one row each: (n_1 (n_1 + 1)/2, m)."""
    c = _weights(y)
    if layer.sigma.whole_row:
        centred, c = _centred(y, J.transpose(2, 0, 1), k)
        J = centred.transpose(1, 2, 0)
    i, j = np.triu_indices(len(J))
    weighted = J * c.T
    return np.stack([np.einsum("lm,lm->m", weighted[p], J[q]) for p, q in zip(i.tolist(), j.tolist(), strict=True)])


def _by_points(net: Network, passed: list[State], W: Array | None, k: int) -> Array:
    """The sum with J_2 = W, shape (n_2, n), or the identity for None; up to rounding symmetric, shape (m, n, n)."""
    m, n = len(passed[0].a), net.sizes[1] if W is None else W.shape[1]
    H = np.zeros((m, n, n), net.dtype)
    if net.L == 2:
        assert W is not None
        return _term(net.layers[0], passed[0], np.broadcast_to(W.T, (m, n, len(W))), k)
    if W is None:
        H[:, np.arange(n), np.arange(n)] = _weights(passed[0])
    else:
        J_2 = first(W)
        squares = (J_2.W[:, :, np.newaxis] * J_2.W[:, np.newaxis]).reshape(len(W), -1)
        np.matmul(J_2.curvatures(_weights(passed[0])), squares, out=H.reshape(m, -1))
    for l, (layer, y) in enumerate(zip(net.layers[1:], passed[1:], strict=True)):
        slopes = np.ascontiguousarray(passed[l].dsigma)[:, np.newaxis]
        if l == 0:
            slopes = slopes if W is None else J_2.slopes(slopes)
            J = slopes.swapaxes(1, 2) * layer.W.T if W is None else _of_points(J_2.W, layer, slopes[:, 0])
        else:
            through = (J * slopes).reshape(m * n, -1)
            J = product(through, layer.W.T, np.empty((m * n, len(layer.W)), net.dtype), m * n).reshape(m, n, -1)
        H += _term(layer, y, J, k)
    return H


def _of_points(W: Array, layer: Layer, slopes: Array) -> Array:
    """J_3, shape (m, n_1, n_3), from sigma'(z[2]) of shape (m, n_2)."""
    n, n_3 = W.shape[1], len(layer.W)
    if W.size * n_3 > HELD:
        return np.asarray((W.T * slopes[:, np.newaxis]) @ layer.W.T)
    factors = (W[:, :, np.newaxis] * layer.W.T[:, np.newaxis]).reshape(len(W), -1)
    J: Array = np.matmul(slopes, factors)
    return J.reshape(-1, n, n_3)


def _term(layer: Layer, y: State, J: Array, k: int) -> Array:
    """J_l^T diag(c_l) J_l, shape (m, n, n), of J_l as (m, n, n_l)."""
    c = _weights(y)
    if layer.sigma.whole_row:
        J, c = _centred(y, J, k)
    if J.shape[2] == 1:  # products of one number are no work for BLAS
        return np.asarray(J * c[:, np.newaxis] * J.swapaxes(1, 2))
    term: Array = np.matmul(J * np.ascontiguousarray(c)[:, np.newaxis], J.swapaxes(1, 2))
    return term


def _make_symmetric(H: Array) -> None:
    """Replace H by the mean of it and its transpose: the same sum on both sides of the diagonal."""
    H += H.swapaxes(1, 2).copy()
    H /= 2


def _weights(y: State) -> Array:
    return y.d2sigma * y.Delta


def _centred(y: State, J: Array, k: int) -> tuple[Array, Array]:
    """For softmax rows y_i - ybar, shape (m, n, n_L), and their coefficients -a_k a_i, a_k (1 - a_k) for i = k."""
    top = y.a.argmax(axis=1)
    d = J - np.take_along_axis(J, top[:, np.newaxis, np.newaxis], axis=2)  # 0 at the largest a_i: small terms are left
    c = -y.a[:, [k]] * y.a
    c[:, k] = y.dsigma[:, k]
    return d - (y.a[:, np.newaxis] * d).sum(axis=2, keepdims=True), c
