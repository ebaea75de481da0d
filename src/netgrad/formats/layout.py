"""A network as a tree of dicts, lists, texts and numbers, and the leaves of that tree as text."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from netgrad.core.network import Network, Scaling
from netgrad.errors import NetworkError, excerpt

# What a reader may take for a line break, for nothing, or not take at all.
_INVISIBLE = re.compile("[\x7f-\xa0\xad\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# A word that YAML 1.1 takes for nothing but text.
_PLAIN = re.compile(r"(?!(?i:y|n|yes|no|on|off|true|false|null)$)[A-Za-z_][A-Za-z0-9_]*")
# 1e-05, which YAML 1.1 would take for text.
_NO_POINT = re.compile(r"(?<![.0-9])([0-9])e")


def tree(net: Network) -> dict[str, Any]:
    """Document that `document.read_document` reads back as `net`, in the order of the documentation."""
    activations = [layer.activation for layer in net.layers]
    shared = len(set(activations)) == 1
    layers = []
    for layer in net.layers:
        own = {} if shared else {"activation": layer.activation}
        layers.append({"W": layer.W.tolist(), "b": layer.b.tolist(), **own})
    outputs = None if net.outputs is None else list(net.outputs)
    found = {
        "name": net.name,
        "activation": activations[0] if shared else None,
        "inputs": None if net.inputs is None else list(net.inputs),
        "output": outputs[0] if outputs and len(outputs) == 1 else outputs,
        "scaling": _scaling(net.scaling),
        "output_scaling": _scaling(net.output_scaling),
        "layers": layers,
    }
    return {key: value for key, value in found.items() if value is not None}


def _scaling(scaling: Scaling | None) -> dict[str, list[float]] | None:
    return None if scaling is None else {"mean": scaling.mean.tolist(), "std": scaling.std.tolist()}


def flow(value: Any, text: Callable[[str], str]) -> str:
    """A text, or a list of texts or numbers on one line; numbers are the shortest that read back the same."""
    if isinstance(value, str):
        return text(value)
    if value and isinstance(value[0], str):
        return f"[{', '.join(map(text, value))}]"
    return _NO_POINT.sub(r"\1.0e", repr(value))


def quoted(text: str) -> str:
    r"""`text` in double quotes, as JSON and YAML both read it.

    Raises
    ------
    NetworkError
        It has half a surrogate pair, which no file can hold.

    Examples
    --------
    >>> print(quoted('a "b": \x1b'))
    "a \"b\": \u001b"
    """
    import json  # only what is written needs it

    if any("\ud800" <= c <= "\udfff" for c in text):
        raise NetworkError(f"{excerpt(text)} has half a surrogate pair and cannot be saved")
    return _INVISIBLE.sub(lambda c: f"\\u{ord(c[0]):04x}", json.dumps(text, ensure_ascii=False))


def plain_or_quoted(text: str) -> str:
    """`text` as YAML: bare where every reader takes it for text, else in double quotes."""
    return text if _PLAIN.fullmatch(text) else quoted(text)


def block(mapping: dict[str, Any], indent: str) -> Iterator[str]:
    """Lines of a tree as YAML; a list of numbers or names stands on one line."""
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from block(value, indent + "  ")
        elif isinstance(value, list) and isinstance(value[0], list | dict):
            yield f"{indent}{key}:"
            for item in value:
                yield from _item(item, indent + "  ")
        else:
            yield f"{indent}{key}: {flow(value, plain_or_quoted)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    lines = block(item, indent + "  ") if isinstance(item, dict) else iter([flow(item, plain_or_quoted)])
    yield f"{indent}- {next(lines).lstrip()}"
    yield from lines
