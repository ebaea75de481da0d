"""Passes that keep what second derivatives need: every a[l], sigma'(z[l]), sigma''(z[l]), Delta[l] and delta[l]."""

from typing import NamedTuple

import numpy as np

from netgrad.core import machine
from netgrad.core.activations import Activation
from netgrad.core.arrays import Array
from netgrad.core.blocks import empty
from netgrad.core.curvatures import curvature_of
from netgrad.core.network import Network
from netgrad.core.passes import Tape, any_layer, new_tape, output_delta, scaled
from netgrad.core.products import product, rows_of


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


class Memory(NamedTuple):
    """Arrays for blocks of m points, which are overwritten by the next block."""

    tape: list[Tape]
    z: list[Array]
    Delta: list[Array]  # of layers 1 to L - 1
    delta: list[Array]  # of layers 2 to L - 1


def new_memory(net: Network, m: int) -> Memory:
    """Memory for blocks of m points; fresh memory for each would cost narrow networks more than the arithmetic."""
    z, Delta, delta = ([empty(m, n, net.dtype) for n in sizes] for sizes in _sizes(net.sizes))
    return Memory(new_tape(net, m), z, Delta, delta)


def _sizes(sizes: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    return sizes[1:], sizes[:-1], sizes[1:-1]


def forward(
    net: Network, X: Array, memory: Memory | None = None, loops: "machine.Loops | None" = None
) -> list[Forward]:
    """z[l], a[l] and sigma'(z[l]) of layers 2 to L for points X, shape (m, n_1), m a multiple of `rows_of`.

    They are those of `passes`: where numbers overflow, z is what it should be, infinite, or nan.
    """
    memory = memory or new_memory(net, len(X))
    a = scaled(net, X)
    for layer, step, z in zip(net.layers, memory.tape, memory.z, strict=True):
        a = any_layer(net, layer, a, step, z, loops)
    return [Forward(z, *step) for z, step in zip(memory.z, memory.tape, strict=True)]


def states(
    net: Network, X: Array, k: int, memory: Memory | None = None, loops: "machine.Loops | None" = None
) -> tuple[list[State], Array]:
    """States of layers 2 to L, and Delta[1], shape (m, n_1): the gradient with respect to the scaled point.

    Points as for `forward`.
    """
    memory = memory or new_memory(net, len(X))
    passed, rows = forward(net, X, memory, loops), rows_of(net.sizes)
    Delta = np.zeros_like(passed[-1].a)
    Delta[:, k] = 1
    delta = output_delta(net.layers[-1], memory.tape[-1], k)
    found: list[State] = []
    for l in reversed(range(len(passed))):
        z, a, dsigma = passed[l]
        found.append(State(a, dsigma, _d2sigma(net.layers[l].sigma, z, dsigma), Delta, delta))
        Delta = product(delta, net.layers[l].W, memory.Delta[l], rows)
        if l:
            delta = np.multiply(Delta, passed[l - 1].dsigma, out=memory.delta[l - 1])
    return found[::-1], Delta


def _d2sigma(sigma: Activation, z: Array, dsigma: Array) -> Array:
    """sigma''(z), its limit where z is infinite, nan where sigma' is."""
    if sigma.whole_row:
        return np.zeros_like(z)
    if np.isfinite(z).all():
        return curvature_of(sigma)(z, dsigma)
    largest = np.finfo(z.dtype).max
    found = curvature_of(sigma)(np.clip(z, -largest, largest), dsigma)
    return np.where(np.isnan(dsigma), np.nan, found)
