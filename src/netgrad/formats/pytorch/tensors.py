"""Tensors of a PyTorch file: a part of a storage, checked against its size before it is used."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, counted, excerpt
from netgrad.formats.limits import AXES, BROADCAST
from netgrad.formats.pytorch.items import Items, Name

# What stands before "Storage" -> dtype, little-endian; bfloat16 is the upper half of a float32.
KINDS = MappingProxyType(
    {"Float": "<f4", "Double": "<f8", "Half": "<f2", "BFloat16": "bfloat16", "Long": "<i8", "Int": "<i4",
     "Short": "<i2", "Char": "<i1", "Byte": "<u1", "Bool": "|b1"}
)  # fmt: skip
# What `torch.` has before a dtype's name, of those above.
DTYPES = MappingProxyType(
    {"float32": "Float", "float64": "Double", "float16": "Half", "bfloat16": "BFloat16", "int64": "Long",
     "int32": "Int", "int16": "Short", "int8": "Char", "uint8": "Byte", "bool": "Bool"}
)  # fmt: skip
FLOATS = ("Float", "Double", "Half", "BFloat16")


@dataclass(frozen=True)
class Storage:
    """Storage as a file describes it: its key, the kind of its entries, their number; bytes where `kind` is None."""

    key: str
    kind: str | None
    entries: int


@dataclass(frozen=True)
class Tensor:
    """Entry (i, j, ...) is number offset + i stride[0] + j stride[1] + ... of the storage."""

    storage: Storage
    kind: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


@dataclass(frozen=True)
class Unread:
    """A tensor of another make, such as "a sparse tensor"."""

    what: str


def storage_of(persistent: Any) -> Storage:
    """Storage that a persistent id ('storage', type, key, device, entries) names; any device will do.

    Raises
    ------
    NetworkError
        The id is made otherwise, or the file has a view of a storage (before PyTorch 0.4).
    """
    parts = persistent if isinstance(persistent, Items) else []
    if len(parts) not in (5, 6) or parts[0] != "storage" or (len(parts) == 6 and parts[5] is not None):
        raise NetworkError("a persistent id that names no storage")
    _, kind, key, device, entries = parts[:5]
    named = isinstance(kind, Name) and kind.text.startswith("torch.") and kind.text.endswith("Storage")
    if not named or not isinstance(key, str) or not isinstance(device, str) or not _counts([entries]):
        raise NetworkError("a persistent id that names no storage")
    word = kind.text.rpartition(".")[2].removesuffix("Storage")
    return Storage(key, None if word == "Untyped" else word, entries)


def tensor(storage: Any, offset: Any, shape: Any, stride: Any, kind: str | None = None) -> Tensor:
    """Tensor with its numbers checked for their kind; whether they fit the storage is for `array_of`.

    Raises
    ------
    NetworkError
        A number that is negative or none, or shape and stride of different lengths.
    """
    if not isinstance(storage, Storage):
        raise NetworkError("a tensor without a storage")
    if not isinstance(shape, Items) or not isinstance(stride, Items) or len(shape) != len(stride):
        raise NetworkError("a tensor whose shape and stride do not belong together")
    if not _counts([offset, *shape, *stride]):
        raise NetworkError("a tensor with a negative offset, size or stride, or one that is no number")
    if len(shape) > AXES:
        raise NetworkError(f"a tensor with {len(shape)} axes, but at most {AXES} are read")
    return Tensor(storage, kind or storage.kind or "Byte", offset, tuple(shape), tuple(stride))


def array_of(tensor: Tensor, content: Callable[[Storage], bytes | bytearray], big_endian: bool) -> NDArray[Any]:
    """Entries of `tensor`, of its shape and type (float32 for bfloat16), copied out of the storage's content.

    Raises
    ------
    NetworkError
        The storage is not as long as it should be, or the tensor does not lie within it.
    """
    kind, storage = tensor.kind, tensor.storage
    dtype = np.dtype("<u2" if KINDS[kind] == "bfloat16" else KINDS[kind])
    entries = storage.entries // dtype.itemsize if storage.kind is None else storage.entries
    count = math.prod(tensor.shape)
    last = tensor.offset + sum((n - 1) * step for n, step in zip(tensor.shape, tensor.stride, strict=True))
    if count and last >= entries:
        raise NetworkError(f"its last entry is number {last} of a storage of {counted(entries, 'entry', 'entries')}")
    if count > max(entries, BROADCAST):
        raise NetworkError(f"{count} entries out of a storage of {entries}")
    raw = content(storage)
    if len(raw) != (size := entries * dtype.itemsize):
        raise NetworkError(f"storage {excerpt(storage.key)} has {len(raw)} bytes, but {size} are declared")
    flat = np.frombuffer(raw, dtype.newbyteorder(">" if big_endian else "<"))
    if kind == "BFloat16":
        flat = (flat.astype(np.uint32) << 16).view(np.float32)
    if not count:
        return np.empty(tensor.shape, flat.dtype.newbyteorder("="))
    strides = tuple(step * flat.itemsize for step in tensor.stride)
    view = np.lib.stride_tricks.as_strided(flat[tensor.offset :], tensor.shape, strides, writeable=False)
    return np.array(view, flat.dtype.newbyteorder("="), order="C")


def _counts(numbers: list[Any]) -> bool:
    return all(type(n) is int and 0 <= n < sys.maxsize for n in numbers)
