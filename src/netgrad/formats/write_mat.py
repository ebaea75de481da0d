"""A network as a MATLAB 5 file: W2, b2, ..., as `formats.mat` reads it back; activation is a cell of texts."""

from collections.abc import Iterable
from struct import pack

import numpy as np

from netgrad.core.network import Array, Network
from netgrad.errors import NetworkError, excerpt
from netgrad.formats import file

_HEAD = (
    b"MATLAB 5.0 MAT-file, written by netgrad".ljust(124) + b"\x00\x01IM"
)  # no date: the same network, the same bytes
_INT8, _UINT16, _INT32, _UINT32, _DOUBLE, _MATRIX = 1, 4, 5, 6, 9, 14
_CELL, _CHAR, _DOUBLES = 1, 4, 6


def write(net: Network, path: str) -> None:
    """Save a network for MATLAB; biases are columns, as W a + b wants them."""
    found = [_text("layout", "out-in")]
    for l, layer in enumerate(net.layers, start=2):
        found += [_numbers(f"W{l}", layer.W), _numbers(f"b{l}", layer.b[:, None])]
    found.append(_cell("activation", [layer.activation for layer in net.layers]))
    for key, prefix in (("scaling", ""), ("output_scaling", "output_")):
        if (scaling := getattr(net, key)) is not None:
            found.append(_numbers(f"{prefix}mean", scaling.mean[:, None]))
            found.append(_numbers(f"{prefix}std", scaling.std[:, None]))
    for key, names in (("inputs", net.inputs), ("output", net.outputs)):
        if names is not None:
            found.append(_cell(key, names))
    if net.name is not None:
        found.append(_text("name", net.name))
    file.write(path, _HEAD + b"".join(found))


def _numbers(name: str, values: Array) -> bytes:
    data = np.asarray(values, "<f8")
    return _matrix(_DOUBLES, data.shape, name, _element(_DOUBLE, data.tobytes(order="F")))


def _cell(name: str, texts: Iterable[str]) -> bytes:
    items = [_text("", text) for text in texts]
    return _matrix(_CELL, (1, len(items)), name, b"".join(items))


def _text(name: str, text: str) -> bytes:
    if not text or text != text.rstrip() or any("\ud800" <= c <= "\udfff" or ord(c) > 0xFFFF for c in text):
        raise NetworkError(f"{excerpt(text)} cannot be saved for MATLAB")
    return _matrix(_CHAR, (1, len(text)), name, _element(_UINT16, text.encode("utf-16-le")))


def _matrix(kind: int, dims: tuple[int, ...], name: str, content: bytes) -> bytes:
    head = _element(_UINT32, pack("<2I", kind, 0)) + _element(_INT32, pack("<2i", *dims))
    return _element(_MATRIX, head + _element(_INT8, name.encode()) + content)


def _element(kind: int, data: bytes) -> bytes:
    return pack("<2I", kind, len(data)) + data + bytes(-len(data) % 8)
