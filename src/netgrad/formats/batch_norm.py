"""Batch normalization after training, factor a + offset neuron by neuron, made part of a Linear layer.

Whether it stands before or behind the activation decides into which layer it goes. A state dict holds no activations,
but in a Sequential the indices count every module: `0` Linear, `1` BatchNorm has nothing between, `0` Linear, `2`
BatchNorm, `3` Linear has the activation between the first two. Any other place is not sure, and is refused: `0` Linear,
`1` BatchNorm, `2` Linear leaves no place for an activation, and is rather a list of modules that are used otherwise.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.draft import Affine

Floats = NDArray[np.float64]

_INDEX = re.compile("0|[1-9][0-9]{0,6}")

EPS = 1e-5  # of PyTorch, where nothing else is said; no state dict holds it


class BatchNorm(NamedTuple):
    """factor a + offset, both (n,)."""

    place: str
    factor: Floats
    offset: Floats


def folded(layers: Sequence[Affine], norms: Sequence[BatchNorm]) -> tuple[list[Affine], list[str]]:
    """Layers with `norms` in them, and a remark for each.

    Raises
    ------
    NetworkError
        Naming a norm whose place is not sure, or whose size does not fit.
    """
    found, remarks = {_split(layer.place): layer for layer in layers}, []
    for norm in norms:
        parent, k = _split(norm.place)
        before, behind = (parent, k - 1), (parent, k + 1)
        if k > 0 and before in found and behind in found:
            where = f"between {found[before].place} and {found[behind].place} without a gap for an activation"
            raise NetworkError(
                f"{excerpt(norm.place)} is a BatchNorm {where}, so that they may be no Sequential: save the network as "
                "ONNX or .pt2"
            )
        if k > 0 and before in found:
            found[before] = _into_layer_before(norm, found[before])
            remarks.append(f"BatchNorm {norm.place} folded into {found[before].place}")
        elif k >= 0 and behind in found:
            found[behind] = _into_layer_behind(norm, found[behind])
            remarks.append(f"BatchNorm {norm.place} folded into {found[behind].place}, which follows it")
        else:
            raise NetworkError(
                f"{excerpt(norm.place)} is a BatchNorm, and whether it stands before or behind the activation is not "
                "in the file: save the network as ONNX or .pt2"
            )
    return list(found.values()), remarks


def _split(place: str) -> tuple[str, int]:
    """Place of the Sequential and index in it, -1 where the last part of the name is no index."""
    parent, _, last = place.rpartition(".")
    return (parent, int(last)) if _INDEX.fullmatch(last) else (place, -1)


def _into_layer_before(norm: BatchNorm, layer: Affine) -> Affine:
    W, b = _wide(layer)
    _check_size(norm, layer.place, len(W))
    return replace(layer, W=W * norm.factor[:, None], b=b * norm.factor + norm.offset)


def _into_layer_behind(norm: BatchNorm, layer: Affine) -> Affine:
    W, b = _wide(layer)
    _check_size(norm, layer.place, W.shape[1])
    return replace(layer, W=W * norm.factor, b=b + W @ norm.offset)


def _check_size(norm: BatchNorm, place: str, n: int) -> None:
    if norm.factor.size != n:
        found = f"a BatchNorm of {norm.factor.size}, but beside it {place} has {n}"
        raise NetworkError(f"{excerpt(norm.place)} is {found}")


def _wide(layer: Affine) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore"):  # of a signalling nan, which the network refuses
        W = layer.W.astype(np.float64)
        return W, np.zeros(len(W)) if layer.b is None else layer.b.astype(np.float64)
