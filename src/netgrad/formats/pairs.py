"""Networks of lists of (W, b), as jax, numpy and those who train by hand keep them."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from netgrad.core.network import Network
from netgrad.errors import NetworkError
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.overrides import options
from netgrad.formats.resolve import resolved


def from_layers(
    layers: Iterable[tuple[ArrayLike, ArrayLike | None]],
    *,
    activation: str | Sequence[str],
    output_activation: str | None = None,
    layout: str | None = None,
) -> Network:
    """Network of the layers (W, b), layer 2 first.

    Parameters
    ----------
    layers
        W of shape (n_l, n_{l-1}) throughout, or the transpose throughout; b of shape (n_l,), or None.
    activation
        Of each layer, or one for the hidden layers and `output_activation`.
    layout
        "out-in" or "in-out", where the shapes do not tell.

    Raises
    ------
    NetworkError
        Shapes that do not fit, or that do not tell rows from columns.

    Examples
    --------
    >>> from_layers([([[20, 20], [-20, -20]], [-10, 30]), ([[20, 20]], [-30])], activation=["tanh", "sigmoid"]).sizes
    (2, 2, 1)
    """
    drawn = tuple(_affine(W, b, l) for l, (W, b) in enumerate(layers, start=2))
    return resolved(Draft("list of (W, b)", drawn), options(activation, output_activation, layout)).network


def _affine(W: ArrayLike, b: ArrayLike | None, number: int) -> Affine:
    try:
        weights = np.asarray(W, np.float64)
        bias = None if b is None else np.asarray(b, np.float64)
    except (TypeError, ValueError):
        raise NetworkError(f"layer {number}: W or b is no array of numbers") from None
    if bias is not None and bias.ndim == 2 and 1 in bias.shape:
        bias = bias.reshape(-1)
    return Affine(weights, bias, f"layer {number}")
