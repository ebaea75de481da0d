"""Random networks and directions, and bounds on second derivatives that do not hold for them."""

import numpy as np
import second
from nets import random_net
from oracle import mp, mpf
from sigma import names_of

from netgrad.bounds.bends import BENDS, VARIED
from netgrad.bounds.hessians import hessian_bounds, hessian_times_bounds
from netgrad.core.network import Scaling

SLACK = mpf(10) ** -40  # of the oracle, relative to the largest entry
UNDERFLOW = mpf(10) ** -300
BOUNDED = [*names_of(BENDS, VARIED), "softmax"]


def case(seed):
    """Network, points, direction and the name of its activation."""
    rng = np.random.default_rng(seed)
    name = BOUNDED[seed % len(BOUNDED)]
    sizes = (int(rng.integers(1, 4)), *rng.integers(1, 5, rng.integers(1, 5)).tolist())
    more = {}
    if rng.random() < 0.3:
        n = sizes[0]
        more["scaling"] = Scaling(rng.normal(size=n), 10 ** rng.uniform(-3, 3, n))
    hidden, last = name, {}
    if name in ("softmax", "exp"):  # of exp throughout it would be too large for a number
        hidden, last = str(rng.choice(["tanh", "sigmoid", "silu", "gelu"])), {"last": name}
        sizes = (*sizes, 3) if name == "softmax" else sizes
    scale = 10 ** rng.uniform(-1, 0.5 if name == "exp" else 2)
    net = random_net(sizes, scale, int(rng.integers(1 << 30)), hidden, **last, **more)
    if rng.random() < 0.3:
        n_L = sizes[-1]
        more["output_scaling"] = Scaling(rng.normal(size=n_L), rng.normal(size=n_L) * 10 ** rng.uniform(-3, 3, n_L))
        net = type(net)(net.layers, scaling=net.scaling, output_scaling=more["output_scaling"])
    X = rng.normal(size=(2, sizes[0])) * 10 ** rng.uniform(-2, 1)
    if rng.random() < 0.2:
        X = np.rint(X)
    return net, X, rng.normal(size=sizes[0]), int(rng.integers(sizes[-1])), name


def violations(seed):
    """(bounds, how many are finite, those that do not hold, the activation, ratios of bound to error)."""
    net, X, v, k, name = case(seed)
    with np.errstate(all="ignore"):
        whole, along = hessian_bounds(net, X, k), hessian_times_bounds(net, X, v, k)
    count, finite, wrong, ratios = 0, 0, [], []
    for i, x in enumerate(X.tolist()):
        H = second.hessian(net, x, k)
        Hv = second.hessian_times(net, x, v.tolist(), k)
        vHv = mp.fsum(mpf(c) * h for c, h in zip(v.tolist(), Hv, strict=True))
        exact = [*(h for column in H for h in column), *Hv, vHv]
        computed = [*whole.H[i].T.flat, *along.Hv[i], along.curvature[i]]
        bounds = [*whole.H_err[i].T.flat, *along.Hv_err[i], along.curvature_err[i]]
        size = max(map(abs, exact))
        for c, bound, e in zip(computed, bounds, exact, strict=True):
            count, finite = count + 1, finite + bool(np.isfinite(bound))
            error = abs(mpf(float(c)) - e) if np.isfinite(c) else mpf("inf")
            if bound != np.inf and not error <= mpf(float(bound)) + SLACK * size:
                wrong.append(f"seed {seed}: {c} +- {bound}, exact {mp.nstr(e, 20)}, {net}, x = {x}")
            if error > UNDERFLOW and np.isfinite(bound):
                ratios.append(float(mpf(float(bound)) / error))
    return count, finite, wrong, name, ratios
