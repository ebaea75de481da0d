"""Algorithm 1 at one point, with all that it computes on the way."""

from typing import NamedTuple

import numpy as np

from netgrad.core.activations import SIGMA
from netgrad.core.arrays import Array
from netgrad.core.backprop import output_of, points_of
from netgrad.core.blocks import ROWS, empty
from netgrad.core.network import Network
from netgrad.core.passes import Tape, affine, output_delta, scaled, times


class Step(NamedTuple):
    """What Algorithm 1 holds of layer l at one point."""

    l: int
    z: Array  # (n_l,)
    a: Array  # (n_l,)
    dsigma: Array  # (n_l,)
    delta: Array  # (n_l,), Delta[l]: the gradient with respect to a[l]


def trace(net: Network, x: Array, k: int | None = None) -> list[Step]:
    """Algorithm 1 at one point x, shape (n_1,): z, a, sigma'(z) and Delta of layers 1 to L.

    Of layer 1, z = a = x (scaled, where the network scales), sigma' = 1, and Delta[1] is with respect to that.
    The numbers are those that `value_and_grad` computes with.

    Raises
    ------
    UsageError
        As `value_and_grad`.
    """
    k = output_of(net, k)
    a = scaled(net, np.repeat(points_of(net, np.asarray(x)[np.newaxis]), ROWS, axis=0))
    forward, tape = [(a[0], a[0], np.ones_like(a[0]))], []
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for layer in net.layers:
            z = affine(layer, a, empty(ROWS, len(layer.b), net.dtype))
            a, dsigma = z.copy("F"), np.empty_like(z)
            SIGMA[layer.activation](a, dsigma)
            forward.append((z[0], a[0], dsigma[0]))
            tape.append(Tape(a, dsigma))
        deltas = [np.eye(net.sizes[-1], dtype=net.dtype)[k]]
        delta = output_delta(net.layers[-1], tape[-1], k)
        for layer, below in zip(reversed(net.layers), [*reversed(tape[:-1]), None], strict=True):
            Delta = times(delta, layer.W, empty(ROWS, layer.W.shape[1], net.dtype))
            deltas.append(Delta[0])
            delta = Delta if below is None else Delta * below.dsigma
    rows = zip(forward, reversed(deltas), strict=True)
    return [Step(l, z, a, dsigma, delta) for l, ((z, a, dsigma), delta) in enumerate(rows, start=1)]
