"""PReLU with one slope for all neurons, which is a leaky_relu that a state dict holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.chain import parametric
from netgrad.formats.draft import Affine

_PLACE = re.compile(r"(?P<parent>(?:.*\.)?)(?P<index>0|[1-9][0-9]{0,6})")


def slope_of(place: str, tensors: Mapping[str, NDArray[Any]]) -> float | None:
    """Slope of the PReLU that has these tensors at a numbered place; None where they are something else."""
    weight = tensors.get("weight")
    if set(tensors) != {"weight"} or weight is None or weight.shape != (1,) or weight.dtype.kind != "f":
        return None
    return float(weight[0]) if _PLACE.fullmatch(place) else None


def with_slopes(layers: Sequence[Affine], slopes: Mapping[str, float], norms: Sequence[str]) -> list[Affine]:
    """Layers with each slope as the activation of the one directly in front of it; a BatchNorm may stand between.

    Raises
    ------
    NetworkError
        Something else stands in front of a slope.
    """
    found = {layer.place: layer for layer in layers}
    for place, slope in slopes.items():
        before = _before(place)
        before = _before(before) if before in norms else before
        if before not in found:
            raise NetworkError(f"{excerpt(place)} is a PReLU, and which Linear layer it follows is not in the file")
        found[before] = replace(found[before], activation=parametric("leaky_relu", slope))
    return list(found.values())


def _before(place: str) -> str:
    """Place in front of a numbered one; the place itself where there is none.

    >>> _before("net.3"), _before("0")
    ('net.2', '0')
    """
    split = _PLACE.fullmatch(place)
    return f"{split['parent']}{int(split['index']) - 1}" if split and split["index"] != "0" else place
