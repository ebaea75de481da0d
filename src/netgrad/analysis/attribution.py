"""Attributions from gradients at a point or near it: gradient times input, SmoothGrad."""

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.backprop import output_of, value_and_grad
from netgrad.core.network import Network
from netgrad.errors import UsageError


def gradient_times_input(net: Network, X: Array, k: int | None = None, jobs: int = 1) -> tuple[Array, Array]:
    """a, shape (m,), and x_i da/dx_i, shape (m, n_1), at each point.

    Shrikumar, Greenside, Shcherbina & Kundaje, Not Just a Black Box (2016). For a network of identities without
    biases these add up to a.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])], "identity")
    >>> gradient_times_input(net, np.array([[1.0, 0.5]]))
    (array([0.]), array([[ 4., -4.]]))
    """
    a, gradient = value_and_grad(net, X, k, jobs)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return a, np.asarray(X, gradient.dtype) * gradient


def noise_of(net: Network, std: float, samples: int, seed: int) -> Array:
    """`samples` draws from N(0, std^2) for each input, shape (samples, n_1), in units of x.

    `std` is in units of the network's own scaling, where it has one. The same seed gives the same draws.

    Raises
    ------
    UsageError
        `std` is negative or draws overflow; `samples` is not positive.
    """
    if samples < 1:
        raise UsageError(f"there must be samples of the noise, not {samples}")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        draws = std * np.random.default_rng(seed).standard_normal((samples, net.sizes[0]))
        draws = draws if net.scaling is None else draws * net.scaling.std
    if not (std >= 0 and np.isfinite(draws).all()):
        raise UsageError(f"the standard deviation of the noise must be finite and not negative, not {std:g}")
    return draws


def smooth_gradient(net: Network, X: Array, draws: Array, k: int | None = None, jobs: int = 1) -> tuple[Array, Array]:
    """a, shape (m,), and the mean over s of da/dx at x + draws_s, shape (m, n_1), at each point.

    The same draws, shape (samples, n_1), serve every point, so that a point's result depends on it alone and
    points can be compared. The standard error of each component falls as 1/sqrt(samples).

    Smilkov, Thorat, Kim, Viegas & Wattenberg, SmoothGrad: removing noise by adding noise (2017).

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])], "identity")
    >>> smooth_gradient(net, np.array([[1.0, 0.5]]), np.array([[0.1, 0.0], [0.0, -0.1]]))
    (array([0.]), array([[ 4., -8.]]))
    """
    k = output_of(net, k)
    a = value_and_grad(net, X, k, jobs)[0]
    total = np.zeros(np.shape(X))
    for draw in draws:
        total += value_and_grad(net, X + draw, k, jobs)[1]
    return a, total / len(draws)
