"""Record of an activation function, from which all who ask take their facts."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from netgrad.core.arrays import Array

Function = Callable[[Array, Array | None], None]


@dataclass(frozen=True)
class Activation:
    """An activation function sigma with its derivative and its facts.

    Parameters
    ----------
    name
        What it is called in a file.
    f
        f(z, d) overwrites z by sigma(z) and, unless d is None, d by sigma'(z), of the shape and layout of z; right to
        the last digits for every finite z.
    aliases
        Other names, in lower case without `_`, `-` and spaces.
    values
        The infimum and the supremum of sigma.
    kinks
        Points where sigma' jumps.
    breaks
        Points where sigma has no power series: kinks, and those where a higher derivative jumps.
    monotone
        Whether sigma never decreases.
    overflows
        Whether sigma of a finite z may be infinite.
    whole_row
        Whether sigma takes all units of the layer together; d is then the diagonal of its Jacobian, and it is for
        the last layer.
    probability
        Whether a is a probability, so that cross-entropy is its loss.
    in_a
        The textbook's sigma' as a formula in a, or None; it is 0 where a rounds to one of `limits`.
    limits
        See `in_a`.
    parameter, default
        The number behind the name as in `leaky_relu(0.2)`, and the one that goes without saying; None without one.
    vary
        The activation with another parameter; a ValueError, which says what is expected, where it makes no sense.
    """

    name: str
    f: Function
    aliases: tuple[str, ...] = ()
    values: tuple[float, float] = (-math.inf, math.inf)
    kinks: tuple[float, ...] = ()
    breaks: tuple[float, ...] = ()
    monotone: bool = True
    overflows: bool = False
    whole_row: bool = False
    probability: bool = False
    in_a: str | None = None
    limits: tuple[float, ...] = ()
    parameter: float | None = None
    default: float | None = None
    vary: "Callable[[float], Activation] | None" = None

    @property
    def text(self) -> str:
        """The canonical text: the name, and the parameter unless it goes without saying."""
        if self.parameter == self.default:
            return self.name
        return f"{self.name}({repr(self.parameter).removesuffix('.0')})"

    @property
    def analytic(self) -> bool:
        """True where sigma has a power series everywhere."""
        return not self.breaks
