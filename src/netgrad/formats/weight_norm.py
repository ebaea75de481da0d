"""Weights that a module keeps in parts: weight normalization, old form and new, and pruning.

Weight normalization is W = g v / ||v||, the norm over all dimensions but `dim` (Salimans & Kingma 2016); the file does
not hold `dim`, but the shape of g tells it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt

_PARTS = (("weight_g", "weight_v"), ("parametrizations.weight.original0", "parametrizations.weight.original1"))
_SPECTRAL = ("weight_u", "parametrizations.weight.original", "parametrizations.weight.0._u")


def composed(tensors: Mapping[str, NDArray[Any]], place: str, remarks: list[str]) -> NDArray[Any] | None:
    """W of the parts that stand among a module's tensors, with a remark; None where there are no parts.

    Raises
    ------
    NetworkError
        Spectral normalization, or parts that do not fit.
    """
    if any(name in tensors for name in _SPECTRAL):
        raise NetworkError(f"{excerpt(place)} has spectral normalization, which is not read; remove it before saving")
    if "weight" in tensors:
        return None
    for g, v in _PARTS:
        if g in tensors or v in tensors:
            if g not in tensors or v not in tensors:
                raise NetworkError(f"{excerpt(place)} has one of {g} and {v} only, expected both")
            remarks.append(f"weight normalization of {place} composed")
            return _normalized(place, tensors[g], tensors[v])
    if "weight_orig" in tensors and "weight_mask" in tensors:
        original, mask = tensors["weight_orig"], tensors["weight_mask"]
        if original.shape != mask.shape or not np.isin(mask, (0, 1)).all():
            raise NetworkError(f"{excerpt(place)}: weight_mask is no mask of weight_orig")
        remarks.append(f"pruning of {place} applied")
        return np.asarray(original * mask)
    return None


def _normalized(place: str, g: NDArray[Any], v: NDArray[Any]) -> NDArray[np.float64]:
    if v.ndim != 2 or not v.size or v.dtype.kind != "f" or g.dtype.kind != "f":
        raise NetworkError(f"{excerpt(place)}: weight normalization of a tensor of shape {v.shape}, expected a matrix")
    axes: dict[tuple[int, ...], tuple[int, ...]] = {(): (0, 1), (v.shape[0], 1): (1,), (1, v.shape[1]): (0,)}
    over = axes.get(g.shape)
    if over is None:
        raise NetworkError(f"{excerpt(place)}: g of shape {g.shape} and v of shape {v.shape} do not fit")
    wide = v.astype(np.float64)
    norm = np.sqrt(np.square(wide).sum(axis=over, keepdims=True))
    if not norm.all():
        raise NetworkError(f"{excerpt(place)}: weight normalization of a row or column of zeros")
    return np.asarray(g.astype(np.float64) * (wide / norm))
