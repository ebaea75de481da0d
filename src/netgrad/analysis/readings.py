"""Readings of a saved network that may be meant: other activations, square layers turned, another scaling, none.

The text of one, such as `hidden=tanh,transpose=3+4`, is what `--read` takes.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np

from netgrad.core.activations import ACTIVATIONS
from netgrad.core.arrays import Array
from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import NetworkError, UsageError, excerpt

SQUARES = 3  # square layers of which every choice is tried; of more, each one and all
WIDEST = 64  # inputs of which another scaling is tried: a command says them all
AS_SAVED = "as saved"
NONE = "none"


class Reading(NamedTuple):
    """One way to read a network, given what is saved."""

    hidden: str = AS_SAVED  # activation of all hidden layers
    output: str = AS_SAVED  # activation of the last layer
    transposed: tuple[int, ...] = ()  # the square layers that are turned, the paper's l
    scaling: str = AS_SAVED  # or none, or MEAN/STD of every input, with blanks between
    output_scaling: str = AS_SAVED  # or none

    @property
    def changes(self) -> int:
        """In how many things it differs from what is saved."""
        named = (self.hidden, self.output, self.scaling, self.output_scaling)
        return sum(name != AS_SAVED for name in named) + len(self.transposed)

    @property
    def text(self) -> str:
        """As --read takes it; empty for what is saved.

        >>> Reading("tanh", transposed=(3, 4), scaling="none").text
        'hidden=tanh,transpose=3+4,scaling=none'
        """
        items = {"hidden": self.hidden, "output": self.output}
        items["transpose"] = "+".join(map(str, self.transposed)) or AS_SAVED
        items |= {"scaling": self.scaling, "output_scaling": self.output_scaling}
        return ",".join(f"{key}={value}" for key, value in items.items() if value != AS_SAVED)


def reading_of(text: str) -> Reading:
    """The reading that --read takes as `text`.

    Raises
    ------
    UsageError
        An item is none of those that there are.

    Examples
    --------
    >>> reading_of("output=identity, transpose=3").transposed
    (3,)
    """
    fields: dict[str, str] = {}
    for item in text.split(","):
        key, _, value = (part.strip(" \t") for part in item.partition("="))
        if key not in ("hidden", "output", "transpose", "scaling", "output_scaling") or not value or key in fields:
            raise UsageError(
                "--read takes hidden=NAME, output=NAME, transpose=L+L (square layers), scaling=none or MEAN/STD ..., "
                f"output_scaling=none, each once, by commas, not {excerpt(text)}"
            )
        fields[key] = value
    turned = fields.pop("transpose", "")
    if not re.fullmatch(r"(\d{1,9}(\+\d{1,9})*)?", turned, re.ASCII):
        raise UsageError(f"--read: transpose takes layers such as 3+4, not {excerpt(turned)}")
    return Reading(**fields, transposed=tuple(map(int, filter(None, turned.split("+")))))


def read_as(net: Network, reading: Reading) -> Network:
    """The network as the reading has it.

    Raises
    ------
    UsageError
        A layer to turn that is not square, no activation, or no scaling.
    """
    square = square_layers(net)
    for l in reading.transposed:
        if l not in square:
            have = ", ".join(map(str, square)) or "there are none"
            raise UsageError(f"--read: layer {l} is not square, so that it has one orientation; square layers: {have}")
    layers = []
    for l, layer in enumerate(net.layers, start=2):
        name = reading.output if l == net.L else reading.hidden
        W = np.ascontiguousarray(layer.W.T) if l in reading.transposed else layer.W
        layers.append(Layer(W, layer.b, layer.activation if name == AS_SAVED else name))
    changed = replace(net, scaling=_scaling(net, reading.scaling))
    if reading.output_scaling not in (AS_SAVED, NONE):
        raise UsageError(f"--read: output_scaling takes none, not {excerpt(reading.output_scaling)}")
    output_scaling = net.output_scaling if reading.output_scaling == AS_SAVED else None
    try:
        return replace(changed, layers=tuple(layers), output_scaling=output_scaling)
    except NetworkError as error:
        raise UsageError(f"--read: {error.message}") from None


def readings(net: Network, X: Array) -> Iterator[Reading]:
    """All that are tried, but for the activation of the last layer: 18 of hidden layers, turned layers, scalings."""
    saved = {layer.activation for layer in net.layers[:-1]}
    hidden = [AS_SAVED, *(name for name in COMPONENTWISE if {name} != saved)] if saved else [AS_SAVED]
    outputs = [AS_SAVED] if net.output_scaling is None else [AS_SAVED, NONE]
    for scaling, turned, name, of_output in product(_scalings(net, X), _orientations(net), hidden, outputs):
        yield Reading(name, AS_SAVED, turned, scaling, of_output)


def outputs_of(net: Network) -> list[str]:
    """Activations of the last layer that are tried."""
    last = net.layers[-1].activation
    names = list(ACTIVATIONS) if net.sizes[-1] > 1 else COMPONENTWISE
    return [AS_SAVED, *(name for name in names if name != last)]


COMPONENTWISE = [name for name, sigma in ACTIVATIONS.items() if not sigma.whole_row]


def square_layers(net: Network) -> list[int]:
    """Layers whose W has as many rows as columns, and more than one."""
    return [l for l, layer in enumerate(net.layers, start=2) if 1 < len(layer.W) == layer.W.shape[1]]


def scaling_text(scaling: Scaling) -> str:
    """The scaling as a reading has it.

    >>> scaling_text(Scaling([0.5, 1.0], [2.0, 0.25]))
    '0.5/2.0 1.0/0.25'
    """
    return " ".join(f"{mean!r}/{std!r}" for mean, std in zip(scaling.mean.tolist(), scaling.std.tolist(), strict=True))


def _scaling(net: Network, said: str) -> Scaling | None:
    if said in (AS_SAVED, NONE):
        return net.scaling if said == AS_SAVED else None
    try:
        pairs = [tuple(map(float, pair.split("/"))) for pair in said.split()]
        mean, std = np.array(pairs, net.dtype).reshape(net.sizes[0], 2).T
        replace(net, scaling=Scaling(mean, std))
    except (ValueError, NetworkError):
        n = net.sizes[0]
        raise UsageError(f"--read: scaling takes none or {n} pairs MEAN/STD with blanks between") from None
    return Scaling(mean, std)


def _scalings(net: Network, X: Array) -> list[str]:
    found = [AS_SAVED] if net.scaling is None else [AS_SAVED, NONE]
    with np.errstate(all="ignore"):
        mean, std = X.mean(axis=0), X.std(axis=0)
    if len(std) <= WIDEST and len(X) > 1 and (std > 0).all() and np.isfinite([mean, std]).all():
        found.append(scaling_text(Scaling(mean, std)))
    return found


def _orientations(net: Network) -> list[tuple[int, ...]]:
    square = square_layers(net)
    if len(square) > SQUARES:
        return [(), *((l,) for l in square), tuple(square)]
    subsets = product((False, True), repeat=len(square))
    return [tuple(l for l, turn in zip(square, turns, strict=True) if turn) for turns in subsets]
