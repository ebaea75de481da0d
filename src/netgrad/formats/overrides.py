"""Overrides: what the user says of a network that its file does not hold."""

from collections.abc import Sequence
from typing import NamedTuple

from netgrad.errors import UsageError, excerpt
from netgrad.formats.draft import Orientation


class Options(NamedTuple):
    """Each None where nothing is said."""

    activation: tuple[str, ...] | None = None  # one for each layer, or one for the hidden layers
    output_activation: str | None = None
    layout: Orientation | None = None
    order: tuple[str, ...] | None = None  # places of the layers, layer 2 first
    key: str | None = None  # which of several networks in the file


def options(
    activation: str | Sequence[str] | None = None,
    output_activation: str | None = None,
    layout: str | None = None,
    order: str | Sequence[str] | None = None,
    key: str | None = None,
) -> Options:
    """Options from texts as they stand on a command line, or from lists.

    Raises
    ------
    UsageError
        A layout that is none, or an empty entry or key.

    Examples
    --------
    >>> options("relu, identity").activation
    ('relu', 'identity')
    """
    sides: dict[str, Orientation] = {"out-in": "out-in", "in-out": "in-out"}
    if layout is not None and layout not in sides:
        raise UsageError(f"layout {excerpt(layout)}, expected out-in or in-out")
    names = _split(activation, "activation"), _split(order, "order")
    if key is not None and not key.strip(" ./"):
        raise UsageError("key: no name, expected that of a network in the file")
    return Options(names[0], output_activation, None if layout is None else sides[layout], names[1], key)


def _split(given: str | Sequence[str] | None, what: str) -> tuple[str, ...] | None:
    if given is None:
        return None
    parts = tuple(part.strip() for part in (given.split(",") if isinstance(given, str) else given))
    if not parts or not all(parts):
        raise UsageError(f"{what}: an empty entry, expected names by commas")
    return parts
