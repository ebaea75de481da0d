"""Operations of ONNX on signals: what each does to what flows through the graph (onnx.ai, Operators)."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError
from netgrad.formats import expression as ex
from netgrad.formats.chain import shortest
from netgrad.formats.draft import Affine
from netgrad.formats.neuronwise import Sign
from netgrad.formats.onnx_activations import ACTIVATIONS, Operator, signal_of
from netgrad.formats.onnx_model import Node
from netgrad.formats.onnx_signal import Elementwise, Normalization, Signal

Array = NDArray[Any]
Value = Signal | Array | None  # None: an optional input that is left out


def gemm(node: Node, values: list[Any]) -> Signal:
    """Alpha A B + beta C."""
    A, B, C = [*values, None][:3]
    alpha, beta = (shortest(node.attributes.get(key, 1.0)) for key in ("alpha", "beta"))
    transA, transB = (bool(node.attributes.get(key, 0)) for key in ("transA", "transB"))
    is_left = isinstance(B, Signal)
    if isinstance(C, Signal) or (is_left and isinstance(A, Signal)):
        raise NetworkError(f"{node.place} adds or multiplies two results: no layer with weights")
    W, signal, orientation = (A, B, transA) if is_left else (B, A, not transB)
    if transB if is_left else transA:
        signal = signal.turned(node.place)
    signal = _lying(node, signal, W, is_left, orientation)
    if alpha != 1:
        W = np.asarray(W, np.float64) * alpha
    return _affine(node, signal, W, _bias(node, C, beta, is_left), orientation=("in-out" if orientation else "out-in"))


def matmul(node: Node, values: list[Any]) -> Signal:
    """A B, one of them the weights."""
    left, right = values[:2]
    if isinstance(left, Signal) and isinstance(right, Signal):
        raise NetworkError(f"{node.place} multiplies two results: no layer with weights")
    if isinstance(left, Signal):
        return _affine(node, _lying(node, left, right, False, True), right, None, orientation="in-out")
    return _affine(node, _lying(node, right, left, True, False), left, None, orientation="out-in")


def _lying(node: Node, signal: Signal, W: Array, is_left: bool, is_in_out: bool) -> Signal:
    """The signal, whose points lie so that W, from the left or right, takes each by itself."""
    if W.ndim < 2:
        return signal
    return signal.lying("columns" if is_left else "rows", W.shape[-2 if is_in_out else -1], node.place)


def _affine(node: Node, signal: Signal, W: Array, b: Array | None, orientation: str) -> Signal:
    W = W.reshape(W.shape[-2:]) if W.ndim > 2 and math.prod(W.shape[:-2]) == 1 else W
    if W.ndim == 1:
        W = W.reshape(-1, 1) if orientation == "in-out" else W.reshape(1, -1)
    if W.ndim != 2 or W.dtype.kind not in "fiu":
        raise NetworkError(f"{node.place}: W must be a matrix, but has shape {W.shape}")
    width = W.shape[0] if orientation == "out-in" else W.shape[1]
    if b is not None:
        b = np.broadcast_to(b, width).copy() if b.size == 1 else b
    layer = Affine(W, b, node.place, "out-in" if orientation == "out-in" else "in-out")
    return signal.after(layer, width, node.place)


def _bias(node: Node, C: Array | None, beta: float, is_left: bool) -> Array | None:
    if C is None or not beta:
        return None
    if (C.ndim > 1 and C.size != C.shape[0 if is_left else -1]) or (C.ndim == 1 < C.size and is_left):
        raise NetworkError(f"{node.place}: b has shape {C.shape}, expected one number for each neuron")
    flat = C.reshape(-1)
    return flat if beta == 1 else np.asarray(flat, np.float64) * beta


def arithmetic(node: Node, values: list[Any]) -> Signal:
    """Add, Sub, Mul, Div of a signal with a constant, or of two forms of one signal."""
    a, b = values[:2]
    sign = _SIGNS[node.op]
    if isinstance(a, Signal) and isinstance(b, Signal):
        return _joined(node, a, b, sign)
    if isinstance(a, Signal):
        return _with_constant(node, a, sign, b)
    if sign in "+*":
        return _with_constant(node, b, sign, a)
    if sign == "-":
        return _with_constant(node, b.then(ex.product(-1.0, b.expr), node.place), "+", a)
    inverse = b.then(ex.inverse(b.expr), node.place)
    return _with_constant(node, inverse, "*", a)


def _with_constant(node: Node, signal: Signal, sign: Sign, c: Array) -> Signal:
    if c.dtype.kind not in "fiu":
        raise NetworkError(f"{node.place}: arithmetic with a constant that is no number")
    width = signal.point.width
    if c.size == 1 and not (sign == "+" and _lacks_bias(signal)):
        number = float(c.reshape(()))
        if not math.isfinite(number) or (sign == "/" and not number):
            raise NetworkError(f"{node.place}: arithmetic with {number!r}")
        if sign in "+-":
            return signal.then(ex.total(number if sign == "+" else -number, signal.expr), node.place)
        return signal.then(ex.product(number if sign == "*" else 1 / number, signal.expr), node.place)
    axis = {"rows": -1, "columns": -2, "": 0}[signal.committed().lies]
    is_along = c.size in c.shape if not axis else c.ndim >= -axis and c.shape[axis] == c.size
    if c.size > 1 and ((width is not None and c.size != width) or not is_along):
        raise NetworkError(f"{node.place}: arithmetic of {width} numbers with a constant of shape {c.shape}")
    numbers = c.astype(c.dtype if c.dtype.kind == "f" else np.float64).reshape(-1)
    return signal.after(Elementwise(ex.Z, sign, numbers), width or c.size, node.place)


def _lacks_bias(signal: Signal) -> bool:
    """True where what is added next is the bias of an affine layer."""
    layer = signal.point.operation
    return signal.expr == ex.Z and isinstance(layer, Affine) and layer.b is None


def _joined(node: Node, a: Signal, b: Signal, sign: Sign) -> Signal:
    if a.point is not b.point:
        raise NetworkError(f"{node.place} joins two paths: a branch, or a residual connection")
    if sign in "+-":
        return a.then(ex.total(0.0, a.expr, b.expr if sign == "+" else ex.product(-1.0, b.expr)), node.place)
    return a.then(ex.product(1.0, a.expr, b.expr if sign == "*" else ex.inverse(b.expr)), node.place)


def batch_normalization(node: Node, values: list[Any]) -> Signal:
    """Gamma (z - mean)/sqrt(var + epsilon) + beta."""
    if node.attributes.get("training_mode", 0) or len(values) < 5:
        raise NetworkError(f"{node.place} is in training mode")
    if any(isinstance(v, Signal) or v is None or v.dtype.kind != "f" for v in values[1:5]):
        raise NetworkError(f"{node.place}: its parameters are not constants")
    if signal_of(node, values).point.lies == "columns":
        raise NetworkError(f"{node.place} normalizes over the points, which are columns")
    gamma, beta, mean, var = (np.asarray(v, np.float64).reshape(-1) for v in values[1:5])
    with np.errstate(all="ignore"):
        deviation = np.sqrt(var + shortest(node.attributes.get("epsilon", 1e-5)))
    return signal_of(node, values).after(Normalization(mean, deviation, gamma, beta), mean.size, node.place)


def scaler(node: Node, values: list[Any]) -> Signal:
    """(x - offset) * scale, of ai.onnx.ml."""
    signal = signal_of(node, values)
    if c := node.attributes.get("offset"):
        signal = _with_constant(node, signal, "-", np.asarray(c, np.float64))
    if c := node.attributes.get("scale"):
        signal = _with_constant(node, signal, "*", np.asarray(c, np.float64))
    return signal


def unchanged(node: Node, values: list[Any]) -> Signal:
    """The same numbers: Identity, Dropout, Flatten and such."""
    if node.op == "Dropout" and len(values) > 2 and values[2] is not None and np.any(values[2]):
        raise NetworkError(f"{node.place} is in training mode")
    return signal_of(node, values)


def cast(node: Node, values: list[Any]) -> Signal:
    """The same numbers, as floats."""
    if node.attributes.get("to") not in (1, 10, 11, 16):
        raise NetworkError(f"{node.place} casts a result to something else than floats")
    return signal_of(node, values)


def transposed(node: Node, values: list[Any]) -> Signal:
    """The same numbers, with points as columns where they were rows."""
    signal = signal_of(node, values)
    if node.attributes.get("perm", [1, 0]) != [1, 0]:
        raise NetworkError(f"{node.place} turns the data otherwise than a matrix")
    return signal.turned(node.place)


def reshape(node: Node, values: list[Any]) -> Signal:
    """The same numbers, as long as each point's stay together."""
    signal, shape = signal_of(node, values), values[1] if len(values) > 1 else None
    if shape is None or isinstance(shape, Signal):
        raise NetworkError(f"{node.place} has no constant shape")
    dims, width = [int(n) for n in shape.reshape(-1)], signal.point.width
    inner = dims[1:] if len(dims) > 1 else []
    is_open = any(n <= 0 for n in inner) or width is None
    if not is_open and math.prod(inner) != width and dims not in ([-1], [-1, 1], [width]):
        raise NetworkError(f"{node.place} makes {dims} of {width} numbers")
    return signal


_SIGNS: dict[str, Sign] = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}

OPERATORS: Mapping[str, Operator] = {
    "Gemm": gemm,
    "MatMul": matmul,
    **dict.fromkeys(_SIGNS, arithmetic),
    "Neg": lambda node, values: signal_of(node, values).then(
        ex.product(-1.0, signal_of(node, values).expr), node.place
    ),
    "Reciprocal": lambda node, values: signal_of(node, values).then(
        ex.inverse(signal_of(node, values).expr), node.place
    ),
    "BatchNormalization": batch_normalization,
    "Scaler": scaler,
    **ACTIVATIONS,
    "Cast": cast,
    "Transpose": transposed,
    "Reshape": reshape,
    **dict.fromkeys(("Identity", "Dropout", "Flatten", "Squeeze", "Unsqueeze", "ZipMap"), unchanged),
}
