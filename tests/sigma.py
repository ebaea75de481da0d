"""Activation functions as values, and points to try them at."""

import numpy as np

from netgrad.core.activations import ACTIVATIONS, activation

COMPONENTWISE = sorted(name for name, sigma in ACTIVATIONS.items() if not sigma.whole_row)
PARAMETERS = ["relu(6)", "leaky_relu(0.2)", "leaky_relu(-0.5)", "elu(0.3)", "elu(2)"]
KINKS = {
    **{"relu": [0], "leaky_relu": [0], "elu": [0], "selu": [0], "hard_sigmoid": [-3, 3]},
    **{"hard_tanh": [-1, 1], "hard_swish": [-3, 3], "relu(6)": [0, 6]},
    **{name: [0] for name in PARAMETERS[1:]},
}


def names_of(known, varied):
    """Names that a module's tables have an entry for, with some parameters."""
    return sorted([*known, *varied, *(text for text in PARAMETERS if text.partition("(")[0] in varied)])


EXP_LARGEST = {np.float64: 709.7, np.float32: 88.7}
HUGE = 1.7e308


def apply(name, z):
    """sigma(z) and sigma'(z) as new arrays."""
    a, d = z.copy(), np.full_like(z, np.nan)
    with np.errstate(under="ignore"):
        activation(name).f(a, d)
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
