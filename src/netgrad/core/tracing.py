"""Algorithm 1 at one point, with all that it computes on the way."""

from typing import NamedTuple

import numpy as np

from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.blocks import empty
from netgrad.core.network import Network
from netgrad.core.passes import forward_layer, new_tape, output_delta, scaled
from netgrad.core.products import product, rows_of
from netgrad.errors import UsageError


class Step(NamedTuple):
    """Step of Algorithm 1: what it holds of layer l at one point."""

    l: int
    z: Array  # (n_l,)
    a: Array  # (n_l,)
    dsigma: Array  # (n_l,)
    delta: Array  # (n_l,), Delta[l]: the gradient with respect to a[l]


def trace(net: Network, x: Array, k: Which = None) -> list[Step]:
    """Algorithm 1 at one point x, shape (n_1,): z, a, sigma'(z) and Delta of layers 1 to L.

    Of layer 1, z = a = x (scaled, where the network scales), sigma' = 1, and Delta[1] is with respect to that.
    The numbers are those that `value_and_grad` computes with.

    Raises
    ------
    UsageError
        As `value_and_grad`; the network has an output scaling.
    """
    k = output_of(net, k)
    if net.output_scaling is not None:
        raise UsageError("a trace shows Algorithm 1, which has no output_scaling: trace the network without it")
    a = scaled(net, np.asfortranarray(np.repeat(points_of(net, np.asarray(x)[np.newaxis]), rows_of(net.sizes), axis=0)))
    forward, tape = [(a[0], a[0], np.ones_like(a[0]))], new_tape(net, len(a))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for layer, step in zip(net.layers, tape, strict=True):
            z = np.empty_like(step.a)
            a = forward_layer(net, layer, a, step, z)
            forward.append((z[0], a[0].copy(), step.dsigma[0]))
        deltas = [np.eye(net.sizes[-1], dtype=net.dtype)[k]]
        delta = output_delta(net.layers[-1], tape[-1], k)
        for layer, below in zip(reversed(net.layers), [*reversed(tape[:-1]), None], strict=True):
            Delta = product(delta, layer.W, empty(len(delta), layer.W.shape[1], net.dtype), len(delta))
            deltas.append(Delta[0])
            delta = Delta if below is None else Delta * below.dsigma
    rows = zip(forward, reversed(deltas), strict=True)
    return [Step(l, z, a, dsigma, delta) for l, ((z, a, dsigma), delta) in enumerate(rows, start=1)]
