"""Facts that a module knows of each activation function beside its record, looked up by the record."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from netgrad.core.activations.record import Activation
from netgrad.errors import UsageError

T = TypeVar("T")
Varied = Mapping[str, Callable[[float], T]]  # name -> facts of the activation with a parameter


def fact(known: Mapping[str, T], varied: Varied[T], sigma: Activation, missing: str) -> T:
    """Entry of sigma in `known` by its name, or in `varied` by its name and parameter.

    Raises
    ------
    UsageError
        Nothing is: `missing`, which has a place for the activation.

    Examples
    --------
    >>> from netgrad.core.activations import activation
    >>> fact({"exp": 1.0}, {"elu": lambda alpha: 2 * alpha}, activation("elu(3)"), "nothing is known of {}")
    6.0
    """
    if sigma.name in varied and sigma.parameter is not None:
        return varied[sigma.name](sigma.parameter)
    if sigma.name not in known:
        raise UsageError(missing.format(sigma.text))
    return known[sigma.name]
