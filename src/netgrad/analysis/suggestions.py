"""Readings of a saved network that may be meant, ranked by how well they give known values."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np

from netgrad.core.activations import ACTIVATIONS
from netgrad.core.arrays import Array
from netgrad.core.backprop import evaluate
from netgrad.core.network import Layer, Network, Scaling

SQUARES = 3  # square layers of which every choice is tried; of more, each one and all
AS_SAVED = "as saved"


class Reading(NamedTuple):
    """One way to read the network."""

    hidden: str  # activation, or "as saved"
    output: str
    transposed: tuple[int, ...]  # the square layers, the paper's l
    scaling: str  # "as saved", "none", "of the points"
    net: Network


class Suggestion(NamedTuple):
    """A reading, and how far its values are from the known ones."""

    reading: Reading
    rms: float  # of the differences
    largest: float


def suggestions(net: Network, X: Array, y: Array, k: int = 0, most: int = 5) -> list[Suggestion]:
    """The readings whose a_k[L] at X, shape (m, n_1), is nearest to y, shape (m,): the best first.

    Of equals the one with fewer changes comes first.
    """
    found = []
    for reading in readings(net, X):
        with np.errstate(all="ignore"):
            off = evaluate(reading.net, X)[:, k] - y
            rms, largest = float(np.sqrt(np.mean(np.square(off)))), float(np.abs(off).max())
        found.append(Suggestion(reading, rms if rms == rms else np.inf, largest))
    return sorted(found, key=lambda s: (_rounded(s.rms, y), _changes(s.reading)))[:most]


def readings(net: Network, X: Array) -> Iterator[Reading]:
    """All that are tried: activations of hidden and last layer, transposed square layers, scalings."""
    several = net.sizes[-1] > 1
    saved = {layer.activation for layer in net.layers[:-1]}
    last = net.layers[-1].activation
    hidden_ones = [name for name, sigma in ACTIVATIONS.items() if not sigma.whole_row]
    last_ones = list(ACTIVATIONS) if several else hidden_ones
    outputs = [AS_SAVED, *(name for name in last_ones if name != last)]
    hiddens = [AS_SAVED, *(name for name in hidden_ones if {name} != saved)] if saved else [AS_SAVED]
    for (scaling, scaled), turned in product(_scalings(net, X), _orientations(net)):
        for hidden, output in product(hiddens, outputs):
            yield Reading(hidden, output, turned, scaling, _read(scaled, hidden, output, turned))


def _scalings(net: Network, X: Array) -> list[tuple[str, Network]]:
    found = [(AS_SAVED, net)]
    if net.scaling is not None:
        found.append(("none", replace(net, scaling=None)))
    std = X.std(axis=0)
    if len(X) > 1 and (std > 0).all():
        found.append(("of the points", replace(net, scaling=Scaling(X.mean(axis=0), std))))
    return found


def _orientations(net: Network) -> list[tuple[int, ...]]:
    square = [l for l, layer in enumerate(net.layers, start=2) if 1 < len(layer.W) == layer.W.shape[1]]
    if len(square) > SQUARES:
        return [(), *((l,) for l in square), tuple(square)]
    subsets = product((False, True), repeat=len(square))
    return [tuple(l for l, turn in zip(square, turns, strict=True) if turn) for turns in subsets]


def _read(net: Network, hidden: str, output: str, turned: tuple[int, ...]) -> Network:
    layers = []
    for l, layer in enumerate(net.layers, start=2):
        name = output if l == net.L else hidden
        W = np.ascontiguousarray(layer.W.T) if l in turned else layer.W
        layers.append(Layer(W, layer.b, layer.activation if name == AS_SAVED else name))
    return replace(net, layers=tuple(layers))


def _changes(reading: Reading) -> int:
    named = (reading.hidden, reading.output, reading.scaling)
    return sum(name != AS_SAVED for name in named) + len(reading.transposed)


def _rounded(rms: float, y: Array) -> float:
    """`rms` with what is rounding made equal, so that changes decide between what agrees."""
    return max(rms, 1e-12 * max(1.0, float(np.abs(y).max(initial=0))))
