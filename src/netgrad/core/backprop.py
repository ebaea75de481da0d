"""The forward pass and Algorithm 1 of Higham & Higham (2019) for a batch of points."""

from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from netgrad.core.activations import SIGMA
from netgrad.core.arrays import Array
from netgrad.core.blocks import ROWS, Work, empty, in_blocks, strips
from netgrad.core.network import Layer, Network
from netgrad.errors import UsageError, counted


class Tape(NamedTuple):
    """What the passes hold of one layer for m points."""

    a: Array  # (m, n_l); overwritten by Delta[l] and D[l] Delta[l] on the way back
    dsigma: Array  # (m, n_l); of shape (0, n_l) where only the value is wanted


class Step(NamedTuple):
    """What Algorithm 1 holds of layer l at one point."""

    l: int
    z: Array  # (n_l,)
    a: Array  # (n_l,)
    dsigma: Array  # (n_l,)
    delta: Array  # (n_l,), Delta[l]: the gradient with respect to a[l]


def evaluate(net: Network, X: Array, jobs: int = 1) -> Array:
    """Output a[L] at each point.

    a[1] = x, a[l] = sigma(W[l] a[l-1] + b[l]).

    Parameters
    ----------
    X : (m, n_1)
    jobs
        Threads; more than one wants a BLAS of one thread. The result does not depend on it.

    Returns
    -------
    (m, n_L)

    Raises
    ------
    UsageError
        X is not of shape (m, n_1).

    Examples
    --------
    >>> net = Network.of([([[1.0, -1.0]], [0.0])])
    >>> evaluate(net, np.array([[0.5, 0.5], [3.0, 3.0]]))
    array([[0.5],
           [0.5]])
    """
    return _jacobian(net, X, [], jobs)[0]


def value_and_grad(net: Network, X: Array, k: int | None = None, jobs: int = 1) -> tuple[Array, Array]:
    """Output a_k[L] and its gradient with respect to x at each point, by Algorithm 1.

    Delta[L] = e_k (the number 1 for n_L = 1); Delta[l-1] = W[l]^T D[l] Delta[l], D[l] = diag(sigma'(z[l]));
    the gradient is Delta[1].

    Parameters
    ----------
    X : (m, n_1)
    k
        Which output, from 0; None where n_L = 1.
    jobs
        Threads; more than one wants a BLAS of one thread. The result does not depend on it.

    Returns
    -------
    a : (m,)
    grad : (m, n_1)
        In units of the output per unit of x, scaling included.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1); n_L > 1 and k is None; there is no output k.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> value_and_grad(net, np.array([[1.0, 0.5]]))
    (array([0.5]), array([[ 1., -2.]]))
    """
    k = _output(net, k)
    a, J = _jacobian(net, X, [k], jobs)
    return a[:, k], J[:, 0]


def jacobian(net: Network, X: Array, jobs: int = 1) -> tuple[Array, Array]:
    """All outputs a[L], shape (m, n_L), and their gradients, shape (m, n_L, n_1), at each point.

    One forward pass, then Algorithm 1 once for each output.
    """
    return _jacobian(net, X, range(net.sizes[-1]), jobs)


def trace(net: Network, x: Array, k: int | None = None) -> list[Step]:
    """Algorithm 1 at one point x, shape (n_1,): z, a, sigma'(z) and Delta of layers 1 to L.

    Of layer 1, z = a = x (scaled, where the network scales), sigma' = 1, and Delta[1] is with respect to that.
    """
    k = _output(net, k)
    a = _scaled(net, np.repeat(_points(net, np.asarray(x)[np.newaxis]), ROWS, axis=0))
    forward, tape = [(a[0], a[0], np.ones_like(a[0]))], []
    with np.errstate(under="ignore"):
        for layer in net.layers:
            z = _affine(layer, a, empty(ROWS, len(layer.b), a))
            a, dsigma = z.copy("F"), np.empty_like(z)
            SIGMA[layer.activation](a, dsigma)
            forward.append((z[0], a[0], dsigma[0]))
            tape.append(Tape(a.copy("F"), dsigma))
        e_k = np.eye(net.sizes[-1])[k]
        deltas = [e_k, *(delta[0].copy() for delta in _backward(net, tape, k, np.empty((ROWS, net.sizes[0]))))]
    rows = zip(forward, reversed(deltas), strict=True)
    return [Step(l, z, a, dsigma, delta) for l, ((z, a, dsigma), delta) in enumerate(rows, start=1)]


def _jacobian(net: Network, X: Array, outputs: Sequence[int], jobs: int) -> tuple[Array, Array]:
    """a[L], shape (m, n_L), and the gradients of `outputs`, shape (m, len(outputs), n_1)."""
    X = _points(net, X)
    a = np.empty((len(X), net.sizes[-1]), X.dtype)
    J = np.empty((len(X), len(outputs), net.sizes[0]), X.dtype)

    def new_work() -> Work:
        tape_of = cache(lambda m: _new_tape(net, m, X, bool(outputs)))

        def work(block: Array, rows: slice) -> None:
            m, tape = rows.stop - rows.start, tape_of(len(block))
            with np.errstate(under="ignore"):
                _forward(net, block, tape)
                a[rows] = tape[-1].a[:m]
                for i, k in enumerate(outputs):
                    whole = m == len(block)
                    delta = J[rows, i] if whole else np.empty((len(block), net.sizes[0]), X.dtype)
                    deque(_backward(net, tape, k, delta), maxlen=0)
                    if not whole:
                        J[rows, i] = delta[:m]

        return work

    in_blocks(X, max(net.sizes), new_work, jobs)
    if net.scaling is not None:
        with np.errstate(under="ignore"):
            J /= net.scaling.std
    return a, J


def _forward(net: Network, X: Array, tape: list[Tape]) -> None:
    """Fill the tape for points X: a[l] = sigma(z[l]), z[l] = W[l] a[l-1] + b[l], and sigma'(z[l])."""
    a = _scaled(net, X)
    for layer, (z, dsigma) in zip(net.layers, tape, strict=True):
        _affine(layer, a, z)
        for units in strips(z) if layer.activation != "softmax" else [slice(None)]:
            SIGMA[layer.activation](z[:, units], dsigma[:, units] if len(dsigma) else None)
        a = z


def _backward(net: Network, tape: list[Tape], k: int, gradient: Array) -> Iterator[Array]:
    """Delta[l-1] = W[l]^T D[l] Delta[l] for l = L, ..., 2 from Delta[L] = e_k, each of shape (m, n_{l-1}).

    Each takes the memory of a[l-1], the last one, Delta[1], that of `gradient`.
    """
    D_delta = _last_column(net.layers[-1], tape[-1], k)
    for layer, below in zip(reversed(net.layers[1:]), reversed(tape[:-1]), strict=True):
        delta = _times(D_delta, layer.W, below.a)
        yield delta
        D_delta = np.multiply(below.dsigma, delta, out=delta)
    yield _times(D_delta, net.layers[0].W, gradient)


def _times(D_delta: Array, W: Array, out: Array) -> Array:
    """W^T D Delta for each row; an outer product is not for GEMM, which takes eight times as long for it."""
    return np.multiply(D_delta, W, out=out) if len(W) == 1 else np.matmul(D_delta, W, out=out)


def _last_column(last: Layer, tape: Tape, k: int) -> Array:
    """D[L] e_k; for softmax column k of its Jacobian, a_k (e_k - a), where a_k (1 - a_k) is in dsigma."""
    if tape.dsigma.shape[1] == 1:
        return tape.dsigma
    softmax = last.activation == "softmax"
    column = -tape.a * tape.a[:, k, np.newaxis] if softmax else np.zeros_like(tape.a)
    column[:, k] = tape.dsigma[:, k]
    return column


def _affine(layer: Layer, a: Array, z: Array) -> Array:
    """z = W a + b for each row of a."""
    np.matmul(a, layer.W.T, out=z)
    z += layer.b
    return z


def _new_tape(net: Network, m: int, like: Array, with_slopes: bool) -> list[Tape]:
    return [Tape(empty(m, n, like), empty(m * with_slopes, n, like)) for n in net.sizes[1:]]


def _scaled(net: Network, X: Array) -> Array:
    return X if net.scaling is None else (X - net.scaling.mean) / net.scaling.std


def _points(net: Network, X: Array) -> Array:
    X = np.asarray(X, net.dtype)
    if X.ndim != 2 or X.shape[1] != net.sizes[0]:
        raise UsageError(f"points must have shape (m, {net.sizes[0]}), but X has shape {X.shape}")
    return X


def _output(net: Network, k: int | None) -> int:
    n_L = net.sizes[-1]
    if k is None and n_L > 1:
        raise UsageError(f"the network has {n_L} outputs: choose one (k), or take the jacobian")
    if k is not None and not 0 <= k < n_L:
        raise UsageError(f"there is no output k = {k}: the network has {counted(n_L, 'output')}, from 0")
    return k or 0
