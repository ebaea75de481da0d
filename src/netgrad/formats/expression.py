"""Elementwise expressions of one variable z in a normal form, and the activations that they are.

Exporters write an activation they have no operation for as several: gelu as Div, Erf, Add, Mul, Mul. Sums and
products are flattened and sorted here, constants gathered in front, so that one pattern stands for every order
in which such operations can be written.
"""

import math
from typing import Any, Literal

from netgrad.errors import NetworkError
from netgrad.formats.chain import parametric

# ("z",) | ("fn", name, expr) | ("sum", c, exprs) | ("prod", c, exprs): c + the sum, c times the product.
Expr = tuple[Any, ...]
Step = tuple[Literal["activate", "+", "*"], Any]  # with a name or (low, high), or with a number

_CLOSE = 2e-6  # constants are the nearest float32, or what torch and TensorFlow print of them

Z: Expr = ("z",)


def function(name: Any, e: Expr) -> Expr:
    """name(e)."""
    return ("fn", name, e)


def total(c: float, *terms: Expr) -> Expr:
    """c + the sum of `terms`."""
    flat: list[Expr] = []
    for term in terms:
        if term[0] == "sum":
            c += term[1]
            flat += term[2]
        else:
            flat.append(term)
    return flat[0] if len(flat) == 1 and c == 0 else ("sum", c, tuple(sorted(flat, key=_shape)))


def product(c: float, *factors: Expr) -> Expr:
    """c times the product of `factors`."""
    flat: list[Expr] = []
    for factor in factors:
        if factor[0] == "prod":
            c *= factor[1]
            flat += factor[2]
        else:
            flat.append(factor)
    return flat[0] if len(flat) == 1 and c == 1 else ("prod", c, tuple(sorted(flat, key=_shape)))


def inverse(e: Expr) -> Expr:
    """1/e."""
    return function("inverse", e)


def size(e: Expr) -> int:
    """Number of its operations and variables."""
    below = e[2] if e[0] in ("sum", "prod") else e[2:] if e[0] == "fn" else ()
    return 1 + sum(map(size, below))


def steps(e: Expr, place: str) -> list[Step]:
    """Activations and arithmetic that give `e`, in the order in which they are applied to z.

    Raises
    ------
    NetworkError
        It is none of the activations that are known.
    """
    if e == Z:
        return []
    for name, pattern in PATTERNS.items():
        found: dict[str, float] = {}
        if is_same(e, pattern, found):
            return [("activate", parametric(name, found["a"]) if found else name)]
    kind, c, below = e
    if kind == "fn" and c not in _INNER:
        return [*steps(below, place), ("activate", c)]
    if kind in ("sum", "prod") and len(below) == 1:
        return [*steps(below[0], place), ("+" if kind == "sum" else "*", c)]
    raise NetworkError(f"{place} ends an expression that is no known activation")


def _shape(e: Expr) -> str:
    """Text to sort by, without the constants, which differ in their last digits."""
    if e[0] in ("sum", "prod"):
        return f"{e[0]}({','.join(map(_shape, e[2]))})"
    return e[0] if e[0] == "z" else f"{e[1]}({_shape(e[2])})"


def is_same(e: Expr, pattern: Expr, found: dict[str, float] | None = None) -> bool:
    """True where two expressions are the same but for the last digits of their constants.

    A constant of the pattern may be "a" or "-a", a parameter, which is put into `found`.
    """
    if e[0] != pattern[0] or e[0] == "z":
        return bool(e[0] == pattern[0])
    if e[0] == "fn":
        return bool(e[1] == pattern[1]) and is_same(e[2], pattern[2], found)
    is_near = _is_near(e[1], pattern[1], {} if found is None else found) and len(e[2]) == len(pattern[2])
    return is_near and all(is_same(own, other, found) for own, other in zip(e[2], pattern[2], strict=True))


def _is_near(c: float, expected: float | str, found: dict[str, float]) -> bool:
    if isinstance(expected, str):
        expected = found.setdefault("a", 0.0 - c if expected == "-a" else c) * (-1 if expected == "-a" else 1)
    return math.isclose(c, expected, rel_tol=_CLOSE)


def _gelu_tanh(inner: Expr) -> Expr:
    return product(0.5, Z, total(1, function("tanh", inner)))


def _exp_below(scale: float | str) -> Expr:
    """Scale times exp(min(z, 0))."""
    return ("prod", scale, (function("exp", product(-1, _BELOW)),))


_BELOW = function("relu", product(-1, Z))  # -min(z, 0)
_SCALE, _ALPHA = 1.0507009873554805, 1.6732632423543772  # of selu
_C, _CUBIC = math.sqrt(2 / math.pi), 0.044715
_INNER = ("erf", "exp", "log", "inverse", "abs")  # no activations by themselves

PATTERNS = {
    "sigmoid": inverse(total(1, function("exp", product(-1, Z)))),
    "silu": product(1, Z, function("sigmoid", Z)),
    "gelu": product(0.5, Z, total(1, function("erf", product(math.sqrt(0.5), Z)))),
    "gelu_tanh": _gelu_tanh(product(_C, total(0, Z, product(_CUBIC, Z, Z, Z)))),
    "softplus": total(
        0, function("relu", Z), function("log", total(1, function("exp", product(-1, function("abs", Z)))))
    ),
    "softsign": product(1, Z, inverse(total(1, function("abs", Z)))),
    "mish": product(1, Z, function("tanh", function("softplus", Z))),
    "hard_swish": product(1, Z, function("hard_sigmoid", Z)),
    "exp": function("exp", Z),
    "log_sigmoid": product(
        -1, total(0, _BELOW, function("log", total(1, function("exp", product(-1, function("abs", Z))))))
    ),
    "hard_sigmoid": function((0.0, 1.0), total(0.5, product(1 / 6, Z))),
    "leaky_relu": ("sum", 0.0, (("prod", "-a", (_BELOW,)), function("relu", Z))),
    "elu": ("sum", "-a", (_exp_below("a"), function("relu", Z))),
    "selu": ("sum", -_SCALE * _ALPHA, (_exp_below(_SCALE * _ALPHA), product(_SCALE, function("relu", Z)))),
}
_ELU_OF_1 = total(-1, function("exp", product(-1, _BELOW)), function("relu", Z))
_LOG_EXP = function("log", total(1, function("exp", Z)))  # softplus, where nothing overflows
_LOG_OF_SIGMOID = function("log", function("sigmoid", Z))
# z (1 + 0.044715 z^2) in place of z + 0.044715 z^3.
_FACTORED = _gelu_tanh(product(_C, Z, total(1, product(_CUBIC, Z, Z))))
_CUT = product(1, Z, function((0.0, 1.0), total(0.5, product(1 / 6, Z))))
_CUT_AT_6 = product(1 / 6, Z, function((0.0, 6.0), total(3, Z)))
_OTHER_FORMS = (
    *(("gelu_tanh", _FACTORED), ("softplus", _LOG_EXP), ("elu", _ELU_OF_1), ("log_sigmoid", _LOG_OF_SIGMOID)),
    *(("hard_swish", _CUT), ("hard_swish", _CUT_AT_6)),
)


def named(e: Expr) -> Expr:
    """`e`, or the activation by its name where it is the other form of one."""
    for name, pattern in _OTHER_FORMS:
        if is_same(e, pattern):
            return function(name, Z)
    return e
