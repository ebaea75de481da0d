"""Values of a pickle: containers that know how deep they are, and names that stand for nothing."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.limits import PICKLE_NESTING


class Items(list[Any]):
    """A list, tuple or set of the file."""

    __slots__ = ("depth",)

    def __init__(self, items: Iterable[Any] = ()) -> None:
        super().__init__()
        self.depth = 1
        self.add(items)

    def add(self, items: Iterable[Any]) -> None:
        """Append `items`."""
        items = list(items)
        self.depth = deepened(self.depth, items)
        self.extend(items)


class Entries(dict[Any, Any]):
    """A dict of the file; keys that are not scalars are kept apart from each other, whatever they are."""

    __slots__ = ("depth",)

    def __init__(self) -> None:
        super().__init__()
        self.depth = 1

    def put(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Set entries in their order."""
        pairs = list(pairs)
        self.depth = deepened(self.depth, [value for _, value in pairs])
        for key, value in pairs:
            if isinstance(key, str) and key in self:
                raise NetworkError(f"key {excerpt(key)} is there twice")
            self[key if isinstance(key, str | int | float | bytes | None) else Inert("a key")] = value


class Name(NamedTuple):
    """A global by its name, such as "torch._utils._rebuild_tensor_v2"; never looked up in a module."""

    text: str


class Inert:
    """Stand-in for what `origin` would have made of its arguments; nothing is known of it."""

    __slots__ = ("origin",)

    def __init__(self, origin: str) -> None:
        self.origin = origin


def deepened(depth: int, items: Iterable[Any]) -> int:
    """Depth of a container that was `depth` deep and gets `items`.

    Raises
    ------
    NetworkError
        It is over the limit.
    """
    depth = max([depth, *(item.depth + 1 for item in items if isinstance(item, Items | Entries))])
    if depth > PICKLE_NESTING:
        raise NetworkError(f"more than {PICKLE_NESTING} containers in one another")
    return depth
