"""Arrays by name, as people save them.

W1, b1, ...; w0, b0; weights_0, biases_0; coefs_0, intercepts_0; `0.weight`; `params/Dense_0/kernel`; arr_0, arr_1, ...
What is W and what is b, the names tell, and for arr_ the shapes.

Order is that of the numbers in the names. A b may be (n,), (n, 1) or (1, n), or missing where all are.
"""

import itertools
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt, listed
from netgrad.formats.draft import Affine, Draft, Orientation
from netgrad.formats.order import natural

Arrays = Mapping[str, NDArray[Any]]

_W, _B = r"W|w|[Ww]eights?|[Kk]ernels?|coefs?_?", r"b|B|[Bb]ias(?:es)?|intercepts?_?"
_BEHIND = re.compile(rf"(?P<place>.+)[._/](?:(?P<W>{_W})|(?P<b>{_B}))(?::0)?")  # layer1.W, dense/kernel:0
_FRONT = re.compile(rf"(?:(?P<W>{_W})|(?P<b>{_B}))(?P<place>[._]?[0-9]*|_[A-Za-z]\w*)")  # W1
# Of a module that is no plain layer too, so that it is refused by what it is.
_OF_STATE_DICTS = re.compile(r"\.(?:weight(?:_\w+)?|running_mean|in_proj_weight|parametrizations\..*)$")
_POSITIONAL = re.compile("arr_(?:0|[1-9][0-9]*)")
_CONVENTIONS: Mapping[str, Orientation] = {
    "kernel": "in-out",
    "kernels": "in-out",
    "coefs": "in-out",
    "coefs_": "in-out",
}


class Part(NamedTuple):
    """Part of a network that an array is by its name."""

    place: str  # the same for W and b of a layer
    is_weight: bool
    word: str


def part(key: str) -> Part | None:
    """Place and role that a name tells, or None.

    >>> part("params/Dense_0/kernel"), part("b1")
    (Part(place='params/Dense_0', is_weight=True, word='kernel'), Part(place='1', is_weight=False, word='b'))
    """
    if (found := _BEHIND.fullmatch(key) or _FRONT.fullmatch(key)) is None:
        return None
    word = found["W"] or found["b"]
    place = found["place"] if key.startswith(found["place"]) and found["place"] else found["place"].lstrip("._")
    return Part(place, found["W"] is not None, word.lower().removesuffix("_"))


def is_dialect(names: list[str]) -> bool:
    """True where arrays of such names are a network in one of the dialects."""
    parts = [part(name) for name in names]
    is_positional = bool(names) and all(map(_POSITIONAL.fullmatch, names))
    return is_positional or any(map(_OF_STATE_DICTS.search, names)) or any(p is not None and p.is_weight for p in parts)


def draft_of_arrays(arrays: Arrays, container: str, writer: str | None = None) -> Draft:
    """Draft of the network that `arrays` hold.

    Raises
    ------
    NetworkError
        Naming an array that has no place in it.
    """
    if any(map(_OF_STATE_DICTS.search, arrays)):
        from netgrad.formats.state_dict import draft_of

        return draft_of(arrays, False, f"{container} with the names of a state_dict", writer)
    if arrays and all(map(_POSITIONAL.fullmatch, arrays)):
        layers = _positional([(key, arrays[key]) for key in sorted(arrays, key=natural)])
        return Draft(container, tuple(layers), writer, used=tuple(arrays))
    weights, biases, passed = _by_role(arrays)
    if not weights:
        raise NetworkError(f"no array of it is weights by its name; found {listed(list(arrays)) or 'nothing'}")
    layers = [_layer(place, weights, biases) for place in sorted(weights, key=natural)]
    if (
        biases
        and any(layer.b is None for layer in layers)
        and not any("kernel" in key for key, _, _ in weights.values())
    ):
        lone = next(layer.place for layer in layers if layer.b is None)
        raise NetworkError(f"{excerpt(lone)} has no bias beside it, but others have")
    used = tuple(key for key in arrays if key not in passed)
    return Draft(container, tuple(layers), writer, ordered=False, used=used, passed=passed)


Named = dict[str, tuple[str, NDArray[Any], str]]  # place -> key, array, the word for it


def _by_role(arrays: Arrays) -> tuple[Named, Named, dict[str, str]]:
    """Weights, biases, and what is neither."""
    weights: Named = {}
    biases: Named = {}
    passed: dict[str, str] = {}
    for key, array in arrays.items():
        found = part(key)
        if found is None and array.ndim == 0:
            passed[key] = "a number by itself"
        elif found is None:
            raise NetworkError(f"{excerpt(key)} is neither weights nor a bias by its name, and may change the network")
        else:
            side = weights if found.is_weight else biases
            if found.place in side:
                raise NetworkError(f"{excerpt(key)} and {excerpt(side[found.place][0])} are of the same layer")
            side[found.place] = (key, array, found.word)
    if lone := [key for place, (key, _, _) in biases.items() if place not in weights]:
        raise NetworkError(
            f"{excerpt(lone[0])} is a bias without weights; there are {listed([w[0] for w in weights.values()])}"
        )
    _refuse_gaps(weights)
    return weights, biases, passed


def _refuse_gaps(weights: Named) -> None:
    """Refuse W1, W3 without W2."""
    numbers = sorted(int(place) for place in weights if place.isascii() and place.isdigit() and len(place) < 9)
    if len(numbers) == len(weights) and numbers and numbers[-1] - numbers[0] != len(numbers) - 1:
        missing = next(n for n in range(numbers[0], numbers[-1]) if n not in numbers)
        last = weights[next(place for place in weights if int(place) == numbers[-1])][0]
        raise NetworkError(f"there are no weights of number {missing}, but there is {excerpt(last)}")


def _layer(place: str, weights: Named, biases: Named) -> Affine:
    key, W, word = weights[place]
    b = _flat(*biases[place][:2]) if place in biases else None
    name = place if key.startswith(place) and place else key
    return Affine(W, b, name, _CONVENTIONS.get(word))


def _flat(key: str, b: NDArray[Any]) -> NDArray[Any]:
    if b.ndim > 2 or (b.ndim == 2 and 1 not in b.shape) or not b.size:
        raise NetworkError(f"{excerpt(key)} is a bias of shape {b.shape}, expected (n,), (n, 1) or (1, n)")
    return np.ascontiguousarray(b.reshape(-1))


def _positional(arrays: list[tuple[str, NDArray[Any]]]) -> list[Affine]:
    """Layers of arrays without names: matrices are W, and what follows each and is a vector is its b."""
    if any(array.ndim not in (1, 2) for _, array in arrays):
        raise NetworkError("arrays by number that are neither matrices nor vectors: save them by name, W1=..., b1=...")
    if any(array.ndim == 1 for _, array in arrays):
        layers: list[Affine] = []
        for key, array in arrays:
            if array.ndim == 2:
                layers.append(Affine(array, None, key))
            elif not layers or layers[-1].b is not None:
                raise NetworkError(f"{key} is a vector, but no matrix stands before it that it could be the bias of")
            else:
                layers[-1] = Affine(layers[-1].W, array, layers[-1].place)
        return layers
    pairs = [(arrays[k], arrays[k + 1]) for k in range(0, len(arrays) - 1, 2)]
    are_pairs = len(arrays) % 2 == 0 and all(1 in b.shape and b.size in W.shape for (_, W), (_, b) in pairs)
    if are_pairs and _fit([array for _, array in arrays]):
        raise NetworkError("arrays by number that may be W, b, ... or W, W, ...: save them by name, W1=..., b1=...")
    if are_pairs:
        return [Affine(W, b.reshape(-1), key) for (key, W), (_, b) in pairs]
    return [Affine(array, None, key) for key, array in arrays]


def _fit(matrices: list[NDArray[Any]]) -> bool:
    """True where the sizes chain, one way round or the other."""
    pairs = list(itertools.pairwise(matrices))
    return all(a.shape[0] == b.shape[1] for a, b in pairs) or all(a.shape[1] == b.shape[0] for a, b in pairs)
