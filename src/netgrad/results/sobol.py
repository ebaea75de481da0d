"""Laws that inputs are taken to have, for bounds on total Sobol indices."""

import numpy as np

from netgrad.analysis.moments import Moments
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError, excerpt, listed, nearest
from netgrad.numerals.number import parse

EXPECTED = "--sobol takes data, normal, scaling, or LO:HI, one for all inputs, one for each, or NAME=LO:HI,..."


def roots_of(said: str, net: Network, names: tuple[str, ...], inputs: Moments) -> tuple[Array, str]:
    """Roots of the inputs' Poincare constants, shape (n_1,), and in words what is assumed of the inputs.

    Parameters
    ----------
    said
        `data`: uniform between the least and the largest of the points; `normal`: with the points' standard deviation;
        `scaling`: normal with that of the network's scaling; or ranges, between which inputs are uniform.
    names
        Of the inputs.
    inputs
        Moments of the points.

    Raises
    ------
    UsageError
        `said` is none of these.
    PointsError
        A point is outside its range, or there are not two that differ.
    """
    if inputs.m < 2:
        raise PointsError("bounds on Sobol indices need a variance, and one point has none")
    if said == "normal":
        return inputs.std, "independent and normal with the points' standard deviations"
    if said == "scaling":
        if net.scaling is None:
            raise UsageError("--sobol scaling: the network has no scaling")
        return net.scaling.std, "independent and normal with the scaling's standard deviations"
    if said == "data":
        return (inputs.high - inputs.low) / np.pi, "independent and uniform between their least and largest values"
    low, high = _ranges(said, names)
    for name, a, b, least, most in zip(names, low, high, inputs.low, inputs.high, strict=True):
        if not a <= least <= most <= b:
            raise PointsError(
                f"--sobol: {excerpt(name)} is from {least:g} to {most:g} at the points, not in {a:g}:{b:g}"
            )
    return (high - low) / np.pi, "independent and uniform between the ends of their ranges"


def _ranges(said: str, names: tuple[str, ...]) -> tuple[Array, Array]:
    """Ends of each input's range, each of shape (n_1,)."""
    items = said.split(",")
    if "=" not in said:
        if len(items) not in (1, len(names)):
            raise UsageError(f"--sobol has {len(items)} ranges, but the network has {len(names)} inputs")
        spans = [_span(item) for item in items]
        spans = spans * len(names) if len(items) == 1 else spans
    else:
        spans = _named(items, names)
    low, high = np.array(spans).T
    return low, high


def _named(items: list[str], names: tuple[str, ...]) -> list[tuple[float, float]]:
    given: dict[str, tuple[float, float]] = {}
    for item in items:
        name, _, span = (part.strip(" \t") for part in item.rpartition("="))
        if name not in names:
            near = nearest(name, names)
            raise UsageError(f"--sobol: there is no input {excerpt(name)}{near}; inputs are {listed(names)}")
        given[name] = _span(span)
    missing = [name for name in names if name not in given]
    if missing:
        raise UsageError(f"--sobol: there is no range for {excerpt(missing[0])}")
    return [given[name] for name in names]


def _span(item: str) -> tuple[float, float]:
    parts = item.strip(" \t").split(":")
    try:
        low, high = map(parse, parts)
    except ValueError:
        raise UsageError(f"{EXPECTED}, not {excerpt(item)}") from None
    if not low < high:
        raise UsageError(f"--sobol: nothing is between {parts[0]} and {parts[1]}")
    return low, high
