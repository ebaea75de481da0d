"""HDF5 files as trees of arrays that are inside them: nothing is followed to other files, nothing twice.

libhdf5 reads whatever a file points at: other files by external links, external storage and virtual data sets. So
every link and data set is looked at before one is read.
"""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import file, limits

MAGIC = b"\x89HDF\r\n\x1a\n"


def _h5py() -> Any:
    """h5py, which comes with the extra `keras`, or a NetworkError."""
    try:
        return import_module("h5py")
    except ImportError:
        raise NetworkError("an HDF5 file needs h5py: pip install 'netgrad[keras]'") from None


@contextmanager
def opened(source: "str | IO[bytes]") -> Iterator[Any]:
    """Root group of the file at a path, or of one that is open; all its links have been checked.

    Raises
    ------
    NetworkError
        No sound HDF5 file, or one that points outside.
    """
    h5py = _h5py()
    if isinstance(source, str):
        with file.opened(source) as content, opened(content) as root:
            yield root
        return
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    try:
        with h5py.File(source, "r") as root:
            _check(h5py, root, size)
            yield root
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, MemoryError, OverflowError) as error:
        text = " ".join(str(error).split())[:80]
        raise NetworkError(f"the HDF5 file is damaged or cut off ({excerpt(text)})") from None


def array(dataset: Any, what: str) -> NDArray[Any]:
    """Numbers of a data set, of the type that it has, in native order."""
    is_bfloat16 = hasattr(dataset, "dtype") and dataset.dtype == "V2" and _says_bfloat16(dataset.attrs.get("dtype"))
    if not is_bfloat16 and (not hasattr(dataset, "dtype") or dataset.dtype.kind not in "fiu"):
        raise NetworkError(f"{what} is not an array of numbers")
    found: NDArray[Any] = np.asarray(dataset[()])
    if is_bfloat16:  # the upper half of a float32
        return (found.view("<u2").astype(np.uint32) << 16).view(np.float32)
    return found.astype(found.dtype.newbyteorder("="), copy=False)


def _says_bfloat16(value: Any) -> bool:
    return value in ("bfloat16", b"bfloat16")


def text(value: Any, what: str) -> str:
    """Text of an attribute."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        raise NetworkError(f"{what} is not a text")
    return value


def texts(attributes: Any, key: str, what: str) -> list[str]:
    """List of texts in an attribute; a long one is in pieces, key0, key1, ..."""
    if key in attributes:
        return [text(value, what) for value in np.asarray(attributes[key]).reshape(-1).tolist()]
    found: list[str] = []
    while f"{key}{len(found)}" in attributes and len(found) < limits.HDF5_OBJECTS:
        found.append(f"{key}{len(found)}")
    return [name for piece in found for name in texts(attributes, piece, what)]


def _check(h5py: Any, root: Any, size: int) -> None:
    """Refuse what points outside or round in circles, and what is larger than its file."""
    seen: set[Any] = set()
    waiting = [(root, "", 0)]
    total = 0
    while waiting:
        group, path, level = waiting.pop()
        for name in group:
            place = f"{path}/{name}"
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                kind = "another file" if isinstance(link, h5py.ExternalLink) else "another place"
                raise NetworkError(f"{excerpt(place)} is a link to {kind}; nothing is followed")
            item = group[name]
            key = h5py.h5o.get_info(item.id).addr
            if key in seen or len(seen) > limits.HDF5_OBJECTS or level > limits.HDF5_NESTING:
                raise NetworkError(f"{excerpt(place)}: linked twice, or too many or too deep")
            seen.add(key)
            if isinstance(item, h5py.Group):
                waiting.append((item, place, level + 1))
            elif isinstance(item, h5py.Dataset):
                total += _checked_size(item, place)
    if total > limits.HARMLESS and total > limits.RATIO * size:
        raise NetworkError(f"{size} bytes that unpack to {total}: a bomb, not weights")


def _checked_size(dataset: Any, place: str) -> int:
    """Bytes of a data set that is all in this file."""
    if dataset.external is not None or dataset.is_virtual:
        raise NetworkError(f"{excerpt(place)} is stored in another file; nothing is followed")
    shape = dataset.shape
    if shape is None:
        return 0
    size = int(math.prod(shape) * dataset.dtype.itemsize)
    stored = dataset.id.get_storage_size()
    if size > limits.LIMIT or (dataset.chunks is None and stored < size):
        raise NetworkError(f"{excerpt(place)} has shape {shape}, but {stored} bytes are there")
    return size
