"""What a reader of a format of our own gives."""

from typing import NamedTuple

from netgrad.core.network import Network


class Saved(NamedTuple):
    """A network, and for each of its layers whether the file holds the activation, or it goes without saying."""

    network: Network
    stored: tuple[bool, ...]
