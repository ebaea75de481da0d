"""Readings of a saved network ranked by how well they give known values."""

from typing import NamedTuple

import numpy as np

from netgrad.analysis.readings import AS_SAVED, Reading, outputs_of, read_as, readings
from netgrad.core import logits
from netgrad.core.activations import ACTIVATIONS
from netgrad.core.arrays import Array
from netgrad.core.backprop import evaluate
from netgrad.core.network import Network

TRIED = 64  # points at which every reading is tried; the best are at all
BEST = 32  # of them


class Suggestion(NamedTuple):
    """A reading, and how far its values are from the known ones."""

    reading: Reading
    rms: float  # of the differences
    largest: float


def suggestions(net: Network, X: Array, y: Array, k: int = 0, most: int = 5, at: str = "post") -> list[Suggestion]:
    """The readings whose a_k[L] at X, shape (m, n_1), is nearest to y, shape (m,): the best first.

    Every reading is tried at 64 of the points, one forward pass for all activations of the last layer, and the best 32
    at all. Of equals the one with fewer changes comes first.

    Parameters
    ----------
    at
        As `logits.at` takes it: what y is; k then is an output of that network.
    """
    few = np.unique(np.linspace(0, len(X) - 1, TRIED).astype(int))
    tried = [s for reading in readings(net, X) for s in _outcomes(net, reading, X[few], y[few], k, at)]
    best = [s.reading for s in _sorted(tried, y)[:BEST]]
    if len(few) < len(X):
        tried = [_outcome(reading, _values(net, reading, X, k, at), y) for reading in best]
    return _sorted(tried, y)[:most]


def _outcomes(net: Network, reading: Reading, X: Array, y: Array, k: int, at: str) -> list[Suggestion]:
    """The reading with every activation of the last layer."""
    if at != "post":
        return [_outcome(reading, _values(net, reading, X, k, at), y)]
    changed = read_as(net, reading)
    scaling = changed.output_scaling
    found, z = [], evaluate(logits.logits(changed), X)
    for output in outputs_of(net):
        a = z.copy()
        sigma = changed.layers[-1].sigma if output == AS_SAVED else ACTIVATIONS[output]
        with np.errstate(all="ignore"):
            sigma.f(a, None)
            value = a[:, k] if scaling is None else scaling.mean[k] + scaling.std[k] * a[:, k]
        found.append(_outcome(reading._replace(output=output), value, y))
    return found


def _values(net: Network, reading: Reading, X: Array, k: int, at: str) -> Array:
    return evaluate(logits.at(read_as(net, reading), at), X)[:, k]


def _outcome(reading: Reading, value: Array, y: Array) -> Suggestion:
    with np.errstate(all="ignore"):
        off = value - y
        rms, largest = float(np.sqrt(np.mean(np.square(off)))), float(np.abs(off).max())
    return Suggestion(reading, *(v if np.isfinite(v) else np.inf for v in (rms, largest)))


def _sorted(found: list[Suggestion], y: Array) -> list[Suggestion]:
    return sorted(found, key=lambda s: (_rounded(s.rms, y), s.reading.changes, _rarity(s.reading)))


def _rarity(reading: Reading) -> int:
    """Order of readings that agree at the points: those of the identity and of probabilities are the usual ones."""
    names = list(ACTIVATIONS)
    usual = {"identity": 0, **{name: 1 for name, sigma in ACTIVATIONS.items() if sigma.probability}}
    asked = [name for name in (reading.hidden, reading.output) if name != AS_SAVED]
    return sum(usual[name] if name in usual else 2 + names.index(name) for name in asked)


def _rounded(rms: float, y: Array) -> float:
    """`rms` with what is rounding made equal, so that changes decide between what agrees."""
    return max(rms, 1e-12 * max(1.0, float(np.abs(y).max(initial=0))))
