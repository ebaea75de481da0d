"""Keras models: .keras archives, legacy .h5 files and weights alone, as Keras 2 and 3 write them."""

import io
from collections.abc import Mapping
from typing import Any

from netgrad.errors import NetworkError, counted, excerpt, listed
from netgrad.formats import file, hdf5
from netgrad.formats.archive import Member, read_directory
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.keras_config import ModelConfig, model_config
from netgrad.formats.keras_layers import apply
from netgrad.formats.keras_weights import Find, arrays, groups, legacy, numbered
from netgrad.formats.plain_json import parsed
from netgrad.formats.unpack import Unpacker

_SAVE = "save the whole model: model.save('net.keras')"


def read(path: str) -> Draft:
    """Draft of the network in a Keras file.

    Raises
    ------
    NetworkError
        Naming the layer that is wrong.
    """
    with file.opened(path) as content:
        is_archive = content.read(2) == b"PK"
    return _read_archive(path) if is_archive else _read_hdf5(path)


def _read_archive(path: str) -> Draft:
    with file.opened(path) as content:
        members = read_directory(content)
        for name in ("config.json", "model.weights.h5"):
            if name not in members:
                raise NetworkError(f"no Keras archive: it has no {name}")
        config = parsed(_content(content, members, "config.json"), "config.json")
        metadata = (
            parsed(_content(content, members, "metadata.json"), "metadata.json") if "metadata.json" in members else {}
        )
        weights = _content(content, members, "model.weights.h5")
    version = str(metadata.get("keras_version", "3")) if isinstance(metadata, dict) else "3"
    model = model_config(config)
    with hdf5.opened(io.BytesIO(weights)) as root:
        return _draft(model, numbered(root, model), version, "Keras archive (.keras)")


def _content(content: Any, members: Mapping[str, Member], name: str) -> bytes:
    try:
        unpacker = Unpacker(content, members[name])
        data = bytes(unpacker.take(members[name].size))
        unpacker.finish()
    except NetworkError as error:
        raise NetworkError(f"member {excerpt(name)}: {error.message}") from None
    return data


def _read_hdf5(path: str) -> Draft:
    with hdf5.opened(path) as root:
        if "model_config" in root.attrs:
            model = model_config(parsed(hdf5.text(root.attrs["model_config"], "model_config"), "model_config"))
            version = hdf5.text(root.attrs.get("keras_version", "2"), "keras_version")
            weights = root.get("model_weights")
            if weights is None:
                raise NetworkError("a Keras model without model_weights")
            return _draft(model, legacy(weights), version, "Keras model (legacy HDF5)")
        if "layer_names" in root.attrs:
            return _layer_names(root)
        if "layers" in root or any(hasattr(root[name], "keys") and "vars" in root[name] for name in root):
            return _weights_alone(root)
        raise NetworkError("an HDF5 file, but not one of Keras (no model_config, layer_names or layers in it)")


def _draft(model: ModelConfig, find: Find, version: str, container: str) -> Draft:
    chain = Chain()
    used, passed = [], dict.fromkeys(model.unused, "not on the way from input to output")
    major = int(version.split(".")[0]) if version.split(".")[0].isdigit() else 3
    for outer, layer in model.walk():
        apply(chain, layer, find(outer, layer), major)
        if layer.kind in ("InputLayer", "Dropout", "Flatten"):
            passed[layer.name] = f"{layer.kind} does nothing after training"
        else:
            used.append("/".join([*(above.name for above in outer), layer.name]))
    return chain.draft(container, writer=f"Keras {version}", name=model.name, used=tuple(used), passed=passed)


def _weights_alone(root: Any) -> Draft:
    """Dense layers of a .weights.h5 in the layout of Keras 3, which holds neither activations nor other functions."""
    layers, passed, is_mixed = _dense_groups(root, "", {})
    if not layers:
        raise NetworkError(f"no Dense layers in a weights file of Keras; {_SAVE}")
    return Draft(
        "Keras weights (.weights.h5)",
        tuple(layers),
        ordered=not is_mixed,
        used=tuple(layer.place for layer in layers),
        passed=passed,
    )


def _dense_groups(root: Any, prefix: str, passed: dict[str, str]) -> tuple[list[Affine], dict[str, str], bool]:
    layers: list[Affine] = []
    kinds = set()
    for name, group, is_by_class in groups(root):
        place = f"{prefix}{name}"
        if groups(group):
            inner, _, is_mixed = _dense_groups(group, f"{place}/", passed)
            layers += inner
            kinds |= {name, *("" for _ in range(is_mixed))}
            continue
        weights = arrays(group, f"group {excerpt(place)}")
        if not weights:
            passed[place] = "no weights in it"
        elif _is_dense(weights, name.startswith("dense") and is_by_class):
            layers.append(Affine(weights[0], weights[1] if len(weights) == 2 else None, place, "in-out"))
            kinds.add("dense" if is_by_class else name)
        else:
            found = counted(len(weights), "array")
            raise NetworkError(
                f"group {excerpt(place)} has {found}, and its place in the network is not known; {_SAVE}"
            )
    return layers, passed, len(kinds) > 1


def _is_dense(weights: list[Any], is_called_so: bool) -> bool:
    """True where arrays are a kernel and its bias; a kernel alone may be an embedding, unless it is called dense."""
    if len(weights) == 2 and not is_called_so:
        return bool(weights[0].ndim == 2 and weights[1].shape == weights[0].shape[1:])
    return is_called_so and len(weights) <= 2 and bool(weights[0].ndim == 2)


def _layer_names(root: Any) -> Draft:
    """Dense layers of a weights file in the legacy layout, which has the order of the layers."""
    layers, passed = [], {}
    for name in hdf5.texts(root.attrs, "layer_names", "layer_names"):
        group = root.get(name)
        if group is None:
            raise NetworkError(f"layer {excerpt(name)} is listed, but not there")
        paths = hdf5.texts(group.attrs, "weight_names", f"layer {excerpt(name)}")
        kinds = [path.split("/")[-1].split(":")[0] for path in paths]
        if not paths:
            passed[name] = "no weights in it"
        elif kinds in (["kernel"], ["kernel", "bias"]):
            values = [hdf5.array(group.get(path), f"layer {excerpt(name)}") for path in paths]
            if values[0].ndim != 2:
                raise NetworkError(f"layer {excerpt(name)} has a kernel of shape {values[0].shape}: no Dense layer")
            layers.append(Affine(values[0], values[1] if len(values) == 2 else None, name, "in-out"))
        else:
            raise NetworkError(f"layer {excerpt(name)} has {listed(kinds)}, which is no Dense layer; {_SAVE}")
    if not layers:
        raise NetworkError(f"no Dense layers in a weights file of Keras; {_SAVE}")
    used = tuple(layer.place for layer in layers)
    return Draft("Keras weights (legacy HDF5)", tuple(layers), writer="Keras", used=used, passed=passed)
