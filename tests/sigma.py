"""Activation functions as values, and points to try them at."""

import numpy as np

from netgrad.core.activations import SIGMA

COMPONENTWISE = sorted(set(SIGMA) - {"softmax"})
KINKS = {"relu": [0], "leaky_relu": [0], "elu": [0], "selu": [0], "hard_sigmoid": [-3, 3]}
HUGE = 1.7e308


def apply(name, z):
    """sigma(z) and sigma'(z) as new arrays."""
    a, d = z.copy(), np.full_like(z, np.nan)
    with np.errstate(under="ignore"):
        SIGMA[name](a, d)
    return a, d


def spread(bound, m):
    """Points of both signs up to `bound`: m by magnitude, m evenly to 20, and whole numbers."""
    rng = np.random.default_rng(0)
    t = [10 ** rng.uniform(-20, np.log10(bound), m), rng.uniform(0, 20, m), np.arange(1, 41), [bound]]
    t = np.concatenate(t)
    return np.concatenate([-t, t])


def off_kinks(name, z, distance=1e-3):
    """The points of z at which sigma is smooth."""
    return z[[all(abs(t - kink) > distance for kink in KINKS.get(name, [])) for t in z]]
