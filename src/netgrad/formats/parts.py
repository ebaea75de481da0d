"""One network of several that a file holds, by its name."""

from collections.abc import Mapping
from typing import Any, TypeVar

from netgrad.errors import NetworkError, excerpt, listed, nearest

T = TypeVar("T")


def part_of(arrays: Mapping[str, T], key: str) -> dict[str, T]:
    """Arrays whose names begin with the parts that `key` has, all where it is "".

    >>> part_of({"actor.0.weight": 1, "actor2.0.weight": 2}, "actor")
    {'actor.0.weight': 1}

    Raises
    ------
    NetworkError
        There are none.
    """
    found = {name: array for name, array in arrays.items() if not key or name.startswith((f"{key}.", f"{key}/"))}
    if key and not found:
        raise no_part(key, list(dict.fromkeys(name.replace("/", ".").partition(".")[0] for name in arrays)))
    return found


def outside(arrays: Mapping[str, Any], key: str) -> dict[str, str]:
    """Names that `part_of` leaves out, and why."""
    return {name: f"outside --key {key}" for name in arrays if key and not name.startswith((f"{key}.", f"{key}/"))}


def no_part(key: str, names: list[str]) -> NetworkError:
    """Error for a `key` that no network of the file has."""
    hint = nearest(key, names) or f"; there are {listed(names) or 'none'}"
    return NetworkError(f"--key: there is no network {excerpt(key)}{hint}")
