"""Operations of a torch.export graph on signals: what each of PyTorch's `aten` operations does."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError
from netgrad.formats import expression as ex
from netgrad.formats.chain import parametric
from netgrad.formats.draft import Affine
from netgrad.formats.onnx_model import Node
from netgrad.formats.onnx_ops import OPERATORS
from netgrad.formats.onnx_signal import Normalization, Signal
from netgrad.formats.weight_norm import composed

Array = NDArray[Any]

_FLOATS = (6, 7, 8, 13)  # dtypes, as torch.export numbers them
_BEYOND_FLOAT32 = 15.0  # softplus(z) - z is below 1e-6 from here on
_MISSING = object()


@dataclass(frozen=True)
class Call:
    """One node: its operation and arguments, with tensors as arrays or signals."""

    operation: str  # "linear"
    place: str
    arguments: Mapping[str, Any]
    module: str | None = None  # whose weights they are
    shape: tuple[Any, ...] | None = None  # of its first tensor
    result: tuple[Any, ...] | None = None  # shape of what it gives
    remarks: list[str] = field(default_factory=list)

    def number(self, name: str, default: float) -> float:
        """Argument that is a number."""
        value = self.arguments.get(name, default)
        value = default if value is None else value
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.reshape(()).item()
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise NetworkError(f"{self.place}: {name} is no finite number")
        return float(value)

    def signal(self, name: str = "self") -> Signal:
        """Argument that depends on the input."""
        value = self.arguments.get(name)
        if not isinstance(value, Signal):
            raise NetworkError(f"{self.place}: {name} does not depend on the input")
        return value

    def array(self, name: str) -> Array | None:
        """Argument that is a tensor of constants, or None where it is left out."""
        value = self.arguments.get(name)
        if value is not None and not (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
            raise NetworkError(f"{self.place}: {name} is no constant tensor of floats")
        return value

    def operand(self, name: str) -> Any:
        """Argument of arithmetic: a signal or an array."""
        value = self.arguments.get(name, _MISSING)
        if isinstance(value, Signal | np.ndarray):
            return value
        return np.asarray(self.number(name, math.nan))

    def then(self, expr: ex.Expr) -> Signal:
        """Signal of an expression of `self`."""
        return self.signal().then(expr, self.place)

    def node(self, op: str, **attributes: Any) -> Node:
        """The same as an operation of ONNX."""
        return Node(op, self.place.removeprefix("node "), attributes=attributes)


Operation = Callable[[Call], Signal]


def constant(call: Call) -> Array:
    """Value of a node that does not depend on the input: a weight, transposed or normalized at most.

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
        if call.operation in ("detach", "alias", "clone", "lift_fresh_copy"):
            return array
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
        a, b = call.operand("self"), call.operand("other")
        if call.number("alpha", 1) != 1 or call.arguments.get("rounding_mode") is not None:
            raise NetworkError(f"{call.place} has a factor or rounds, which is not read")
        return OPERATORS[op](call.node(op), [b, a] if swap else [a, b])

    return apply


def _by_onnx(op: str) -> Operation:
    return lambda call: OPERATORS[op](call.node(op), [call.signal()])


def _named(name: str) -> Operation:
    return lambda call: call.then(ex.function(name, call.signal().expr))


def _gelu(call: Call) -> Signal:
    form = call.arguments.get("approximate", "none")
    if form not in ("none", "tanh"):
        raise NetworkError(f"{call.place}: an unknown form of gelu")
    return call.then(ex.function("gelu_tanh" if form == "tanh" else "gelu", call.signal().expr))


def _leaky_relu(call: Call) -> Signal:
    slope = call.number("negative_slope", 0.01)
    return call.then(ex.function(parametric("leaky_relu", slope), call.signal().expr))


def _prelu(call: Call) -> Signal:
    slope = call.number("weight", math.nan)
    return call.then(ex.function(parametric("leaky_relu", slope), call.signal().expr))


def _elu(call: Call) -> Signal:
    """Scale (z where z > 0, else alpha (exp(input_scale z) - 1)); selu is one of them."""
    alpha, scale = call.number("alpha", 1), call.number("scale", 1)
    if call.number("input_scale", 1) != 1:
        raise NetworkError(f"{call.place} scales its input below zero only, which is not read")
    is_selu = math.isclose(alpha, 1.6732632423543772) and math.isclose(scale, 1.0507009873554805)
    name = "selu" if is_selu else parametric("elu", alpha)
    applied = ex.function(name, call.signal().expr)
    return call.then(applied if is_selu else ex.product(scale, applied))


def _celu(call: Call) -> Signal:
    return OPERATORS["Celu"](call.node("Celu", alpha=call.number("alpha", 1)), [call.signal()])


def _softplus(call: Call) -> Signal:
    """log(1 + exp(beta z))/beta; PyTorch takes z itself where beta z > threshold."""
    beta, threshold = call.number("beta", 1), call.number("threshold", 20)
    if not beta > 0 or threshold < _BEYOND_FLOAT32:
        raise NetworkError(f"{call.place} is a softplus with beta {beta!r} that is cut at {threshold!r}")
    call.remarks.append(f"{call.place}: softplus without PyTorch's step at {threshold / beta:g}")
    return call.then(ex.product(1 / beta, ex.function("softplus", ex.product(beta, call.signal().expr))))


def _clip(low: str, high: str, default: float | None) -> Operation:
    """Operation min(max(z, low), high), whose limits are `default` away from 0 where they are left out."""

    def apply(call: Call) -> Signal:
        limits = [_limit(call, low, default and -default), _limit(call, high, default)]
        inner = call.signal().expr
        if limits[0] is None and limits[1] is not None and limits[1] > 0 and inner[:2] == ("fn", "relu"):
            return call.then(ex.function((0.0, limits[1]), inner[2]))
        arrays = [None if limit is None else np.asarray(limit) for limit in limits]
        return OPERATORS["Clip"](call.node("Clip"), [call.signal(), *arrays])

    return apply


def _limit(call: Call, name: str, default: float | None) -> float | None:
    return default if call.arguments.get(name) is None else call.number(name, 0)


def _log1p(call: Call) -> Signal:
    return call.then(ex.function("log", ex.total(1, call.signal().expr)))


def _greater(call: Call) -> Signal:
    return OPERATORS["Greater"](call.node("Greater"), [call.signal(), call.operand("other")])


def _where(call: Call) -> Signal:
    return OPERATORS["Where"](call.node("Where"), [call.operand(name) for name in ("condition", "self", "other")])


def _softmax(call: Call) -> Signal:
    axes = len(call.shape or ())
    if call.arguments.get("dim") not in (-1, axes - 1):
        raise NetworkError(f"{call.place} is a softmax over axis {call.arguments.get('dim')}, expected the last")
    return call.then(ex.function("softmax", call.signal().expr))


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


def _power(call: Call) -> Signal:
    return OPERATORS["Pow"](call.node("Pow"), [call.signal(), np.asarray(call.number("exponent", math.nan))])


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "linear": _linear,
        "addmm": _addmm,
        "mm": _matmul,
        "matmul": _matmul,
        "add": _arithmetic("Add"),
        "sub": _arithmetic("Sub"),
        "rsub": _arithmetic("Sub", swap=True),
        "mul": _arithmetic("Mul"),
        "div": _arithmetic("Div"),
        "pow": _power,
        "log1p": _log1p,
        "gt": _greater,
        "where": _where,
        "batch_norm": _batch_norm,
        "_native_batch_norm_legit_no_training": _batch_norm,
        "gelu": _gelu,
        "leaky_relu": _leaky_relu,
        "prelu": _prelu,
        "elu": _elu,
        "celu": _celu,
        "softplus": _softplus,
        "hardtanh": _clip("min_val", "max_val", 1.0),
        "clamp": _clip("min", "max", None),
        "clamp_min": _clip("min", "", None),
        "softmax": _softmax,
        "_softmax": _softmax,
        "selu": _named("selu"),
        "relu6": lambda call: call.then(ex.function((0.0, 6.0), call.signal().expr)),
        "silu": _named("silu"),
        "mish": _named("mish"),
        "atan": _named("arctan"),
        "log_sigmoid": _named("log_sigmoid"),
        "hardsigmoid": _named("hard_sigmoid"),
        "hardswish": _named("hard_swish"),
        **{
            name: _by_onnx(name.capitalize()) for name in ("relu", "sigmoid", "tanh", "exp", "abs", "erf", "neg", "log")
        },
        "reciprocal": _by_onnx("Reciprocal"),
        "dropout": _dropout,
        "to": _cast,
        "_to_copy": _cast,
        **dict.fromkeys(("alias", "clone", "contiguous", "detach", "lift_fresh_copy"), _unchanged),
        **dict.fromkeys(("flatten", "reshape", "squeeze", "unflatten", "unsqueeze", "view", "_unsafe_view"), _reshaped),
        **dict.fromkeys(("numpy_T", "permute", "t", "transpose"), _turned),
    }
)
# Those of constants too.
KNOWN = frozenset({*OPERATIONS, "_weight_norm", "_weight_norm_interface"})
