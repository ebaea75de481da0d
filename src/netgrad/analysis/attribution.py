"""Attributions from gradients at a point or near it: gradient times input, SmoothGrad."""

import numpy as np

from netgrad.core.arguments import Which, output_of
from netgrad.core.arrays import Array
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Network
from netgrad.errors import UsageError


def gradient_times_input(net: Network, X: Array, k: Which = None, jobs: int = 1) -> tuple[Array, Array]:
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


def smooth_gradient(
    net: Network,
    X: Array,
    k: Which = None,
    noise: float = 0.1,
    samples: int = 50,
    seed: int = 0,
    jobs: int = 1,
) -> tuple[Array, Array]:
    """Mean gradient of a_k[L] near each point (SmoothGrad), beside the value there.

    The mean of da/dx over `samples` draws of normal noise around x. The same draws serve every point, so that a
    point's result depends on it alone and points can be compared. The standard error of each component falls as
    1/sqrt(samples).

    Parameters
    ----------
    X : (m, n_1)
    k
        Which output, from 0 or by its name; None where n_L = 1.
    noise
        Its standard deviation: in units of x, or where the network scales its inputs, of their std.
    seed
        The same seed, the same noise.
    jobs
        Threads; the result does not depend on it.

    Returns
    -------
    a : (m,)
    mean_grad : (m, n_1)
        In units of the output per unit of x.

    Raises
    ------
    UsageError
        As `value_and_grad`; the noise is negative or draws overflow; `samples` is not positive.

    References
    ----------
    Smilkov, Thorat, Kim, Viegas & Wattenberg, SmoothGrad: removing noise by adding noise (2017).

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])], "identity")
    >>> smooth_gradient(net, np.array([[1.0, 0.5]]))
    (array([0.]), array([[ 4., -8.]]))
    """
    return mean_gradient(net, X, noise_of(net, noise, samples, seed), k, jobs)


def mean_gradient(net: Network, X: Array, draws: Array, k: Which = None, jobs: int = 1) -> tuple[Array, Array]:
    """Value at each point, shape (m,), and the mean over s of da/dx at x + draws_s, shape (m, n_1).

    Draws have shape (samples, n_1).
    """
    k = output_of(net, k)
    a = value_and_grad(net, X, k, jobs)[0]
    total = np.zeros(np.shape(X))
    for draw in draws:
        total += value_and_grad(net, X + draw, k, jobs)[1]
    return a, total / len(draws)
