"""Weights of Keras layers in an HDF5 file, in the layout of Keras 3 and in the legacy one."""

import re
from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from netgrad.errors import NetworkError, counted, excerpt
from netgrad.formats import hdf5
from netgrad.formats.keras_config import LayerConfig, ModelConfig
from netgrad.formats.keras_layers import Weights, variables

_NO_LAYERS = ("layers", "vars", "optimizer", "metrics", "seed_generator")  # groups beside layers

Find = Callable[[tuple[LayerConfig, ...], LayerConfig], Weights]  # weights of a layer, given the models it is in


def snake_case(name: str) -> str:
    """The name of a class as Keras 3 writes it in a file.

    >>> snake_case("LeakyReLU"), snake_case("BatchNormalization")
    ('leaky_re_lu', 'batch_normalization')
    """
    name = re.sub(r"\W+", "", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()


def numbered(root: Any, model: ModelConfig) -> Find:
    """Weights in the layout of Keras 3: layers/CLASS_k/vars/0, 1, ..., k counting the layers of a class."""

    def find(outer: tuple[LayerConfig, ...], layer: LayerConfig) -> Weights:
        names = variables(layer)
        group = root
        for step in (*outer, layer):
            if not names:
                return {}
            group = _member(_member(group, "layers", layer), _group_name(step), layer)
        values = _vars(group, layer.place)
        if len(values) != len(names):
            raise NetworkError(f"{layer.place} has {counted(len(values), 'array')}, expected {', '.join(names)}")
        return dict(zip(names, values, strict=True))

    return find


def legacy(root: Any) -> Find:
    """Weights in the legacy layout: a group for each layer of the model, its arrays called .../LAYER/kernel:0."""

    def find(outer: tuple[LayerConfig, ...], layer: LayerConfig) -> Weights:
        names = variables(layer)
        if not names:
            return {}
        group = _member(root, (*outer, layer)[0].name, layer)
        found: dict[str, NDArray[Any]] = {}
        for path in hdf5.texts(group.attrs, "weight_names", layer.place):
            *above, variable = path.split(":")[0].split("/")
            if not outer or (above and above[-1] == layer.name):
                found[variable] = hdf5.array(_member(group, path, layer), f"{layer.place}: {variable}")
        if missing := [name for name in names if name not in found and name != "count"]:
            raise NetworkError(f"{layer.place} has no {missing[0]}")
        return {name: found[name] for name in names if name in found}

    return find


def groups(root: Any) -> list[tuple[str, Any, bool]]:
    """Groups of layers and whether a class is their name, in the order in which their numbers count.

    A model of the user's own class has its layers beside root/layers, by the names of its attributes, but those whose
    names come behind "layers" in the alphabet are in there.
    """
    if not hasattr(root, "keys"):
        return []
    layers = root.get("layers", {})
    own = [(str(name), root[name], False) for name in root if name not in _NO_LAYERS]
    return sorted([*((str(name), layers[name], True) for name in layers), *own], key=lambda item: _natural(item[0]))


def arrays(group: Any, what: str) -> list[NDArray[Any]]:
    """Arrays vars/0, 1, ... of a layer's group."""
    return _vars(group, what)


def _natural(name: str) -> tuple[str, int]:
    stem, _, number = name.rpartition("_")
    return (stem, int(number)) if stem and re.fullmatch("[0-9]{1,9}", number) else (name, 0)


def _group_name(layer: LayerConfig) -> str:
    stem = snake_case(layer.kind)
    return f"{stem}_{layer.rank}" if layer.rank else stem


def _member(group: Any, name: str, layer: LayerConfig) -> Any:
    found = group.get(name) if hasattr(group, "get") else None
    if found is None:
        raise NetworkError(f"{layer.place}: its weights are not there, expected at {excerpt(name)}")
    return found


def _vars(group: Any, what: str) -> list[NDArray[Any]]:
    found = group.get("vars") if hasattr(group, "get") else None
    if found is None or not hasattr(found, "keys"):
        return []
    names = sorted(found, key=lambda name: (len(name), name))
    if names != [str(k) for k in range(len(names))]:
        raise NetworkError(f"{what}: its arrays are not numbered 0, 1, ...")
    return [hdf5.array(found[name], f"{what}: array {name}") for name in names]
