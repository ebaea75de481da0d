"""Sums over points as JSON can hold them, and back."""

from collections.abc import Callable
from typing import Any

import numpy as np

from netgrad.analysis.moments import Moments
from netgrad.analysis.sensitivity import Passing, Sums

MOST = 1 << 53  # points: their number is exact as a float


def record_of(sums: Sums) -> dict[str, Any]:
    """Everything of `sums`, as JSON can hold it."""
    return {
        "gradients": [_moments_record(v) for v in sums.gradients],
        "inputs": _moments_record(sums.inputs),
        "layers": [{name: array.tolist() for name, array in c._asdict().items()} for c in sums.layers],
        "values": [_moments_record(v) for v in sums.values],
        "second": [_moments_record(v) for v in sums.second],
    }


def _moments_record(v: Moments) -> dict[str, Any]:
    return {name: value if name == "m" else value.tolist() for name, value in v._asdict().items()}


def sums_in(record: Any, sizes: tuple[int, ...]) -> Sums:
    """The sums that `record_of` has made `record` of, for a network with n_1, ..., n_L = `sizes`.

    Raises
    ------
    KeyError, TypeError, ValueError, OverflowError
        It is something else.
    """
    n = sizes[0]
    inputs, gradients = _moments(record["inputs"], n), tuple(_moments(v, n) for v in record["gradients"])
    values = tuple(_moments(v, 1) for v in record["values"])
    second = tuple(_moments(v, n * (n + 1) // 2) for v in record["second"])
    if any(v.m != inputs.m for v in (*gradients, *values, *second)):
        raise ValueError
    if len(values) != len(gradients) or len(second) not in (0, len(gradients)):
        raise ValueError
    layers = tuple(
        Passing(*(_array(c[name], n_l, _count(inputs.m)) for name in Passing._fields))
        for c, n_l in zip(record["layers"], sizes[1:], strict=True)
    )
    return Sums(gradients, inputs, layers, values, second)


def _moments(record: Any, n: int) -> Moments:
    m = _count(MOST)(record["m"])
    if not m:
        raise ValueError
    counts = ("positive", "zero")
    read = {name: _count(m) if name in counts else _number for name in Moments._fields if name != "m"}
    return Moments(m, *(_array(record[name], n, of) for name, of in read.items()))


def _array(values: Any, n: int, of: Callable[[Any], float]) -> Any:
    if not isinstance(values, list) or len(values) != n:
        raise ValueError
    return np.array([of(value) for value in values])


def _number(value: Any) -> float:
    """The number; null is what was not finite."""
    if value is None:
        return np.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _count(most: int) -> Callable[[Any], int]:
    def count(value: Any) -> int:
        if type(value) is not int or not 0 <= value <= most:
            raise ValueError
        return value

    return count
