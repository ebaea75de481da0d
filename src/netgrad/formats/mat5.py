"""MATLAB's binary format, version 5: elements, each a tag and data, and matrices that are made of elements.

Source: MathWorks, MAT-File Format.
"""

import math
import zlib
from collections.abc import Iterator
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import limits

Value = Any  # a matrix of numbers, a str, a dict of Values, or a matrix of Values (kind O); None: of another kind
Element = tuple[int, memoryview]

HEADER = 128
HEAD = b"MATLAB 5.0"

_MATRIX, _COMPRESSED, _UTF8 = 14, 15, 16
_STORED = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
    16: "u1",
    17: "u2",
    18: "u4",
}
_CELL, _STRUCT, _OBJECT, _CHAR = 1, 2, 3, 4
_NUMBERS = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
_COMPLEX = 0x0800


def read(data: memoryview) -> dict[str, Value]:
    """Variables of a file, by name.

    Raises
    ------
    NetworkError
        Its elements are not exactly what is there.
    """
    order = "<" if bytes(data[126:128]) == b"IM" else ">"
    left = max(limits.HARMLESS, limits.RATIO * len(data))
    found: dict[str, Value] = {}
    for kind, part in _elements(data[HEADER:], order, padded=False):
        if kind == _COMPRESSED:
            unpacked = memoryview(_inflated(part, left))
            left -= len(unpacked)
            kind, part = next(_elements(unpacked, order), (0, part))
        if kind == _MATRIX:
            name, value = _matrix(part, order, 0)
            if name in found:
                raise NetworkError(f"variable {excerpt(name)} is there twice")
            found[name] = value
    return found


def _elements(data: memoryview, order: str, padded: bool = True) -> Iterator[Element]:
    """Elements one after the other; a small one has its size in the upper half of its tag."""
    at, tag = 0, Struct(order + "2I")
    while at < len(data):
        if len(data) - at < tag.size:
            raise NetworkError("the MATLAB file is cut off")
        kind, size = tag.unpack(data[at : at + tag.size])
        if kind >> 16:
            yield kind & 0xFFFF, data[at + 4 : at + 4 + min(kind >> 16, 4)]
            at += tag.size
            continue
        at += tag.size
        if size > len(data) - at:
            raise NetworkError(f"an element of {size} bytes, but {len(data) - at} are there")
        yield kind, data[at : at + size]
        at += size + (-size % 8 if padded or kind != _COMPRESSED else 0)


def _inflated(packed: memoryview, limit: int) -> bytes:
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(packed, limit + 1)
    except zlib.error:
        raise NetworkError("an element cannot be inflated, the file is damaged") from None
    if len(data) > limit:
        raise NetworkError(f"{len(packed)} bytes that unpack to over {limit}: a bomb, not weights")
    if not inflate.eof:
        raise NetworkError("an element that is cut off")
    return data


def _matrix(data: memoryview, order: str, level: int) -> tuple[str, Value]:
    """Name and value of a matrix."""
    if level > limits.MAT_NESTING:
        raise NetworkError("a variable that is nested too deep")
    if not len(data):
        return "", np.empty((0, 0))
    parts = list(_elements(data, order))
    if len(parts) < 3:
        raise NetworkError("a matrix without a name or dimensions")
    flags, dims = (_integers(part, order) for part in parts[:2])
    name = bytes(parts[2][1]).decode("ascii", "replace")
    kind, is_complex = (flags[0] & 0xFF, flags[0] & _COMPLEX) if flags else (0, 0)
    if kind not in (_CELL, _STRUCT, _OBJECT, _CHAR, *_NUMBERS) or is_complex:
        return name, None
    if any(n < 0 for n in dims) or len(dims) < 2 or math.prod(dims) > len(data):
        raise NetworkError(f"{excerpt(name)} has dimensions {dims[:8]}, but {len(data)} bytes are there")
    if kind in _NUMBERS:
        return name, _numbers(parts[3:], dims, order, name).astype(_NUMBERS[kind])
    if kind == _CHAR:
        return name, _text(parts[3:], dims, order, name)
    return name, _cells(kind, parts[3:], dims, order, level)


def _numbers(parts: list[Element], dims: list[int], order: str, name: str) -> NDArray[Any]:
    kind, part = parts[0] if parts else (9, memoryview(b""))
    dtype = np.dtype(order + _STORED.get(kind, "u1"))
    if kind not in _STORED or len(part) != math.prod(dims) * dtype.itemsize:
        raise NetworkError(f"{excerpt(name)} has dimensions {dims[:8]}, but {len(part)} bytes are there")
    return np.frombuffer(part, dtype).reshape(dims, order="F")


def _text(parts: list[Element], dims: list[int], order: str, name: str) -> Value:
    if parts and parts[0][0] == _UTF8:
        return bytes(parts[0][1]).decode("utf-8", "replace")
    codes = _numbers(parts, dims, order, name)
    if codes.ndim != 2 or not codes.size or (codes < 0).any() or (codes > 0x10FFFF).any():
        return ""
    rows = ["".join(map(chr, row)).rstrip() for row in codes.tolist()]
    return rows[0] if len(rows) == 1 else np.array(rows, object)


def _cells(kind: int, parts: list[Element], dims: list[int], order: str, level: int) -> Value:
    """A cell as an array of values; a struct as a dict, or as an array of dicts."""
    names = [""]
    if kind != _CELL:
        parts = parts[1:] if kind == _OBJECT else parts
        if len(parts) < 2 or not (width := (_integers(parts[0], order) or [0])[0]) > 0:
            raise NetworkError("a struct without names of fields")
        raw = bytes(parts[1][1])
        names = [raw[k : k + width].split(b"\0")[0].decode("ascii", "replace") for k in range(0, len(raw), width)]
        parts = parts[2:]
    if any(number != _MATRIX for number, _ in parts) or len(parts) != math.prod(dims) * len(names):
        raise NetworkError(f"a cell or struct of dimensions {dims[:8]} with {len(parts)} entries")
    values = [_matrix(part, order, level + 1)[1] for _, part in parts]
    if kind == _CELL:
        return as_cell(values, dims)
    size = len(names)
    structs = [dict(zip(names, values[k : k + size], strict=True)) for k in range(0, len(values), size or 1)]
    return structs[0] if len(structs) == 1 else as_cell(structs, dims)


def as_cell(values: list[Value], dims: Any) -> NDArray[Any]:
    """Array of any values, column by column."""
    cell = np.empty(len(values), object)
    for k, value in enumerate(values):
        cell[k] = value
    return cell.reshape(dims, order="F")


def _integers(element: Element, order: str) -> list[int]:
    kind, part = element
    dtype = np.dtype(order + _STORED.get(kind, "u1"))
    if dtype.kind not in "iu" or len(part) % dtype.itemsize or len(part) > 1024:
        raise NetworkError("a matrix whose flags or dimensions are no integers")
    found: list[int] = np.frombuffer(part, dtype).tolist()
    return found
