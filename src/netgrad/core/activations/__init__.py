"""Activation functions: the records of all that are known, and the names that people write for them.

A new one is a function and its record in a module of its kind: `smooth`, `piecewise` or `rows`.
"""

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from netgrad.core.activations import piecewise, rows, smooth
from netgrad.core.activations.constants import GELU_C as GELU_C
from netgrad.core.activations.constants import GELU_CUBIC as GELU_CUBIC
from netgrad.core.activations.constants import SELU_ALPHA as SELU_ALPHA
from netgrad.core.activations.constants import SELU_SCALE as SELU_SCALE
from netgrad.core.activations.piecewise import LEAKY_SLOPE as LEAKY_SLOPE
from netgrad.core.activations.record import Activation as Activation
from netgrad.core.activations.record import Function as Function
from netgrad.core.activations.rows import complement as complement
from netgrad.errors import NetworkError, excerpt, nearest

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {sigma.name: sigma for sigma in (*smooth.RECORDS, *piecewise.RECORDS, *rows.RECORDS)}
)

# Name -> its function, with the parameter that goes without saying.
SIGMA: Mapping[str, Function] = MappingProxyType({name: sigma.f for name, sigma in ACTIVATIONS.items()})

_TEXT = re.compile(r"\s*([A-Za-z][A-Za-z0-9_ -]*?)\s*(?:\(([^()]*)\))?\s*")


def _key(name: str) -> str:
    return re.sub("[-_ ]", "", name.lower())


# Normalised name or alias -> (name, parameter or None).
_MEANT: Mapping[str, tuple[str, float | None]] = MappingProxyType(
    {
        **{_key(word): (name, None) for name, sigma in ACTIVATIONS.items() for word in (name, *sigma.aliases)},
        "relu6": ("relu", 6.0),
    }
)


@lru_cache(maxsize=256)
def activation(text: str) -> Activation:
    """Activation that `text` names: a name or an alias in any case, with a number in brackets where it takes one.

    Where its `text` is not the given one, an alias was given.

    Raises
    ------
    NetworkError
        There is no such activation, or none with such a number.

    Examples
    --------
    >>> [activation(text).text for text in ("Swish", "LeakyReLU(0.20)", "leaky_relu(0.01)", "ReLU6")]
    ['silu', 'leaky_relu(0.2)', 'leaky_relu', 'relu(6)']
    """
    found = _TEXT.fullmatch(text)
    name, parameter = _MEANT.get(_key(found[1]), (None, None)) if found else (None, None)
    if name is None or found is None:
        hint = nearest(text.lower(), ACTIVATIONS) or f"; known are {', '.join(ACTIVATIONS)}"
        raise NetworkError(f"unknown activation {excerpt(text)}{hint}", key="activation")
    if found[2] is not None and parameter is not None:
        raise NetworkError(f"activation {excerpt(text)}: {found[1]} takes no number", key="activation")
    given = parameter if found[2] is None else _number(text, found[2])
    return ACTIVATIONS[name] if given is None else _varied(text, ACTIVATIONS[name], given)


def _varied(text: str, sigma: Activation, parameter: float) -> Activation:
    if sigma.vary is None:
        takers = ", ".join(name for name, other in ACTIVATIONS.items() if other.vary)
        message = f"{sigma.name} takes no number; those that do are {takers}"
        raise NetworkError(f"activation {excerpt(text)}: {message}", key="activation")
    try:
        return sigma.vary(parameter)
    except ValueError as error:
        raise NetworkError(f"activation {excerpt(text)}: {error}", key="activation") from None


def _number(text: str, written: str) -> float:
    if re.fullmatch(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*", written):
        value = float(written)
        if math.isfinite(value):
            return value
    message = f"{excerpt(written)} is not a number, expected one as in leaky_relu(0.2)"
    raise NetworkError(f"activation {excerpt(text)}: {message}", key="activation")
