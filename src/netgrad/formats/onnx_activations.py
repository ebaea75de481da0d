"""Activations of ONNX: nodes that are one, and the operations that exporters make others of (onnx.ai, Operators)."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from netgrad.errors import NetworkError
from netgrad.formats import expression as ex
from netgrad.formats.chain import parametric, shortest
from netgrad.formats.onnx_model import Node
from netgrad.formats.onnx_signal import Signal

Operator = Callable[[Node, list[Any]], Signal]

_FAR = 3e38  # what stands for no limit: the largest float32
_BEYOND_FLOAT32 = 15.0  # softplus(z) - z is below 1e-6 from here on


def signal_of(node: Node, values: list[Any]) -> Signal:
    """The first input, where that is what flows through.

    Raises
    ------
    NetworkError
        It is a constant.
    """
    if isinstance(values[0], Signal):
        return values[0]
    raise NetworkError(f"{node.place}: its first input is a constant")


def activation(name: str) -> Operator:
    """Operator that applies the function `name`."""
    return lambda node, values: _applied(node, signal_of(node, values), name)


def _applied(node: Node, signal: Signal, name: Any) -> Signal:
    return signal.then(ex.function(name, signal.expr), node.place)


def with_parameter(name: str, default: float) -> Operator:
    """Operator of an activation with the parameter alpha."""

    def apply(node: Node, values: list[Any]) -> Signal:
        return _applied(
            node, signal_of(node, values), parametric(name, shortest(node.attributes.get("alpha", default)))
        )

    return apply


def prelu(node: Node, values: list[Any]) -> Signal:
    """Leaky relu whose slope is a tensor, of one number."""
    slope = values[1]
    if isinstance(slope, Signal) or slope.size != 1:
        raise NetworkError(f"{node.place}: a slope for each neuron, which is not read")
    return _applied(node, signal_of(node, values), parametric("leaky_relu", shortest(float(slope.reshape(())))))


def celu(node: Node, values: list[Any]) -> Signal:
    """Alpha elu(z / alpha)."""
    alpha = shortest(node.attributes.get("alpha", 1.0))
    if not alpha > 0:
        raise NetworkError(f"{node.place} has alpha {alpha!r}")
    inner = ex.product(1 / alpha, signal_of(node, values).expr)
    return signal_of(node, values).then(ex.product(alpha, ex.function("elu", inner)), node.place)


def selu(node: Node, values: list[Any]) -> Signal:
    """Selu, with the constants that make it one."""
    alpha, gamma = node.attributes.get("alpha", 1.6732632), node.attributes.get("gamma", 1.0507010)
    if not (math.isclose(alpha, 1.6732632, rel_tol=1e-5) and math.isclose(gamma, 1.0507010, rel_tol=1e-5)):
        raise NetworkError(f"{node.place} has constants of its own (alpha {alpha!r}, gamma {gamma!r})")
    return _applied(node, signal_of(node, values), "selu")


def hard_sigmoid(node: Node, values: list[Any]) -> Signal:
    """max(0, min(1, alpha z + beta)) = h(6 (alpha z + beta - 1/2)), h the hard sigmoid with 1/6 and 1/2."""
    alpha, beta = shortest(node.attributes.get("alpha", 0.2)), shortest(node.attributes.get("beta", 0.5))
    if not alpha or not math.isfinite(alpha * beta):
        raise NetworkError(f"{node.place} has alpha {alpha!r}, beta {beta!r}")
    inner = signal_of(node, values).expr
    if not math.isclose(alpha, 1 / 6, rel_tol=1e-6):
        inner = ex.product(6 * alpha, inner)
    inner = ex.total(6 * (beta - 0.5), inner)
    return signal_of(node, values).then(ex.function("hard_sigmoid", inner), node.place)


def gelu(node: Node, values: list[Any]) -> Signal:
    """Gelu, exact or by tanh."""
    form = node.attributes.get("approximate", b"none")
    return _applied(node, signal_of(node, values), "gelu_tanh" if form == b"tanh" else "gelu")


def softmax(node: Node, values: list[Any]) -> Signal:
    """Softmax over the last axis of a batch of vectors."""
    axis = node.attributes.get("axis", -1)
    if axis not in ((-2, 0) if signal_of(node, values).point.lies == "columns" else (-1, 1)):
        raise NetworkError(f"{node.place} is over axis {axis}, expected the last")
    return _applied(node, signal_of(node, values), "softmax")


def clip(node: Node, values: list[Any]) -> Signal:
    """min(max(z, low), high)."""
    low, high = (_limit(node, values, k, key) for k, key in ((1, "min"), (2, "max")))
    return _clipped(node, signal_of(node, values), low, high)


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
        return _applied(node, signal, (low, high))
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
            found: Signal = z.then(softplus, node.place)
            return found
    raise NetworkError(f"{node.place} chooses between results, which is no known activation")


ACTIVATIONS: Mapping[str, Operator] = {
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
    "Pow": power,
    "Greater": greater,
    "Where": where,
}
