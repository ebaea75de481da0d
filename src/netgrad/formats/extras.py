"""Libraries that only some formats need, imported when a file of theirs is read or written."""

from importlib import import_module
from typing import Any

from netgrad.errors import NetworkError


def library(name: str, extra: str, what: str) -> Any:
    """Module `name`, which comes with the extra `extra`.

    Raises
    ------
    NetworkError
        It is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise NetworkError(f"{what} needs {package}: pip install 'netgrad[{extra}]'") from None
