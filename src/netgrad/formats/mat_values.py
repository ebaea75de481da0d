"""Variables of MATLAB files as plain values: matrices, texts, structs as dicts, cells as arrays of such values."""

import math
import os
import zlib
from collections.abc import Iterator
from struct import Struct
from typing import IO, Any

import numpy as np

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import file, hdf5
from netgrad.formats.extras import library

Value = Any  # a matrix of numbers, a str, a dict of Values, or a matrix of Values (kind O)

DEEP = 30
HARMLESS, RATIO = 32 << 20, 200
_TAG, _V4 = Struct("2I"), Struct("5i")
_MATRIX, _COMPRESSED, _HEADER = 14, 15, 128
_WITHOUT_DIMENSIONS = (5, 17)  # sparse matrices, which may be large, and opaque objects


def variables(path: str) -> tuple[str, dict[str, Value]]:
    """Version of the file, and its variables by name.

    Raises
    ------
    NetworkError
        Not such a file, or not all of it.
    """
    with file.opened(path) as content:
        head = content.read(520)
        if head[512:520] == hdf5.MAGIC or head.startswith(hdf5.MAGIC):
            return "MATLAB 7.3", _of_hdf5(path)
        is_v5 = head.startswith(b"MATLAB 5.0") and len(head) >= _HEADER
        (_check_v5 if is_v5 else _check_v4)(content)
        content.seek(0)
        return ("MATLAB 5" if is_v5 else "MATLAB 4"), _by_scipy(content)


def _by_scipy(content: IO[bytes]) -> dict[str, Value]:
    scipy_io = library("scipy.io", "mat", "a MATLAB file")
    try:
        with np.errstate(all="ignore"):
            loaded = scipy_io.loadmat(content, struct_as_record=True, squeeze_me=False)
        return {name: _plain(value, 0) for name, value in loaded.items() if not name.startswith("__")}
    except NetworkError:
        raise
    except Exception as error:  # whatever scipy meets in a damaged file
        text = " ".join(str(error).split())[:80]
        raise NetworkError(f"the MATLAB file is damaged ({excerpt(text)})") from None


def _plain(value: Any, level: int) -> Value:
    if level > DEEP:
        raise NetworkError("a variable that is nested too deep")
    if isinstance(value, np.void) and value.dtype.names:
        return {name: _plain(value[name], level + 1) for name in value.dtype.names}
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.names:
        items = [_plain(item, level + 1) for item in value.reshape(-1)]
        return items[0] if len(items) == 1 else _cell(items, value.shape)
    if value.dtype.kind == "O":
        return _cell([_plain(item, level + 1) for item in value.reshape(-1)], value.shape)
    if value.dtype.kind in "US":
        return str(value.reshape(-1)[0]) if value.size == 1 else "" if not value.size else value
    return value


def _cell(items: list[Value], shape: tuple[int, ...]) -> Value:
    cell = np.empty(len(items), object)
    cell[:] = [None] * len(items)
    for k, item in enumerate(items):
        cell[k] = item
    return cell.reshape(shape)


def _check_v5(content: IO[bytes]) -> None:
    """Refuse a file whose elements are not exactly what is there, or unpack to a bomb."""
    total = content.seek(0, os.SEEK_END)
    content.seek(0)
    order = "<" if content.read(_HEADER)[126:128] == b"IM" else ">"
    tag, at, left = Struct(order + "2I"), _HEADER, max(HARMLESS, RATIO * total)
    while at < total:
        content.seek(at)
        head = content.read(tag.size)
        if len(head) < tag.size:
            raise NetworkError("the MATLAB file is cut off")
        kind, size = tag.unpack(head)
        if size > total - at - tag.size or not size:
            raise NetworkError(f"an element of {size} bytes, but {total - at - tag.size} are there")
        data = content.read(size)
        if kind == _COMPRESSED:
            data = _inflated(data, left)
            left -= len(data)
            kind, data = tag.unpack(data[: tag.size])[0], data[tag.size :]
        if kind == _MATRIX:
            _check_matrix(memoryview(data), order, 0)
        at += tag.size + size


def _inflated(packed: bytes, limit: int) -> bytes:
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(packed, limit + 1)
    except zlib.error:
        raise NetworkError("an element cannot be inflated, the file is damaged") from None
    if len(data) > limit:
        raise NetworkError(f"{len(packed)} bytes that unpack to over {limit}: a bomb, not weights")
    if not inflate.eof or len(data) < _TAG.size:
        raise NetworkError("an element that is cut off")
    return data


def _check_matrix(data: memoryview, order: str, level: int) -> None:
    """Refuse a matrix, or one in a cell or struct, that has more entries than bytes."""
    kinds, parts = 0, _parts(data, order)
    for k, (kind, part) in enumerate(parts):
        if k == 0 and len(part) >= 4:
            kinds = Struct(order + "I").unpack(part[:4])[0] & 0xFF
        elif k == 1 and kinds not in _WITHOUT_DIMENSIONS:
            dims = Struct(f"{order}{len(part) // 4}i").unpack(part[: len(part) // 4 * 4])
            if any(n < 0 for n in dims) or math.prod(dims) > len(data):
                raise NetworkError(f"a matrix of dimensions {list(dims[:8])}, but {len(data)} bytes are there")
        elif kind == _MATRIX:
            if level > DEEP:
                raise NetworkError("a variable that is nested too deep")
            _check_matrix(part, order, level + 1)


def _parts(data: memoryview, order: str) -> Iterator[tuple[int, memoryview]]:
    """Elements inside an element; a small one has its size in the upper half of its tag."""
    at, tag = 0, Struct(order + "2I")
    while at + tag.size <= len(data):
        kind, size = tag.unpack(data[at : at + tag.size])
        if kind >> 16:
            yield kind & 0xFFFF, data[at + 4 : at + 4 + min(kind >> 16, 4)]
            at += tag.size
            continue
        at += tag.size
        if size > len(data) - at:
            raise NetworkError(f"an element of {size} bytes, but {len(data) - at} are there")
        yield kind, data[at : at + size]
        at += size + -size % 8


def _check_v4(content: IO[bytes]) -> None:
    """Refuse what is no sequence of matrices that fill the file exactly."""
    total = content.seek(0, os.SEEK_END)
    at, count = 0, 0
    while at < total:
        content.seek(at)
        head = content.read(_V4.size)
        if len(head) < _V4.size:
            raise NetworkError("not a MATLAB file, or cut off")
        kind, rows, columns, is_complex, name = _V4.unpack(head)
        if not (0 <= kind < 5000 and rows >= 0 and columns >= 0 and is_complex in (0, 1) and 0 < name < 4096):
            raise NetworkError("not a MATLAB file (of version 4, 5, 7 or 7.3)")
        if kind // 1000 or kind % 10 == 2:
            raise NetworkError("a MATLAB 4 file of another machine, or with sparse matrices")
        width = {0: 8, 1: 4, 2: 4, 3: 2, 4: 2, 5: 1}.get(kind // 10 % 10, 8)
        at += _V4.size + name + rows * columns * (1 + is_complex) * width
        count += 1
    if at != total or not count:
        raise NetworkError("not a MATLAB file, or cut off: its matrices are not as long as they say")


def _of_hdf5(path: str) -> dict[str, Value]:
    with hdf5.opened(path) as root:
        return {name: _item(root, root[name], name, 0) for name in root if not name.startswith("#")}


def _item(root: Any, item: Any, what: str, level: int) -> Value:
    """Value of a group (a struct) or data set; arrays stand transposed in the file."""
    if level > DEEP:
        raise NetworkError("a variable that is nested too deep")
    if hasattr(item, "keys"):
        return {name: _item(root, item[name], f"{what}.{name}", level + 1) for name in item}
    kind = item.attrs.get("MATLAB_class", b"")
    kind = kind.decode("ascii", "replace") if isinstance(kind, bytes) else str(kind)
    if item.attrs.get("MATLAB_empty", 0):
        return "" if kind == "char" else np.empty((0, 0))
    if item.dtype.kind == "O":
        if item.size > 10_000:
            raise NetworkError(f"{excerpt(what)} is a cell of {item.size} entries")
        references = np.asarray(item[()]).T
        cells = [
            _item(root, _target(root, ref, what), f"{what}{{{k + 1}}}", level + 1)
            for k, ref in enumerate(references.flat)
        ]
        return _cell(cells, references.shape)
    array = np.asarray(hdf5.array(item, excerpt(what)).T)
    return "".join(map(chr, array.reshape(-1))) if kind == "char" else array


def _target(root: Any, reference: Any, what: str) -> Any:
    try:
        return root[reference]
    except (ValueError, KeyError, TypeError):
        raise NetworkError(f"{excerpt(what)} has a cell that points nowhere") from None
