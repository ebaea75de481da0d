"""Elementwise expressions of one variable z in a normal form, and the activations that they are.

Exporters write an activation they have no operation for as several: gelu as Div, Erf, Add, Mul, Mul. Sums and
products are flattened and sorted here, constants gathered in front, so that one pattern stands for every order
in which such operations can be written.
"""

import math
from typing import Any

from netgrad.errors import NetworkError

# ("z",) | ("fn", name, expr) | ("sum", c, exprs) | ("prod", c, exprs): c + the sum, c times the product.
Expr = tuple[Any, ...]
Step = tuple[str, Any]  # ("activate", name) or (sign, number)

LARGE = 100  # operations between two affine layers
_CLOSE = 2e-6  # constants are the nearest float32, or what torch and TensorFlow print of them

Z: Expr = ("z",)


def function(name: str, e: Expr) -> Expr:
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
    """How many operations and variables it has."""
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
        if is_same(e, pattern):
            return [("activate", name)]
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


def is_same(e: Expr, pattern: Expr) -> bool:
    """Whether two expressions are the same but for the last digits of their constants."""
    if e[0] != pattern[0] or e[0] == "z":
        return e[0] == pattern[0]
    if e[0] == "fn":
        return bool(e[1] == pattern[1]) and is_same(e[2], pattern[2])
    same = math.isclose(e[1], pattern[1], rel_tol=_CLOSE) and len(e[2]) == len(pattern[2])
    return same and all(map(is_same, e[2], pattern[2]))


def _gelu_tanh(inner: Expr) -> Expr:
    return product(0.5, Z, total(1, function("tanh", inner)))


_C, _CUBIC = math.sqrt(2 / math.pi), 0.044715
_INNER = ("erf", "exp", "log", "inverse", "abs")  # no activations by themselves

PATTERNS = {
    "sigmoid": inverse(total(1, function("exp", product(-1, Z)))),
    "silu": product(1, Z, function("sigmoid", Z)),
    "gelu": product(0.5, Z, total(1, function("erf", product(math.sqrt(0.5), Z)))),
    "gelu_tanh": _gelu_tanh(product(_C, total(0, Z, product(_CUBIC, Z, Z, Z)))),
    "softplus": function("log", total(1, function("exp", Z))),
    "softsign": product(1, Z, inverse(total(1, function("abs", Z)))),
    "mish": product(1, Z, function("tanh", function("softplus", Z))),
    "hard_swish": product(1, Z, function("hard_sigmoid", Z)),
    "exp": function("exp", Z),
}
# z (1 + 0.044715 z^2) in place of z + 0.044715 z^3.
_FACTORED = _gelu_tanh(product(_C, Z, total(1, product(_CUBIC, Z, Z))))


def named(e: Expr) -> Expr:
    """`e`, or the activation by its name where it is the other form of one."""
    return function("gelu_tanh", Z) if is_same(e, _FACTORED) else e
