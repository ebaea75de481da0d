"""Passes that keep what second derivatives need: every a[l], sigma'(z[l]), sigma''(z[l]), Delta[l] and delta[l]."""

from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.blocks import times
from netgrad.core.curvatures import curvature_of
from netgrad.core.network import Network
from netgrad.core.passes import Tape, output_delta, scaled


class State(NamedTuple):
    """Of one layer at m points."""

    a: Array  # (m, n_l)
    dsigma: Array  # (m, n_l); of softmax, the diagonal of its Jacobian
    d2sigma: Array  # (m, n_l); of softmax, zeros
    Delta: Array  # (m, n_l), gradient of the output with respect to a[l]
    delta: Array  # (m, n_l), with respect to z[l]


class Forward(NamedTuple):
    """Of one layer at m points, before the way back."""

    z: Array  # (m, n_l)
    a: Array  # (m, n_l)
    dsigma: Array  # (m, n_l)


def forward(net: Network, X: Array) -> list[Forward]:
    """z[l], a[l] and sigma'(z[l]) of layers 2 to L for points X, shape (m, n_1)."""
    a, found = scaled(net, X), []
    for layer in net.layers:
        z = times(a, layer.W.T)
        z += layer.b
        a, dsigma = z.copy("K"), np.empty_like(z)
        layer.sigma.f(a, dsigma)
        found.append(Forward(z, a, dsigma))
    return found


def states(net: Network, X: Array, k: int) -> tuple[list[State], Array]:
    """States of layers 2 to L, and Delta[1], shape (m, n_1): the gradient with respect to the scaled point."""
    passed = forward(net, X)
    Delta = np.zeros_like(passed[-1].a)
    Delta[:, k] = 1
    delta = output_delta(net.layers[-1], Tape(passed[-1].a, passed[-1].dsigma), k)
    found: list[State] = []
    for l in reversed(range(len(passed))):
        z, a, dsigma = passed[l]
        sigma = net.layers[l].sigma
        d2sigma = np.zeros_like(z) if sigma.whole_row else curvature_of(sigma)(z, dsigma)
        found.append(State(a, dsigma, d2sigma, Delta, delta))
        Delta = times(delta, net.layers[l].W)
        delta = Delta * passed[l - 1].dsigma if l else Delta
    return found[::-1], Delta
