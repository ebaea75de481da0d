"""Random networks, small enough for 50 digits."""

import numpy as np

from netgrad.core.network import Layer, Network


def random_net(sizes, scale=1.0, seed=0, activation="sigmoid", last=None, **more):
    """Network of sizes n_1, ..., n_L with weights and biases from scale * N(0, 1).

    All layers have one activation, but for the last where `last` names another.
    """
    rng = np.random.default_rng(seed)
    L = len(sizes)
    layers = []
    for l in range(2, L + 1):
        W, b = rng.normal(size=(sizes[l - 1], sizes[l - 2])), rng.normal(size=sizes[l - 1])
        layers.append(Layer(scale * W, scale * b, (last or activation) if l == L else activation))
    return Network(tuple(layers), **more)


def random_points(m, n, seed=0):
    """m points of R^n from N(0, 1), as rows."""
    return np.random.default_rng(1000 + seed).normal(size=(m, n))


def random_targets(net, m, seed=0):
    rng = np.random.default_rng(seed)
    n_L = net.sizes[-1]
    return np.eye(n_L)[rng.integers(n_L, size=m)] if n_L > 1 else rng.integers(2, size=(m, 1)).astype(float)
