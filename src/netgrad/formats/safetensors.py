"""safetensors: the length of a header in 8 bytes, the header in JSON, and the bytes of the tensors without a gap.

    {"__metadata__": {"key": "text"}, "0.weight": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]}, ...}

The header is sorted by width and name, so its order says nothing of the layers'. What netgrad has written itself says
the activations in `__metadata__`, as `netgrad.activations`.
"""

import itertools
import json
import math
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import LISTED, NetworkError, excerpt, visible
from netgrad.formats import file, limits
from netgrad.formats.dialects import draft_of_arrays
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.parts import outside, part_of

METADATA = "__metadata__"

_WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "U64": 8, "I32": 4, "U32": 4, "I16": 2, "U16": 2, "I8": 1}
_WIDTHS |= {"U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1}
_READ = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}
_LARGEST = 2**53


class Entry(NamedTuple):
    """Tensor as the header describes it."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


def read(path: str, key: str = "") -> Draft:
    """Draft of the network in a safetensors file, of several that which `key` names.

    Raises
    ------
    NetworkError
        The header is damaged or does not cover the file exactly, or the tensors are no network that is read.
    """
    with file.opened(path) as content:
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        header, start = _header(content, size)
        metadata = _metadata(header.pop(METADATA, {}))
        entries = {name: _entry(name, value) for name, value in header.items()}
        _check_cover(entries, size - start)
        budget = limits.Budget(size)
        tensors = {name: _tensor(content, start, name, entry, budget) for name, entry in entries.items()}
    if "netgrad.activations" in metadata:
        return _own(tensors, metadata)
    writer = metadata.get("format") and f"format {metadata['format']}"
    draft = draft_of_arrays(part_of(tensors, key), "safetensors file", writer)
    notes = list(metadata.items())[:LISTED]
    said = (f"the metadata say {excerpt(name)}: {excerpt(text)}" for name, text in notes if name != "format")
    return replace(draft, passed={**outside(tensors, key), **draft.passed}, remarks=(*draft.remarks, *said))


def _header(content: IO[bytes], size: int) -> tuple[dict[str, Any], int]:
    """The header, and where the data begins."""
    length = int.from_bytes(content.read(8), "little")
    if size < 8 or length > size - 8:
        raise NetworkError(f"not a safetensors file, or cut off: a header of {length} bytes in a file of {size}")
    if length > limits.SAFETENSORS_HEADER:
        raise NetworkError(f"a header of {length} bytes, but at most {limits.SAFETENSORS_HEADER} are read")
    raw = content.read(length)
    if not raw.startswith(b"{"):
        raise NetworkError("the header of a safetensors file begins with '{'")
    _refuse_nesting(raw)
    try:
        header = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_int=_int, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"the header is not JSON: {visible(str(error).splitlines()[0])[:80]}") from None
    if len(header) > limits.TENSORS:
        raise NetworkError(f"{len(header)} tensors, but at most {limits.TENSORS} are read")
    return header, 8 + length


def _refuse_nesting(raw: bytes) -> None:
    """Refuse a header of many brackets in brackets, before it is parsed."""
    depth = 0
    for c in raw.translate(None, bytes(set(range(256)) - set(b"{}[]"))):
        depth += 1 if c in b"{[" else -1
        if depth > limits.NESTING:
            raise NetworkError(f"the header is nested deeper than {limits.NESTING}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = sorted(key for key, _ in pairs)
        twice = next(a for a, b in itertools.pairwise(names) if a == b)
        raise NetworkError(f"the header has {excerpt(twice)} twice")
    return found


def _int(text: str) -> int:
    if len(text) > 20:
        raise NetworkError(f"the header has a number of {len(text)} digits")
    return int(text)


def _constant(text: str) -> None:
    raise NetworkError(f"the header has {excerpt(text)}, which is no JSON")


def _metadata(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise NetworkError(f"{METADATA} is no mapping of texts")
    return found


def _entry(key: str, value: Any) -> Entry:
    """Entry of a tensor, whose size is what its shape takes."""
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        raise NetworkError(f"tensor {excerpt(key)}: expected dtype, shape and data_offsets, and nothing else")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _WIDTHS:
        raise NetworkError(f"tensor {excerpt(key)}: dtype {excerpt(str(dtype))}, which is not known")
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise NetworkError(f"tensor {excerpt(key)}: shape or data_offsets are no lists of sizes")
    start, end = offsets
    size = math.prod(shape) * _WIDTHS[dtype]
    if end - start != size:
        raise NetworkError(
            f"tensor {excerpt(key)}: shape {excerpt(str(shape))} of {dtype} takes {size} bytes, not {end - start}"
        )
    return Entry(dtype, tuple(shape), start, end)


def _are_sizes(value: Any) -> bool:
    """True where `value` is a list of a tensor's sizes."""
    return (
        isinstance(value, list)
        and len(value) <= limits.AXES
        and all(type(n) is int and 0 <= n <= _LARGEST for n in value)
    )


def _check_cover(entries: Mapping[str, Entry], size: int) -> None:
    """Refuse tensors that overlap, leave a hole, or do not end where the file does."""
    at, before = 0, "the header"
    for key, entry in sorted(entries.items(), key=lambda item: item[1][2:]):
        if entry.start != at:
            what = "overlaps" if entry.start < at else "leaves a hole behind"
            raise NetworkError(f"tensor {excerpt(key)} {what} {before}")
        at, before = entry.end, excerpt(key)
    if at != size:
        raise NetworkError(
            f"the tensors take {at} bytes, but there are {size}: the file is cut off, or is more than it says"
        )


def _tensor(content: IO[bytes], start: int, key: str, entry: Entry, budget: limits.Budget) -> NDArray[Any]:
    if entry.dtype not in _READ:
        raise NetworkError(f"tensor {excerpt(key)} is of {entry.dtype}, expected F64, F32, F16 or BF16")
    budget.take(math.prod(entry.shape))
    content.seek(start + entry.start)
    flat = np.frombuffer(content.read(entry.end - entry.start), _READ[entry.dtype])
    if flat.size != math.prod(entry.shape):
        raise NetworkError(f"tensor {excerpt(key)} is cut off")
    if entry.dtype == "BF16":  # the upper half of a float32
        flat = (flat.astype(np.uint32) << 16).view(np.float32)
    return flat.astype(flat.dtype.newbyteorder("="), copy=False).reshape(entry.shape)


def _own(tensors: dict[str, NDArray[Any]], metadata: dict[str, str]) -> Draft:
    """Draft of what netgrad has written, with activations, names and scalings."""
    activations = _texts(metadata, "activations") or ()
    layers, used = [], tuple(tensors)
    for k, name in enumerate(activations):
        W, b = (tensors.pop(f"layers.{k}.{key}", None) for key in ("weight", "bias"))
        if W is None or b is None:
            raise NetworkError(f"netgrad.activations has {len(activations)} names, but layers.{k} is not there")
        layers.append(Affine(W, b, f"layers.{k}", "out-in", name))
    scalings = [_scaling(tensors, key) for key in ("scaling", "output_scaling")]
    if tensors:
        raise NetworkError(f"tensor {excerpt(next(iter(tensors)))} has no place in what netgrad.activations describes")
    return Draft(
        "safetensors file",
        tuple(layers),
        "netgrad",
        inputs=_texts(metadata, "inputs"),
        outputs=_texts(metadata, "outputs"),
        name=metadata.get("netgrad.name"),
        scaling=scalings[0],
        output_scaling=scalings[1],
        used=used,
    )


def _scaling(tensors: dict[str, NDArray[Any]], key: str) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    mean, std = (tensors.pop(f"{key}.{part}", None) for part in ("mean", "std"))
    if mean is None and std is None:
        return None
    if mean is None or std is None:
        raise NetworkError(f"{key} has one of mean and std only, expected both")
    return mean.astype(np.float64), std.astype(np.float64)


def _texts(metadata: Mapping[str, str], key: str) -> tuple[str, ...] | None:
    """JSON list of texts that stands in the metadata, or None."""
    if (text := metadata.get(f"netgrad.{key}")) is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise NetworkError(f"netgrad.{key} is no list of texts")
    return tuple(found)
