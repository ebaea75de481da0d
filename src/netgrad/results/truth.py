"""Targets that are given as an array: numbers, or the names of classes as a table has them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from netgrad.core.arrays import Array, Numbers
from netgrad.core.network import Network
from netgrad.errors import UsageError, counted, excerpt
from netgrad.tables.targets import Target, targets_of


def target_of(net: Network, classes: Sequence[str] | None) -> Target:
    """Target of a network, and what its classes are called."""
    joined = None if classes is None else ",".join(classes)
    return Target("1", net.sizes[-1], net.outputs, joined, any_number=not net.layers[-1].sigma.probability)


def names_of_classes(target: Target) -> dict[int, str]:
    """Names of y = 1, and maybe y = 0, or of the numbers of the outputs."""
    codes = targets_of(target, ["y"], 1)[1].codes
    return {int(y): name for name, y in codes.items()}


def truth_of(target: Target, y: Numbers, m: int) -> Array:
    """Targets of m points as numbers, shape (m, n_L), or (m, 1), there for n_L > 1 the number of the class from 0.

    Raises
    ------
    UsageError
        y is of another shape, or has what is no target.

    Examples
    --------
    >>> truth_of(Target("1", 2, ("cat", "dog")), ["dog", "cat"], 2)
    array([[1.],
           [0.]])
    """
    given = np.asarray(y)
    given = given.reshape(-1, 1) if given.ndim == 1 else given
    if given.ndim != 2 or len(given) != m or given.shape[1] not in (1, target.n):
        raise UsageError(f"targets must have shape ({m},) or ({m}, {target.n}), but y has shape {np.shape(y)}")
    if given.dtype.kind in "biuf":
        return _checked(given.astype(np.float64), target)
    if given.shape[1] > 1 or not all(isinstance(cell, str) for cell in given.flat):
        raise UsageError(f"targets must be numbers or names of classes, but y is of type {excerpt(str(given.dtype))}")
    return _read(given, target)


def _read(given: Any, target: Target) -> Array:
    """Each as the cell of a table."""
    read = targets_of(target, ["y"], 1)[1]
    values = [read.value(cell) for cell in given.flat]
    for value in values:
        if isinstance(value, str):
            raise UsageError(f"y: {value}")
    return np.array(values, np.float64).reshape(given.shape)


def _checked(T: Array, target: Target) -> Array:
    is_class = T.shape[1] == 1 and target.n > 1
    if not np.isfinite(T).all():
        raise UsageError("y: an entry is not finite")
    if is_class and not np.isin(T, np.arange(target.n)).all():
        raise UsageError(f"y: a class is the number of its output, from 0: there are {counted(target.n, 'output')}")
    if not (is_class or target.any_number or ((T >= 0) & (T <= 1)).all()):
        raise UsageError("y: targets are numbers from 0 to 1 where the outputs are probabilities")
    return T
