"""Hints at what the writer of a saved network meant: other names of W and b, and weights the other way round."""

from collections.abc import Mapping

from netgrad.core.network import Array
from netgrad.errors import NetworkError

_MEANT: Mapping[str, str] = {
    "w": "W here",
    "weight": "W here",
    "weights": "W here",
    "kernel": "W here, with a row for each neuron",
    "coefs_": "W here, with a row for each neuron",
    "B": "b here",
    "bias": "b here",
    "biases": "b here",
    "intercepts_": "b here",
}
_LISTED = "layers is a list of mappings with W and b, as in layers: [{W: [[1, 2]], b: [3]}]"


def meant(key: str, known: Mapping[str, object]) -> str:
    """Hint for a key that is none of `known`, or nothing.

    >>> meant("bias", {"W": 0, "b": 0})
    '; it is called b here'
    """
    name = key.rstrip("0123456789_") if "layers" in known else key
    if name not in (*_MEANT, "W", "b"):
        return ""
    return f"; {_LISTED}" if "layers" in known else f"; it is called {_MEANT[key]}" if key in _MEANT else ""


def turned(W: Array, b: Array, above: int | None, error: NetworkError) -> str:
    """Hint where sizes do not fit, but those of the transpose of W would; `above` is n_{l-1}, if known."""
    if error.key not in ("W", "b") or W.ndim != 2 or b.ndim != 1:
        return ""
    rows, columns = W.shape
    fits = rows != columns and b.size == columns and above in (None, rows)
    return f" (W is {rows} x {columns}: its transpose would fit, with a row for each neuron)" if fits else ""
