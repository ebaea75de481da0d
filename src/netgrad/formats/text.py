"""Text of a saved network: read within a limit, refused by name when it is something else."""

import os
from collections.abc import Iterator
from typing import IO

from netgrad.errors import NetworkError
from netgrad.formats import limits
from netgrad.formats.file import opened

CHUNK = 1 << 20

_MAGIC = (
    (b"PK\3\4", "a ZIP archive, expected text (an NPZ file is called .npz)"),
    (b"\x93NUMPY", "a .npy array, expected text"),
    (b"\x89HDF", "an HDF5 file, expected text"),
    (b"\x1f\x8b", "compressed by gzip, expected text"),
    (b"\xff\xfe", "UTF-16 text, expected UTF-8"),
    (b"\xfe\xff", "UTF-16 text, expected UTF-8"),
)


def read_text(path: str) -> bytes:
    """Content of a text file, without a byte-order mark and not yet decoded.

    Raises
    ------
    NetworkError
        Not to be read, over 256 MiB, or plainly not UTF-8 text: NUL bytes, UTF-16, an archive.
    """
    with opened(path) as file:
        data = b"".join(_chunks(file))
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise NetworkError(what)
    if (nul := data.find(0)) >= 0:
        _refuse_nul(data, nul)
    return data.removeprefix(b"\xef\xbb\xbf")


def decode(data: bytes) -> str:
    """`data` as UTF-8 text.

    Raises
    ------
    NetworkError
        With the place of the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start
    line, column = _place_of_byte(data, start)
    raise NetworkError(f"byte 0x{data[start]:02x} is not UTF-8", line=line, column=column)


def place(text: str, offset: int) -> tuple[int, int]:
    r"""Line and column of `text[offset]`, both from 1; lines end with LF, CR or CR LF.

    >>> place("W:\r\n  - 1", 6)
    (2, 3)
    """
    before = text[:offset]
    breaks = before.count("\n") + before.count("\r") - before.count("\r\n")
    return breaks + 1, len(before) - max(before.rfind("\n"), before.rfind("\r"))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    size = os.fstat(file.fileno()).st_size  # 0 for a pipe
    taken = 0
    while taken <= limits.TEXT >= size and (chunk := file.read(CHUNK)):
        taken += len(chunk)
        yield chunk
    if max(taken, size) > limits.TEXT:
        raise NetworkError(f"over {limits.TEXT >> 20} MiB, too large for text (save it as NPZ)")


def _refuse_nul(data: bytes, nul: int) -> None:
    head = data[:100]
    if nul < 4 and len(head) < 4 * head.count(0) > 4:
        raise NetworkError("UTF-16 or UTF-32 text, expected UTF-8")
    line, column = _place_of_byte(data, nul)
    raise NetworkError("a NUL byte, expected text", line=line, column=column)


def _place_of_byte(data: bytes, at: int) -> tuple[int, int]:
    before = data[:at].decode("utf-8", "replace").removeprefix("\ufeff")
    return place(before, len(before))
