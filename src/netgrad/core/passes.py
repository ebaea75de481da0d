"""The forward pass and the backward pass of Higham & Higham (2019), Algorithm 1, for one block of points."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from netgrad.core.activations import SIGMA
from netgrad.core.arrays import Array
from netgrad.core.blocks import empty, strips
from netgrad.core.network import Layer, Network


class Tape(NamedTuple):
    """What the passes hold of one layer for m points."""

    a: Array  # (m, n_l); overwritten by Delta[l] and delta[l] = D[l] Delta[l] on the way back
    dsigma: Array  # (m, n_l), sigma'(z[l]); of shape (0, n_l) where only the value is wanted


def new_tape(net: Network, m: int, with_slopes: bool = True) -> list[Tape]:
    """Memory for layers 2 to L and blocks of m points."""
    return [Tape(empty(m, n, net.dtype), empty(m * with_slopes, n, net.dtype)) for n in net.sizes[1:]]


def forward(net: Network, X: Array, tape: list[Tape], z_L: Array | None = None) -> None:
    """Fill the tape for points X, shape (m, n_1): a[l] = sigma(z[l]), z[l] = W[l] a[l-1] + b[l], and sigma'(z[l]).

    z[L], shape (m, n_L), is left in `z_L`.
    """
    a = scaled(net, X)
    for layer, (z, dsigma) in zip(net.layers, tape, strict=True):
        affine(layer, a, z)
        if layer is net.layers[-1] and z_L is not None:
            z_L[...] = z
        for units in strips(z) if layer.activation != "softmax" else [slice(None)]:
            SIGMA[layer.activation](z[:, units], dsigma[:, units] if len(dsigma) else None)
        a = z


def backward(net: Network, tape: list[Tape], delta: Array, gradient: Array) -> Iterator[Array]:
    """Delta[l-1] = W[l]^T delta[l], delta[l-1] = D[l-1] Delta[l-1], from delta[L] to Delta[1] = `gradient`.

    Yields delta[L], ..., delta[2], each of shape (m, n_l) and while a[l-1] is still on the tape: it then takes
    the memory of a[l-1].
    """
    for layer, below in zip(reversed(net.layers[1:]), reversed(tape[:-1]), strict=True):
        yield delta
        delta = times(delta, layer.W, below.a)
        delta *= below.dsigma
    yield delta
    times(delta, net.layers[0].W, gradient)


def output_delta(last: Layer, tape: Tape, k: int) -> Array:
    """delta[L] = D[L] e_k; for softmax column k of its Jacobian, a_k (e_k - a), where a_k (1 - a_k) is in dsigma."""
    if tape.dsigma.shape[1] == 1:
        return tape.dsigma
    softmax = last.activation == "softmax"
    column = -tape.a * tape.a[:, k, np.newaxis] if softmax else np.zeros_like(tape.a)
    column[:, k] = tape.dsigma[:, k]
    return column


def affine(layer: Layer, a: Array, z: Array) -> Array:
    """z = W a + b for each row of a."""
    np.matmul(a, layer.W.T, out=z)
    z += layer.b
    return z


def times(delta: Array, W: Array, out: Array) -> Array:
    """W^T delta for each row; an outer product is not for GEMM, which takes eight times as long for it."""
    return np.multiply(delta, W, out=out) if len(W) == 1 else np.matmul(delta, W, out=out)


def scaled(net: Network, X: Array) -> Array:
    """a[1]: the points, or where the network scales, (x - mean) / std."""
    return X if net.scaling is None else (X - net.scaling.mean) / net.scaling.std
