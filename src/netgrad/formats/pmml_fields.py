"""Expressions of PMML that are arithmetic on one field: what goes into a network, and what comes out of it."""

from typing import NamedTuple

import numpy as np

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import limits
from netgrad.formats.neuronwise import Arithmetic, Sign
from netgrad.formats.xml import Element

_SIGNS: dict[str, Sign] = {"-": "-", "+": "+", "*": "*", "/": "/"}
_OPPOSITE: dict[Sign, Sign] = {"-": "+", "+": "-", "*": "/", "/": "*"}
_EXPRESSIONS = ("FieldRef", "NormContinuous", "NormDiscrete", "Apply", "Constant")


class Field(NamedTuple):
    """A field of the data, or the indicator of one of its values, and what is done to it."""

    name: str
    steps: tuple[Arithmetic, ...] = ()
    value: str | None = None  # of the category that is 1

    def then(self, sign: Sign, c: float) -> "Field":
        """The field with one more step."""
        return self._replace(steps=(*self.steps, Arithmetic(sign, np.asarray(c))))

    def undone(self) -> list[Arithmetic]:
        """Steps from the result back to the field."""
        return [Arithmetic(_OPPOSITE[step.sign], step.c) for step in reversed(self.steps)]


def number(element: Element, key: str, default: float | None = None) -> float:
    """Attribute `key` of an element as a finite number."""
    text = element.attributes.get(key)
    if text is None and default is not None:
        return default
    return _number(element, text, f"{element.tag}: {key}")


def field_of(parent: Element, derived: dict[str, Element], level: int = 0) -> Field:
    """Field that the expression in `parent` is of.

    Raises
    ------
    NetworkError
        It is something else than arithmetic on one field.
    """
    expression = parent if parent.tag in _EXPRESSIONS else parent.first(*_EXPRESSIONS)
    if level > limits.PMML_NESTING:
        raise NetworkError("derived fields refer to each other without an end", line=parent.line)
    if expression is None:
        raise _refusal(parent, parent.children[0].tag if parent.children else "nothing")
    name = expression.attributes.get("field", "")
    if expression.tag == "FieldRef":
        return field_of(derived[name], derived, level + 1) if name in derived else Field(name)
    if expression.tag == "NormContinuous":
        base = field_of(derived[name], derived, level + 1) if name in derived else Field(name)
        return _norm_continuous(expression, base)
    if expression.tag == "NormDiscrete":
        return Field(name, value=expression.attributes.get("value", ""))
    if expression.tag == "Apply":
        return _applied(expression, derived, level)
    raise _refusal(expression, expression.tag)


def _norm_continuous(expression: Element, base: Field) -> Field:
    """The line through two points (orig, norm)."""
    points = [(number(p, "orig"), number(p, "norm")) for p in expression.all("LinearNorm")]
    if len(points) != 2 or expression.attributes.get("outliers", "asIs") != "asIs" or points[0][0] == points[1][0]:
        raise NetworkError("NormContinuous is not a single line", line=expression.line)
    (x0, y0), (x1, y1) = points
    field = base.then("-", x0).then("/", x1 - x0)
    field = field if y1 - y0 == 1 else field.then("*", y1 - y0)
    return field if y0 == 0 else field.then("+", y0)


def _applied(expression: Element, derived: dict[str, Element], level: int) -> Field:
    sign, operands = expression.attributes.get("function", ""), expression.children
    if sign not in _SIGNS or len(operands) != 2:
        raise _refusal(expression, f"the function {excerpt(sign)}")
    one, other = operands
    if other.tag == "Constant":
        return field_of(one, derived, level + 1).then(_SIGNS[sign], _constant(other))
    if one.tag == "Constant" and sign in "+*":
        return field_of(other, derived, level + 1).then(_SIGNS[sign], _constant(one))
    raise _refusal(expression, f"the function {excerpt(sign)} of two fields")


def _constant(element: Element) -> float:
    return _number(element, element.text.strip(), "Constant")


def _number(element: Element, text: str | None, what: str) -> float:
    try:
        value = float(text) if text is not None and text.isascii() and "_" not in text else np.nan
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise NetworkError(f"{what}: {excerpt(text or '')} is not a number", line=element.line)
    return value


def _refusal(element: Element, what: str) -> NetworkError:
    expected = "expected arithmetic on one field"
    return NetworkError(f"{element.tag} has {what}; {expected}", line=element.line)
