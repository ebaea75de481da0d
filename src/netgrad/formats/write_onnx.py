"""A network as ONNX, in float64: Sub, Div, one Gemm a layer, its activation, Mul, Add.

Activations that onnxruntime has in float32 only are written as several operations of float64 (see
`expression.PATTERNS`), but for gelu, mish and arctan, which are cast. The element type of the file is double.
"""

import json
from collections.abc import Iterable
from struct import pack

import numpy as np

from netgrad import __version__
from netgrad.core.network import Array, Network
from netgrad.errors import NetworkError, excerpt
from netgrad.formats import file
from netgrad.formats.sigma_sources import parted

OPSET, IR = 20, 9
_FLOAT, _DOUBLE = 1, 11
_SINGLE = {"gelu": "Gelu", "mish": "Mish", "arctan": "Atan"}
_SCALE, _ALPHA = 1.0507009873554805, 1.6732632423543772  # of selu

# Operations that make an activation of z: (op, inputs, output); a number among the inputs is a constant.
Recipe = list[tuple[str, tuple[str | float, ...], str]]
_BELOW: Recipe = [("Neg", ("z",), "m"), ("Relu", ("m",), "r"), ("Relu", ("z",), "p")]  # r = -min(z, 0), p = max(z, 0)


def write(net: Network, path: str) -> None:
    """Save a network as ONNX."""
    file.write(path, _model(net))


def _model(net: Network) -> bytes:
    graph = _Graph()
    value = "x"
    if net.scaling is not None:
        value = graph.apply("Sub", [value, graph.constant("mean", net.scaling.mean)], "centered")
        value = graph.apply("Div", [value, graph.constant("std", net.scaling.std)], "scaled")
    for l, layer in enumerate(net.layers, start=2):
        W, b = graph.constant(f"W{l}", layer.W), graph.constant(f"b{l}", layer.b)
        value = graph.apply("Gemm", [value, W, b], f"z{l}", _int("transB", 1))
        value = graph.activation(layer.activation, value, f"sigma{l}")
    scaling = net.output_scaling
    if scaling is not None:
        value = graph.apply("Mul", [value, graph.constant("output_std", scaling.std)], "spread")
        value = graph.apply("Add", [value, graph.constant("output_mean", scaling.mean)], "shifted")
    value = graph.apply("Identity", [value], "a")
    ends = _bytes(11, _value_info("x", net.sizes[0])), _bytes(12, _value_info(value, net.sizes[-1]))
    content = b"".join([*graph.nodes, _bytes(2, b"network"), *graph.tensors, *ends])
    head = _number(1, IR) + _bytes(2, b"netgrad") + _bytes(3, __version__.encode())
    opset = _bytes(8, _bytes(1, b"") + _number(2, OPSET))
    return head + _bytes(7, content) + opset + b"".join(_metadata(net))


def _metadata(net: Network) -> Iterable[bytes]:
    """Names, which ONNX has no place for."""
    inputs, outputs = (None if names is None else json.dumps(names) for names in (net.inputs, net.outputs))
    for key, text in (("inputs", inputs), ("outputs", outputs), ("name", net.name)):
        if text is not None:
            yield _bytes(14, _bytes(1, f"netgrad.{key}".encode()) + _bytes(2, _utf8(text)))


class _Graph:
    """Nodes and tensors of a graph, as fields of its message."""

    def __init__(self) -> None:
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []

    def apply(self, op: str, inputs: list[str], output: str, *attributes: bytes) -> str:
        """Append a node; its output's name."""
        parts = [_bytes(1, name.encode()) for name in inputs] + [_bytes(2, output.encode())]
        parts += [_bytes(3, f"{op}_{output}".encode()), _bytes(4, op.encode())]
        self.nodes.append(_bytes(1, b"".join([*parts, *(_bytes(5, a) for a in attributes)])))
        return output

    def constant(self, name: str, values: Array) -> str:
        """Append a tensor of float64; its name."""
        data = np.ascontiguousarray(values, "<f8")
        dims = b"".join(_number(1, n) for n in data.shape)
        self.tensors.append(
            _bytes(5, dims + _number(2, _DOUBLE) + _bytes(8, name.encode()) + _bytes(9, data.tobytes()))
        )
        return name

    def activation(self, activation: str, z: str, output: str) -> str:
        """Append the nodes of an activation; the name of its result."""
        name, parameter = parted(activation)
        if name == "identity":
            return z
        if name == "softmax":
            return self.apply("Softmax", [z], output, _int("axis", -1))
        if name in _SINGLE:
            single = self.apply("Cast", [z], f"{output}_z", _int("to", _FLOAT))
            single = self.apply(_SINGLE[name], [single], f"{output}_float")
            return self.apply("Cast", [single], output, _int("to", _DOUBLE))
        for op, inputs, result in _recipe(name, parameter):
            names = [self._operand(item, z, output, k, result) for k, item in enumerate(inputs)]
            self.apply(op, names, output if result == "a" else f"{output}_{result}")
        return output

    def _operand(self, item: str | float, z: str, prefix: str, k: int, result: str) -> str:
        if isinstance(item, str):
            return z if item == "z" else f"{prefix}_{item}"
        return self.constant(f"{prefix}_{result}_c{k}", np.asarray(item, np.float64))


def _recipe(name: str, parameter: float | None) -> Recipe:
    plain = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu", "exp": "Exp"}
    if name in plain and parameter is None:
        return [(plain[name], ("z",), "a")]
    a = parameter or 0.0
    exp_below: Recipe = [*_BELOW, ("Neg", ("r",), "n"), ("Exp", ("n",), "e")]
    recipes: dict[str, Recipe] = {
        "silu": [("Sigmoid", ("z",), "s"), ("Mul", ("z", "s"), "a")],
        "softsign": [("Abs", ("z",), "m"), ("Add", ("m", 1.0), "d"), ("Div", ("z", "d"), "a")],
        "hard_sigmoid": [("Mul", ("z", 1 / 6), "m"), ("Add", ("m", 0.5), "s"), ("Clip", ("s", 0.0, 1.0), "a")],
        "relu": [("Clip", ("z", 0.0, a), "a")],
        "hard_tanh": [("Clip", ("z", -1.0, 1.0), "a")],
        "hard_swish": [("Mul", ("z", 1 / 6), "m"), ("Add", ("m", 0.5), "s"), ("Clip", ("s", 0.0, 1.0), "h"),
                       ("Mul", ("z", "h"), "a")],
        "log_sigmoid": [("Neg", ("z",), "o"), ("Relu", ("o",), "p"), ("Abs", ("z",), "m"), ("Neg", ("m",), "n"),
                        ("Exp", ("n",), "e"), ("Add", ("e", 1.0), "d"), ("Log", ("d",), "g"),
                        ("Add", ("p", "g"), "t"), ("Neg", ("t",), "a")],
        "leaky_relu": [*_BELOW, ("Mul", ("r", a), "s"), ("Sub", ("p", "s"), "a")],
        "elu": [*exp_below, ("Mul", ("e", a), "s"), ("Add", ("p", "s"), "t"), ("Sub", ("t", a), "a")],
        "selu": [*exp_below, ("Mul", ("e", _SCALE * _ALPHA), "s"), ("Mul", ("p", _SCALE), "q"),
                 ("Add", ("q", "s"), "t"), ("Sub", ("t", _SCALE * _ALPHA), "a")],
        "softplus": [("Abs", ("z",), "m"), ("Neg", ("m",), "n"), ("Exp", ("n",), "e"), ("Add", ("e", 1.0), "d"),
                     ("Log", ("d",), "g"), ("Relu", ("z",), "p"), ("Add", ("p", "g"), "a")],
        "gelu_tanh": [("Mul", ("z", "z"), "zz"), ("Mul", ("zz", "z"), "zzz"), ("Mul", ("zzz", 0.044715), "c"),
                      ("Add", ("z", "c"), "i"), ("Mul", ("i", 0.7978845608028654), "u"), ("Tanh", ("u",), "t"),
                      ("Add", ("t", 1.0), "o"), ("Mul", ("z", "o"), "w"), ("Mul", ("w", 0.5), "a")],
    }  # fmt: skip
    if name not in recipes:
        raise NetworkError(f"the activation {excerpt(name)} cannot be written as ONNX")
    return recipes[name]


def _value_info(name: str, n: int) -> bytes:
    """A name, and a batch of vectors of n doubles."""
    shape = _bytes(1, _bytes(2, b"m")) + _bytes(1, _number(1, n))
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, _DOUBLE) + _bytes(2, shape)))


def _int(name: str, value: int) -> bytes:
    return _bytes(1, name.encode()) + _number(3, value) + _number(20, 2)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value % (1 << 64))


def _varint(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found += pack("B", value & 0x7F | 0x80)
        value >>= 7
    return found + pack("B", value)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NetworkError(f"{excerpt(text)} has half a surrogate pair and cannot be saved") from None
