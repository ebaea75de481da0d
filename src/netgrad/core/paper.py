"""Algorithm 1 for one point, as it is printed: plain, allocating, and without the care that `backprop` takes."""

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.network import Network


def algorithm_1(net: Network, x: Array) -> tuple[float, Array]:
    """Value a[L] and gradient Delta[1] of a network of one output, without scaling, at x, shape (n_1,).

    Forward (Higham & Higham 2019, equations (3.1) and (3.2)), then backward from Delta[L] = 1:
    Delta[l-1] = W[l]^T D[l] Delta[l], D[l] = diag(sigma'(z[l])). `backprop` does the same for many points at once.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> algorithm_1(net, np.array([1.0, 0.5]))
    (0.5, array([ 1., -2.]))
    """
    a, D = x, []
    for layer in net.layers:
        z = layer.W @ a + layer.b
        a, dsigma = z.copy(), np.empty_like(z)
        layer.sigma.f(a, dsigma)
        D.append(np.diag(dsigma))
    Delta = np.ones(1)
    for layer, D_l in zip(reversed(net.layers), reversed(D), strict=True):
        Delta = layer.W.T @ D_l @ Delta
    return float(a[0]), Delta
