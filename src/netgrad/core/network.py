"""A feed-forward network: what it is made of, and the one place where its sizes are checked.

Points are rows: X has shape (m, n_1), and the paper's W a + b is `a @ W.T + b`. Layer 1 is the input; weights
start at l = 2 (Higham & Higham 2019, equations (3.1)-(3.2)).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from netgrad.core.activations import SIGMA
from netgrad.core.arrays import Array as Array
from netgrad.errors import NetworkError, UsageError, counted, excerpt, listed


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer: a[l] = sigma(W a[l-1] + b)."""

    W: Array  # (n_l, n_{l-1})
    b: Array  # (n_l,)
    activation: str = "sigmoid"


@dataclass(frozen=True, eq=False)
class Scaling:
    """u = (x - mean) / std, applied to a point before layer 2."""

    mean: Array  # (n_1,)
    std: Array  # (n_1,)


@dataclass(frozen=True, eq=False)
class Network:
    """Layers 2 to L, with what else a saved network says of its inputs and outputs.

    Parameters
    ----------
    layers
        Layer 2 first.
    inputs, outputs
        Names of the n_1 inputs and the n_L outputs, or None.
    scaling
        Applied to every point; gradients are in the units of x all the same.
    name
        What the network is called, or None.

    Raises
    ------
    NetworkError
        Sizes that do not fit, an unknown activation, a weight that is not finite, names that repeat.

    Examples
    --------
    >>> Network.of([([[20, 20], [-20, -20]], [-10, 30]), ([[20, 20]], [-30])]).sizes
    (2, 2, 1)
    """

    layers: tuple[Layer, ...]
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    scaling: Scaling | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if not self.layers:
            raise NetworkError("a network needs at least one layer")
        above = None
        for l, layer in enumerate(self.layers, start=2):
            _check_layer(l, layer, above)
            above = layer.W.shape[0]
            if layer.activation == "softmax" and l < self.L:
                raise NetworkError(f"layer {l}: softmax is for the last layer, {self.L}", l=l, key="activation")
        _check_names("inputs", self.inputs, self.sizes[0])
        _check_names("output", self.outputs, self.sizes[-1])
        if self.scaling is not None:
            _check_scaling(self.scaling, self.sizes[0])

    @classmethod
    def of(cls, pairs: Sequence[tuple[ArrayLike, ArrayLike]], activation: str = "sigmoid", **more: Any) -> "Network":
        """Network with the weights and biases of `pairs`, one activation throughout."""
        arrays = ((np.asarray(W, np.float64), np.asarray(b, np.float64)) for W, b in pairs)
        return cls(tuple(Layer(W, b, activation) for W, b in arrays), **more)

    @property
    def sizes(self) -> tuple[int, ...]:
        """n_1, ..., n_L."""
        return (self.layers[0].W.shape[1], *(layer.W.shape[0] for layer in self.layers))

    @property
    def L(self) -> int:
        """The number of layers, the input included."""
        return len(self.layers) + 1

    @property
    def dtype(self) -> "np.dtype[Any]":
        """What is computed with: the type of the weights, float64 as they are loaded."""
        return self.layers[0].W.dtype

    def astype(self, dtype: DTypeLike) -> "Network":
        """The same network, computed with in `dtype`."""
        layers = tuple(Layer(y.W.astype(dtype), y.b.astype(dtype), y.activation) for y in self.layers)
        s = self.scaling
        scaling = None if s is None else Scaling(s.mean.astype(dtype), s.std.astype(dtype))
        return replace(self, layers=layers, scaling=scaling)

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the inputs are called: `inputs`, else x1, ..., x{n_1}."""
        return self.inputs or tuple(f"x{k}" for k in range(1, self.sizes[0] + 1))

    @property
    def output_names(self) -> tuple[str, ...]:
        """What the outputs are called: `outputs`, else a, or for n_L > 1 a1, ..., a{n_L}."""
        if self.outputs is not None:
            return self.outputs
        return ("a",) if self.sizes[-1] == 1 else tuple(f"a{k}" for k in range(1, self.sizes[-1] + 1))

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return sum(layer.W.size + layer.b.size for layer in self.layers)


def output_index(net: Network, which: str) -> int:
    """Index from 0 of the output called `which`, a name or a number from 1.

    Raises
    ------
    UsageError
        There is no such output.
    """
    n_L = net.sizes[-1]
    if net.outputs is not None and which in net.outputs:
        return net.outputs.index(which)
    if which.isascii() and which.isdigit() and len(which) < 10 and 1 <= int(which) <= n_L:
        return int(which) - 1
    names = f" ({listed(net.outputs)})" if net.outputs else ""
    found = counted(n_L, "output")
    raise UsageError(f"there is no output {excerpt(which)}: the network has {found}{names}, from 1")


def _check_layer(l: int, layer: Layer, above: int | None) -> None:
    W, b = layer.W, layer.b
    if W.ndim != 2 or W.size == 0:
        raise NetworkError(f"layer {l}: W must be a matrix, but has shape {W.shape}", l=l, key="W")
    if above is not None and W.shape[1] != above:
        raise NetworkError(
            f"layer {l}: W has {counted(W.shape[1], 'column')}, but layer {l - 1} has {counted(above, 'neuron')}",
            l=l,
            key="W",
        )
    if b.shape != (W.shape[0],):
        found = counted(b.size, "entry", "entries") if b.ndim == 1 else f"shape {b.shape}"
        raise NetworkError(f"layer {l}: b has {found}, but W has {counted(W.shape[0], 'row')}", l=l, key="b")
    for key, array in (("W", W), ("b", b)):
        if not np.isfinite(array).all():
            raise NetworkError(f"layer {l}: {key} has an entry that is not finite", l=l, key=key)
    if layer.activation not in SIGMA:
        raise NetworkError(
            f"layer {l}: unknown activation {excerpt(layer.activation)}; known are {', '.join(SIGMA)}",
            l=l,
            key="activation",
        )


def _check_names(key: str, names: tuple[str, ...] | None, n: int) -> None:
    if names is None:
        return
    if len(names) != n:
        raise NetworkError(
            f"{key} has {counted(len(names), 'name')}, but the network has {counted(n, key.removesuffix('s'))}", key=key
        )
    seen: set[str] = set()
    for k, name in enumerate(names, start=1):
        if not name.strip():
            raise NetworkError(f"{key}: name {k} is empty", key=key)
        if name in seen:
            raise NetworkError(f"{key}: {excerpt(name)} is there twice", key=key)
        seen.add(name)


def _check_scaling(scaling: Scaling, n: int) -> None:
    for key, array in (("mean", scaling.mean), ("std", scaling.std)):
        if array.shape != (n,):
            raise NetworkError(
                f"scaling: {key} has shape {array.shape}, but the network has {counted(n, 'input')}", key=key
            )
        if not np.isfinite(array).all():
            raise NetworkError(f"scaling: {key} has an entry that is not finite", key=key)
    if not (scaling.std > 0).all():
        raise NetworkError("scaling: every entry of std must be positive", key="std")
