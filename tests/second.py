"""Second derivatives to some 45 digits: central differences of the oracle's gradient in longer arithmetic."""

import oracle
from oracle import mp, mpf

STEP = mpf(10) ** -30  # a central difference is off by some STEP^2


def curvature(name, z):
    """sigma''(z) as a difference of sigma', in so many digits that what is left of 1 has 45 of them."""
    with mp.workdps(400):
        z, h = mpf(z), mpf(10) ** -30
        below, above = (oracle.ACTIVATIONS[name](z + t)[1] for t in (-h, h))
        return (above - below) / (2 * h)


def hessian_times(net, x, v, k=0):
    """Column of n_1 mpfs: the derivative of the gradient of a_k along v."""
    with mp.workdps(350):
        ends = []
        for t in (-STEP, STEP):
            ends.append(oracle.value_and_grad(net, [mpf(c) + t * mpf(d) for c, d in zip(x, v, strict=True)], k)[1])
        return [(b - a) / (2 * STEP) for a, b in zip(*ends, strict=True)]


def hessian(net, x, k=0):
    """n_1 columns of n_1 mpfs."""
    n = len(x)
    return [hessian_times(net, x, [float(i == j) for j in range(n)], k) for i in range(n)]
