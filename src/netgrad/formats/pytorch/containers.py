"""The two forms of a file that torch.save writes: a ZIP archive, and five pickles in a row (before PyTorch 1.6)."""

import os
import re
from collections.abc import Callable
from types import MappingProxyType
from typing import IO, Any, NamedTuple

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.archive import Member
from netgrad.formats.limits import PICKLE
from netgrad.formats.pytorch.items import Items
from netgrad.formats.pytorch.names import called, named
from netgrad.formats.pytorch.opcodes import read_pickle
from netgrad.formats.pytorch.stack_machine import Machine
from netgrad.formats.pytorch.tensors import KINDS, Storage, storage_of
from netgrad.formats.unpack import Unpacker

MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001

# MAGIC as a pickle of protocol 2 to 5; from 4 on a FRAME stands in front of it.
_LEGACY = re.compile(rb"\x80[\2-\5](?:\x95.{8})?\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19\.", re.DOTALL)


class Saved(NamedTuple):
    """Content of a file: its value, the content of its storages, and the order of their bytes."""

    form: str
    root: Any
    content: Callable[[Storage], bytes | bytearray]
    big_endian: bool


def is_legacy(start: bytes) -> bool:
    """True where a file that starts so is five pickles in a row."""
    return _LEGACY.match(start) is not None


def read_zip(file: IO[bytes], members: dict[str, Member], pickle: str) -> Saved:
    """Value of the archive whose member `pickle` ends in "/data.pkl".

    Raises
    ------
    NetworkError
        Naming the member that is wrong.
    """
    folder = pickle.removesuffix("data.pkl")
    if members[pickle].size > PICKLE:
        raise NetworkError(f"{pickle} has {members[pickle].size} bytes, but at most {PICKLE} are read")

    def content(storage: Storage) -> bytes | bytearray:
        name = f"{folder}data/{storage.key}"
        if name not in members:
            raise NetworkError(f"storage {excerpt(storage.key)} has no member {excerpt(name)}")
        return member_bytes(file, members, name)

    big_endian = is_big_endian(file, members, folder)
    machine = _machine(bytes(member_bytes(file, members, pickle)), {})
    try:
        root = read_pickle(machine)
    except NetworkError as error:
        raise NetworkError(f"{pickle}, {error.message}") from None
    return Saved("zip", root, content, big_endian)


def is_big_endian(file: IO[bytes], members: dict[str, Member], folder: str) -> bool:
    """True where the storages are, which the member `byteorder` says.

    Raises
    ------
    NetworkError
        It says something else.
    """
    name = f"{folder}byteorder"
    order = member_bytes(file, members, name) if name in members else b"little"
    if order not in (b"little", b"big"):
        raise NetworkError(f"byteorder {excerpt(order[:99].decode('latin-1'))}, expected little or big")
    return order == b"big"


def member_bytes(file: IO[bytes], members: dict[str, Member], name: str) -> bytes | bytearray:
    """Content of one member.

    Raises
    ------
    NetworkError
        It is damaged; with its name.
    """
    try:
        unpacker = Unpacker(file, members[name])
        data = unpacker.take(unpacker.left)
        unpacker.finish()
    except NetworkError as error:
        raise NetworkError(f"member {excerpt(name)}: {error.message}") from None
    return data


def read_legacy(file: IO[bytes]) -> Saved:
    """Value of a file of five pickles: magic number, version, machine, value, keys; the storages follow.

    These are little-endian whatever the third says.

    Raises
    ------
    NetworkError
        One of them is wrong.
    """
    file.seek(0)
    data = file.read(PICKLE)
    at, seen, values = 0, dict[str, Storage](), []
    for _ in range(5):
        machine = _machine(data, seen, at)
        values.append(read_pickle(machine))
        at = machine.at
    magic, version, _, root, keys = values
    if magic != MAGIC or version != VERSION:
        raise NetworkError(f"version {excerpt(str(version))} of the form of five pickles, expected {VERSION}")
    places = _places(file, at, keys, seen)

    def content(storage: Storage) -> bytes:
        start, size = places[storage.key]
        file.seek(start)
        return file.read(size)

    return Saved("five pickles", root, content, False)


def _places(file: IO[bytes], at: int, keys: Any, seen: dict[str, Storage]) -> dict[str, tuple[int, int]]:
    """Start and size of each storage, which stand one behind the other, each behind its number of entries."""
    total = file.seek(0, os.SEEK_END)
    if not isinstance(keys, Items) or len(keys) != len(seen) or not all(key in seen for key in map(_text, keys)):
        raise NetworkError("its list of storages is not that of the tensors")
    places = {}
    for key in keys:
        storage = seen[key]
        file.seek(at)
        entries = int.from_bytes(file.read(8), "little")
        size = entries * _WIDTHS.get(storage.kind or "", 0)
        at += 8 + size
        if storage.kind not in _WIDTHS or entries != storage.entries or at > total:
            raise NetworkError(f"storage {excerpt(key)} does not have the {storage.entries} entries that are declared")
        places[key] = at - size, size
    if at != total:
        raise NetworkError(f"{total - at} bytes behind the last storage")
    return places


def _text(key: Any) -> str:
    return key if isinstance(key, str) else ""


def _machine(data: bytes, seen: dict[str, Storage], at: int = 0) -> Machine:
    """Machine that notes in `seen` which storages there are."""

    def stored(persistent: Any) -> Any:
        if isinstance(persistent, Items) and len(persistent) == 4 and persistent[0] == "module":
            return persistent[1]  # the class of a module, which the form of five pickles keeps with its source
        storage = storage_of(persistent)
        if seen.setdefault(storage.key, storage) != storage:
            raise NetworkError(f"storage {excerpt(storage.key)} is declared twice, differently")
        return storage

    return Machine(data, at, named, stored, called)


# Bytes of an entry, by the kind of the storage.
_WIDTHS = MappingProxyType(
    {kind: 2 if dtype == "bfloat16" else int(dtype[-1]) for kind, dtype in KINDS.items()}
    | {"ComplexFloat": 8, "ComplexDouble": 16, "QInt8": 1, "QUInt8": 1, "QInt32": 4}
)
