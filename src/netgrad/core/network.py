"""A feed-forward network: layers, scalings and names, read-only.

Points are rows: X has shape (m, n_1), and the paper's W a + b is `a @ W.T + b`. Layer 1 is the input; weights
start at l = 2 (Higham & Higham 2019, equations (3.1)-(3.2)).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netgrad.core.arrays import Array as Array
from netgrad.core.arrays import Numbers, reals
from netgrad.core.layer import Layer as Layer
from netgrad.core.layer import Scaling as Scaling
from netgrad.core.sizes import check_network, names_of
from netgrad.errors import NetworkError, UsageError, excerpt

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from netgrad.core.arguments import Which


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
        object.__setattr__(self, "layers", _layers_of(self.layers))
        for key, word in (("inputs", "inputs"), ("outputs", "output")):
            object.__setattr__(self, key, names_of(word, getattr(self, key)))
        for key, kind in (("scaling", Scaling), ("output_scaling", Scaling), ("name", str)):
            if not isinstance(getattr(self, key), kind | None):
                raise NetworkError(f"{key} must be a {kind.__name__}, not {excerpt(repr(getattr(self, key)))}", key=key)
        check_network(self)
        if len({array.dtype for array in _arrays(self)}) > 1:
            object.__setattr__(self, "layers", tuple(layer.astype(np.float64) for layer in self.layers))
            for key in ("scaling", "output_scaling"):
                object.__setattr__(self, key, _as(getattr(self, key), np.float64))

    @classmethod
    def of(cls, pairs: Sequence[tuple[Numbers, Numbers]], activation: str = "sigmoid", **more: Any) -> "Network":
        """Network with the weights and biases of `pairs`, one activation throughout, in float64.

        Raises
        ------
        NetworkError
            An entry of `pairs` is no pair of W and b; or as for a Network.
        """
        try:
            both = [(W, b) for W, b in pairs]
        except (TypeError, ValueError):
            raise NetworkError("the layers must be a list of pairs (W, b)") from None
        layers = (Layer(reals(W, "W"), reals(b, "b"), activation) for W, b in both)
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
        """Type that is computed with: that of the weights, float64 as they are loaded."""
        return self.layers[0].W.dtype

    def astype(self, dtype: "DTypeLike") -> "Network":
        """The same network, computed with in `dtype`, which is float64 or float32."""
        try:
            known = np.dtype(dtype) in (np.float64, np.float32)
        except TypeError:
            known = False
        if not known:
            raise UsageError(f"a network is computed with in float64 or float32, not {excerpt(str(dtype))}")
        return replace(
            self,
            layers=tuple(layer.astype(dtype) for layer in self.layers),
            scaling=_as(self.scaling, dtype),
            output_scaling=_as(self.output_scaling, dtype),
        )

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names of the inputs: `inputs`, else x1, ..., x{n_1}."""
        return self.inputs or _numbered("x", self.sizes[0])

    @property
    def numbers_inputs(self) -> bool:
        """True where the inputs are called x1, ..., xn, which says no more than their order."""
        return self.input_names == _numbered("x", self.sizes[0])

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of the outputs: `outputs`, else a, or for n_L > 1 a1, ..., a{n_L}."""
        if self.outputs is not None:
            return self.outputs
        return ("a",) if self.sizes[-1] == 1 else _numbered("a", self.sizes[-1])

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(layer.W.size + layer.b.size for layer in self.layers)

    def __call__(self, X: Numbers) -> Array:
        """Output at points X, shape (m, n_1) or (n_1,): shape (m, n_L) or (n_L,). See `netgrad.evaluate`.

        >>> Network.of([([[4.0, -8.0]], [0.0])])([1.0, 0.5])
        array([0.5])
        """
        from netgrad.core.arguments import called
        from netgrad.core.backprop import evaluate

        return called(evaluate, self, X)

    def value_and_grad(self, X: Numbers, k: "Which" = None) -> tuple[Array, Array]:
        """Value of the output k, its index from 0 or its name, and its gradient, at points X or at one point.

        Of shapes (m,) and (m, n_1), or () and (n_1,). See `netgrad.value_and_grad`.
        """
        from netgrad.core.arguments import called
        from netgrad.core.backprop import value_and_grad

        return called(value_and_grad, self, X, k)

    def jacobian(self, X: Numbers) -> Array:
        """Gradients of all outputs, shape (m, n_L, n_1), or (n_L, n_1) at one point. See `netgrad.jacobian`."""
        from netgrad.core.arguments import called
        from netgrad.core.backprop import jacobian

        return called(jacobian, self, X)[1]

    def _repr_html_(self) -> str:
        from netgrad.core.html import table_of

        return table_of(self)

    def __repr__(self) -> str:
        name = "" if self.name is None else f"{excerpt(self.name)}, "
        sigmas = ", ".join(dict.fromkeys(layer.activation for layer in self.layers))
        return f"Network({name}{'-'.join(map(str, self.sizes))}, {sigmas})"


def _numbered(letter: str, n: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k}" for k in range(1, n + 1))


def _layers_of(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    found = tuple(layers) if isinstance(layers, Sequence) else ()
    if not found:
        raise NetworkError("a network needs at least one layer")
    for l, layer in enumerate(found, start=2):
        if not isinstance(layer, Layer):
            raise NetworkError(f"layer {l}: a Layer is expected, not {excerpt(type(layer).__name__)}", l=l)
    return found


def _arrays(net: Network) -> list[Array]:
    scalings = [s for s in (net.scaling, net.output_scaling) if s is not None]
    return [array for y in net.layers for array in (y.W, y.b)] + [array for s in scalings for array in (s.mean, s.std)]


def _as(scaling: Scaling | None, dtype: "DTypeLike") -> Scaling | None:
    return None if scaling is None else scaling.astype(dtype)
