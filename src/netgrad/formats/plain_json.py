"""JSON inside other containers: configurations and schemas, as dicts and lists."""

import json
from typing import Any

from netgrad.errors import NetworkError, visible
from netgrad.formats import limits


def parsed(text: str | bytes, what: str) -> Any:
    """Value of a JSON text.

    Raises
    ------
    NetworkError
        It is too long or too deep, or no JSON.
    """
    if len(text) > limits.PLAIN_JSON:
        raise NetworkError(f"{what} has over {limits.PLAIN_JSON >> 20} MiB")
    try:
        return json.loads(text)
    except RecursionError:
        raise NetworkError(f"{what} is nested too deep") from None
    except ValueError as error:
        raise NetworkError(f"{what} is not JSON: {visible(str(error).splitlines()[0])[:80]}") from None


def entry(value: Any, key: str, kind: type | tuple[type, ...], what: str) -> Any:
    """`value[key]`, which is of type `kind`.

    Raises
    ------
    NetworkError
        It is not.
    """
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise NetworkError(f"{what} has no {key} of the kind that is expected")
    return found
