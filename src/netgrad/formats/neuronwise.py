"""Arithmetic neuron by neuron, and what several steps of it are together: an affine map, or a scaling."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sign = Literal["-", "+", "*", "/"]


class Arithmetic(NamedTuple):
    """a - c, a + c, a * c or a / c, neuron by neuron."""

    sign: Sign
    c: Floats  # () or (n,)


def as_map(steps: list[Arithmetic], n: int) -> tuple[Floats, Floats]:
    """Factor and offset, each (n,): all steps together give factor a + offset."""
    factor, offset = np.ones(n), np.zeros(n)
    with np.errstate(all="ignore"):
        for sign, c in steps:
            if sign in "*/":
                factor = factor * c if sign == "*" else factor / c
                offset = offset * c if sign == "*" else offset / c
            else:
                offset = offset + c if sign == "+" else offset - c
    return factor, offset


def as_scaling(steps: list[Arithmetic], n: int) -> tuple[Floats, Floats] | None:
    """Mean and std, each (n,): all steps together give (a - mean)/std; None where std is not positive."""
    mean, std = np.zeros(n), np.ones(n)
    with np.errstate(all="ignore"):
        for sign, c in steps:
            if sign in "*/":
                std = std * c if sign == "/" else std / c
            else:
                mean = mean + c * std if sign == "-" else mean - c * std
    return (mean, std) if np.isfinite([mean, std]).all() and (std > 0).all() else None


def as_scaling_of_output(steps: list[Arithmetic], n: int) -> tuple[Floats, Floats] | None:
    """Mean and std, each (n,): all steps together give mean + std a; None where an entry of std is 0."""
    std, mean = as_map(steps, n)
    return (mean, std) if np.isfinite([mean, std]).all() and std.all() else None
