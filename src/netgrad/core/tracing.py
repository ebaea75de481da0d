"""Algorithm 1 at one point, with all that it computes on the way."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from netgrad.core.arguments import Which, output_of, points_of
from netgrad.core.arrays import Array
from netgrad.core.blocks import empty
from netgrad.core.network import Network
from netgrad.core.passes import forward_layer, new_tape, output_delta, scaled
from netgrad.core.products import product, rows_of


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
    The numbers are those that `value_and_grad` computes with. An output scaling comes behind them: see `outcome`.

    Raises
    ------
    UsageError
        As `value_and_grad`.
    """
    k = output_of(net, k)
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


def outcome(net: Network, trace: Sequence[Step], k: int) -> tuple[float, Array]:
    """Value of output k, from 0, and its gradient, shape (n_1,), in units of the output and of x, from the steps.

    a_k[L] and Delta[1], or where the network scales mean + std a_k[L] and Delta[1] over the std of x, times std.

    >>> from netgrad.core.network import Scaling
    >>> net = Network.of([([[4.0, -8.0]], [0.0])], output_scaling=Scaling([10.0], [2.0]))
    >>> outcome(net, trace(net, np.array([1.0, 0.5])), 0)
    (11.0, array([ 2., -4.]))
    """
    a, gradient = float(trace[-1].a[k]), trace[0].delta
    if net.scaling is not None:
        gradient = gradient / net.scaling.std
    if net.output_scaling is None:
        return a, gradient
    mean, std = float(net.output_scaling.mean[k]), float(net.output_scaling.std[k])
    return mean + std * a, gradient * net.output_scaling.std[k]
