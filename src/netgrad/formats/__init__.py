"""Saved networks: files <-> `core.Network`. A suffix names the format; its module is imported on demand."""

import os
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from netgrad.errors import NetworkError, excerpt, nearest

if TYPE_CHECKING:
    from netgrad.core.network import Network

FORMATS = MappingProxyType({".yaml": "yaml", ".yml": "yaml", ".json": "json", ".npz": "npz"})


def load(path: "str | os.PathLike[str]") -> "Network":
    """Network saved at `path`.

    Raises
    ------
    NetworkError
        The file cannot be read, or holds no network; with file, line and column where there are such.
    """
    name = os.fspath(path)
    try:
        net: Network = _format(name).read(name)
    except NetworkError as error:
        error.file = name
        raise
    return net


def save(net: "Network", path: "str | os.PathLike[str]") -> None:
    """Save `net` at `path`; `load` gives it back bit for bit.

    A file that stood there is replaced when the new one is whole.

    Raises
    ------
    NetworkError
        The suffix is none of the formats', or a name cannot be written.
    OutputError
        The file cannot be written.
    """
    name = os.fspath(path)
    try:
        _format(name).write(net, name)
    except NetworkError as error:
        error.file = name
        raise


def _format(path: str) -> Any:
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in FORMATS:
        found = f"unknown suffix {excerpt(suffix)}" if suffix else "no suffix"
        raise NetworkError(f"{found}{nearest(suffix, FORMATS)}; a network is saved as {', '.join(FORMATS)}")
    return import_module(f"{__name__}.{FORMATS[suffix]}")
