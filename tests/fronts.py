"""Networks with steep fronts, kinks, cancelling pairs and narrow bumps, and their integrated gradients.

Each network is a sum of functions F_j(s_j) of one number s_j = w_j x, made by some layers of a few units; along a
path s_j is linear in t, so that

    IG_i = sum_j w_ji (x_i - x0_i) (F_j(s_j(x)) - F_j(s_j(x0))) / (s_j(x) - s_j(x0)).
"""

import numpy as np
import oracle
from oracle import mp, mpf

from netgrad.analysis.discs import DISCS
from netgrad.analysis.integrated import integrated_gradients
from netgrad.core.activations import SIGMA
from netgrad.core.backprop import evaluate
from netgrad.core.network import Layer, Network

TOL = 1e-9
ROUNDING = 1e-14  # of sums of some numbers; what z's roundings make of a saturated end is below it
NAMES = [name for name in SIGMA if name in DISCS]
STEEP = ["sigmoid", "tanh", "hard_sigmoid", "softsign", "arctan"]  # bounded, so that steepness makes fronts


def block_of(rng, w, dx, width, names):
    """Layers of one F_j, the first on x; every unit has its front at a random place of the path from 0 to dx."""
    layers = []
    for l, name in enumerate(names):
        steepness = 10.0 ** (rng.uniform(0, 5) if name in STEEP else rng.uniform(-1, 1))
        k = 2.0 ** np.round(np.log2(steepness) + rng.normal(size=(width, 1))) * rng.choice([-1, 1], (width, 1))
        W = k * w if l == 0 else k * rng.normal(size=(width, width))
        t = rng.uniform(0.02, 0.98, (width, 1))
        a = evaluate(Network(tuple(layers)), t * dx) if layers else t * dx
        with np.errstate(under="ignore"):
            b = -(W * a).sum(axis=1)
        if rng.random() < 0.3:
            b += rng.choice([3, 20, 35, -3, -20, -35])
        layers.append(Layer(W, np.where(np.isfinite(b), b, 0), name))  # a may overflow
    return layers


def case(seed):
    """A network, a point x, the w_j, shape (blocks, n_1), and how many units each has in the last hidden layer."""
    rng = np.random.default_rng(seed)
    n, depth, width, blocks = rng.integers(2, 4), rng.integers(1, 4), rng.integers(1, 4), rng.integers(1, 3)
    dx = np.ones(n) if rng.random() < 0.7 else rng.choice([0.5, 1, 2, -1], n)
    names = [str(rng.choice(STEEP if rng.random() < 0.6 else NAMES)) for _ in range(depth)]
    w = rng.permuted(np.tile(np.eye(n)[0], (blocks, 1)), axis=1) * rng.choice([1, 2, -1], (blocks, 1))
    v = rng.choice([1, -1, 0.1, 1e-3], blocks * width)
    parts = [block_of(rng, w_j, dx, width, names) for w_j in w]
    if rng.random() < 0.5:  # another one that cancels the first all along the path, through other inputs
        first, *rest = parts[0]
        parts.append([Layer(np.roll(first.W, 1, axis=1), first.b, first.activation), *rest])
        w, v = np.vstack([w, np.roll(w[0], 1)]), np.append(v, -v[:width])
    ahead = [Layer(np.eye(n), np.zeros(n), "identity")] * int(rng.random() < 0.3)
    hidden = [beside([part[l] for part in parts], l > 0) for l in range(depth)]
    return Network((*ahead, *hidden, Layer(v[np.newaxis], np.zeros(1), "identity"))), dx, w, width


def beside(layers, own):
    """Layers as one, each on all inputs or, with `own`, on inputs of its own."""
    W = np.vstack([layer.W for layer in layers])
    if own:
        p, q = layers[0].W.shape
        W = np.block([[part.W if i == j else np.zeros((p, q)) for j in range(len(layers))]
                      for i, part in enumerate(layers)])  # fmt: skip
    return Layer(W, np.concatenate([layer.b for layer in layers]), layers[0].activation)


def exact(net, x, w, width):
    """IG from 0 to x, as mpfs."""
    ends = [oracle.layers(net, point) for point in (x, 0 * x)]
    a, a0 = (end[-2][1] for end in ends)
    v = net.layers[-1].W[0]
    ig = [mpf(0)] * len(x)
    for j, w_j in enumerate(w):
        change = mp.fsum(mpf(v[u]) * (a[u] - a0[u]) for u in range(j * width, (j + 1) * width))
        s = mp.fdot(map(mpf, w_j), map(mpf, x))
        ig = [v_i + (mpf(w_ji) * mpf(x_i) / s * change if s else 0) for v_i, w_ji, x_i in zip(ig, w_j, x, strict=True)]
    scale = max(abs(z_j) for end in ends for z, *_ in end for z_j in z)
    return ig, float(scale)


def outcome(seed):
    """Outcome of one case: 'right', 'counted' (an error or a gap above tol is stated) or what is silently wrong."""
    net, x, w, width = case(seed)
    found = integrated_gradients(net, x[np.newaxis], tol=TOL)
    ig, scale = exact(net, x, w, width)
    error = float(mp.fsum(abs(mpf(float(v)) - e) for v, e in zip(found.ig[0], ig, strict=True)))
    if error <= TOL + ROUNDING * (1 + scale):
        return "right" if found.error[0] <= TOL else "counted"
    if not max(found.error[0], found.gap[0]) <= TOL:
        return "counted"
    return f"seed {seed}: off by {error:.2g}, scale {scale:.2g}, {found}"
