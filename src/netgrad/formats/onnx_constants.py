"""Operations on constants, done when an ONNX file is read."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError
from netgrad.formats import limits
from netgrad.formats.onnx_model import Node

Array = NDArray[Any]


_TYPES = {1: "f4", 6: "i4", 7: "i8", 9: "?", 10: "f2", 11: "f8", 16: "f4"}


def folded(node: Node, arrays: list[Array | None]) -> Array:
    """Constants that the node makes of constants.

    Raises
    ------
    NetworkError
        It is no operation on constants that is known, or it cannot be done.
    """
    if node.op not in FOLDED:
        raise NetworkError(f"{node.place} of constants is not read")
    try:
        with np.errstate(all="ignore"):
            result = np.asarray(FOLDED[node.op](node, arrays))
    except (ValueError, IndexError, TypeError, OverflowError):
        raise NetworkError(f"{node.place}: its constants do not fit each other") from None
    return result


def _transposed(node: Node, arrays: list[Any]) -> Array:
    return np.asarray(np.transpose(arrays[0], node.attributes.get("perm")))


def _cast(node: Node, arrays: list[Any]) -> Array:
    to = node.attributes.get("to")
    if to not in _TYPES:
        raise NetworkError(f"{node.place} casts a constant to type {to}")
    return np.asarray(arrays[0].astype(_TYPES[to]))


def _reshaped(node: Node, arrays: list[Any]) -> Array:
    shape = [int(n) if n else arrays[0].shape[k] for k, n in enumerate(arrays[1].reshape(-1))]
    return np.asarray(arrays[0].reshape(shape))


def _squeezed(node: Node, arrays: list[Any]) -> Array:
    axes = _axes(node, arrays)
    return np.asarray(np.squeeze(arrays[0], None if axes is None else tuple(axes)))


def _unsqueezed(node: Node, arrays: list[Any]) -> Array:
    return np.expand_dims(arrays[0], tuple(_axes(node, arrays) or ()))


def _axes(node: Node, arrays: list[Any]) -> list[int] | None:
    if len(arrays) > 1 and arrays[1] is not None:
        return [int(n) for n in arrays[1].reshape(-1)]
    axes: list[int] | None = node.attributes.get("axes")
    return axes


def _joined(node: Node, arrays: list[Any]) -> Array:
    if sum(array.size for array in arrays) > limits.CONSTANTS:
        raise NetworkError(f"{node.place} makes too large a constant")
    return np.concatenate(arrays, node.attributes.get("axis", 0))


def _arithmetic(operate: Callable[[Any, Any], Any]) -> Callable[[Node, list[Any]], Array]:
    def apply(node: Node, arrays: list[Any]) -> Array:
        if np.broadcast(arrays[0], arrays[1]).size > max(arrays[0].size, arrays[1].size):
            raise NetworkError(f"{node.place} makes a larger constant of two")
        return np.asarray(operate(arrays[0], arrays[1]))

    return apply


def _same(node: Node, arrays: list[Any]) -> Array:
    return np.asarray(arrays[0])


FOLDED: Mapping[str, Callable[[Node, list[Any]], Array]] = {
    "Identity": _same,
    "Dropout": _same,
    "Transpose": _transposed,
    "Cast": _cast,
    "Reshape": _reshaped,
    "Squeeze": _squeezed,
    "Unsqueeze": _unsqueezed,
    "Flatten": lambda node, arrays: arrays[0].reshape(1, -1),
    "Concat": _joined,
    "Add": _arithmetic(np.add),
    "Sub": _arithmetic(np.subtract),
    "Mul": _arithmetic(np.multiply),
    "Div": _arithmetic(np.divide),
    "Neg": lambda node, arrays: -arrays[0],
    "Sqrt": lambda node, arrays: np.sqrt(arrays[0]),
    "Reciprocal": lambda node, arrays: 1 / arrays[0],
}
