"""MessagePack as flax.serialization.to_bytes writes it: arrays are [shape, dtype, bytes], packed again."""

import math
import os
import re
from collections.abc import Iterator
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt, listed
from netgrad.formats import file, limits
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.parts import outside, part_of

_ROOT = "the root"
_OF_TRAINING = ("opt_state", "opt_states", "optimizer", "ema_params", "target_params")  # beside params
_DTYPES = {"float64": "<f8", "float32": "<f4", "float16": "<f2", "bfloat16": "<u2", "int32": "<i4", "int64": "<i8"}
_DTYPES |= {"uint32": "<u4", "int8": "i1", "uint8": "u1"}
_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
# What a length of 1, 2 or 4 bytes stands for: texts, bytes, extensions, lists, maps.
_LENGTHS = {0xD9: ("text", 1), 0xDA: ("text", 2), 0xDB: ("text", 4), 0xC4: ("bytes", 1), 0xC5: ("bytes", 2)}
_LENGTHS |= {0xC6: ("bytes", 4), 0xC7: ("ext", 1), 0xC8: ("ext", 2), 0xC9: ("ext", 4), 0xDC: ("list", 2)}
_LENGTHS |= {0xDD: ("list", 4), 0xDE: ("map", 2), 0xDF: ("map", 4)}


def read(path: str, key: str = "") -> Draft:
    """Draft of the network in flax's bytes, of several that which `key` names: kernels and biases, by their modules.

    Raises
    ------
    NetworkError
        No such file, or arrays that are no Dense layer.
    """
    with file.opened(path) as content:
        if os.fstat(content.fileno()).st_size > limits.LIMIT:
            raise NetworkError(f"over {limits.LIMIT >> 30} GiB")
        data = memoryview(content.read())
    tree = _Unpacker(data).whole()
    modules = {place: arrays for place, module in _modules(tree, "") if (arrays := _arrays(module))}
    layers, passed = [], outside(modules, key)
    for place, arrays in part_of(modules, key).items():
        if not key and place.partition("/")[0] in _OF_TRAINING:
            passed[place] = "of the training"
        elif place == _ROOT and not any(array.ndim for array in arrays.values()):
            passed |= dict.fromkeys(arrays, "a number by itself")
        elif set(arrays) in ({"kernel", "bias"}, {"kernel"}) and arrays["kernel"].ndim == 2:
            layers.append(Affine(arrays["kernel"], arrays.get("bias"), place, "in-out"))
        else:
            raise NetworkError(f"module {excerpt(place)} has {listed(sorted(arrays))}, which is no Dense layer")
    layers.sort(key=lambda layer: _natural(layer.place))
    numbered = all(re.fullmatch(r".*?Dense_[0-9]+", layer.place) for layer in layers)
    if not layers:
        raise NetworkError("no Dense layers (kernel and bias) among the arrays")
    used = tuple(layer.place for layer in layers)
    return Draft("flax MessagePack", tuple(layers), ordered=numbered, used=used, passed=passed)


def _modules(tree: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(tree, dict):
        yield place or _ROOT, tree
        for key, value in tree.items():
            yield from _modules(value, f"{place}/{key}" if place else str(key))


def _arrays(module: dict[str, Any]) -> dict[str, NDArray[Any]]:
    return {name: value for name, value in module.items() if isinstance(value, np.ndarray)}


def _natural(name: str) -> list[Any]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split("([0-9]+)", name[:400])]


class _Unpacker:
    """Values of MessagePack; every length is checked against what is there."""

    def __init__(self, data: memoryview, level: int = 0) -> None:
        self._data, self._level = data, level
        self._at, self._left = 0, limits.MSGPACK_ITEMS

    def whole(self) -> Any:
        value = self._value(self._level)
        if self._at != len(self._data):
            raise NetworkError("not MessagePack of flax: something follows the tree")
        return value

    def _value(self, level: int) -> Any:
        self._left -= 1
        if level > limits.MSGPACK_NESTING or self._left < 0:
            raise NetworkError("nested too deep, or too many values")
        head = self._take(1)[0]
        if head < 0x80 or head >= 0xE0:
            return head if head < 0x80 else head - 0x100
        if head < 0xC0:
            kind = "map" if head < 0x90 else "list" if head < 0xA0 else "text"
            return self._sized(kind, head & (0x1F if kind == "text" else 0x0F), level)
        if head in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[head]
        if head in _NUMBERS:
            form = Struct(_NUMBERS[head])
            return form.unpack(self._take(form.size))[0]
        if head in _LENGTHS:
            kind, width = _LENGTHS[head]
            return self._sized(kind, int.from_bytes(self._take(width), "big"), level)
        if 0xD4 <= head <= 0xD8:
            return self._sized("ext", 1 << (head - 0xD4), level)
        raise NetworkError(f"not MessagePack of flax (byte 0x{head:02x})")

    def _sized(self, kind: str, n: int, level: int) -> Any:
        if kind == "text":
            return bytes(self._take(n)).decode("utf-8", "replace")
        if kind == "bytes":
            return self._take(n)
        if kind == "ext":
            number = self._take(1)[0]
            data = self._take(n)
            return _array(_Unpacker(data, level + 1).whole()) if number == 1 else None
        if n > len(self._data) - self._at:
            raise NetworkError(f"cut off: {n} entries, but {len(self._data) - self._at} bytes are there")
        if kind == "list":
            return [self._value(level + 1) for _ in range(n)]
        return {str(self._value(level + 1)): self._value(level + 1) for _ in range(n)}

    def _take(self, n: int) -> memoryview:
        if n > len(self._data) - self._at:
            raise NetworkError(f"cut off: {n} bytes, but {len(self._data) - self._at} are there")
        self._at += n
        return self._data[self._at - n : self._at]


def _array(value: Any) -> NDArray[Any]:
    """Array of [shape, dtype, bytes]."""
    if not (isinstance(value, list) and len(value) == 3 and isinstance(value[0], list) and value[1] in _DTYPES):
        raise NetworkError("an array that is not of numbers")
    shape, name, data = value
    dtype = np.dtype(_DTYPES[name])
    if (
        not all(isinstance(n, int) and 0 <= n < limits.LIMIT for n in shape)
        or not isinstance(data, memoryview)
        or len(shape) > 8
    ):
        raise NetworkError(f"an array of shape {excerpt(str(shape))}")
    if math.prod(shape) * dtype.itemsize != len(data):
        raise NetworkError(f"an array of shape {shape} of {name}, but {len(data)} bytes are there")
    flat = np.frombuffer(data, dtype)
    flat = (flat.astype("<u4") << 16).view("<f4") if name == "bfloat16" else flat
    return flat.reshape(shape)
