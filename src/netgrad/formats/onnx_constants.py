"""Operations on constants, done when an ONNX file is read."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError
from netgrad.formats import limits
from netgrad.formats.onnx_model import Node
from netgrad.formats.onnx_tensor import as_array

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
    except (ValueError, IndexError, KeyError, TypeError, OverflowError):
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


def _gathered(node: Node, arrays: list[Any]) -> Array:
    axis = node.attributes.get("axis", 0)
    if arrays[1].size * arrays[0].size > limits.CONSTANTS * max(arrays[0].shape[axis], 1):
        raise NetworkError(f"{node.place} makes too large a constant")
    return np.asarray(np.take(arrays[0], arrays[1].astype("i8"), axis))


def _sliced(node: Node, arrays: list[Any]) -> Array:
    """Entries from starts to ends, which are inputs, or attributes before opset 10."""
    given = [None if array is None else [int(n) for n in array.reshape(-1)] for array in [*arrays[1:], *[None] * 4]]
    starts, ends = given[0] or node.attributes["starts"], given[1] or node.attributes["ends"]
    axes = given[2] or node.attributes.get("axes") or range(len(starts))
    cut = [slice(None)] * arrays[0].ndim
    for axis, start, end, step in zip(axes, starts, ends, given[3] or [1] * len(starts), strict=True):
        cut[axis] = slice(start, end, step)
    return np.asarray(arrays[0][tuple(cut)])


def _spread(node: Node, arrays: list[Any]) -> Array:
    """An array repeated to fill a shape."""
    shape = np.broadcast_shapes(arrays[0].shape, tuple(int(n) for n in arrays[1].reshape(-1)))
    if math.prod(shape) > limits.CONSTANTS:
        raise NetworkError(f"{node.place} makes too large a constant")
    return np.broadcast_to(arrays[0], shape)


def _filled(node: Node, arrays: list[Any]) -> Array:
    """The shape filled with one number, 0 where none is said."""
    value = node.attributes.get("value")
    number = np.zeros(1, "f4") if value is None else as_array(value, "")
    return _spread(node, [number.reshape(()), arrays[0]])


def _arithmetic(operate: Callable[[Any, Any], Any]) -> Callable[[Node, list[Any]], Array]:
    def apply(node: Node, arrays: list[Any]) -> Array:
        if np.broadcast(arrays[0], arrays[1]).size > max(arrays[0].size, arrays[1].size):
            raise NetworkError(f"{node.place} makes a larger constant of two")
        return np.asarray(operate(_wide(arrays[0]), _wide(arrays[1])))

    return apply


def _function(apply: Callable[[Any], Any]) -> Callable[[Node, list[Any]], Array]:
    return lambda node, arrays: np.asarray(apply(_wide(arrays[0])))


def _wide(array: Array) -> Array:
    """Floats as float64, so that the digits of what is stored count, not those of the arithmetic."""
    return array.astype(np.float64) if array.dtype.kind == "f" else array


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
    "Gather": _gathered,
    "Slice": _sliced,
    "Expand": _spread,
    "ConstantOfShape": _filled,
    "Shape": lambda node, arrays: np.array(arrays[0].shape),
    "Add": _arithmetic(np.add),
    "Sub": _arithmetic(np.subtract),
    "Mul": _arithmetic(np.multiply),
    "Div": _arithmetic(np.divide),
    "Pow": _arithmetic(np.power),
    "Exp": _function(np.exp),
    "Neg": _function(np.negative),
    "Sqrt": _function(np.sqrt),
    "Reciprocal": _function(lambda array: 1 / array),
}
