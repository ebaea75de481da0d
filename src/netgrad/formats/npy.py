"""Arrays in NumPy's .npy format, versions 1 to 3, numbers and texts only; never a pickle.

The header is the literal of a dict, `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`, padded
with blanks. It is matched, not evaluated, and what it says must be exactly what is there before memory is
taken.
"""

import math
import re
import sys
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.limits import NPY_HEADER, Budget
from netgrad.formats.unpack import Unpacker

_MAGIC = b"\x93NUMPY"
_VALUE = r"'[^']*'|True|False|\([0-9L, ]*\)"
_ENTRY = re.compile(rf"'(descr|fortran_order|shape)' *: *({_VALUE})")
_DICT = re.compile(rf"\{{ *(?:{_ENTRY.pattern} *(?:, *)?){{3}}\}}\s*")
_NUMBERS = re.compile(r"[<>=|]?(?:f[248]|[iu][1248])")
_BOOLEANS = re.compile(r"[<>=|]?b1")
_TEXTS = re.compile(r"[<>=|]?([US])([1-9][0-9]{0,5})")
_EXACT = 2**53  # integers up to here are float64s


def read_array(member: Unpacker, budget: Budget | None = None, *, as_stored: bool = False) -> NDArray[Any]:
    """Array of float64, or of texts (kind U), that the member holds, accounted for in `budget`.

    Floats keep their width where they are wanted `as_stored`.

    Raises
    ------
    NetworkError
        Not such an array, or not all of it.
    """
    stored = read_stored(member, budget)
    if stored.dtype.kind in ("Uf" if as_stored else "U"):
        return stored
    return np.ascontiguousarray(_floats(stored)).reshape(stored.shape)


def read_stored(member: Unpacker, budget: Budget | None = None) -> NDArray[Any]:
    """Array of numbers, booleans too, in the type that it has, or of texts (kind U).

    Raises
    ------
    NetworkError
        Not such an array, or not all of it.
    """
    descr, fortran, shape = read_header(member)
    if len(shape) > 2:
        raise NetworkError(f"shape {shape}, but a network has vectors and matrices")
    dtype = _dtype(descr)
    size = math.prod(shape) * dtype.itemsize
    if size != member.left:
        raise NetworkError(f"shape {shape} of {descr} takes {size} bytes, but there are {member.left}")
    if budget is not None:
        budget.take(math.prod(shape), 4 * dtype.itemsize if dtype.kind in "US" else 8)
    flat = np.frombuffer(member.take(size), dtype) if size else np.empty(0, dtype)
    member.finish()
    flat = _texts(flat) if dtype.kind in "US" else flat.astype(dtype.newbyteorder("="), copy=False)
    return np.ascontiguousarray(flat.reshape(shape, order="F" if fortran else "C")).reshape(shape)


def write_array(array: NDArray[Any]) -> bytes:
    """Content of a .npy file, version 1: the same bytes on every machine."""
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape)
    literal = f"{{'descr': '{little.dtype.str}', 'fortran_order': False, 'shape': {array.shape}, }}"
    padded = literal.ljust((len(literal) + 11 + 63) // 64 * 64 - 11) + "\n"
    return _MAGIC + b"\1\0" + len(padded).to_bytes(2, "little") + padded.encode("ascii") + little.tobytes()


class Content(Protocol):
    """Bytes that are taken from the front; `left` counts those still to come."""

    @property
    def left(self) -> int:
        """Number of those still to come."""
        ...

    def take(self, n: int) -> bytes | bytearray:
        """Take exactly n bytes."""
        ...


class Header(NamedTuple):
    """Header of an array: its type, order and shape."""

    descr: str  # the dtype
    fortran: bool  # whether columns come first
    shape: tuple[int, ...]


def read_header(member: Content) -> Header:
    """The header at the front of a .npy array, of which nothing is evaluated.

    Raises
    ------
    NetworkError
        It is none of version 1, 2 or 3, or not that of a plain array.
    """
    start = bytes(member.take(min(8, member.left)))
    if not start.startswith(_MAGIC) or len(start) < 8 or start[6] not in (1, 2, 3):
        raise NetworkError("not a .npy array of version 1, 2 or 3")
    size = int.from_bytes(member.take(2 if start[6] == 1 else 4), "little")
    if size > NPY_HEADER:
        raise NetworkError(f"a header of {size} bytes, but a plain array needs no more than {NPY_HEADER}")
    literal = bytes(member.take(size)).decode("latin-1")
    entries: dict[str, str] = dict(_ENTRY.findall(literal)) if _DICT.fullmatch(literal) else {}
    descr, fortran, shape = (entries.get(key, "") for key in ("descr", "fortran_order", "shape"))
    lengths = re.findall("[0-9]+", shape)
    if descr[:1] != "'" or fortran not in ("True", "False") or shape[:1] != "(":
        raise NetworkError(f"not the header of a plain array: {excerpt(literal.strip())}")
    if any(len(n) > 12 for n in lengths):
        raise NetworkError(f"shape {excerpt(shape)}, which no array has")
    return Header(descr[1:-1], fortran == "True", tuple(map(int, lengths)))


def is_numbers(descr: str) -> bool:
    """True where a dtype is one of floats or integers of at most 8 bytes."""
    return _NUMBERS.fullmatch(descr) is not None


def _dtype(descr: str) -> np.dtype[Any]:
    if "O" in descr:
        save = "save each array by itself, as in np.savez(path, W2=W2, b2=b2)"
        raise NetworkError(f"an array of Python objects (a pickle); these are never read: {save}")
    if not is_numbers(descr) and not _BOOLEANS.fullmatch(descr) and _TEXTS.fullmatch(descr) is None:
        raise NetworkError(f"dtype {excerpt(descr)}, expected floats, integers or texts")
    return np.dtype(descr)


def _floats(flat: NDArray[Any]) -> NDArray[Any]:
    if flat.dtype.kind == "b":
        raise NetworkError("dtype '|b1', expected floats, integers or texts")
    if flat.dtype.kind in "iu" and ((flat > _EXACT) | (flat < -_EXACT)).any():
        raise NetworkError("an integer beyond 2^53, which is no float64")
    return flat.astype(np.float64, copy=False)


def _texts(flat: NDArray[Any]) -> NDArray[Any]:
    try:
        if flat.dtype.kind == "S":
            return np.array([text.decode() for text in flat.tolist()], np.str_)
        if (flat.view(flat.dtype.byteorder + "u4") > sys.maxunicode).any():
            raise ValueError("beyond Unicode")
        "".join(flat.tolist()).encode()
    except ValueError:  # or half a surrogate pair, or bytes that are not UTF-8
        raise NetworkError("a text that is not Unicode") from None
    return flat
