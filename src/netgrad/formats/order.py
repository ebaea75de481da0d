"""The order of the layers: the user's, the file's, or the one in which sizes and the numbers in names agree."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netgrad.errors import NetworkError, counted, excerpt, listed, nearest
from netgrad.formats.draft import Affine
from netgrad.formats.limits import SEARCHED
from netgrad.formats.orientation import sizes

SHOWN = 16  # names of an order, in an error message
FEW = 64  # layers that all pairs are looked at of, and whose orders are searched


class Ordered(NamedTuple):
    """Layers in the order of computation, what decided it, and what was left out."""

    layers: tuple[Affine, ...]
    reason: str
    left_out: tuple[str, ...] = ()


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Key that sorts names by the numbers in them.

    >>> sorted(["net.10", "net.9"], key=natural)
    ['net.9', 'net.10']
    """
    parts = re.findall("[0-9]{1,18}|[^0-9]+", name)
    return tuple((0, int(part), "") if part.isdigit() and part.isascii() else (1, 0, part) for part in parts)


def ordered(layers: Sequence[Affine], asked: tuple[str, ...] | None, by_file: bool) -> Ordered:
    """Put the layers, which have orientations, in order; `by_file` is whether the file's own order counts.

    Raises
    ------
    NetworkError
        The sizes do not fit in the order that counts, or in more than one.
    """
    if asked is not None:
        found = _as_asked(layers, asked)
        _check_chain(found.layers, "in the order of --order")
        return found
    if len(layers) == 1:
        return Ordered(tuple(layers), "one layer")
    _refuse_several(layers)
    by_name = sorted(layers, key=lambda layer: natural(layer.place))
    if by_file:
        return _by_file(layers, by_name)
    if all(_precedes(a.place, b.place) for a, b in itertools.pairwise(by_name)):
        _check_chain(by_name, "in the order of their numbers; say --order")
        return Ordered(tuple(by_name), "numbers in the names, and the sizes fit")
    return _by_search(by_name)


def _by_file(layers: Sequence[Affine], by_name: Sequence[Affine]) -> Ordered:
    """The order of the file, which neither sizes nor numbers in names may contradict; else the only one that fits.

    A dict that was sorted as text has `10.weight` before `2.weight`.
    """
    if not _fits(layers):
        try:
            return _by_search(by_name)
        except NetworkError:
            _check_chain(layers, "in the order of the file; say --order")
    elif _contradicts_numbers(layers) and _fits(by_name):
        raise NetworkError(
            "the file has its layers in another order than that of their numbers, and both fit: say --order "
            f"{_shown(layers)} or {_shown(by_name)}"
        )
    return Ordered(tuple(layers), "order of the file")


def _contradicts_numbers(layers: Sequence[Affine]) -> bool:
    pairs = itertools.chain(itertools.pairwise(layers), itertools.combinations(layers[:FEW], 2))
    return any(_precedes(later.place, earlier.place) for earlier, later in pairs)


def _as_asked(layers: Sequence[Affine], asked: tuple[str, ...]) -> Ordered:
    places = {layer.place: layer for layer in layers}
    for k, name in enumerate(asked):
        if name not in places:
            hint = nearest(name, places) or f"; there are {listed(list(places))}"
            raise NetworkError(f"--order: there is no layer {excerpt(name)}{hint}")
        if name in asked[:k]:
            raise NetworkError(f"--order: {excerpt(name)} is there twice")
    left = tuple(place for place in places if place not in asked)
    return Ordered(tuple(places[name] for name in asked), "--order", left)


def _fits(layers: Sequence[Affine]) -> bool:
    return all(sizes(a)[0] == sizes(b)[1] for a, b in itertools.pairwise(layers))


def _check_chain(layers: Sequence[Affine], how: str) -> None:
    above: Affine | None = None
    for layer in layers:
        n_in = sizes(layer)[1]
        if above is not None and sizes(above)[0] != n_in:
            given = counted(sizes(above)[0], "neuron")
            raise NetworkError(
                f"{layer.place} takes {counted(n_in, 'number')}, but {above.place} before it has {given}, {how}"
            )
        above = layer


def _refuse_several(layers: Sequence[Affine]) -> None:
    """Refuse layers that may be several networks for the same inputs, whose sizes follow each other by chance.

    A generator 2-8-2 and a discriminator 2-8-1 do, an encoder 8-4-2 and a decoder 2-4-8 are one network.
    """
    networks: dict[str, list[Affine]] = {}
    for layer, name in zip(layers, _branches([layer.place for layer in layers]), strict=True):
        networks.setdefault(re.sub("[0-9]+$", "", name), []).append(layer)
    groups = list(networks.values())
    if len(groups) > 1 and min(map(len, groups)) > 1 and len({sizes(group[0])[1] for group in groups}) == 1:
        keys = " or ".join(f"--key {name}" for name in list(networks)[:4])
        names = " or ".join(map(_shown, groups[:4]))
        raise NetworkError(
            f"{listed(list(networks))} may be networks of their own for the same inputs: say {keys}, or --order {names}"
        )


def _shown(layers: Sequence[Affine]) -> str:
    """Places by commas, as --order takes them."""
    return ",".join([*(layer.place for layer in layers[:SHOWN]), *["…"] * (len(layers) > SHOWN)])


def _branches(places: Sequence[str]) -> list[str]:
    """Of each place what stands before the dot behind the first part that not all of them have.

    >>> _branches(["net.actor.0", "net.actor.2", "net.critic.0"])
    ['net.actor', 'net.actor', 'net.critic']
    """
    parts = [re.split("(?<=[./])", place) for place in places]
    inner = zip(*(part[:-1] for part in parts), strict=False)
    shared = sum(1 for _ in itertools.takewhile(lambda part: len(set(part)) == 1, inner))
    return ["".join(part[: shared + 1]).rstrip("./") for part in parts]


def _precedes(a: str, b: str) -> bool:
    """True where names say that `a` comes before `b`: where they first differ, they do so in a number only.

    >>> _precedes("net.2.fc", "net.10.fc"), _precedes("stem", "head")
    (True, False)
    """
    for one, other in zip(re.split(r"[./]", a), re.split(r"[./]", b), strict=False):
        if one != other:
            alike = re.sub("[0-9]+", "0", one) == re.sub("[0-9]+", "0", other)
            return alike and natural(one) < natural(other)
    return False


def _by_search(layers: Sequence[Affine]) -> Ordered:
    """The only order in which sizes and names agree."""
    found = []
    for order in _orders(layers):
        found.append(order)
        if len(found) == 2:
            break
    if not found:
        raise NetworkError(f"the sizes of {listed([y.place for y in layers])} fit in no order: say --order")
    if len(found) > 1 or found[0] is None:
        examples = " or ".join(_shown(order) for order in found if order is not None)
        found_so = f"the order of {counted(len(layers), 'layer')} is not in the file, and more than one fits"
        raise NetworkError(f"{found_so}: say --order {examples}".rstrip())
    return Ordered(tuple(found[0]), "only so the sizes of the layers fit")


def _orders(layers: Sequence[Affine]) -> Iterator[tuple[Affine, ...] | None]:
    """Orders in which the sizes fit and numbers in names rise; None once the search has become too long."""
    n = len(layers)
    ends = [sizes(layer) for layer in layers]
    if n > FEW:
        yield None
        return
    first = [{j for j in range(n) if _precedes(layers[j].place, layers[k].place)} for k in range(n)]
    steps = 0
    stack: list[tuple[tuple[int, ...], frozenset[int]]] = [((), frozenset(range(n)))]
    while stack:
        steps += 1
        if steps > SEARCHED:
            yield None
            return
        chosen, left = stack.pop()
        if not left:
            yield tuple(layers[k] for k in chosen)
        for k in sorted(left, reverse=True):
            if not first[k] & left and (not chosen or ends[chosen[-1]][0] == ends[k][1]):
                stack.append(((*chosen, k), left - {k}))
