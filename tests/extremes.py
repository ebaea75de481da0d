"""Random networks that overflow, underflow, cancel and stand on kinks inside, and bounds that do not hold for them."""

from unittest import mock

import numpy as np
import oracle
from oracle import mp, mpf
from sigma import names_of

from netgrad.bounds.certified import jacobian_bounds
from netgrad.bounds.sigmas import SIGMAS, VARIED
from netgrad.core.network import Layer, Network, Scaling

DIGITS = 700  # more than the 616 from 1e308 to 1e-308, so that nothing cancels unseen
ENOUGH = 60  # digits for what is not piecewise linear: far more than any ball around it has
BOUNDED = names_of(SIGMAS, VARIED)
PIECEWISE_LINEAR = ["relu", "leaky_relu", "hard_sigmoid", "hard_tanh", "identity", "relu(6)", "leaky_relu(0.2)"]
BEYOND = mpf(10**4)  # exp of it is as much too large for a number, or too small, as exp of what is farther
SLACK = mpf(10) ** -40  # of the oracle, relative to the exact value
SPECIAL = [0.0, 1.0, -1.0, 3.0, -3.0, 5e-324, -5e-324, 2.0**-1022, 1e200, -1e200, 5e199, 1e-200, 1.7e308, -1.7e308]
EXPONENTS = [0, 0, 2, 20, 150, 300]


def rounded(sigma):
    """Sigma and sigma' computed to ENOUGH digits."""

    def pair(z):
        with mp.workdps(ENOUGH):
            return sigma(+z)

    return pair


def near_exp(z):
    """Exp and its derivative, for z farther than BEYOND those of BEYOND."""
    e = mp.exp(min(max(z, -BEYOND), BEYOND))
    return e, e


SMOOTH = {"exp": rounded(near_exp)} | {
    name: rounded(f) for name, f in oracle.ACTIVATIONS.items() if name not in (*PIECEWISE_LINEAR, "exp")
}


def numbers(rng, shape):
    """Numbers of one common spread of exponents, with some special ones and some that repeat or cancel."""
    spread = rng.choice(EXPONENTS)
    x = rng.normal(size=shape) * 10.0 ** rng.uniform(-spread, spread, shape)
    x = np.where(rng.random(shape) < rng.choice([0, 0.2, 0.6]), rng.choice(SPECIAL, shape), x)
    if rng.random() < 0.3:
        x = np.where(rng.random(shape) < 0.5, x, rng.choice([-1, 1], shape) * x.flat[0])
    return np.where(np.isfinite(x), x, 1.0)


def network(rng):
    """Network of up to four layers and three neurons a layer; activations differ from layer to layer."""
    sizes = rng.integers(1, 4, rng.integers(2, 5))
    names = [*rng.choice(BOUNDED, len(sizes) - 1)]
    if rng.random() < 0.1:
        names[-1] = "softmax"
    if rng.random() < 0.4:
        names = [rng.choice(PIECEWISE_LINEAR) for _ in names]
    layers = [
        Layer(numbers(rng, (n, n_above)), numbers(rng, n) * (rng.random() < 0.7), str(name))
        for n_above, n, name in zip(sizes[:-1], sizes[1:], names, strict=True)
    ]
    scaling = None
    if rng.random() < 0.3:
        std = abs(numbers(rng, sizes[0]))
        scaling = Scaling(numbers(rng, sizes[0]), np.where(std > 0, std, 1))
    return Network(tuple(layers), scaling=scaling)


def violations(seed):
    """(how many components, how many of them with a finite bound, descriptions of bounds that do not hold)."""
    rng = np.random.default_rng(seed)
    net = network(rng)
    X = numbers(rng, (2, net.sizes[0]))
    with np.errstate(all="ignore"):
        bounded = jacobian_bounds(net, X)
    count, finite, wrong = 0, 0, []
    for x, a, a_err, J, J_err in zip(X, *bounded, strict=True):
        with mp.workdps(DIGITS), mock.patch.dict(oracle.ACTIVATIONS, SMOOTH):
            exact_a, exact_J = oracle.value_and_jacobian(net, x)
            computed, bounds = [*a, *J.flat], [*a_err, *J_err.flat]
            for c, bound, exact in zip(computed, bounds, [*exact_a, *(v for row in exact_J for v in row)], strict=True):
                count, finite = count + 1, finite + np.isfinite(bound)
                holds = bound == np.inf or (
                    np.isfinite(c) and abs(mpf(float(c)) - exact) <= mpf(float(bound)) + SLACK * abs(exact)
                )
                if not holds:
                    wrong.append(f"seed {seed}: {c} +- {bound}, exact {mp.nstr(exact, 20)}, {net}, x = {x}")
    return count, finite, wrong
