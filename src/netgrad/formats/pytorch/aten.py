"""Operations of a torch.export graph on signals: what each of PyTorch's `aten` operations does."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from netgrad.errors import NetworkError
from netgrad.formats.draft import Affine
from netgrad.formats.onnx_constants import folded
from netgrad.formats.onnx_ops import OPERATORS
from netgrad.formats.onnx_signal import Normalization, Signal
from netgrad.formats.pytorch.activations import ACTIVATIONS
from netgrad.formats.pytorch.call import Array, Call, Operation
from netgrad.formats.weight_norm import composed

_FLOATS = (6, 7, 8, 13)  # dtypes, as torch.export numbers them
_SAME = ("alias", "clone", "contiguous", "detach", "lift_fresh_copy")
_CASTS = ("to", "_to_copy")
_RESHAPED = ("flatten", "reshape", "squeeze", "unflatten", "unsqueeze", "view", "_unsafe_view")
_BINARY = MappingProxyType({"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div"})
_UNARY = MappingProxyType({"sqrt": "Sqrt", "exp": "Exp", "neg": "Neg", "reciprocal": "Reciprocal"})


def constant(call: Call) -> Array:
    """Value of a node that does not depend on the input: a weight turned, reshaped or normalized, or std + 1e-8.

    Raises
    ------
    NetworkError
        It is anything else.
    """
    if call.operation in ("_weight_norm", "_weight_norm_interface"):
        parts = {f"weight_{key}": part for key in "gv" if (part := call.array(key)) is not None}
        if (W := composed(parts, call.module or call.place, call.remarks)) is not None:
            return W
    array = call.arguments.get("self", call.arguments.get("input"))
    if isinstance(array, np.ndarray):
        if call.operation in ("t", "numpy_T") or (call.operation == "transpose" and array.ndim == 2):
            return array.T
        if call.operation == "permute" and call.arguments.get("dims") in ([1, 0], [-1, 0], [1, -2]):
            return array.T
        if call.operation in _SAME or (call.operation in _CASTS and call.arguments.get("dtype") in (None, *_FLOATS)):
            return array
        if call.operation in _RESHAPED and call.result and math.prod(_whole(call.result)) == array.size:
            return array.reshape(_whole(call.result))
        if call.operation in _UNARY:
            return folded(call.node(_UNARY[call.operation]), [array])
        if call.operation in _BINARY:
            return folded(call.node(_BINARY[call.operation]), _operands(call))
    if call.operation == "full":
        return np.asarray(call.number("fill_value", math.nan))
    raise NetworkError(f"{call.place} computes a weight by {call.operation}, which is not read")


def _linear(call: Call) -> Signal:
    W, b = call.array("weight"), call.array("bias")
    return _affine(call, call.signal("input"), W, b)


def _addmm(call: Call) -> Signal:
    if call.number("alpha", 1) != 1 or call.number("beta", 1) != 1:
        raise NetworkError(f"{call.place} has factors, which are not read")
    W = call.array("mat2")
    return _affine(call, call.signal("mat1"), None if W is None else W.T, call.array("self"))


def _matmul(call: Call) -> Signal:
    other = "other" if call.operation == "matmul" else "mat2"
    W = call.array(other)
    if W is not None and W.ndim == 1:
        W = W[:, None]
    return _affine(call, call.signal(), None if W is None else W.T, None)


def _affine(call: Call, signal: Signal, W: Array | None, b: Array | None) -> Signal:
    if W is None or W.ndim != 2 or (b is not None and b.ndim != 1):
        raise NetworkError(f"{call.place}: W must be a matrix and b a vector")
    layer = Affine(W, b, call.module or call.place, "out-in")
    return signal.after(layer, len(W), layer.place)


def _arithmetic(op: str, swap: bool = False) -> Operation:
    def apply(call: Call) -> Signal:
        return OPERATORS[op](call.node(op), _operands(call)[:: -1 if swap else 1])

    return apply


def _operands(call: Call) -> list[Any]:
    """Operands of arithmetic, as long as it is done as it stands."""
    if call.number("alpha", 1) != 1 or call.arguments.get("rounding_mode") is not None:
        raise NetworkError(f"{call.place} has a factor or rounds, which is not read")
    return [call.operand("self"), call.operand("other")]


def _whole(shape: tuple[Any, ...]) -> list[int]:
    return [n if isinstance(n, int) else 0 for n in shape]


def _batch_norm(call: Call) -> Signal:
    mean, var = call.array("running_mean"), call.array("running_var")
    if mean is None or var is None or call.arguments.get("training", False):
        raise NetworkError(f"{call.place} is a BatchNorm in training mode; export after model.eval()")
    gamma, beta = call.array("weight"), call.array("bias")
    gamma, beta = np.ones_like(mean) if gamma is None else gamma, np.zeros_like(mean) if beta is None else beta
    if mean.ndim != 1 or not mean.shape == var.shape == gamma.shape == beta.shape or (var < 0).any():
        raise NetworkError(f"{call.place}: a BatchNorm of vectors of different lengths, or of a negative variance")
    deviation = np.sqrt(var.astype(np.float64) + call.number("eps", 1e-5))
    norm = Normalization(mean.astype(np.float64), deviation, gamma.astype(np.float64), beta.astype(np.float64))
    return call.signal("input").after(norm, mean.size, f"BatchNorm {call.module or call.place}")


def _unchanged(call: Call) -> Signal:
    return call.signal("input" if "input" in call.arguments else "self")


def _dropout(call: Call) -> Signal:
    if call.arguments.get("train", False):
        raise NetworkError(f"{call.place} is a Dropout in training mode; export after model.eval()")
    return _unchanged(call)


def _cast(call: Call) -> Signal:
    if call.arguments.get("dtype") not in (None, *_FLOATS):
        raise NetworkError(f"{call.place} makes something else than floats")
    return _unchanged(call)


def _reshaped(call: Call) -> Signal:
    """The same numbers in the same order, each point's together."""
    before, after = call.shape or (), call.result or ()
    same_points = before[:1] == after[:1] and len(before) > 0
    if not same_points and _without_ones(before) != _without_ones(after):
        raise NetworkError(f"{call.place} makes the shape {list(after)} of {list(before)}: not each point for itself")
    return _unchanged(call)


def _without_ones(shape: tuple[Any, ...]) -> list[Any]:
    return [n for n in shape if n != 1]


def _turned(call: Call) -> Signal:
    raise NetworkError(f"{call.place} turns the data, not a weight")


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        **ACTIVATIONS,
        "linear": _linear,
        "addmm": _addmm,
        "mm": _matmul,
        "matmul": _matmul,
        **{name: _arithmetic(op) for name, op in _BINARY.items()},
        "rsub": _arithmetic("Sub", swap=True),
        "maximum": _arithmetic("Max"),
        "minimum": _arithmetic("Min"),
        "batch_norm": _batch_norm,
        "_native_batch_norm_legit_no_training": _batch_norm,
        "dropout": _dropout,
        **dict.fromkeys(_CASTS, _cast),
        **dict.fromkeys(_SAME, _unchanged),
        **dict.fromkeys(_RESHAPED, _reshaped),
        **dict.fromkeys(("numpy_T", "permute", "t", "transpose"), _turned),
    }
)
OF_CONSTANTS = frozenset({*OPERATIONS, *_UNARY, "full", "_weight_norm", "_weight_norm_interface"})
