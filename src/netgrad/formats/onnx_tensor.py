"""Tensors of an ONNX file: constants inside it, or in a file beside it."""

import math
import os
import stat
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import limits
from netgrad.formats.protobuf import fields, integer, integers, submessage, text

EXTERNAL = 1

# TensorProto.DataType: what raw_data holds.
_DTYPES = {1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2", 11: "<f8"}
_DTYPES |= {12: "<u4", 13: "<u8", 16: "<u2"}
_STRING, _BFLOAT16 = 8, 16
_NAMES = {14: "complex64", 15: "complex128", 17: "float8", 18: "float8", 19: "float8", 20: "float8"}


@dataclass
class Tensor:
    """A tensor as the file holds it."""

    name: str = ""
    dims: list[int] = field(default_factory=list)
    dtype: int = 0
    raw: memoryview | None = None
    listed: list[Any] = field(default_factory=list)  # pieces of the *_data fields, as (field number, bytes or int)
    texts: list[bytes] = field(default_factory=list)
    external: dict[str, str] = field(default_factory=dict)
    location: int = 0


def read_tensor(data: memoryview) -> Tensor:
    """Tensor of a TensorProto, its numbers not yet looked at."""
    tensor = Tensor()
    for number, value in fields(data):
        if number == 1:
            tensor.dims += integers(value)
        elif number == 2:
            tensor.dtype = integer(value)
        elif number == 6:
            tensor.texts.append(bytes(submessage(value)))
        elif number in (4, 5, 7, 10, 11):
            tensor.listed.append((number, value))
        elif number == 8:
            tensor.name = text(value)
        elif number == 9:
            tensor.raw = submessage(value)
        elif number == 13:
            entry = dict(fields(submessage(value)))
            tensor.external[text(entry.get(1, memoryview(b"")))] = text(entry.get(2, memoryview(b"")))
        elif number == 14:
            tensor.location = integer(value)
    return tensor


def as_array(tensor: Tensor, folder: str) -> NDArray[Any]:
    """Numbers of a tensor, in the type it has; bfloat16 as float32. Texts are an array of kind U.

    Raises
    ------
    NetworkError
        Its size is not what is there, or it is not of numbers.
    """
    what = f"tensor {excerpt(tensor.name)}"
    if len(tensor.dims) > limits.AXES or any(n < 0 or n > limits.LIMIT for n in tensor.dims):
        raise NetworkError(f"{what} has dimensions {excerpt(str(tensor.dims))}")
    count = math.prod(tensor.dims)
    if tensor.dtype == _STRING:
        flat: NDArray[Any] = np.array([piece.decode("utf-8", "replace") for piece in tensor.texts], np.str_)
    elif tensor.dtype not in _DTYPES:
        raise NetworkError(f"{what} is of type {_NAMES.get(tensor.dtype, tensor.dtype)}, expected floats or integers")
    else:
        flat = _flat(tensor, np.dtype(_DTYPES[tensor.dtype]), count, folder, what)
    if flat.size != count:
        raise NetworkError(f"{what} has dimensions {tensor.dims}, but {flat.size} entries")
    if tensor.dtype == _BFLOAT16:
        flat = (flat.astype("<u4") << 16).view("<f4")
    return flat.reshape(tensor.dims)


def _flat(tensor: Tensor, dtype: "np.dtype[Any]", count: int, folder: str, what: str) -> NDArray[Any]:
    if tensor.location == EXTERNAL:
        data: bytes | memoryview = _external(tensor, count * dtype.itemsize, folder, what)
    elif tensor.raw is not None:
        data = tensor.raw
    else:
        return _listed(tensor, dtype, what)
    if len(data) != count * dtype.itemsize:
        raise NetworkError(
            f"{what} has dimensions {tensor.dims}, which take {count * dtype.itemsize} bytes, but there are {len(data)}"
        )
    return np.frombuffer(data, dtype)


def _listed(tensor: Tensor, dtype: "np.dtype[Any]", what: str) -> NDArray[Any]:
    """Numbers of float_data, int32_data, int64_data, double_data or uint64_data."""
    pieces = []
    for number, value in tensor.listed:
        if number in (4, 10):
            width = 4 if number == 4 else 8
            data = submessage(value)
            if len(data) % width:
                raise NetworkError(f"{what} is cut off")
            pieces.append(np.frombuffer(data, f"<f{width}"))
        else:
            pieces.append(np.array(integers(value), np.int64))
    joined = np.concatenate(pieces) if pieces else np.empty(0)
    if tensor.dtype in (10, _BFLOAT16):  # the bits of 16-bit floats stand in int32_data
        return joined.astype(np.uint16).view(dtype)
    return joined.astype(dtype)


def _external(tensor: Tensor, size: int, folder: str, what: str) -> bytes:
    """Bytes of a tensor that is in a file beside the model."""
    name = tensor.external.get("location", "")
    offset, length = (_number(tensor.external.get(key), what) for key in ("offset", "length"))
    if not name or os.path.isabs(name) or os.path.basename(name) != name or name in (".", "..") or "\\" in name:
        raise NetworkError(f"{what} is outside, at {excerpt(name)}: only a file beside the model is read")
    if (length is not None and length != size) or size > limits.LIMIT:
        raise NetworkError(f"{what} takes {size} bytes, but its entry says {length}")
    try:
        fd = os.open(os.path.join(folder, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        raise NetworkError(f"{what} is in {excerpt(name)}, which is not there, or is a link") from None
    with open(fd, "rb") as file:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size < (offset or 0) + size:
            raise NetworkError(f"{what} takes {size} bytes of {excerpt(name)}, which has {status.st_size}")
        file.seek(offset or 0)
        return file.read(size)


def _number(text: str | None, what: str) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NetworkError(f"{what}: {excerpt(text)} is not an offset or length")
    return int(text)
