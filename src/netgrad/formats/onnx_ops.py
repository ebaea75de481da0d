"""Operations of ONNX on signals: what each does to what flows through the graph (onnx.ai, Operators)."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError
from netgrad.formats import expression as ex
from netgrad.formats.chain import parametric, shortest
from netgrad.formats.draft import Affine
from netgrad.formats.onnx_model import Node
from netgrad.formats.onnx_signal import Elementwise, Normalization, Signal

Array = NDArray[Any]
Value = Signal | Array | None  # None: an optional input that is left out
Operator = Callable[[Node, list[Any]], Signal]

_FAR = 1e30  # what stands for no limit
_BEYOND_FLOAT32 = 15.0  # softplus(z) - z is below 1e-6 from here on


def gemm(node: Node, values: list[Any]) -> Signal:
    """Alpha A B + beta C."""
    A, B, C = [*values, None][:3]
    alpha, beta = (shortest(node.attributes.get(key, 1.0)) for key in ("alpha", "beta"))
    transA, transB = (bool(node.attributes.get(key, 0)) for key in ("transA", "transB"))
    is_left = isinstance(B, Signal)
    if isinstance(C, Signal) or (transB if is_left else transA):
        raise NetworkError(f"{node.place} transposes the data, or adds them")
    W, signal, orientation = (A, B, transA) if is_left else (B, A, not transB)
    if alpha != 1:
        W = np.asarray(W, np.float64) * alpha
    return _affine(node, signal, W, _bias(node, C, beta, is_left), orientation=("in-out" if orientation else "out-in"))


def matmul(node: Node, values: list[Any]) -> Signal:
    """A B, one of them the weights."""
    left, right = values[:2]
    if isinstance(left, Signal) and isinstance(right, Signal):
        raise NetworkError(f"{node.place} multiplies two results: no layer with weights")
    if isinstance(left, Signal):
        return _affine(node, left, right, None, orientation="in-out")
    return _affine(node, right, left, None, orientation="out-in")


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
    if C.ndim > 1 and C.size != C.shape[0 if is_left else -1]:
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


def _with_constant(node: Node, signal: Signal, sign: str, c: Array) -> Signal:
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
    if c.size > 1 and ((width is not None and c.size != width) or c.size not in c.shape):
        raise NetworkError(f"{node.place}: arithmetic of {width} numbers with a constant of shape {c.shape}")
    numbers = c.astype(c.dtype if c.dtype.kind == "f" else np.float64).reshape(-1)
    return signal.after(Elementwise(ex.Z, sign, numbers), width or c.size, node.place)


def _lacks_bias(signal: Signal) -> bool:
    """Whether what is added next is the bias of an affine layer."""
    layer = signal.point.operation
    return signal.expr == ex.Z and isinstance(layer, Affine) and layer.b is None


def _joined(node: Node, a: Signal, b: Signal, sign: str) -> Signal:
    if a.point is not b.point:
        raise NetworkError(f"{node.place} joins two paths: a branch, or a residual connection")
    if sign in "+-":
        return a.then(ex.total(0.0, a.expr, b.expr if sign == "+" else ex.product(-1.0, b.expr)), node.place)
    return a.then(ex.product(1.0, a.expr, b.expr if sign == "*" else ex.inverse(b.expr)), node.place)


def activation(name: str) -> Operator:
    """Operator that applies the function `name`."""
    return lambda node, values: _apply(node, values[0], name)


def _apply(node: Node, signal: Signal, name: Any) -> Signal:
    return signal.then(ex.function(name, signal.expr), node.place)


def with_parameter(name: str, default: float) -> Operator:
    """Operator of an activation with the parameter alpha."""

    def apply(node: Node, values: list[Any]) -> Signal:
        return _apply(node, values[0], parametric(name, shortest(node.attributes.get("alpha", default))))

    return apply


def prelu(node: Node, values: list[Any]) -> Signal:
    """Leaky relu whose slope is a tensor, of one number."""
    slope = values[1]
    if isinstance(slope, Signal) or slope.size != 1:
        raise NetworkError(f"{node.place}: a slope for each neuron, which is not read")
    return _apply(node, values[0], parametric("leaky_relu", shortest(float(slope.reshape(())))))


def celu(node: Node, values: list[Any]) -> Signal:
    """Alpha elu(z / alpha)."""
    alpha = shortest(node.attributes.get("alpha", 1.0))
    if not alpha > 0:
        raise NetworkError(f"{node.place} has alpha {alpha!r}")
    inner = ex.product(1 / alpha, values[0].expr)
    return values[0].then(ex.product(alpha, ex.function("elu", inner)), node.place)


def selu(node: Node, values: list[Any]) -> Signal:
    """Selu, with the constants that make it one."""
    alpha, gamma = node.attributes.get("alpha", 1.6732632), node.attributes.get("gamma", 1.0507010)
    if not (math.isclose(alpha, 1.6732632, rel_tol=1e-5) and math.isclose(gamma, 1.0507010, rel_tol=1e-5)):
        raise NetworkError(f"{node.place} has constants of its own (alpha {alpha!r}, gamma {gamma!r})")
    return _apply(node, values[0], "selu")


def hard_sigmoid(node: Node, values: list[Any]) -> Signal:
    """max(0, min(1, alpha z + beta)) = h(6 (alpha z + beta - 1/2)), h the hard sigmoid with 1/6 and 1/2."""
    alpha, beta = shortest(node.attributes.get("alpha", 0.2)), shortest(node.attributes.get("beta", 0.5))
    if not alpha or not math.isfinite(alpha * beta):
        raise NetworkError(f"{node.place} has alpha {alpha!r}, beta {beta!r}")
    inner = values[0].expr
    if not math.isclose(alpha, 1 / 6, rel_tol=1e-6):
        inner = ex.product(6 * alpha, inner)
    inner = ex.total(6 * (beta - 0.5), inner)
    return values[0].then(ex.function("hard_sigmoid", inner), node.place)


def gelu(node: Node, values: list[Any]) -> Signal:
    """Gelu, exact or by tanh."""
    form = node.attributes.get("approximate", b"none")
    return _apply(node, values[0], "gelu_tanh" if form == b"tanh" else "gelu")


def softmax(node: Node, values: list[Any]) -> Signal:
    """Softmax over the last axis of a batch of vectors."""
    axis = node.attributes.get("axis", -1)
    if axis not in (-1, 1):
        raise NetworkError(f"{node.place} is over axis {axis}, expected the last")
    return _apply(node, values[0], "softmax")


def clip(node: Node, values: list[Any]) -> Signal:
    """min(max(z, low), high)."""
    low, high = (_limit(node, values, k, key) for k, key in ((1, "min"), (2, "max")))
    return _clipped(node, values[0], low, high)


def extremum(node: Node, values: list[Any]) -> Signal:
    """Max or Min of a signal and a number."""
    signals, numbers = ([v for v in values if isinstance(v, Signal) is kind] for kind in (True, False))
    if len(signals) != 1 or len(numbers) != 1 or numbers[0].size != 1:
        raise NetworkError(f"{node.place} is not of a result and a number")
    c = float(numbers[0].reshape(()))
    return _clipped(node, signals[0], *((c, None) if node.op == "Max" else (None, c)))


def _limit(node: Node, values: Sequence[Any], k: int, key: str) -> float | None:
    if len(values) > k and values[k] is not None:
        if isinstance(values[k], Signal) or values[k].size != 1:
            raise NetworkError(f"{node.place}: its limits are no numbers")
        value = float(values[k].reshape(()))
    else:
        value = float(node.attributes.get(key, math.inf))
    return None if abs(value) > _FAR else value


def _clipped(node: Node, signal: Signal, low: float | None, high: float | None) -> Signal:
    if low is None and high is None:
        return signal
    if low is not None and high is not None:
        return _apply(node, signal, (low, high))
    if high is None and low is not None:
        above = ex.function("relu", ex.total(-low, signal.expr) if low else signal.expr)
        return signal.then(ex.total(low, above) if low else above, node.place)
    below = ex.function("relu", ex.total(high or 0.0, ex.product(-1.0, signal.expr)))
    return signal.then(ex.total(high or 0.0, ex.product(-1.0, below)), node.place)


def power(node: Node, values: list[Any]) -> Signal:
    """z^2 or z^3, of which gelu is made."""
    signal, exponent = values[:2]
    if not isinstance(signal, Signal) or isinstance(exponent, Signal) or exponent.size != 1:
        raise NetworkError(f"{node.place} is no power with a constant exponent")
    if (n := float(exponent.reshape(()))) not in (2, 3):
        raise NetworkError(f"{node.place} has the exponent {n!r}")
    return signal.then(ex.product(1.0, *[signal.expr] * int(n)), node.place)


def greater(node: Node, values: list[Any]) -> Signal:
    """z > c, as the condition of a Where."""
    signal, c = values[:2]
    if not isinstance(signal, Signal) or isinstance(c, Signal) or c.size != 1:
        raise NetworkError(f"{node.place} compares something else than a result with a number")
    return signal.then(ex.function(f"above {float(c.reshape(()))!r}", signal.expr), node.place)


def where(node: Node, values: list[Any]) -> Signal:
    """z where z > 20, else softplus(z): softplus, as exporters write it."""
    if all(isinstance(v, Signal) for v in values) and len({v.point for v in values}) == 1:
        condition, z, other = values
        kind, name, argument = condition.expr if condition.expr[0] == "fn" else ("", "", None)
        is_far = kind and str(name).startswith("above ") and float(name[6:]) >= _BEYOND_FLOAT32
        softplus = ex.function("softplus", z.expr)
        if is_far and argument == z.expr and ex.is_same(other.expr, softplus):
            return z.then(softplus, node.place)
    raise NetworkError(f"{node.place} chooses between results, which is no known activation")


def batch_normalization(node: Node, values: list[Any]) -> Signal:
    """Gamma (z - mean)/sqrt(var + epsilon) + beta."""
    if node.attributes.get("training_mode", 0) or len(values) < 5:
        raise NetworkError(f"{node.place} is in training mode")
    if any(isinstance(v, Signal) or v is None or v.dtype.kind != "f" for v in values[1:5]):
        raise NetworkError(f"{node.place}: its parameters are not constants")
    gamma, beta, mean, var = (np.asarray(v, np.float64).reshape(-1) for v in values[1:5])
    with np.errstate(all="ignore"):
        deviation = np.sqrt(var + shortest(node.attributes.get("epsilon", 1e-5)))
    return values[0].after(Normalization(mean, deviation, gamma, beta), mean.size, node.place)


def scaler(node: Node, values: list[Any]) -> Signal:
    """(x - offset) * scale, of ai.onnx.ml."""
    signal = values[0]
    for sign, key in (("-", "offset"), ("*", "scale")):
        if c := node.attributes.get(key):
            signal = _with_constant(node, signal, sign, np.asarray(c, np.float64))
    return signal


def unchanged(node: Node, values: list[Any]) -> Signal:
    """The same numbers: Identity, Dropout, Flatten and such."""
    if node.op == "Dropout" and len(values) > 2 and values[2] is not None and np.any(values[2]):
        raise NetworkError(f"{node.place} is in training mode")
    return values[0]


def cast(node: Node, values: list[Any]) -> Signal:
    """The same numbers, as floats."""
    if node.attributes.get("to") not in (1, 10, 11, 16):
        raise NetworkError(f"{node.place} casts a result to something else than floats")
    return values[0]


def reshape(node: Node, values: list[Any]) -> Signal:
    """The same numbers, as long as each point's stay together."""
    signal, shape = values[0], values[1] if len(values) > 1 else None
    if shape is None or isinstance(shape, Signal):
        raise NetworkError(f"{node.place} has no constant shape")
    dims, width = [int(n) for n in shape.reshape(-1)], signal.point.width
    inner = dims[1:] if len(dims) > 1 else []
    is_open = any(n <= 0 for n in inner) or width is None
    if not is_open and math.prod(inner) != width and dims not in ([-1], [-1, 1], [width]):
        raise NetworkError(f"{node.place} makes {dims} of {width} numbers")
    return signal


_SIGNS = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}

OPERATORS: Mapping[str, Operator] = {
    "Gemm": gemm,
    "MatMul": matmul,
    **dict.fromkeys(_SIGNS, arithmetic),
    "Neg": lambda node, values: values[0].then(ex.product(-1.0, values[0].expr), node.place),
    "Reciprocal": lambda node, values: values[0].then(ex.inverse(values[0].expr), node.place),
    "Pow": power,
    "Greater": greater,
    "Where": where,
    "BatchNormalization": batch_normalization,
    "Scaler": scaler,
    "Relu": activation("relu"),
    "Sigmoid": activation("sigmoid"),
    "Tanh": activation("tanh"),
    "Softplus": activation("softplus"),
    "Softsign": activation("softsign"),
    "Atan": activation("arctan"),
    "Erf": activation("erf"),
    "Exp": activation("exp"),
    "Log": activation("log"),
    "Abs": activation("abs"),
    "Mish": activation("mish"),
    "HardSwish": activation("hard_swish"),
    "Swish": activation("silu"),
    "LeakyRelu": with_parameter("leaky_relu", 0.01),
    "Elu": with_parameter("elu", 1.0),
    "Selu": selu,
    "Celu": celu,
    "PRelu": prelu,
    "Gelu": gelu,
    "HardSigmoid": hard_sigmoid,
    "Softmax": softmax,
    "Clip": clip,
    "Max": extremum,
    "Min": extremum,
    "Cast": cast,
    "Reshape": reshape,
    **dict.fromkeys(("Identity", "Dropout", "Flatten", "Squeeze", "Unsqueeze", "ZipMap"), unchanged),
}
