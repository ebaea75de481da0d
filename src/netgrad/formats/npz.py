"""NPZ: arrays W2, b2, W3, b3, ..., WL, bL, numbered as in the paper (layer 1 is the input).

W2, b2, ...      (n_l, n_{l-1}) and (n_l,), floats or integers
mean, std        (n_1,), optional, both or neither
out_mean, out_std    (n_L,), optional, both or neither: the output is out_mean + out_std a[L]
activation       a text, or one for each of the L - 1 layers; optional
inputs, output   n_1 and n_L texts, optional
name             a text, optional
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import NetworkError, counted, excerpt, listed, nearest
from netgrad.formats import file
from netgrad.formats.archive import Member, read_directory
from netgrad.formats.dialects import draft_of_arrays, is_dialect
from netgrad.formats.draft import Draft, Saved
from netgrad.formats.hints import turned
from netgrad.formats.limits import Budget
from netgrad.formats.npy import read_array, write_array
from netgrad.formats.parts import outside, part_of
from netgrad.formats.unpack import Unpacker

Arrays = dict[str, NDArray[Any]]

_TEXTS = ("activation", "inputs", "output", "name")
_OTHERS = (*_TEXTS, "mean", "std", "out_mean", "out_std")
_LAYER = re.compile("([Wb])(0|[1-9][0-9]{0,4})")
_NUMBERING = "a network is saved as W2, b2, W3, b3, ..., and layer 1 is the input"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date of ZIP: the same network gives the same bytes


def read(path: str, key: str = "") -> Saved | Draft:
    """Network saved in an NPZ file, or what one in another dialect says of it, of several that which `key` names.

    Raises
    ------
    NetworkError
        Naming the member that is wrong.
    """
    with file.opened(path) as content:
        members = read_directory(content)
        names = [name.removesuffix(".npy") for name in members]
        is_ours = "W2" in names and not {"W0", "W1"} & set(names)
        L = _last_layer(members) if is_ours or not _is_dialect(members, names) else 0
        budget = Budget(content.seek(0, os.SEEK_END))
        arrays = {
            name: _array(content, member, members[member], budget, not L)
            for name, member in zip(names, members, strict=True)
        }
    if not L:
        return _foreign(arrays, key)
    if key:
        raise NetworkError(f"--key {excerpt(key)}: an NPZ file of netgrad holds one network")
    try:
        return Saved(_network(arrays, L), ("activation" in arrays,) * (L - 1))
    except NetworkError as error:
        at = f"{error.key}{error.l}" if error.key in ("W", "b") else error.key
        raise _at(at, error.message + _turned(arrays, error)) from None


def _turned(arrays: Arrays, error: NetworkError) -> str:
    if error.l is None:
        return ""
    above = arrays.get(f"b{error.l - 1}")
    return turned(arrays[f"W{error.l}"], arrays[f"b{error.l}"], None if above is None else above.size, error)


def write(net: Network, path: str) -> None:
    """Save a network as NPZ; `read` gives it back bit for bit."""
    import io
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, array in _arrays(net).items():
            member = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, write_array(array))
    file.write(path, content.getvalue())


def _last_layer(members: Mapping[str, Member]) -> int:
    """L, when the members are W2, b2, ..., WL, bL and known others."""
    for name in members:
        if not name.endswith(".npy"):
            raise NetworkError(f"member {excerpt(name)} is not a .npy array")
    names = [name.removesuffix(".npy") for name in members]
    layers = [(int(found[2]), found[0]) for name in names if (found := _LAYER.fullmatch(name))]
    if not layers:
        raise NetworkError(f"no member W2.npy: {_NUMBERING}; found {listed(names) or 'nothing'}")
    first, name = min(layers)
    if first < 2:
        raise _at(name, f"there are no weights of layer {first}: {_NUMBERING}")
    L = max(layers)[0]
    for name in (f"{key}{l}" for l in range(2, L + 1) for key in "Wb"):
        if name not in names:
            raise _at(name, f"it is missing, but there is {max(layers)[1]}.npy")
    for name in names:
        if name not in _OTHERS and not _LAYER.fullmatch(name):
            hint = nearest(name, _OTHERS) or f"; known are W2, b2, ... and {', '.join(_OTHERS)}"
            raise NetworkError(f"unknown member {excerpt(name)}{hint}")
    return L


def _is_dialect(members: Mapping[str, Member], names: list[str]) -> bool:
    return all(name.endswith(".npy") for name in members) and is_dialect([n for n in names if n not in _OTHERS])


def _foreign(arrays: Arrays, key: str) -> Draft:
    """Draft of arrays in another dialect, beside which the entries of ours may stand."""
    rest = {name: array for name, array in arrays.items() if name not in _OTHERS}
    draft = draft_of_arrays(part_of(rest, key), "set of arrays (NPZ)")
    names = _texts(arrays, "activation")
    if names is not None and len(names) not in (1, len(draft.layers)):
        raise _at(
            "activation", f"{counted(len(names), 'text')}, expected 1, or one for each of {len(draft.layers)} layers"
        )
    if names is not None:
        sigmas = names if len(names) > 1 else names * len(draft.layers)
        layers = (replace(layer, activation=sigma) for layer, sigma in zip(draft.layers, sigmas, strict=True))
        draft = replace(draft, layers=tuple(layers))
    title = _texts(arrays, "name")
    return replace(
        draft,
        inputs=_texts(arrays, "inputs"),
        outputs=_texts(arrays, "output"),
        name=title[0] if title else None,
        scaling=_pair(arrays, "mean", "std"),
        output_scaling=_pair(arrays, "out_mean", "out_std"),
        used=(*draft.used, *(name for name in arrays if name in _OTHERS)),
        passed={**outside(rest, key), **draft.passed},
    )


def _pair(arrays: Arrays, mean: str, std: str) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Arrays of a scaling: both, or neither."""
    if (mean in arrays) != (std in arrays):
        given, missing = (mean, std) if mean in arrays else (std, mean)
        raise _at(missing, f"it is missing, but there is {given}.npy")
    if mean not in arrays:
        return None
    return arrays[mean].reshape(-1).astype(np.float64), arrays[std].reshape(-1).astype(np.float64)


def _array(content: IO[bytes], name: str, member: Member, budget: Budget, as_stored: bool) -> NDArray[Any]:
    key = name.removesuffix(".npy")
    try:
        array = read_array(Unpacker(content, member), budget, as_stored=as_stored)
    except NetworkError as error:
        raise _at(key, error.message) from None
    expected, found = ("texts", "numbers") if key in _TEXTS else ("numbers", "texts")
    if (array.dtype.kind == "U") != (expected == "texts"):
        raise _at(key, f"expected {expected}, found {found}")
    return array


def _network(arrays: Arrays, L: int) -> Network:
    activations = _texts(arrays, "activation") or ("sigmoid",)
    if len(activations) not in (1, L - 1):
        found = counted(len(activations), "text")
        raise NetworkError(f"{found}, expected 1, or one for each of {counted(L - 1, 'layer')}", key="activation")
    sigmas = activations if len(activations) == L - 1 else activations * (L - 1)
    layers = (Layer(arrays[f"W{l}"], arrays[f"b{l}"], sigma) for l, sigma in enumerate(sigmas, start=2))
    title = _texts(arrays, "name")
    if title is not None and len(title) != 1:
        raise NetworkError(f"{counted(len(title), 'text')}, expected 1", key="name")
    names = _texts(arrays, "inputs"), _texts(arrays, "output")
    scaling, output_scaling = (
        pair and Scaling(*pair) for pair in (_pair(arrays, "mean", "std"), _pair(arrays, "out_mean", "out_std"))
    )
    return Network(tuple(layers), *names, scaling, title and title[0], output_scaling)


def _texts(arrays: Arrays, key: str) -> tuple[str, ...] | None:
    if key not in arrays:
        return None
    if arrays[key].ndim > 1:
        raise NetworkError(f"shape {arrays[key].shape}, expected a text or a list of texts", key=key)
    return tuple(arrays[key].reshape(-1).tolist())


def _at(key: str | None, message: str) -> NetworkError:
    return NetworkError(f"member {key}.npy: {message}" if key else message)


def _arrays(net: Network) -> Arrays:
    """Arrays that `read` reads back as `net`."""
    arrays: Arrays = {}
    for l, layer in enumerate(net.layers, start=2):
        arrays |= {f"W{l}": np.asarray(layer.W, np.float64), f"b{l}": np.asarray(layer.b, np.float64)}
    activations = [layer.activation for layer in net.layers]
    arrays["activation"] = _saved(activations if len(set(activations)) > 1 else activations[:1])
    for key, names in (("inputs", net.inputs), ("output", net.outputs)):
        if names is not None:
            arrays[key] = _saved(names)
    if net.name is not None:
        arrays["name"] = _saved([net.name])
    for prefix, scaling in (("", net.scaling), ("out_", net.output_scaling)):
        if scaling is not None:
            arrays |= {f"{prefix}mean": np.asarray(scaling.mean, np.float64)}
            arrays |= {f"{prefix}std": np.asarray(scaling.std, np.float64)}
    return arrays


def _saved(texts: Iterable[str]) -> NDArray[np.str_]:
    texts = list(texts)
    for text in texts:
        if text.endswith("\0") or any("\ud800" <= c <= "\udfff" for c in text):
            raise NetworkError(f"{excerpt(text)} cannot be saved as NPZ")
    return np.array(texts, np.str_)
