"""Activations in other notations: what files and sources that are written call them."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.chain import DEFAULTS


class Notation(NamedTuple):
    """One activation of z; {a} is its parameter."""

    c: str
    numpy: str
    torch: str
    keras: str


_SELU = "1.0507009873554805", "1.6732632423543772"
_GELU_U = "0.7978845608028654 * (z + 0.044715 * z * z * z)"

NOTATIONS: Mapping[str, Notation] = MappingProxyType(
    {
        "sigmoid": Notation("1 / (1 + exp(-z))", "1 / (1 + np.exp(-z))", "nn.Sigmoid()", "'sigmoid'"),
        "tanh": Notation("tanh(z)", "np.tanh(z)", "nn.Tanh()", "'tanh'"),
        "relu": Notation("z > 0 ? z : 0", "np.maximum(z, 0)", "nn.ReLU()", "'relu'"),
        "leaky_relu": Notation(
            "z > 0 ? z : {a} * z",
            "np.where(z > 0, z, {a} * z)",
            "nn.LeakyReLU({a})",
            "layers.LeakyReLU(negative_slope={a})",
        ),
        "elu": Notation(
            "z > 0 ? z : {a} * expm1(z)",
            "np.where(z > 0, z, {a} * np.expm1(np.minimum(z, 0)))",
            "nn.ELU({a})",
            "layers.ELU(alpha={a})",
        ),
        "selu": Notation(
            f"{_SELU[0]} * (z > 0 ? z : {_SELU[1]} * expm1(z))",
            f"{_SELU[0]} * np.where(z > 0, z, {_SELU[1]} * np.expm1(np.minimum(z, 0)))",
            "nn.SELU()",
            "'selu'",
        ),
        "gelu": Notation(
            "0.5 * z * erfc(-0.7071067811865476 * z)",
            "0.5 * z * np.vectorize(math.erfc, [float])(-math.sqrt(0.5) * z)",
            "nn.GELU()",
            "'gelu'",
        ),
        "gelu_tanh": Notation(
            f"0.5 * z * (1 + tanh({_GELU_U}))",
            f"0.5 * z * (1 + np.tanh({_GELU_U}))",
            "nn.GELU(approximate='tanh')",
            "lambda z: keras.activations.gelu(z, approximate=True)",
        ),
        "silu": Notation("z / (1 + exp(-z))", "z / (1 + np.exp(-z))", "nn.SiLU()", "'silu'"),
        "softplus": Notation(
            "(z > 0 ? z : 0) + log1p(exp(-fabs(z)))",
            "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
            "nn.Softplus(threshold=700)",
            "'softplus'",
        ),
        "softsign": Notation("z / (1 + fabs(z))", "z / (1 + np.abs(z))", "nn.Softsign()", "'softsign'"),
        "arctan": Notation("atan(z)", "np.arctan(z)", "Function(torch.atan)", "keras.ops.arctan"),
        "hard_sigmoid": Notation(
            "z <= -3 ? 0 : z >= 3 ? 1 : (z + 3) / 6",
            "np.clip((z + 3) / 6, 0, 1)",
            "Function(lambda z: torch.clamp((z + 3) / 6, 0, 1))",
            "'hard_sigmoid'",
        ),
        "mish": Notation(
            "z * tanh((z > 0 ? z : 0) + log1p(exp(-fabs(z))))",
            "z * np.tanh(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))",
            "nn.Mish()",
            "'mish'",
        ),
        "log_sigmoid": Notation(
            "(z < 0 ? z : 0) - log1p(exp(-fabs(z)))",
            "np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))",
            "nn.LogSigmoid()",
            "'log_sigmoid'",
        ),
        "hard_tanh": Notation("z <= -1 ? -1 : z >= 1 ? 1 : z", "np.clip(z, -1, 1)", "nn.Hardtanh()", "'hard_tanh'"),
        "hard_swish": Notation(
            "z * (z <= -3 ? 0 : z >= 3 ? 1 : (z + 3) / 6)",
            "z * np.clip((z + 3) / 6, 0, 1)",
            "Function(lambda z: z * torch.clamp((z + 3) / 6, 0, 1))",
            "'hard_swish'",
        ),
        "identity": Notation("z", "z", "nn.Identity()", "'linear'"),
        "exp": Notation("exp(z)", "np.exp(z)", "Function(torch.exp)", "'exponential'"),
        "softmax": Notation(
            "",
            "np.exp(z - z.max(-1, keepdims=True)) / np.exp(z - z.max(-1, keepdims=True)).sum(-1, keepdims=True)",
            "nn.Softmax(-1)",
            "'softmax'",
        ),
    }
)
_CLIPPED = Notation(
    "z > 0 ? (z < {a} ? z : {a}) : 0", "np.clip(z, 0, {a})", "nn.Hardtanh(0.0, {a})", "layers.ReLU(max_value={a})"
)


def parted(activation: str) -> tuple[str, float | None]:
    """Name and parameter of an activation.

    >>> parted("leaky_relu(0.2)"), parted("elu"), parted("tanh")
    (('leaky_relu', 0.2), ('elu', 1.0), ('tanh', None))
    """
    match = re.fullmatch(r"(\w+)(?:\(([-+.0-9e]+)\))?", activation)
    if match is None or match[1] not in NOTATIONS:
        raise NetworkError(f"the activation {excerpt(activation)} cannot be written there")
    return match[1], float(match[2]) if match[2] else DEFAULTS.get(match[1])


def notation(activation: str) -> Notation:
    """Notations of an activation, its parameter put in."""
    name, parameter = parted(activation)
    if parameter is None:
        return NOTATIONS[name]
    return Notation(*(t.replace("{a}", repr(parameter)) for t in (_CLIPPED if name == "relu" else NOTATIONS[name])))
