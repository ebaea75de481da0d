"""The types of arrays."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgrad.errors import NetworkError, excerpt

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    Array = NDArray[np.floating[Any]]
    Numbers = ArrayLike
else:  # so that `help` has one word for each

    class Array:
        """An array of floating-point numbers."""

    class Numbers:
        """An array, list or table of numbers, whatever numpy reads."""

    Array.__module__ = Numbers.__module__ = "builtins"

Counts = NDArray[np.number[Any]]  # how many, of a type that holds integers

EXACT = 2**53  # integers up to this size are float64s


def reals(values: ArrayLike, what: str) -> Array:
    """Read-only copy of `values`, row by row in memory: float32 where they are, else float64.

    Integers, float16 and lists become float64, which holds them exactly.

    Raises
    ------
    NetworkError
        They are not real numbers, or float64 does not hold them; `what` names them, and is the error's key.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise NetworkError(f"{what} must be an array of numbers, but its rows differ in length", key=what) from None
    if array.dtype.kind in "iu" and array.size and max(int(array.max()), -int(array.min())) > EXACT:
        raise NetworkError(f"{what} has an integer beyond 2^53, which float64 does not hold", key=what)
    if array.dtype.kind not in "iuf" or array.dtype.itemsize > 8:
        found = excerpt(str(array.dtype))
        raise NetworkError(f"{what} must be real numbers, float64 at most, but is of type {found}", key=what)
    copy: Array = np.array(array, np.float32 if array.dtype.type is np.float32 else np.float64, order="C")
    copy.flags.writeable = False
    return copy


def in_type(values: ArrayLike, dtype: "DTypeLike") -> Array:
    """`values` as numbers of a type; what is too large for it is infinite, in silence."""
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(values, dtype)
