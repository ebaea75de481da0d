"""A node of a torch.export graph, with the values of its arguments."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError
from netgrad.formats import expression as ex
from netgrad.formats.onnx_model import Node
from netgrad.formats.onnx_signal import Signal

Array = NDArray[Any]

_MISSING = object()


@dataclass(frozen=True)
class Call:
    """One node: its operation and arguments, with tensors as arrays or signals."""

    operation: str  # "linear"
    place: str
    arguments: Mapping[str, Any]
    module: str | None = None  # whose weights they are
    shape: tuple[Any, ...] | None = None  # of its first tensor
    result: tuple[Any, ...] | None = None  # shape of what it gives
    remarks: list[str] = field(default_factory=list)

    def number(self, name: str, default: float) -> float:
        """Argument that is a number."""
        value = self.arguments.get(name, default)
        value = default if value is None else value
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.reshape(()).item()
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise NetworkError(f"{self.place}: {name} is no finite number")
        return float(value)

    def signal(self, name: str = "self") -> Signal:
        """Argument that depends on the input."""
        value = self.arguments.get(name)
        if not isinstance(value, Signal):
            raise NetworkError(f"{self.place}: {name} does not depend on the input")
        return value

    def array(self, name: str) -> Array | None:
        """Argument that is a tensor of constants, or None where it is left out."""
        value = self.arguments.get(name)
        if value is not None and not (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
            raise NetworkError(f"{self.place}: {name} is no constant tensor of floats")
        return value

    def operand(self, name: str) -> Any:
        """Argument of arithmetic: a signal or an array."""
        value = self.arguments.get(name, _MISSING)
        if isinstance(value, Signal | np.ndarray):
            return value
        return np.asarray(self.number(name, math.nan))

    def then(self, expr: ex.Expr) -> Signal:
        """Signal of an expression of `self`."""
        return self.signal().then(expr, self.place)

    def node(self, op: str, **attributes: Any) -> Node:
        """The same as an operation of ONNX."""
        return Node(op, self.place.removeprefix("node "), attributes=attributes)


Operation = Callable[[Call], Signal]
