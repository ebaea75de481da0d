"""Sizes that must fit one another, and names: the one place where a network is checked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netgrad.core.activations import activation
from netgrad.core.arrays import Array
from netgrad.errors import NetworkError, counted, excerpt

if TYPE_CHECKING:
    from netgrad.core.network import Network


def check_network(net: "Network") -> None:
    """Raise NetworkError where layers, names and scalings do not fit one another."""
    above = None
    for l, layer in enumerate(net.layers, start=2):
        check_layer(l, layer.W, layer.b, layer.activation, above)
        above = layer.W.shape[0]
        if layer.sigma.whole_row and l < net.L:
            raise NetworkError(f"layer {l}: {layer.activation} is for the last layer, {net.L}", l=l, key="activation")
    check_names("inputs", net.inputs, net.sizes[0])
    check_names("output", net.outputs, net.sizes[-1])
    if net.scaling is not None:
        check_scaling("scaling", net.scaling.mean, net.scaling.std, net.sizes[0], "input")
        if not (net.scaling.std > 0).all():
            raise NetworkError("scaling: every entry of std must be positive", key="std")
    if net.output_scaling is not None:
        check_scaling("output_scaling", net.output_scaling.mean, net.output_scaling.std, net.sizes[-1], "output")
        if not net.output_scaling.std.all():
            raise NetworkError("output_scaling: no entry of std may be 0", key="output_scaling")


def check_layer(l: int, W: Array, b: Array, sigma: str, above: int | None) -> None:
    """Raise NetworkError where layer l does not fit the `above` neurons of layer l - 1, or is not sound by itself."""
    if W.ndim != 2 or W.size == 0:
        raise NetworkError(f"layer {l}: W must be a matrix, but has shape {W.shape}", l=l, key="W")
    if above is not None and W.shape[1] != above:
        found = f"{counted(W.shape[1], 'column')}, but layer {l - 1} has {counted(above, 'neuron')}"
        raise NetworkError(f"layer {l}: W has {found}", l=l, key="W")
    if b.shape != (W.shape[0],):
        found = counted(b.size, "entry", "entries") if b.ndim == 1 else f"shape {b.shape}"
        raise NetworkError(f"layer {l}: b has {found}, but W has {counted(W.shape[0], 'row')}", l=l, key="b")
    for key, array in (("W", W), ("b", b)):
        if not np.isfinite(array).all():
            raise NetworkError(f"layer {l}: {key} has an entry that is not finite{_of(array)}", l=l, key=key)
    try:
        activation(sigma)
    except NetworkError as error:
        raise NetworkError(f"layer {l}: {error.message}", l=l, key="activation") from None


def names_of(key: str, names: Sequence[str] | None) -> tuple[str, ...] | None:
    """Names as a tuple, or a NetworkError where they are no list of texts."""
    if names is None:
        return None
    listing = () if isinstance(names, str) or not hasattr(names, "__iter__") else tuple(names)
    if not listing or not all(isinstance(name, str) for name in listing):
        raise NetworkError(f"{key} must be a list of names, not {excerpt(repr(names))}", key=key)
    return tuple(map(str, listing))


def check_names(key: str, names: Sequence[str] | None, n: int) -> None:
    """Raise NetworkError where these are not n different names."""
    if names is None:
        return
    if len(names) != n:
        found = f"{counted(len(names), 'name')}, but the network has {counted(n, key.removesuffix('s'))}"
        raise NetworkError(f"{key} has {found}", key=key)
    seen: set[str] = set()
    for k, name in enumerate(names, start=1):
        if not name.strip():
            raise NetworkError(f"{key}: name {k} is empty", key=key)
        if name in seen:
            raise NetworkError(f"{key}: {excerpt(name)} is there twice", key=key)
        seen.add(name)


def check_scaling(what: str, mean: Array, std: Array, n: int, noun: str) -> None:
    """Raise NetworkError where a scaling has not n finite means and standard deviations."""
    for key, array in (("mean", mean), ("std", std)):
        place = key if noun == "input" else what
        if array.shape != (n,):
            found = f"{key} has shape {array.shape}, but the network has {counted(n, noun)}"
            raise NetworkError(f"{what}: {found}", key=place)
        if not np.isfinite(array).all():
            raise NetworkError(f"{what}: {key} has an entry that is not finite{_of(array)}", key=place)


def _of(array: Array) -> str:
    """In words, that the array has another type than numbers usually have, and so may not hold what was given."""
    return " in float32" if array.dtype == np.float32 else ""
