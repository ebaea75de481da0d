"""Sums over layers of J_l^T diag(c_l) J_l, J_l = dz[l]/dx: a Hessian with respect to x from curvatures at each unit.

Three ways, by what is many: of few inputs the products of columns of J_l, units side by side in memory; of more a
matrix product for each point; and of more inputs than layer 2 has neurons, the same with respect to z[2], between
W[2]^T and W[2].
"""

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.blocks import times
from netgrad.core.network import Network
from netgrad.core.states import State

FEW = 4  # inputs for which products of columns are quicker


def hessian_sum(net: Network, passed: list[State], k: int) -> Array:
    """The Hessian of a_k[L] at each of m points, shape (m, n_1, n_1), symmetric to the last bit."""
    std = np.ones(net.sizes[0], net.dtype) if net.scaling is None else net.scaling.std
    W = net.layers[0].W / std
    if net.sizes[0] <= FEW:
        return _by_columns(net, passed, W, k)
    wide = net.sizes[0] > net.sizes[1] > 1 and net.L > 2  # of one neuron it would be inner products: see `products`
    H = W.T @ _by_products(net, passed, None, k) @ W if wide else _by_products(net, passed, W.T[np.newaxis], k)
    H += H.swapaxes(1, 2).copy()  # the same sum on both sides of the diagonal
    H /= 2
    return H


def _by_columns(net: Network, passed: list[State], W: Array, k: int) -> Array:
    n, m = W.shape[1], len(passed[0].a)
    H = np.zeros((n, n, m), net.dtype)
    J = W.T[:, :, np.newaxis]  # (n_1, n_l, m)
    for l, (layer, y) in enumerate(zip(net.layers, passed, strict=True)):
        if l:
            J = np.stack([times(J_i.T * passed[l - 1].dsigma, layer.W.T).T for J_i in J])
        J_l, c = J, _weights(y)
        if layer.sigma.whole_row:
            centred, c = _centred(y, J.transpose(2, 0, 1), k)
            J_l = centred.transpose(1, 2, 0)
        for i, weighted in enumerate(J_l * c.T):
            for j in range(i, n):
                H[i, j] += np.einsum("lm,lm->m", weighted, np.broadcast_to(J_l[j], weighted.shape))
                H[j, i] = H[i, j]
    return H.transpose(2, 0, 1)


def _by_products(net: Network, passed: list[State], J: Array | None, k: int) -> Array:
    """The sum with J_2 = `J`, shape (1, n_1, n_2), or the identity for None; up to rounding symmetric."""
    n = net.sizes[1] if J is None else J.shape[1]
    H = np.zeros((len(passed[0].a), n, n), net.dtype)
    for l, (layer, y) in enumerate(zip(net.layers, passed, strict=True)):
        if l:
            dsigma = passed[l - 1].dsigma[:, np.newaxis]
            J = dsigma.swapaxes(1, 2) * layer.W.T if J is None else _times_each(J * dsigma, layer.W.T)
        if J is None:
            H[:, np.arange(n), np.arange(n)] = _weights(y)
            continue
        J_l, c = _centred(y, J, k) if layer.sigma.whole_row else (J, _weights(y))
        if c.any():
            H += (J_l * c[:, np.newaxis]) @ J_l.swapaxes(1, 2)
    return H


def _times_each(J: Array, B: Array) -> Array:
    """J_i B for each point i, of shape (m, n, p) for J (m, n, k)."""
    return np.ascontiguousarray(times(J.reshape(-1, len(B)), B)).reshape(*J.shape[:2], -1)


def _weights(y: State) -> Array:
    return y.d2sigma * y.Delta


def _centred(y: State, J: Array, k: int) -> tuple[Array, Array]:
    """For softmax rows y_i - ybar, shape (m, n, n_L), and their coefficients -a_k a_i, a_k (1 - a_k) for i = k."""
    J = np.broadcast_to(J, (len(y.a), *J.shape[1:]))
    top = y.a.argmax(axis=1)
    d = J - np.take_along_axis(J, top[:, np.newaxis, np.newaxis], axis=2)  # 0 at the largest a_i: small terms are left
    c = -y.a[:, [k]] * y.a
    c[:, k] = y.dsigma[:, k]
    return d - (y.a[:, np.newaxis] * d).sum(axis=2, keepdims=True), c
