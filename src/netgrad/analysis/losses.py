"""Squared error and cross-entropy of layer L, and the error signals delta[L] = dC/dz[L] that they send back.

With e = a - y, the squared error |e|^2 / 2 (Higham & Higham 2019, section 3, for one point) has
delta[L] = J^T e, J the Jacobian of a with respect to z: sigma'(z) e where outputs are apart. Cross-entropy, the
negative logarithm of the likelihood of y, is -sum_j (y_j log a_j + (1 - y_j) log(1 - a_j)) for sigmoid and
-sum_j y_j log a_j for softmax: delta[L] = e for both (Bishop, Pattern Recognition and Machine Learning, 2006,
section 5.2). Both are computed from z, so that no digit is lost where a rounds to 0 or 1.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from netgrad.core.activations import Activation, complement
from netgrad.core.arrays import Array
from netgrad.core.network import Network
from netgrad.errors import PointsError, listed

SUM = 1e-6  # how far the targets of a row of softmax may be from summing to 1


class Output(NamedTuple):
    """Layer L at m points beside its targets; every array is (m, n_L)."""

    sigma: Activation
    z: Array
    a: Array
    dsigma: Array
    y: Array
    error: Array  # a - y


class Signal(NamedTuple):
    """One loss at m points."""

    cost: Array  # (m,)
    delta: Array  # (m, n_L), the derivative of the cost with respect to z[L]


def output(sigma: Activation, z: Array, a: Array, dsigma: Array, y: Array) -> Output:
    """Output with its error a - y.

    >>> from netgrad.core.activations import activation
    >>> z = np.array([[50.0]])
    >>> output(activation("sigmoid"), z, z > 0, z * 0, np.array([[1.0]])).error
    array([[-1.92874985e-22]])
    """
    return Output(sigma, z, a, dsigma, y, _error(sigma, z, a, y))


def squared_error(out: Output) -> Signal:
    """C = |a - y|^2 / 2 and delta[L] = J^T (a - y)."""
    a, e = out.a, out.error
    # For softmax (J^T e)_i = a_i (e_i - a.e); with 1 - a_i from the other a_j nothing cancels as a_i rounds to 1.
    delta = a * (e * complement(a) - complement(a * e)) if out.sigma.whole_row else e * out.dsigma
    return Signal(np.square(e).sum(axis=1) / 2, delta)


def cross_entropy(out: Output) -> Signal:
    """C = -log likelihood of y, and delta[L] = a - y; for a last layer of sigmoid or softmax."""
    cost = categorical(out.z, out.y) if out.sigma.whole_row else _bernoulli(out.z, out.y)
    return Signal(cost, out.error)


LOSSES: Mapping[str, Callable[[Output], Signal]] = MappingProxyType(
    {"squared_error": squared_error, "cross_entropy": cross_entropy}
)


def targets(net: Network, T: Array) -> Array:
    """Targets y, shape (m, n_L), from T: of that shape, or the number of the class from 0, shape (m, 1).

    Raises
    ------
    PointsError
        With softmax, those of a row do not sum to 1.
    """
    n_L = net.sizes[-1]
    if T.shape[1] < n_L:
        return np.eye(n_L)[T[:, 0].astype(np.intp)]
    wrong = no_distribution(net, T)
    if wrong.any():
        row = T[wrong.argmax()]
        found = f"{listed([repr(y) for y in row.tolist()])} sum to {float(row.sum())!r}"
        raise PointsError(f"with softmax the targets of a row must sum to 1, but {found}")
    return T


def no_distribution(net: Network, T: Array) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Rows of T, shape (m, n_L) or (m, 1), that are targets which softmax cannot have."""
    if not net.layers[-1].sigma.whole_row or T.shape[1] < net.sizes[-1]:
        return np.zeros(len(T), np.bool_)
    return np.asarray(np.abs(T.sum(axis=1) - 1) > SUM)


def one_hot(y: Array) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Rows of y, shape (m, n_L), with a single 1 and else 0."""
    return np.asarray(((y == 0) | (y == 1)).all(axis=1) & (y.sum(axis=1) == 1))


def categorical(z: Array, y: Array) -> Array:
    """-log softmax(z) of the class, shape (m,): log(sum_j exp(z_j)) - y.z for rows of y that sum to 1.

    Of several sigmoids it is -log P(y) given that one output is 1 and the others 0: that has the odds exp(z_j).

    >>> categorical(np.array([[2.0, 1.0]]), np.array([[1.0, 0.0]]))  # softmax of two: the sigmoid of z_1 - z_2
    array([0.31326169])
    """
    d = z.max(axis=1, keepdims=True) - z  # log(1 + exp(-d) of all but one) + y.d: nothing cancels or overflows
    others = np.exp(-d)
    others[np.arange(len(z)), d.argmin(axis=1)] = 0
    return np.asarray(np.log1p(others.sum(axis=1)) + (y * d).sum(axis=1))


def _error(sigma: Activation, z: Array, a: Array, y: Array) -> Array:
    """a - y = (1 - y) a - y (1 - a), where 1 - a = sigma(-z), or for softmax the sum of the others."""
    if not sigma.probability:
        return a - y
    if sigma.whole_row:
        return (1 - y) * a - y * complement(a)
    mirrored, a = -z, z.copy()
    sigma.f(mirrored, None)
    sigma.f(a, None)
    return (1 - y) * a - y * mirrored


def _bernoulli(z: Array, y: Array) -> Array:
    """sum_j log(1 + exp(z_j)) - y_j z_j, as a sum of terms that are not negative."""
    terms = np.log1p(np.exp(-np.abs(z))) + y * np.maximum(-z, 0) + (1 - y) * np.maximum(z, 0)
    return np.asarray(terms.sum(axis=1))
