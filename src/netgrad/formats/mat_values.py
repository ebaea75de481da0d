"""Variables of MATLAB files, versions 4 to 7.3, as plain values: matrices, texts, structs as dicts, cells as arrays."""

import os
from struct import Struct
from typing import Any

import numpy as np

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import file, hdf5, limits, mat5
from netgrad.formats.mat5 import Value, as_cell

_V4 = Struct("<5i")
_V4_TYPES = {0: "<f8", 1: "<f4", 2: "<i4", 3: "<i2", 4: "<u2", 5: "u1"}


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
        if os.fstat(content.fileno()).st_size > limits.LIMIT:
            raise NetworkError(f"over {limits.LIMIT >> 30} GiB")
        data = memoryview(head + content.read())
    if head.startswith(mat5.HEAD) and len(head) >= mat5.HEADER:
        return "MATLAB 5", mat5.read(data)
    return "MATLAB 4", _of_v4(data)


def _of_v4(data: memoryview) -> dict[str, Value]:
    """Matrices one after the other, each with a header: type, rows, columns, whether complex, length of the name."""
    found: dict[str, Value] = {}
    at = 0
    while at < len(data):
        if len(data) - at < _V4.size:
            raise NetworkError("not a MATLAB file, or cut off")
        kind, rows, columns, is_complex, length = _V4.unpack(data[at : at + _V4.size])
        if not (0 <= kind < 5000 and rows >= 0 and columns >= 0 and is_complex in (0, 1) and 0 < length < 4096):
            raise NetworkError("not a MATLAB file (of version 4, 5, 7 or 7.3)")
        if kind // 1000 or kind % 10 == 2 or kind // 10 % 10 not in _V4_TYPES:
            raise NetworkError("a MATLAB 4 file of another machine, or with sparse matrices")
        dtype = np.dtype(_V4_TYPES[kind // 10 % 10])
        at += _V4.size
        name = bytes(data[at : at + length]).split(b"\0")[0].decode("ascii", "replace")
        size = rows * columns * dtype.itemsize
        at += length
        if size * (1 + is_complex) > len(data) - at:
            raise NetworkError("not a MATLAB file, or cut off: its matrices are not as long as they say")
        values = np.frombuffer(data[at : at + size], dtype).reshape((rows, columns), order="F")
        found[name] = None if is_complex else _text(values) if kind % 10 == 1 else values
        at += size * (1 + is_complex)
    if not found:
        raise NetworkError("an empty file")
    return found


def _text(codes: Any) -> str:
    return "".join(chr(int(code)) for code in codes.reshape(-1) if 0 <= code < 0x110000)


def _of_hdf5(path: str) -> dict[str, Value]:
    with hdf5.opened(path) as root:
        return {name: _item(root, root[name], name, 0) for name in root if not name.startswith("#")}


def _item(root: Any, item: Any, what: str, level: int) -> Value:
    """Value of a group (a struct) or data set; arrays stand transposed in the file."""
    if level > limits.MAT_NESTING:
        raise NetworkError("a variable that is nested too deep")
    if hasattr(item, "keys"):
        return {name: _item(root, item[name], f"{what}.{name}", level + 1) for name in item}
    kind = item.attrs.get("MATLAB_class", b"")
    kind = kind.decode("ascii", "replace") if isinstance(kind, bytes) else str(kind)
    if item.attrs.get("MATLAB_empty", 0):
        return "" if kind == "char" else np.empty((0, 0))
    if item.dtype.kind == "O":
        if item.size > limits.MAT_CELLS:
            raise NetworkError(f"{excerpt(what)} is a cell of {item.size} entries")
        references = np.asarray(item[()]).T
        cells = [
            _item(root, _target(root, ref, what), f"{what}{{{k + 1}}}", level + 1)
            for k, ref in enumerate(references.ravel(order="F"))
        ]
        return as_cell(cells, references.shape)
    array = np.asarray(hdf5.array(item, excerpt(what)).T)
    return "".join(map(chr, array.reshape(-1))) if kind == "char" else array


def _target(root: Any, reference: Any, what: str) -> Any:
    try:
        return root[reference]
    except (ValueError, KeyError, TypeError):
        raise NetworkError(f"{excerpt(what)} has a cell that points nowhere") from None
