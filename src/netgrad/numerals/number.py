"""Grammar of numbers: one for `--x`, cells of tables and saved networks.

Spaces or tabs around, a sign, ASCII digits with an optional point (`1`, `1.`, `.5`), an optional exponent;
nothing else. Values are rounded correctly (by `float`), underflow included; overflow is refused.
"""

import math
import re
from typing import NamedTuple

from netgrad.errors import EXCERPT, excerpt

_SIGN, _MANTISSA = r"[ \t]*+[+-]?", r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)"
NUMBER = re.compile(rf"{_SIGN}{_MANTISSA}(?:[eE][+-]?[0-9]++)?[ \t]*+")

# The longest that some number begins with.
_BEGINNING = rf"{_SIGN}(?:{_MANTISSA}(?:[eE](?:[+-]?[0-9]++[ \t]*+|[+-]?)|[ \t]*+)|\.)?"

# Tried in this order on the text without the blanks around it; the first that fits is the hint.
_HINTS = (
    (r"(?i)n/?a|null|none|nil|~|\?+|-+|missing|\.+", "a missing value?"),
    (r"(?i)[+-]?\.?nan", "NaN is refused"),
    (r"(?i)[+-]?\.?inf(?:inity)?", "it must be finite"),
    (r"(?i)[+-]?0[xob][0-9a-f_.]+(?:p[+-]?[0-9]+)?", "write it in decimal"),
    (r"(?i)y|n|yes|no|true|false|on|off", "write 1 or 0"),
    (r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", "no thousands separators"),
    (r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?", "decimal comma?"),
    (r"[+-]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?", "no hours, minutes or base 60"),
    (r"[+-]?[0-9.]+[dDqQ][+-]?[0-9]+", "write the exponent with e"),
    (r"[+-]?[0-9.]+[eE][+-]?", "digits of the exponent are missing"),
    (r"[+-]?[0-9.]+[eE][+-]?[0-9]+\.[0-9]*", "the exponent must be an integer"),
    (r"[0-9.eE+-]*_[0-9._eE+-]*", "no underscores"),
    (r"[0-9.eE+-]+ ?%", "no percent sign"),
    (r"[+-]?[0-9.eE+-]+/[0-9.eE+-]+", "write the fraction as a decimal"),
    (r"""(["']).*\1""", "no quotes"),
    (r"[0-9.eE+-]+(?:[ \t]+[0-9.eE+-]+)+", "blanks only around it"),
    (r"[\u2010-\u2015\u2212\uff0d].*", "write the minus sign as -"),
)


class Fault(NamedTuple):
    """Fault of a text that is not a number: `reason` completes 'column x2: ...'; `offset` counts characters from 0."""

    offset: int
    reason: str


def parse(text: str) -> float:
    """Number that `text` denotes, rounded correctly to a float64.

    Raises
    ------
    ValueError
        With the reason, one line; see `fault`.

    Examples
    --------
    >>> parse(" -2E5"), parse("010"), parse(".5")
    (-200000.0, 10.0, 0.5)
    """
    if NUMBER.fullmatch(text) is not None:
        value = float(text)
        if math.isfinite(value):
            return value
    raise ValueError(fault(text).reason)


def parse_all(texts: list[str]) -> list[float]:
    """Numbers that all of `texts` denote; `parse` of each, at a tenth of the time.

    Raises
    ------
    ValueError
        One of them is not a number; `parse` says which and why.
    """
    # Of these characters float takes just what NUMBER takes; nan, inf, 1_0 and foreign digits need others.
    if "".join(texts).encode().translate(None, b"0123456789+-.eE \t"):
        raise ValueError("not a number")
    values = list(map(float, texts))
    if not all(map(math.isfinite, values)):
        raise ValueError("too large for a float64")
    return values


def fault(text: str) -> Fault:
    """Fault of `text`, which is not a number.

    The offset is that of the first character after the longest beginning that some number has too; where the
    value overflows it is that of the number itself.

    >>> fault("0,5")
    Fault(offset=1, reason="'0,5' is not a number (decimal comma?)")
    """
    stripped = text.strip(" \t")
    if not stripped:
        return Fault(0, "empty cell, expected a number")
    if NUMBER.fullmatch(text) is not None:
        return Fault(text.index(stripped), f"{excerpt(stripped)} is too large for a float64")
    beginning = re.match(_BEGINNING, text)
    hint = _hint(stripped)
    reason = f"{excerpt(stripped)} is not a number"
    return Fault(beginning.end() if beginning else 0, f"{reason} ({hint})" if hint else reason)


def _hint(text: str) -> str | None:
    if len(text) > EXCERPT:
        return None
    for pattern, hint in _HINTS:
        if re.fullmatch(pattern, text):
            return hint
    if any(c.isdigit() and not c.isascii() for c in text):
        return "only the digits 0-9"
    if NUMBER.fullmatch(text.strip()) or NUMBER.fullmatch(text.strip("\ufeff\u200b")):
        return "only spaces and tabs may stand around it"
    return None
