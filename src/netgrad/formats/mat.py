"""MATLAB files: W2, b2, ... or W1, b1, ... among other variables, cells W and b, or the toolbox's `net`.

Read and written are also: activation (a text, or a cell of texts), mean and std of the inputs, output_mean and
output_std, inputs, output, name; layout is "out-in" where weights are (n_l, n_{l-1}).
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt, listed
from netgrad.formats import mat_toolbox
from netgrad.formats.draft import Affine, Draft, Orientation
from netgrad.formats.mat_values import variables

_NUMBERED = re.compile(r"(W|w|weights?|Weights?|b|bias(?:es)?|Bias)_?([0-9]{1,4})")
_GENERATED = re.compile(r"(I|L)W([0-9]{1,4})_[0-9]{1,4}")
_CELLS = (("W", "b"), ("w", "b"), ("weights", "biases"), ("Weights", "Biases"), ("weights", "bias"))
_OTHERS = (
    "activation",
    "activations",
    "mean",
    "std",
    "output_mean",
    "output_std",
    "inputs",
    "output",
    "name",
    "layout",
)


def read(path: str) -> Draft:
    """Draft of the network in a MATLAB file.

    Raises
    ------
    NetworkError
        Naming the variable that is wrong.
    """
    version, found = variables(path)
    container = f"{version} file"
    for value in [found.get("net"), *found.values()]:
        if isinstance(value, dict) and "IW" in value and "LW" in value:
            return mat_toolbox.draft(value, container)
    workspace, found = found, _holder(found)
    layers, used = _cells(found) or _structs(found) or _numbered(found)
    layout: Orientation | None = "out-in" if found.get("layout") == "out-in" else None
    activations = _activations(found, len(layers))
    layers = [
        Affine(layer.W, layer.b, layer.place, layout or layer.orientation, name)
        for layer, name in zip(layers, activations, strict=True)
    ]
    kept = (*used, *(key for key in _OTHERS if key in found))
    return Draft(
        container,
        tuple(layers),
        inputs=_names(found, "inputs"),
        outputs=_names(found, "output"),
        name=found["name"] if isinstance(found.get("name"), str) else None,
        scaling=_pair(found, "mean", "std"),
        output_scaling=_pair(found, "output_mean", "output_std"),
        used=kept,
        passed={
            key: "no weights of the network"
            for key, value in {**workspace, **found}.items()
            if key not in kept and value is not found
        },
    )


def _holder(workspace: dict[str, Any]) -> dict[str, Any]:
    """The variables, or the fields of the one struct among them that has the weights."""
    structs = [value for value in workspace.values() if isinstance(value, dict)]
    holders = [fields for fields in structs if len(workspace) == 1 or _has_weights(fields)]
    return holders[0] if len(holders) == 1 and not _has_weights(workspace) else workspace


def _has_weights(found: dict[str, Any]) -> bool:
    return any(_is_cell(found.get(W)) for W, _ in _CELLS) or bool(_by_number(found)[0])


def _structs(found: dict[str, Any]) -> tuple[list[Affine], tuple[str, ...]] | None:
    """Layers of a struct array with a W and a b in each."""
    for name, value in found.items():
        structs = list(value.reshape(-1)) if _is_cell(value) else []
        for W, b in _CELLS:
            if structs and all(isinstance(fields, dict) and {W, b} <= set(fields) for fields in structs):
                places = [f"{name}({k + 1}).{W}" for k in range(len(structs))]
                pairs = zip(structs, places, strict=True)
                return [_layer(fields[W], fields[b], place, orientation=None) for fields, place in pairs], (name,)
    return None


def _cells(found: dict[str, Any]) -> tuple[list[Affine], tuple[str, ...]] | None:
    for W, b in _CELLS:
        if _is_cell(found.get(W)) and _is_cell(found.get(b)):
            pairs = [(list(found[key].reshape(-1))) for key in (W, b)]
            pairs = [[item for item in items if np.size(item)] for items in pairs]  # netbp-like code leaves W{1} empty
            if len(pairs[0]) != len(pairs[1]) or not pairs[0]:
                raise NetworkError(f"{W} has {len(pairs[0])} matrices, but {b} has {len(pairs[1])}")
            places = [f"{W}{{{k + 1}}}" for k in range(len(pairs[0]))]
            return [_layer(*entry, orientation=None) for entry in zip(*pairs, places, strict=True)], (W, b)
    return None


def _is_cell(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "O"


def _numbered(found: dict[str, Any]) -> tuple[list[Affine], tuple[str, ...]]:
    """Layers of W2, b2, ..., in the order of their numbers."""
    weights, biases = _by_number(found)
    if not weights:
        raise NetworkError(
            f"no weights among the variables ({listed(list(found))}), expected W2, b2, ... or W, b or net"
        )
    numbers = sorted(weights)
    if missing := [n for n in range(numbers[0], numbers[-1]) if n not in weights]:
        raise NetworkError(f"{weights[numbers[0]]} and {weights[numbers[-1]]}, but none with the number {missing[0]}")
    if stray := [name for n, name in biases.items() if n not in weights]:
        raise NetworkError(f"{stray[0]} is there, but no weights with its number")
    matrices = [found[weights[n]] for n in numbers]
    is_square = all(np.ndim(W) == 2 and len(set(np.shape(W))) == 1 for W in matrices)
    orientation: Orientation | None = "out-in" if numbers[0] == 2 and is_square else None  # the paper's
    layers = [
        _layer(found[weights[n]], found.get(biases.get(n, "")), weights[n], orientation=orientation) for n in numbers
    ]
    used = (*(weights[n] for n in numbers), *(biases[n] for n in numbers if n in biases))
    return layers, used


def _by_number(found: dict[str, Any]) -> tuple[dict[int, str], dict[int, str]]:
    """Names of the weights and of the biases, by their numbers."""
    weights: dict[int, str] = {}
    biases: dict[int, str] = {}
    for name, value in found.items():
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
            continue
        if match := _NUMBERED.fullmatch(name):
            kind, number = biases if match[1][0] in "bB" else weights, int(match[2])
        elif match := _GENERATED.fullmatch(name):
            kind, number = weights, int(match[2])
        else:
            continue
        if number in kind:
            raise NetworkError(f"both {kind[number]} and {name} are there")
        kind[number] = name
    return weights, biases


def _layer(W: Any, b: Any, place: str, *, orientation: Orientation | None) -> Affine:
    W, b = _matrix(W, place), None if b is None else _matrix(b, f"the bias of {place}")
    if b is not None and b.size not in b.shape:
        raise NetworkError(f"{place}: its bias has shape {b.shape}, expected a column or a row")
    return Affine(W, None if b is None else b.reshape(-1), place, orientation)


def _matrix(value: Any, what: str) -> NDArray[Any]:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu" or value.ndim != 2:
        raise NetworkError(f"{excerpt(what)} is no matrix of real numbers")
    return np.ascontiguousarray(value)


def _activations(found: dict[str, Any], n: int) -> list[str | None]:
    value = found.get("activation", found.get("activations"))
    names = [value] if isinstance(value, str) else list(value.reshape(-1)) if isinstance(value, np.ndarray) else []
    names = [str(name).strip() for name in names]
    if not names:
        return [None] * n
    if len(names) not in (1, n):
        raise NetworkError(f"activation has {len(names)} texts, expected 1 or {n}")
    return [*names] if len(names) == n else [*names] * n


def _names(found: dict[str, Any], key: str) -> tuple[str, ...] | None:
    value = found.get(key)
    if isinstance(value, str):
        return (value,)
    if isinstance(value, np.ndarray) and value.dtype.kind in "OUS":
        return tuple(str(item) for item in value.reshape(-1))
    return None


def _pair(found: dict[str, Any], mean: str, std: str) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    if not all(isinstance(found.get(key), np.ndarray) and found[key].dtype.kind in "fiu" for key in (mean, std)):
        return None
    return found[mean].astype(np.float64).reshape(-1), found[std].astype(np.float64).reshape(-1)
