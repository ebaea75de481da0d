"""The wire format of Protocol Buffers: fields of a message as numbers and bytes (protobuf.dev, Encoding)."""

from collections.abc import Iterator
from struct import Struct

from netgrad.errors import NetworkError
from netgrad.formats import limits

Field = tuple[int, int | memoryview]  # number and value; a fixed-width number is its little-endian bytes


_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FLOAT, _DOUBLE = Struct("<f"), Struct("<d")


def fields(message: memoryview) -> Iterator[Field]:
    """Fields of a message in the order of the file.

    Raises
    ------
    NetworkError
        Not such a message, or cut off.
    """
    at, count = 0, 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        count += 1
        if not number or count > limits.FIELDS:
            raise NetworkError("not a protobuf message (a field without a number, or too many fields)")
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == _BYTES:
            size, at = _varint(message, at)
        elif kind in (_FIXED64, _FIXED32):
            size = 8 if kind == _FIXED64 else 4
        else:
            raise NetworkError(f"not a protobuf message (wire type {kind})")
        if size > len(message) - at:
            raise NetworkError(f"cut off: a field of {size} bytes, but {len(message) - at} are there")
        yield number, message[at : at + size]
        at += size


def text(value: int | memoryview) -> str:
    """Text of a field."""
    try:
        return str(_bytes(value), "utf-8")
    except UnicodeDecodeError:
        raise NetworkError("a text that is not UTF-8") from None


def submessage(value: int | memoryview) -> memoryview:
    """Bytes of a field that is a message."""
    return _bytes(value)


def integer(value: int | memoryview) -> int:
    """Signed integer of a field."""
    if not isinstance(value, int):
        raise NetworkError("not a protobuf message of the kind that is expected (bytes in place of a number)")
    return value - (1 << 64) if value >> 63 else value


def real(value: int | memoryview) -> float:
    """Float of a field of 4 or 8 bytes."""
    data = _bytes(value)
    if len(data) not in (4, 8):
        raise NetworkError("not a protobuf message of the kind that is expected (a float of another size)")
    return float((_FLOAT if len(data) == 4 else _DOUBLE).unpack(data)[0])


def integers(value: int | memoryview) -> list[int]:
    """Signed integers of a repeated field: packed, or one of them."""
    if isinstance(value, int):
        return [integer(value)]
    found, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        found.append(integer(number))
    return found


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """Number and where it ends; at most 64 bits."""
    value = shift = 0
    for byte in message[at : at + 10]:
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value & (1 << 64) - 1, at
    raise NetworkError("cut off, or not a protobuf message (a number without an end)")


def _bytes(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise NetworkError("not a protobuf message of the kind that is expected (a number in place of bytes)")
    return value
