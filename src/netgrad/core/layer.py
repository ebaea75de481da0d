"""What a network is made of: a layer, and a scaling of inputs or outputs, read-only."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netgrad.core.activations import Activation, activation
from netgrad.core.arrays import Array, in_type, reals
from netgrad.errors import NetworkError, excerpt

if TYPE_CHECKING:
    from numpy.typing import DTypeLike


@dataclass(frozen=True, eq=False, repr=False)
class Layer:
    """One layer: a[l] = sigma(W a[l-1] + b).

    W and b are kept as read-only copies, float64 or float32; `activation` as its canonical text, and what was given
    for it, where that is another, as `alias`.

    Raises
    ------
    NetworkError
        W or b is no array of real numbers that float64 holds, or the activation no name.

    Examples
    --------
    >>> Layer([[20, 20], [-20, -20]], [-10, 30], "ReLU")
    Layer(2 x 2, relu)
    """

    W: Array  # (n_l, n_{l-1})
    b: Array  # (n_l,)
    activation: str = "sigmoid"
    alias: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        for key in ("W", "b"):
            object.__setattr__(self, key, reals(getattr(self, key), key))
        if not isinstance(self.activation, str):
            found = excerpt(repr(self.activation))
            raise NetworkError(f"activation must be a name, such as 'sigmoid', not {found}", key="activation")
        with suppress(NetworkError):  # a network says which layer it is of
            text = activation(self.activation).text
            object.__setattr__(self, "alias", self.activation if self.activation != text else None)
            object.__setattr__(self, "activation", text)

    @property
    def sigma(self) -> Activation:
        """The activation's record."""
        return activation(self.activation)

    def astype(self, dtype: "DTypeLike") -> "Layer":
        """The layer in `dtype`, its alias kept."""
        return Layer(in_type(self.W, dtype), in_type(self.b, dtype), self.alias or self.activation)

    def __repr__(self) -> str:
        return f"Layer({self.W.shape[0]} x {self.W.shape[1]}, {self.activation})"


@dataclass(frozen=True, eq=False)
class Scaling:
    """Means and standard deviations: of inputs, u = (x - mean) / std before layer 2; of outputs, mean + std a[L].

    Both are in the units of x, or of the output, and are kept as read-only copies.

    Raises
    ------
    NetworkError
        They are no arrays of real numbers that float64 holds.

    Examples
    --------
    >>> Scaling([10, 20], [2, 2]).mean
    array([10., 20.])
    """

    mean: Array  # (n,)
    std: Array  # (n,)

    def __post_init__(self) -> None:
        for key in ("mean", "std"):
            object.__setattr__(self, key, reals(getattr(self, key), key))

    def astype(self, dtype: "DTypeLike") -> "Scaling":
        """The same in `dtype`."""
        return Scaling(in_type(self.mean, dtype), in_type(self.std, dtype))
