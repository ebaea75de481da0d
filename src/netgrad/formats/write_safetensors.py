"""A network as safetensors: arrays `layers.K.weight` and `layers.K.bias`, K from 0, in float64.

    scaling.mean, scaling.std                   n_1 numbers, where the inputs are scaled
    output_scaling.mean, output_scaling.std     n_L numbers, where the outputs are
    __metadata__    netgrad.version      "1"
                    netgrad.activations  a JSON list of texts, one for each layer
                    netgrad.inputs, netgrad.outputs   JSON lists of names, where there are such
                    netgrad.name         a text, where there is one

Weights are (n_l, n_{l-1}), as torch has them.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.core.network import Network
from netgrad.formats import file


def write(net: Network, path: str) -> None:
    """Save a network as safetensors; the same network gives the same bytes."""
    header: dict[str, Any] = {"__metadata__": _metadata(net)}
    data, at = [], 0
    for name, array in _arrays(net).items():
        values = np.ascontiguousarray(array, "<f8")
        header[name] = {"dtype": "F64", "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
        data.append(values.tobytes())
        at += values.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    text += b" " * (-len(text) % 8)
    file.write(path, len(text).to_bytes(8, "little") + text + b"".join(data))


def _metadata(net: Network) -> dict[str, str]:
    found = {"netgrad.version": "1", "netgrad.activations": json.dumps([layer.activation for layer in net.layers])}
    for key, names in (("inputs", net.inputs), ("outputs", net.outputs)):
        if names is not None:
            found[f"netgrad.{key}"] = json.dumps(names)
    return found if net.name is None else {**found, "netgrad.name": net.name}


def _arrays(net: Network) -> dict[str, NDArray[Any]]:
    """Arrays by name, sorted as the library sorts them."""
    found: dict[str, NDArray[Any]] = {}
    for k, layer in enumerate(net.layers):
        found |= {f"layers.{k}.weight": layer.W, f"layers.{k}.bias": layer.b}
    for key in ("scaling", "output_scaling"):
        if (scaling := getattr(net, key)) is not None:
            found |= {f"{key}.mean": scaling.mean, f"{key}.std": scaling.std}
    return dict(sorted(found.items()))
