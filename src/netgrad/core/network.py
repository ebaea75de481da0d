"""A feed-forward network: what it is made of, and the one place where its sizes are checked.

Points are rows: X has shape (m, n_1), and the paper's W a + b is `a @ W.T + b`. Layer 1 is the input; weights
start at l = 2 (Higham & Higham 2019, equations (3.1)-(3.2)).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from netgrad.core.activations import Activation, activation
from netgrad.core.arrays import Array as Array
from netgrad.core.arrays import reals
from netgrad.errors import NetworkError, UsageError, counted, excerpt, listed


@dataclass(frozen=True, eq=False, repr=False)
class Layer:
    """One layer: a[l] = sigma(W a[l-1] + b).

    W and b are kept as read-only copies, float64 or float32; `activation` as its canonical text, and what was given
    for it, where that is another, as `alias`.
    """

    W: Array  # (n_l, n_{l-1})
    b: Array  # (n_l,)
    activation: str = "sigmoid"
    alias: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        for key in ("W", "b"):
            object.__setattr__(self, key, reals(getattr(self, key), key))
        with suppress(NetworkError):  # a network says which layer it is of
            text = activation(self.activation).text
            object.__setattr__(self, "alias", self.activation if self.activation != text else None)
            object.__setattr__(self, "activation", text)

    @property
    def sigma(self) -> Activation:
        """The activation's record."""
        return activation(self.activation)

    def __repr__(self) -> str:
        return f"Layer({self.W.shape[0]} x {self.W.shape[1]}, {self.activation})"


@dataclass(frozen=True, eq=False)
class Scaling:
    """Means and standard deviations: of inputs, u = (x - mean) / std before layer 2; of outputs, mean + std a[L]."""

    mean: Array  # (n,)
    std: Array  # (n,)

    def __post_init__(self) -> None:
        for key in ("mean", "std"):
            object.__setattr__(self, key, reals(getattr(self, key), key))


@dataclass(frozen=True, eq=False, repr=False)
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
    output_scaling
        Of n_L means and standard deviations: the output is mean + std a[L]. A negative std turns the output's sign,
        which loses nothing; 0 would.
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
    output_scaling: Scaling | None = None

    def __post_init__(self) -> None:
        if not self.layers:
            raise NetworkError("a network needs at least one layer")
        above = None
        for l, layer in enumerate(self.layers, start=2):
            _check_layer(l, layer, above)
            above = layer.W.shape[0]
            if layer.sigma.whole_row and l < self.L:
                raise NetworkError(
                    f"layer {l}: {layer.activation} is for the last layer, {self.L}", l=l, key="activation"
                )
        _check_names("inputs", self.inputs, self.sizes[0])
        _check_names("output", self.outputs, self.sizes[-1])
        if self.scaling is not None:
            _check_scaling("scaling", self.scaling, self.sizes[0], "input")
            if not (self.scaling.std > 0).all():
                raise NetworkError("scaling: every entry of std must be positive", key="std")
        if self.output_scaling is not None:
            _check_scaling("output_scaling", self.output_scaling, self.sizes[-1], "output")
            if not self.output_scaling.std.all():
                raise NetworkError("output_scaling: no entry of std may be 0", key="output_scaling")
        if len({array.dtype for array in _arrays(self)}) > 1:
            object.__setattr__(self, "layers", tuple(_layer_as(layer, np.float64) for layer in self.layers))
            for key in ("scaling", "output_scaling"):
                object.__setattr__(self, key, _scaling_as(getattr(self, key), np.float64))

    @classmethod
    def of(cls, pairs: Sequence[tuple[ArrayLike, ArrayLike]], activation: str = "sigmoid", **more: Any) -> "Network":
        """Network with the weights and biases of `pairs`, one activation throughout."""
        layers = (Layer(reals(W, "W"), reals(b, "b"), activation) for W, b in pairs)
        return cls(tuple(layers), **more).astype(np.float64)

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
        return replace(
            self,
            layers=tuple(_layer_as(layer, dtype) for layer in self.layers),
            scaling=_scaling_as(self.scaling, dtype),
            output_scaling=_scaling_as(self.output_scaling, dtype),
        )

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the inputs are called: `inputs`, else x1, ..., x{n_1}."""
        return self.inputs or _numbered("x", self.sizes[0])

    @property
    def numbers_inputs(self) -> bool:
        """Whether the inputs are called x1, ..., xn, which says no more than their order."""
        return self.input_names == _numbered("x", self.sizes[0])

    @property
    def output_names(self) -> tuple[str, ...]:
        """What the outputs are called: `outputs`, else a, or for n_L > 1 a1, ..., a{n_L}."""
        if self.outputs is not None:
            return self.outputs
        return ("a",) if self.sizes[-1] == 1 else _numbered("a", self.sizes[-1])

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return sum(layer.W.size + layer.b.size for layer in self.layers)

    def __call__(self, X: ArrayLike) -> Array:
        """Output at points X, shape (m, n_1) or (n_1,): shape (m, n_L) or (n_L,). See `backprop.evaluate`.

        >>> Network.of([([[4.0, -8.0]], [0.0])])([1.0, 0.5])
        array([0.5])
        """
        from netgrad.core.backprop import evaluate

        rows, one = _rows(self, X)
        return evaluate(self, rows)[0] if one else evaluate(self, rows)

    def value_and_grad(self, X: ArrayLike, output: str | int | None = None) -> tuple[Array, Array]:
        """Value of one output, by its name or its number from 1, and its gradient, at points X or at one point.

        Of shapes (m,) and (m, n_1), or () and (n_1,). See `backprop.value_and_grad`.
        """
        from netgrad.core.backprop import value_and_grad

        rows, one = _rows(self, X)
        k = None if output is None else output_index(self, str(output))
        a, gradient = value_and_grad(self, rows, k)
        return (np.asarray(a[0]), gradient[0]) if one else (a, gradient)

    def jacobian(self, X: ArrayLike) -> Array:
        """Gradients of all outputs, shape (m, n_L, n_1), or (n_L, n_1) at one point. See `backprop.jacobian`."""
        from netgrad.core.backprop import jacobian

        rows, one = _rows(self, X)
        J = jacobian(self, rows)[1]
        return J[0] if one else J

    def __repr__(self) -> str:
        name = "" if self.name is None else f"{excerpt(self.name)}, "
        sigmas = ", ".join(dict.fromkeys(layer.activation for layer in self.layers))
        return f"Network({name}{'-'.join(map(str, self.sizes))}, {sigmas})"


def _numbered(letter: str, n: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k}" for k in range(1, n + 1))


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


def whole_range(net: Network, k: int) -> tuple[float, float] | None:
    """Between what all values of output k lie, or None where there is no such range.

    >>> whole_range(Network.of([([[1.0]], [0.0])], "tanh"), 0)
    (-1.0, 1.0)
    """
    low, high = net.layers[-1].sigma.values
    if not np.isfinite([low, high]).all():
        return None
    scaling = net.output_scaling
    ends = (low, high) if scaling is None else (scaling.mean[k] + scaling.std[k] * end for end in (low, high))
    low, high = sorted(map(float, ends))
    return low, high


def _rows(net: Network, X: ArrayLike) -> tuple[Array, bool]:
    """Points as rows, and whether it was one point; columns of a table with names are taken by the inputs' names."""
    columns, frame = getattr(X, "columns", None), cast(Any, X)
    if columns is not None:
        if net.inputs is None:
            raise UsageError("the network has no names of inputs to find the columns of a table by: give an array")
        missing = [name for name in net.inputs if name not in list(columns)]
        if missing:
            raise UsageError(f"the table has no column {excerpt(missing[0])}; it has {listed([*map(str, columns)])}")
        X = frame[list(net.inputs)].to_numpy()
    array = np.asarray(X)
    if array.dtype.kind not in "iuf":
        raise UsageError(f"points must be real numbers, but X is of type {excerpt(str(array.dtype))}")
    return (array[np.newaxis], True) if array.ndim == 1 else (array, False)


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
    try:
        activation(layer.activation)
    except NetworkError as error:
        raise NetworkError(f"layer {l}: {error.message}", l=l, key="activation") from None


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


def _check_scaling(what: str, scaling: Scaling, n: int, noun: str) -> None:
    for key, array in (("mean", scaling.mean), ("std", scaling.std)):
        place = key if noun == "input" else what
        if array.shape != (n,):
            found = f"{key} has shape {array.shape}, but the network has {counted(n, noun)}"
            raise NetworkError(f"{what}: {found}", key=place)
        if not np.isfinite(array).all():
            raise NetworkError(f"{what}: {key} has an entry that is not finite", key=place)


def _arrays(net: Network) -> list[Array]:
    scalings = [s for s in (net.scaling, net.output_scaling) if s is not None]
    return [array for y in net.layers for array in (y.W, y.b)] + [array for s in scalings for array in (s.mean, s.std)]


def _layer_as(layer: Layer, dtype: DTypeLike) -> Layer:
    """The layer in `dtype`, its alias kept."""
    return Layer(layer.W.astype(dtype), layer.b.astype(dtype), layer.alias or layer.activation)


def _scaling_as(scaling: Scaling | None, dtype: DTypeLike) -> Scaling | None:
    return None if scaling is None else Scaling(scaling.mean.astype(dtype), scaling.std.astype(dtype))
