"""The forward pass and the backward pass of Higham & Higham (2019), Algorithm 1, for one block of points."""

from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from netgrad.core import machine, overflow
from netgrad.core.arrays import Array
from netgrad.core.blocks import Work, empty, in_blocks, strips
from netgrad.core.layer import Layer
from netgrad.core.network import Network
from netgrad.core.products import is_narrow, product, rows_of


class Tape(NamedTuple):
    """Tape of one layer: what the passes hold of it for m points."""

    a: Array  # (m, n_l); overwritten by Delta[l] and delta[l] = D[l] Delta[l] on the way back
    dsigma: Array  # (m, n_l), sigma'(z[l]); of shape (0, n_l) where only the value is wanted


def new_tape(net: Network, m: int, with_slopes: bool = True) -> list[Tape]:
    """Memory for layers 2 to L and blocks of m points."""
    return [Tape(empty(m, n, net.dtype), empty(m * with_slopes, n, net.dtype)) for n in net.sizes[1:]]


def forward(
    net: Network, X: Array, tape: list[Tape], z_L: Array | None = None, loops: "machine.Loops | None" = None
) -> None:
    """Fill the tape for points X, shape (m, n_1): a[l] = sigma(z[l]), z[l] = W[l] a[l-1] + b[l], and sigma'(z[l]).

    z[L], shape (m, n_L), is left in `z_L`. Output scaling is not part of it. With `loops` it is done in fewer passes.
    """
    a = scaled(net, X)
    for layer, step in zip(net.layers, tape, strict=True):
        a = any_layer(net, layer, a, step, z_L if layer is net.layers[-1] else None, loops)


def any_layer(
    net: Network, layer: Layer, below: Array, step: Tape, z_l: Array | None, loops: "machine.Loops | None"
) -> Array:
    """As `forward_layer`, with `loops` in fewer passes where they can: the same bits."""
    quick = None if loops is None else _quick_layer(net, layer, below, step, z_l, loops)
    return forward_layer(net, layer, below, step, z_l) if quick is None else quick


def forward_layer(net: Network, layer: Layer, below: Array, step: Tape, z_l: Array | None = None) -> Array:
    """a[l] from a[l-1] = `below`, and sigma'(z[l]), on the tape; z[l] is left in `z_l`."""
    sigma, last, (z, dsigma) = layer.sigma, layer is net.layers[-1], step
    product(below, layer.W.T, z, rows_of(net.sizes))
    z += layer.b
    rows = overflow.mend(layer, below, z)
    if z_l is not None:
        z_l[...] = z
    lost = None if rows is None else z[rows]
    for units in strips(z) if not sigma.whole_row else [slice(None)]:
        sigma.f(z[:, units], dsigma[:, units] if len(dsigma) else None)
    if rows is not None and lost is not None:
        slopes = np.empty_like(lost) if len(dsigma) else dsigma
        overflow.apply(sigma, lost, slopes, last)
        z[rows] = lost
        if len(dsigma):
            dsigma[rows] = slopes
    if sigma.overflows and not last:
        overflow.forget_infinite(z, dsigma)
    return z


def _quick_layer(
    net: Network, layer: Layer, below: Array, step: Tape, z_l: Array | None, loops: "machine.Loops"
) -> Array | None:
    """As `forward_layer` where every z[l] is finite; else None."""
    product(below, layer.W.T, step.a, rows_of(net.sizes))
    if z_l is not None:
        np.add(step.a, layer.b, out=z_l)
    return step.a if machine.activate(loops, layer, *step) else None


def backward(net: Network, tape: list[Tape], delta: Array, gradient: Array) -> Iterator[Array]:
    """Delta[l-1] = W[l]^T delta[l], delta[l-1] = D[l-1] Delta[l-1], from delta[L] to Delta[1] = `gradient`.

    Yields delta[L], ..., delta[2], each of shape (m, n_l) and while a[l-1] is still on the tape: it then takes
    the memory of a[l-1].
    """
    rows = rows_of(net.sizes)
    for layer, below in zip(reversed(net.layers[1:]), reversed(tape[:-1]), strict=True):
        yield delta
        delta = product(delta, layer.W, below.a, rows)
        delta *= below.dsigma
    yield delta
    product(delta, net.layers[0].W, gradient, rows)


def output_delta(last: Layer, tape: Tape, k: int) -> Array:
    """delta[L] = D[L] e_k; for softmax column k of its Jacobian, a_k (e_k - a), where a_k (1 - a_k) is in dsigma."""
    if tape.dsigma.shape[1] == 1:
        return tape.dsigma
    column = -tape.a * tape.a[:, k, np.newaxis] if last.sigma.whole_row else np.zeros_like(tape.a)
    column[:, k] = tape.dsigma[:, k]
    return column


def scaled(net: Network, X: Array) -> Array:
    """a[1]: the points, or where the network scales, (x - mean) / std; nan where that is too large."""
    if net.scaling is None:
        return X
    u: Array = (X - net.scaling.mean) / net.scaling.std
    beyond = np.isinf(u)
    if beyond.any():
        u[beyond & np.isfinite(X)] = np.nan
    return u


class Block(NamedTuple):
    """Some points after the forward pass; arrays have copies of the last point behind the m points."""

    rows: slice  # which of all points: m of them
    X: Array  # (>= m, n_1)
    tape: list[Tape]
    z: Array  # (>= m, n_L), z[L]

    @property
    def m(self) -> int:
        """Number of points."""
        return int(self.rows.stop - self.rows.start)


def over_blocks(
    net: Network, X: Array, visit: Callable[[Block], None], jobs: int = 1, with_slopes: bool = True
) -> None:
    """Call visit(block) for blocks of points X, shape (m, n_1), after their forward pass, on at most `jobs` threads.

    Overflow and underflow are silent inside: what overflows ends as nan or infinity. The block's memory is used again
    for the next one.
    """
    loops = machine.loops_for(net, len(X))

    def new_work() -> Work:
        memory = cache(lambda m: (new_tape(net, m, with_slopes), empty(m, net.sizes[-1], net.dtype)))

        def work(points: Array, rows: slice) -> None:
            tape, z_L = memory(len(points))
            with np.errstate(over="ignore", under="ignore", invalid="ignore"):
                forward(net, points, tape, z_L, loops)
                visit(Block(rows, points, tape, z_L))

        return work

    terms = 4 if is_narrow(net.sizes) else 1  # of a sum in order, which are arrays beside the layers'
    in_blocks(X, terms * max(net.sizes), new_work, jobs, rows_of(net.sizes))


def gradient_of(net: Network, block: Block, k: int) -> Array:
    """Gradient of output k with respect to x at the points of a block, shape (m, n_1); overwrites a of the tape."""
    gradient = empty(len(block.X), net.sizes[0], net.dtype)
    deque(backward(net, block.tape, output_delta(net.layers[-1], block.tape[-1], k), gradient), maxlen=0)
    if net.scaling is not None:
        gradient /= net.scaling.std
    if net.output_scaling is not None:
        gradient *= net.output_scaling.std[k]
    return gradient[: block.m]
