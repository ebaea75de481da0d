"""Record of an activation function, from which all who ask take their facts."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netgrad.core.activations import formulas
from netgrad.core.activations.constants import Constants
from netgrad.core.arrays import Array

Pair = tuple[Any, Any]  # sigma(z) and sigma'(z)
Formula = Callable[[Any, Any, Constants], Pair]
Function = Callable[[Array, Array | None], None]


@dataclass(frozen=True)
class Activation:
    """An activation function sigma with its derivative and its facts.

    Parameters
    ----------
    name
        What it is called in a file.
    formula
        formula(z, p, c) is sigma(z) and sigma'(z) for p, the parameter, and constants c; right to the last digits for
        every finite z. None where `of_rows` is given.
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
    of_rows
        What f is, where sigma takes all units of the layer together; d is then the diagonal of its Jacobian, and sigma
        is for the last layer.
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
    formula: Formula | None = None
    aliases: tuple[str, ...] = ()
    values: tuple[float, float] = (-math.inf, math.inf)
    kinks: tuple[float, ...] = ()
    breaks: tuple[float, ...] = ()
    monotone: bool = True
    overflows: bool = False
    of_rows: Function | None = None
    probability: bool = False
    in_a: str | None = None
    limits: tuple[float, ...] = ()
    parameter: float | None = None
    default: float | None = None
    vary: "Callable[[float], Activation] | None" = None

    def f(self, z: Array, d: Array | None) -> None:
        """Overwrite z by sigma(z) and, unless d is None, d by sigma'(z), of the shape and layout of z."""
        if self.of_rows is not None:
            self.of_rows(z, d)
        elif self.formula is not None:
            formulas.apply(self.formula, self.parameter, z, d)

    @property
    def whole_row(self) -> bool:
        """True where sigma takes all units of the layer together."""
        return self.of_rows is not None

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
