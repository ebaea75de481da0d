"""Operations of a torch.export graph that are activations, or that activations are decomposed into."""

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from netgrad.errors import NetworkError
from netgrad.formats import expression as ex
from netgrad.formats.chain import parametric
from netgrad.formats.onnx_ops import OPERATORS
from netgrad.formats.onnx_signal import Signal
from netgrad.formats.pytorch.call import Call, Operation

_BEYOND_FLOAT32 = 15.0  # softplus(z) - z is below 1e-6 from here on


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


def _rrelu(call: Call) -> Signal:
    """Leaky relu whose slope is drawn in training, and the mean of its limits after that."""
    if call.arguments.get("training", False):
        raise NetworkError(f"{call.place} is an RReLU in training mode; export after model.eval()")
    slope = (call.number("lower", 1 / 8) + call.number("upper", 1 / 3)) / 2
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


def _power(call: Call) -> Signal:
    return OPERATORS["Pow"](call.node("Pow"), [call.signal(), np.asarray(call.number("exponent", math.nan))])


ACTIVATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "pow": _power,
        "log1p": _log1p,
        "gt": _greater,
        "where": _where,
        "gelu": _gelu,
        "leaky_relu": _leaky_relu,
        "prelu": _prelu,
        "rrelu": _rrelu,
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
    }
)
