"""Integrated gradients by mpmath: in closed form, and by its own quadrature."""

from functools import partial

import oracle
from oracle import mpf


def closed_form(net, x, x0):
    """IG_i = (x_i - x0_i) sum_j v_j W_ji (a_j(x) - a_j(x0)) / (z_j(x) - z_j(x0)) where layer 3 is one identity.

    The derivative of a_j along the path is sigma'(z_j), and z_j is linear in t.
    """
    (_, (z, a, _), _), (_, (z0, a0, _), _) = oracle.layers(net, x), oracle.layers(net, x0)
    first, last = net.layers
    quotients = [
        mpf(v) * (a_j - a0_j) / (z_j - z0_j) for v, z_j, z0_j, a_j, a0_j in zip(last.W[0], z, z0, a, a0, strict=True)
    ]
    return [
        (mpf(x[i]) - mpf(x0[i])) * oracle.mp.fsum(q * mpf(w) for q, w in zip(quotients, first.W[:, i], strict=True))
        for i in range(len(x))
    ]


def quadrature(net, x, x0, cuts=()):
    """IG by mpmath's tanh-sinh quadrature of the oracle's gradient, from 0 to 1 with an edge at each cut."""
    mp, slopes = oracle.mp, {}
    dx = [mpf(v) - mpf(v0) for v, v0 in zip(x, x0, strict=True)]

    def slope(i, t):
        if t not in slopes:
            slopes[t] = oracle.value_and_grad(net, [mpf(v0) + t * d for v0, d in zip(x0, dx, strict=True)])[1]
        return slopes[t][i]

    with mp.workdps(20):
        return [d * mp.quad(partial(slope, i), [0, *cuts, 1]) for i, d in enumerate(dx)]


def fronts(net, x, x0):
    """Where z[2] of some unit is 0 between x0 and x."""
    (_, (z, *_), *_), (_, (z0, *_), *_) = oracle.layers(net, x), oracle.layers(net, x0)
    return sorted(t for t in (-v0 / (v - v0) for v, v0 in zip(z, z0, strict=True)) if 0 < t < 1)


def difference(ig, exact):
    """max_i |ig_i - exact_i|."""
    return float(max(abs(mpf(v) - e) for v, e in zip(ig.tolist(), exact, strict=True)))
