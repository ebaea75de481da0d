"""JSON files of other tools: lwtnn, RTNeural and JENN, each told by its keys."""

import os
from typing import Any

import numpy as np

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.neuronwise import Floats
from netgrad.formats.plain_json import entry, parsed
from netgrad.formats.text import decode, read_text

_LWTNN = {"linear": "identity", "sigmoid": "sigmoid", "rectified": "relu", "tanh": "tanh", "softmax": "softmax",
          "elu": "elu", "swish": "silu"}  # fmt: skip
_RTNEURAL = {"": "identity", "tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid", "softmax": "softmax", "elu": "elu"}


def dialect(value: Any) -> str | None:
    """Tool that wrote a JSON object; None where it is none of these.

    >>> dialect({"in_shape": [None, 1], "layers": []})
    'rtneural'
    """
    if not isinstance(value, dict):
        return None
    if "in_shape" in value and "layers" in value:
        return "rtneural"
    if "layers" in value and "inputs" in value and ("outputs" in value or "defaults" in value):
        return "lwtnn"
    return "jenn" if {"W", "b", "mu_x", "sigma_x"} <= set(value) else None


def read(path: str) -> Draft:
    """Draft of the network in a JSON file of lwtnn, RTNeural or JENN.

    Raises
    ------
    NetworkError
        It is none of these, or a layer is wrong.
    """
    value = parsed(decode(read_text(path)), os.path.basename(path))
    readers = {"rtneural": _rtneural, "lwtnn": _lwtnn, "jenn": _jenn}
    if (name := dialect(value)) is None:
        raise NetworkError("JSON of no tool that is known (lwtnn, RTNeural, JENN)")
    return readers[name](value)


def _rtneural(value: dict[str, Any]) -> Draft:
    """Dense layers: weights are [kernel (n_in, n_out), bias]."""
    shape = value["in_shape"]
    chain = Chain(shape[-1] if isinstance(shape, list) and shape and isinstance(shape[-1], int) else None)
    used = []
    for k, layer in enumerate(entry(value, "layers", list, "the file")):
        place = f"layer {k + 1}"
        kind = entry(layer, "type", str, place)
        if kind not in ("dense", "activation", "time-distributed-dense"):
            raise NetworkError(f"{place} is of type {excerpt(kind)}, which is not read")
        if kind != "activation":
            weights = entry(layer, "weights", list, place)
            b = _array(weights[1], f"{place}: bias").reshape(-1) if len(weights) > 1 else None
            chain.affine(Affine(_array(weights[0] if weights else [], place), b, place, "in-out"))
            used.append(place)
        _activate(chain, layer.get("activation", ""), _RTNEURAL, place)
    return chain.draft("RTNeural JSON", used=tuple(used))


def _lwtnn(value: dict[str, Any]) -> Draft:
    """Weights flat, out-in; u = (x + offset) * scale on named inputs."""
    inputs = entry(value, "inputs", list, "the file")
    names = tuple(entry(item, "name", str, "an input") for item in inputs)
    chain = Chain(len(inputs))
    chain.arithmetic("+", _array([item.get("offset", 0) for item in inputs], "offset"))
    chain.arithmetic("*", _array([item.get("scale", 1) for item in inputs], "scale"))
    width = len(inputs)
    layers = entry(value, "layers", list, "the file")
    for k, layer in enumerate(layers, start=1):
        place = f"layer {k}"
        kind = layer.get("architecture", "dense") if isinstance(layer, dict) else None
        if kind != "dense":
            raise NetworkError(f"{place} is {excerpt(str(kind))}, which is not read")
        b, W = (_array(entry(layer, key, list, place), f"{place}: {key}") for key in ("bias", "weights"))
        if W.ndim != 1 or W.size != width * b.size:
            raise NetworkError(f"{place} has {W.size} weights, expected {b.size} x {width}")
        chain.affine(Affine(W.reshape(b.size, width), b, place, "out-in"))
        _activate(chain, layer.get("activation", "linear"), _LWTNN, place)
        width = b.size
    outputs = value.get("outputs")
    is_named = isinstance(outputs, list) and len(outputs) == width and all(isinstance(n, str) for n in outputs)
    used = tuple(f"layer {k}" for k in range(1, len(layers) + 1))
    return chain.draft("lwtnn JSON", inputs=names, outputs=tuple(outputs or ()) if is_named else None, used=used)


def _jenn(value: dict[str, Any]) -> Draft:
    """W[0], b[0] are of the input layer, and nothing; tanh inside; mu and sigma on both sides."""
    weights, biases, names = (entry(value, key, list, "the file") for key in ("W", "b", "a"))
    if not len(weights) == len(biases) == len(names) or len(weights) < 2:
        raise NetworkError(f"{len(weights)} W, {len(biases)} b and {len(names)} a")
    known = {"linear": "identity", "tanh": "tanh", "relu": "relu"}
    chain = Chain()
    chain.arithmetic("-", _array(value["mu_x"], "mu_x").reshape(-1))
    chain.arithmetic("/", _array(value["sigma_x"], "sigma_x").reshape(-1))
    for k in range(1, len(weights)):
        place = f"W[{k}]"
        chain.affine(Affine(_array(weights[k], place), _array(biases[k], f"b[{k}]").reshape(-1), place, "out-in"))
        _activate(chain, names[k], known, place)
    chain.arithmetic("*", _array(value.get("sigma_y"), "sigma_y").reshape(-1))
    chain.arithmetic("+", _array(value.get("mu_y"), "mu_y").reshape(-1))
    return chain.draft("JENN JSON", used=tuple(f"W[{k}]" for k in range(1, len(weights))))


def _activate(chain: Chain, said: Any, known: dict[str, str], place: str) -> None:
    name = said.get("function") if isinstance(said, dict) else said
    if not isinstance(name, str) or name not in known:
        raise NetworkError(f"{place}: the activation {excerpt(str(name))} is not known")
    if isinstance(said, dict) and said.get("alpha", 1) != 1:
        raise NetworkError(f"{place}: {name} with a parameter, which is not read")
    chain.activate(known[name], place)


def _array(value: Any, what: str) -> Floats:
    try:
        array = np.asarray(value)
    except (ValueError, RecursionError):
        raise NetworkError(f"{what} is ragged") from None
    if array.dtype.kind not in "fiu" or not array.size:
        raise NetworkError(f"{what} is no array of numbers")
    return array.astype(np.float64)
