"""A network as a MATLAB 5 file: W2, b2, ..., as `formats.mat` reads it back; activation is a cell of texts."""

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.core.network import Network
from netgrad.errors import NetworkError, excerpt
from netgrad.formats import file
from netgrad.formats.extras import library

_HEAD = b"MATLAB 5.0 MAT-file, written by netgrad".ljust(116)  # no date: the same network, the same bytes


def write(net: Network, path: str) -> None:
    """Save a network for MATLAB; biases are columns, as W a + b wants them."""
    found: dict[str, Any] = {"layout": "out-in"}
    for l, layer in enumerate(net.layers, start=2):
        found |= {f"W{l}": np.asarray(layer.W, np.float64), f"b{l}": np.asarray(layer.b, np.float64)[:, None]}
    found["activation"] = _cell(layer.activation for layer in net.layers)
    for key, prefix in (("scaling", ""), ("output_scaling", "output_")):
        if (scaling := getattr(net, key, None)) is not None:
            found |= {f"{prefix}mean": scaling.mean[:, None], f"{prefix}std": scaling.std[:, None]}
    for key, names in (("inputs", net.inputs), ("output", net.outputs)):
        if names is not None:
            found[key] = _cell(names)
    if net.name is not None:
        found["name"] = _text(net.name)
    content = io.BytesIO()
    library("scipy.io", "mat", "a MATLAB file").savemat(content, found)
    file.write(path, _HEAD + content.getvalue()[len(_HEAD) :])


def _cell(texts: Iterable[str]) -> NDArray[np.object_]:
    items = [_text(text) for text in texts]
    cell = np.empty((1, len(items)), object)
    cell[0, :] = items
    return cell


def _text(text: str) -> str:
    if not text or text != text.rstrip(" \0") or any("\ud800" <= c <= "\udfff" or ord(c) > 0xFFFF for c in text):
        raise NetworkError(f"{excerpt(text)} cannot be saved for MATLAB")
    return text
