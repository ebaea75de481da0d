"""Losses at many points, pulled back to weights and inputs: one forward pass a block, a backward pass for each loss."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from netgrad.analysis.losses import LOSSES, Output, Signal, output, targets
from netgrad.core import passes
from netgrad.core.arrays import Array
from netgrad.core.blocks import empty
from netgrad.core.network import Network
from netgrad.core.passes import Tape, backward, scaled
from netgrad.errors import UsageError


class Block(NamedTuple):
    """Some points after the forward pass; X and the tape have copies of the last point behind the m points."""

    m: int
    X: Array  # (>= m, n_1)
    tape: list[Tape]
    output: Output
    signals: list[Signal]  # of each loss


class Gradients(NamedTuple):
    """Of one loss over a block of m points."""

    layers: list[tuple[Array, Array]]  # (n_l, n_{l-1}) and (n_l,), sums over the points, for l = 2, ..., L
    x: Array  # (m, n_1), of each point, in units of the loss per unit of x


class AtPoints(NamedTuple):
    """k losses at m points."""

    cost: Array  # (m, k)
    delta: Array  # (m, k, n_L)
    gradient: Array  # (m, k, n_1), of the cost with respect to x; (m, k, 0) where it is not wanted


def losses_at(net: Network, XT: Array, losses: Sequence[str], wrt_x: bool = False, jobs: int = 1) -> AtPoints:
    """Losses, their error signals delta[L] and, where wanted, their gradients with respect to x at each point.

    Parameters
    ----------
    XT : (m, n_1 + n_L) or (m, n_1 + 1)
        Points, and behind them targets as `losses.targets` takes them.
    losses
        Names in LOSSES.

    Examples
    --------
    >>> net = Network.of([([[1.0]], [0.0])])
    >>> losses_at(net, np.array([[0.0, 1.0]]), ["squared_error", "cross_entropy"]).delta
    array([[[-0.125],
            [-0.5  ]]])
    """
    m, k, n_1 = len(XT), len(losses), net.sizes[0]
    found = AtPoints(np.empty((m, k)), np.empty((m, k, net.sizes[-1])), np.empty((m, k, n_1 if wrt_x else 0)))

    def visit(block: Block, rows: slice) -> None:
        for i, signal in enumerate(block.signals):
            found.cost[rows, i] = signal.cost
            found.delta[rows, i] = signal.delta
            if wrt_x:
                found.gradient[rows, i] = pulled_back(net, block, signal.delta, weights=False).x

    over_blocks(net, XT, losses, visit, jobs)
    return found


def over_blocks(
    net: Network, XT: Array, losses: Sequence[str], visit: Callable[[Block, slice], None], jobs: int
) -> None:
    """Call visit(block, rows) for blocks XT[rows], on at most `jobs` threads."""
    n_1 = net.sizes[0]

    if net.output_scaling is not None:
        raise UsageError("losses are of a[L], and this network has an output_scaling: take the network without it")

    def pull(passed: passes.Block) -> None:
        T, z_L, last = XT[passed.rows, n_1:], passed.z[: passed.m], passed.tape[-1]
        out = output(net.layers[-1].sigma, z_L, last.a[: passed.m], last.dsigma[: passed.m], targets(net, T))
        visit(Block(passed.m, passed.X, passed.tape, out, [LOSSES[name](out) for name in losses]), passed.rows)

    passes.over_blocks(net, XT[:, :n_1], pull, jobs)


def pulled_back(net: Network, block: Block, delta: Array, weights: bool = True, wrt_x: bool = True) -> Gradients:
    """Gradients of the loss whose error signal at layer L is `delta`, shape (m, n_L); `weights` or x may be left out.

    dC/dW[l] = delta[l] a[l-1]^T and dC/db[l] = delta[l] (Higham & Higham 2019, Lemma 5.1).
    """
    gradient, padded = (empty(len(block.X), n, net.dtype) for n in (net.sizes[0], net.sizes[-1]))
    padded[: block.m], padded[block.m :] = delta, 0
    tape = [step._replace(a=step.a.copy("K")) for step in block.tape[:-1]] + block.tape[-1:]
    below = [scaled(net, block.X), *(step.a for step in tape[:-1])]
    deltas = backward(net, tape, padded, gradient)
    layers = []
    for a, d in zip(reversed(below), deltas if wrt_x else islice(deltas, len(below)), strict=True):
        if weights:
            layers.append((d.T @ a, d.sum(axis=0)))
    if net.scaling is not None and wrt_x:
        gradient /= net.scaling.std
    return Gradients(layers[::-1], gradient[: block.m])
