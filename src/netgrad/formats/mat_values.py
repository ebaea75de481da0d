"""Variables of MATLAB files as plain values: matrices, texts, structs as dicts, cells as arrays of such values."""

import os
import zlib
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
_COMPRESSED, _HEADER = 15, 128


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
    tag, at, unpacked = Struct(order + "2I"), _HEADER, 0
    while at < total:
        content.seek(at)
        head = content.read(tag.size)
        if len(head) < tag.size:
            raise NetworkError("the MATLAB file is cut off")
        kind, size = tag.unpack(head)
        if size > total - at - tag.size or not size:
            raise NetworkError(f"an element of {size} bytes, but {total - at - tag.size} are there")
        if kind == _COMPRESSED:
            unpacked += _unpacked_size(content, size, total)
        at += tag.size + size + (-size % 8 if kind != _COMPRESSED else 0)
    if unpacked > HARMLESS and unpacked > RATIO * total:
        raise NetworkError(f"{total} bytes that unpack to {unpacked}: a bomb, not weights")


def _unpacked_size(content: IO[bytes], size: int, total: int) -> int:
    """Bytes that a compressed element unpacks to, counted without keeping them."""
    inflate, count, limit = zlib.decompressobj(), 0, max(HARMLESS, RATIO * total) + 1
    try:
        while size and not inflate.eof and count < limit:
            packed = content.read(min(size, 1 << 16))
            size -= len(packed)
            count += len(inflate.decompress(packed, 1 << 20))
            while inflate.unconsumed_tail and count < limit:
                count += len(inflate.decompress(inflate.unconsumed_tail, 1 << 20))
    except zlib.error:
        raise NetworkError("an element cannot be inflated, the file is damaged") from None
    if count < limit and not inflate.eof:
        raise NetworkError("an element that is cut off")
    return count


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
        if not (0 <= kind < 5000 and 0 <= rows and 0 <= columns and is_complex in (0, 1) and 0 < name < 4096):
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
        cells = [_item(root, _target(root, ref, what), f"{what}{{{k + 1}}}", level + 1) for k, ref in enumerate(references.flat)]
        return _cell(cells, references.shape)
    array = np.asarray(hdf5.array(item, excerpt(what)).T)
    return "".join(map(chr, array.reshape(-1))) if kind == "char" else array


def _target(root: Any, reference: Any, what: str) -> Any:
    try:
        return root[reference]
    except (ValueError, KeyError, TypeError):
        raise NetworkError(f"{excerpt(what)} has a cell that points nowhere") from None
