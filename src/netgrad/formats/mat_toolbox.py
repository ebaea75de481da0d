"""The struct `net` of MATLAB's Deep Learning Toolbox: weights, transfer functions, processing of both ends."""

from typing import Any

import numpy as np

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.neuronwise import Floats

_SIGMA = {
    "tansig": "tanh",
    "logsig": "sigmoid",
    "purelin": "identity",
    "poslin": "relu",
    "softmax": "softmax",
    "elliotsig": "softsign",
}
_CUT = {"satlin": (0.0, 1.0), "satlins": (-1.0, 1.0)}
_NOTHING = ("removeconstantrows", "fixunknowns", "processpca", "lvqoutputs")


def draft(net: dict[str, Any], container: str) -> Draft:
    """Draft of the network that a `net` computes.

    Raises
    ------
    NetworkError
        It is no chain of layers, or has a function that is not known.
    """
    weights = [_matrix(net, "IW", 0, 0)]
    biases = _list(net.get("b"))
    weights += [_matrix(net, "LW", k, k - 1) for k in range(1, len(biases))]
    _refuse_others(net, len(biases))
    chain = Chain(weights[0].shape[1])
    _process(chain, net, "inputs")
    functions = [_text(layer, "transferFcn") for layer in _list(net.get("layers"))]
    if len(functions) != len(biases):
        raise NetworkError(f"net has {len(biases)} biases, but {len(functions)} layers")
    for k, (W, b, name) in enumerate(zip(weights, biases, functions, strict=True), start=1):
        bias = np.asarray(b, np.float64).reshape(-1) if np.size(b) else None
        chain.affine(Affine(W, bias, f"net.b{{{k}}}", "out-in"))
        if name in _CUT:
            chain.clip(*_CUT[name], f"layer {k}")
        elif name in _SIGMA:
            chain.activate(_SIGMA[name], f"layer {k}")
        else:
            raise NetworkError(f"layer {k} of net: the transfer function {excerpt(name)} is not known")
    _process(chain, net, "outputs")
    return chain.draft(container, used=("net",))


def _process(chain: Chain, net: dict[str, Any], key: str) -> None:
    """Apply the processing of inputs, or undo that of the targets."""
    ends = [end for end in _list(net.get(key)) if isinstance(end, dict)]
    if not ends:
        return
    end = ends[-1] if key == "outputs" else ends[0]
    functions, settings = _list(end.get("processFcns")), _list(end.get("processSettings"))
    if len(functions) != len(settings):
        raise NetworkError(f"net.{key} has {len(functions)} processFcns, but {len(settings)} processSettings")
    pairs = list(zip(functions, settings, strict=True))
    for name, setting in pairs if key == "inputs" else reversed(pairs):
        if not _does_nothing(str(name), setting):
            _map(chain, str(name), setting, is_undone=key == "outputs")


def _does_nothing(name: str, setting: Any) -> bool:
    if not isinstance(setting, dict):
        return name in _NOTHING
    is_marked = bool(np.any(setting.get("no_change", False)))
    removes = np.size(setting.get("remove", ())) > 0 if name == "removeconstantrows" else False
    return is_marked or (name == "removeconstantrows" and not removes)


def _map(chain: Chain, name: str, setting: Any, is_undone: bool) -> None:
    """Y = (x - xoffset) gain + ymin of mapminmax; ymean in place of ymin for mapstd."""
    if name not in ("mapminmax", "mapstd") or not isinstance(setting, dict):
        raise NetworkError(f"net: the processing {excerpt(name)} is not read")
    offset, gain, base = _line(name, setting)
    if is_undone:
        chain.arithmetic("-", base)
        chain.arithmetic("/", gain)
        chain.arithmetic("+", offset)
    else:
        chain.arithmetic("-", offset)
        chain.arithmetic("*", gain)
        chain.arithmetic("+", base)


def _line(name: str, setting: dict[str, Any]) -> tuple[Floats, Floats, Floats]:
    """xoffset, gain, and ymin or ymean."""
    low, high = ("ymin", "ymax") if name == "mapminmax" else ("ymean", "ystd")
    if "gain" in setting and "xoffset" in setting:
        default = -1.0 if name == "mapminmax" else 0.0
        return _numbers(setting, "xoffset"), _numbers(setting, "gain"), _numbers(setting, low, default)
    if name == "mapstd":
        gain = _numbers(setting, high, 1.0) / _numbers(setting, "xstd")
        return _numbers(setting, "xmean"), gain, _numbers(setting, low, 0.0)
    span = _numbers(setting, high, 1.0) - _numbers(setting, low, -1.0)
    start = _numbers(setting, "xmin")
    return start, span / (_numbers(setting, "xmax") - start), _numbers(setting, low, -1.0)


def _numbers(setting: dict[str, Any], key: str, default: float | None = None) -> Floats:
    value = setting.get(key, default)
    try:
        array = np.asarray(value, np.float64).reshape(-1)
    except (TypeError, ValueError):
        array = np.empty(0)
    if not array.size:
        raise NetworkError(f"net: the processing of inputs or outputs has no numbers {key}")
    return array.reshape(()) if array.size == 1 else array


def _matrix(net: dict[str, Any], key: str, row: int, column: int) -> Floats:
    cell = net.get(key)
    if isinstance(cell, np.ndarray) and cell.dtype.kind == "O":
        cell = cell.reshape(1, -1) if cell.ndim < 2 else cell
        is_list = cell.shape[1] == 1 or cell.shape[0] == 1
        place = (row, column) if row < cell.shape[0] and column < cell.shape[1] else None
        found = cell[place] if place else cell.reshape(-1)[row] if is_list and row < cell.size else None
        if found is not None and np.size(found):
            return np.atleast_2d(np.asarray(found, np.float64))
    elif key == "IW" and isinstance(cell, np.ndarray) and cell.dtype.kind in "fiu":
        return np.atleast_2d(cell)
    raise NetworkError(f"net has no weights {key}{{{row + 1},{column + 1}}}")


def _refuse_others(net: dict[str, Any], layers: int) -> None:
    """Refuse weights that skip layers or go back."""
    cell = net.get("LW")
    if not isinstance(cell, np.ndarray) or cell.dtype.kind != "O" or min(cell.shape) < 2:
        return
    for (i, j), item in np.ndenumerate(cell):
        if np.size(item) and item is not None and j != i - 1:
            raise NetworkError(f"net has weights LW{{{i + 1},{j + 1}}}, which do not follow the layers")


def _list(value: Any) -> list[Any]:
    """Entries of a cell, or the value itself."""
    if value is None or (isinstance(value, np.ndarray) and not value.size):
        return []
    if isinstance(value, np.ndarray) and value.dtype.kind in "OUS":
        return list(value.reshape(-1))
    return [value]


def _text(layer: Any, key: str) -> str:
    value = layer.get(key) if isinstance(layer, dict) else layer
    if not isinstance(value, str):
        raise NetworkError(f"a layer of net has no {key}")
    return value
