import cmath

import numpy as np
import oracle
import pytest
from nets import random_net, random_points
from sigma import apply, names_of

from netgrad.analysis.discs import DISCS, VARIED, disc_of
from netgrad.analysis.enclosures import enclosed
from netgrad.core.activations import activation as activation_of
from netgrad.core.backprop import value_and_grad

mp, mpf, mpc = oracle.mp, oracle.mpf, oracle.mp.mpc
ROUND = 1 + 1e-9  # of the bounds themselves


def logistic(w):
    s = 1 / (1 + mp.exp(-w))
    return s, s / (1 + mp.exp(w))


def slope(name, w, side):
    """sigma'(w) for complex w, of the analytic function on the side of a kink that the number `side` is on."""
    if name in ("sigmoid", "softplus", "silu"):
        s, ds = logistic(w)
        return {"sigmoid": ds, "softplus": s, "silu": s + w * ds}[name]
    if name == "tanh":
        return 4 * logistic(2 * w)[1]
    if name == "gelu":
        return mp.erfc(-w / mp.sqrt(2)) / 2 + w * mp.exp(-w * w / 2) / mp.sqrt(2 * mp.pi)
    if name == "gelu_tanh":
        c, cubic = 2 * mp.sqrt(2 / mp.pi), mpf("0.044715")
        s, ds = logistic(c * (w + cubic * w**3))
        return s + w * ds * c * (1 + 3 * cubic * w * w)
    if name == "arctan":
        return 1 / (1 + w * w)
    if name == "softsign":
        return 1 / (1 + (w if side > 0 else -w)) ** 2
    if name == "exp":
        return mp.exp(w)
    if name == "log_sigmoid":
        return logistic(-w)[0]
    if name == "hard_swish" and abs(side) <= 3:
        return (2 * w + 3) / 6
    if name.startswith(("elu", "selu")) and side <= 0:
        return oracle.activation(name, side)[1] * mp.exp(w - side)
    return mpc(oracle.activation(name, side)[1])


@pytest.mark.parametrize("name", names_of(DISCS, VARIED))
def test_slopes_on_a_disc_are_within_its_bounds(name):
    rng = np.random.default_rng(0)
    z = np.concatenate([rng.uniform(-4, 4, 60), rng.uniform(-40, 40, 30)])
    R = 10 ** rng.uniform(-4, 1.3, len(z))
    _, d = apply(name, z)
    with np.errstate(all="ignore"):
        S, V = disc_of(activation_of(name)).bounds(z, R, d)
    for z_j, R_j, d_j, S_j, V_j in zip(z, R, d, S, V, strict=True):
        for angle in np.linspace(0, np.pi, 9):
            w = mpc(z_j) + R_j * mpc(cmath.exp(1j * angle))
            if S_j < 1e20:
                with mp.workdps(20):
                    there = slope(name, w, float(z_j))
                    assert abs(there) <= S_j * ROUND + 1e-15
                    assert abs(there - d_j) <= V_j * ROUND + 1e-15


@pytest.mark.parametrize("activation", [*names_of(DISCS, VARIED), "softmax"])
@pytest.mark.parametrize("half", [1e-3, 0.02, 0.5])
def test_the_gradient_stays_within_its_spread(activation, half):
    softmax = activation == "softmax"
    net = random_net((3, 5, 4, 3 if softmax else 1), 1.5, 4, "tanh" if softmax else activation, activation)
    middles, dx = random_points(40, 3), random_points(40, 3, 1)
    with np.errstate(all="ignore"):
        found = enclosed(net, 0, middles, dx, np.full(40, half), 1)
    for t in np.linspace(-half, half, 21):
        f = dx * value_and_grad(net, middles + t * dx, 0)[1]
        assert not (abs(f - found.f) > found.spread * ROUND + 1e-13).any()
    assert half > 0.01 or activation_of(activation).overflows or np.isfinite(found.spread).all()


def test_kinks_are_seen_wherever_a_sign_changes():
    net = random_net((3, 5, 4, 1), 1.5, 4, "relu")
    middles, dx = random_points(200, 3), random_points(200, 3, 1)
    found = enclosed(net, 0, middles, dx, np.full(200, 0.1), 1)
    signs = np.array(
        [
            [[z_j > 0 for z_j in z] for z, *_ in oracle.layers(net, x)[1:3]][1:]
            for ends in zip(middles - 0.1 * dx, middles + 0.1 * dx, strict=True)
            for x in ends
        ]
    ).reshape(200, 2, -1)
    changes = (signs[:, 0] != signs[:, 1]).any(axis=1)
    assert changes.any()
    assert not found.smooth[changes].any()
    assert found.smooth.any()
