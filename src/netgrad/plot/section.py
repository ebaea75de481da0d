"""From options to axes: which inputs vary, between what, and what the others are meanwhile."""

import math
from typing import NamedTuple

import numpy as np

from netgrad.analysis.moments import Moments
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError, counted, excerpt, listed, nearest, visible
from netgrad.numerals.number import parse
from netgrad.plot.grid import Axis

MARGIN = 0.05  # of the points' range, free at both ends
SPREAD = 3  # standard deviations to both sides of the mean
NARROW = 1e-9  # a range relative to its ends, below which neighbouring points would coincide


class Section(NamedTuple):
    """A section through the space of the inputs: one or two vary, and the others are fixed."""

    over: tuple[int, ...]  # those that vary, from 0
    axes: tuple[Axis, ...]  # of each
    names: tuple[str, ...]  # of each
    x: Array  # (n_1,), a point with what the others are
    others: str  # the same in words, or nothing


def section_of(
    net: Network,
    names: tuple[str, ...],
    over: tuple[int, ...],
    axes: tuple[Axis, ...],
    fixed: Array | None,
    seen: Moments | None,
) -> Section:
    """Section over `axes` of the inputs `over`; all inputs have `names`, and the others are as `others_of` has them.

    Raises
    ------
    UsageError
        As `others_of`.
    """
    return Section(over, axes, tuple(names[i] for i in over), *others_of(fixed, over, names, net, seen))


def over_of(listing: str | None, names: tuple[str, ...]) -> tuple[int, ...]:
    """Inputs that vary, from 0, one or two of `names`: those listed, names or numbers from 1, by commas.

    Raises
    ------
    UsageError
        There are no such inputs, not one or two of them, or none are listed and there are more than two.
    """
    if listing is None:
        if len(names) <= 2:
            return tuple(range(len(names)))
        raise UsageError(
            f"the network has {len(names)} inputs: choose one or two with --over, names or numbers from 1; "
            f"inputs are {listed(names)}"
        )
    items = [listing] if listing in names else listing.split(",")
    over = tuple(_input(item.strip(" \t"), names) for item in items)
    if len(over) > 2 or len(set(over)) < len(over):
        raise UsageError(f"--over takes one input or two, not {excerpt(listing)}")
    return over


def _input(item: str, names: tuple[str, ...]) -> int:
    if item in names:
        return names.index(item)
    if item.isascii() and item.isdigit() and len(item) < 10 and 1 <= int(item) <= len(names):
        return int(item) - 1
    near = nearest(item, names)
    raise UsageError(f"--over: there is no input {excerpt(item)}{near}; inputs are {listed(names)}, from 1")


def axes_of(spans: str | None, over: tuple[int, ...], net: Network, seen: Moments | None) -> tuple[Axis, ...]:
    """The axes, between LO:HI[,LO:HI]; else over the points and a margin; else over what is scaled; else 0 to 1.

    Raises
    ------
    UsageError
        `spans` is something else, or nothing lies between its ends; without it the ends are not finite.
    """
    if spans is None:
        return tuple(_checked(Axis(*_range(i, net, seen))) for i in over)
    items = spans.split(",")
    if len(items) not in (1, len(over)):
        found, expected = counted(len(items), "range"), counted(len(over), "input")
        raise UsageError(f"--range has {found}, but --over has {expected}")
    return tuple(Axis(*_span(item)) for item in items * (len(over) // len(items)))


def _checked(axis: Axis) -> Axis:
    if not has_room(*axis):
        raise UsageError(f"nothing can be drawn from {axis.low:g} to {axis.high:g}: say --range")
    return axis


def _span(item: str) -> tuple[float, float]:
    texts = item.split(":")
    if len(texts) != 2:
        raise UsageError(f"--range takes LO:HI, such as 0:1, not {excerpt(item)}")
    try:
        low, high = map(parse, texts)
    except ValueError as error:
        raise UsageError(f"--range: {error}") from None
    if not has_room(low, high):
        raise UsageError(f"--range: LO must be less than HI, and a float64 needs room between them: {excerpt(item)}")
    return low, high


def has_room(low: float, high: float) -> bool:
    """True where an axis between these ends has different points for different pixels."""
    return low < high and math.isfinite(high - low) and high - low >= NARROW * max(abs(low), abs(high))


def _range(i: int, net: Network, seen: Moments | None) -> tuple[float, float]:
    if seen is not None:
        low, high = float(seen.low[i]), float(seen.high[i])
        free = MARGIN * (high - low)
        if free <= NARROW * max(abs(low), abs(high)):
            free = abs(low) / 2 or 0.5
        return low - free, high + free
    if net.scaling is not None:
        mean, reach = float(net.scaling.mean[i]), SPREAD * float(net.scaling.std[i])
        return mean - reach, mean + reach
    return 0.0, 1.0


def others_of(
    fixed: Array | None, over: tuple[int, ...], names: tuple[str, ...], net: Network, seen: Moments | None
) -> tuple[Array, str]:
    """A point with what the other inputs are, shape (n_1,), and the same in words.

    Raises
    ------
    UsageError
        Nothing says what they are, or there are no others and a point is given.
    """
    others = [i for i in range(net.sizes[0]) if i not in over]
    if not others:
        if fixed is not None:
            raise UsageError("--x fixes the other inputs, but --over has all of them")
        return np.zeros(net.sizes[0]), ""
    if fixed is not None:
        x, where = fixed, "as --x has them"
    elif seen is not None:
        x, where = seen.mean, "at the points' mean"
    elif net.scaling is not None:
        x, where = net.scaling.mean, "at the scaling's mean"
    else:
        raise UsageError("the inputs that --over leaves out need values: a point with --x, or POINTS for their mean")
    if len(others) <= 2:
        return x, ", ".join(f"{visible(names[i])} = {x[i]:.6g}" for i in others)
    return x, f"the other {len(others)} inputs {where}"


def whole_range(net: Network, k: int) -> tuple[float, float] | None:
    """Between what all values of output k lie, or None where there is no such range.

    >>> whole_range(Network.of([([[1.0]], [0.0])], "tanh"), 0)
    (-1.0, 1.0)
    """
    low, high = net.layers[-1].sigma.values
    if not np.isfinite([low, high]).all():
        return None
    scaling = net.output_scaling
    ends = (low, high) if scaling is None else (scaling.mean[k] + scaling.std[k] * end for end in (low, high))
    low, high = sorted(map(float, ends))
    return low, high
