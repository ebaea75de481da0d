"""Points and outputs as users name them: one point or many, columns of a table, an output by its name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import numpy as np

from netgrad.core.arrays import Array, Numbers, in_type
from netgrad.core.network import Network
from netgrad.errors import UsageError, counted, excerpt, listed, nearest

P = ParamSpec("P")
T = TypeVar("T")
Which = int | str | None  # an output: its index from 0, or its name; None is the only one

ONE = ", whose results lose the axis of points."
NOTE = f"""
    X may be whatever numpy reads: `(m, n_1)`, or one point `(n_1,)`{ONE}
    Columns of a DataFrame are found by the names of the network's inputs, in whatever order.
"""


def at_points(
    f: Callable[Concatenate[Network, Array, P], T], name: str | None = None, sums_up: bool = False
) -> Callable[Concatenate[Network, Numbers, P], T]:
    """Function `netgrad.name`: f(net, X, ...) of points X, shape (m, n_1), for all that a user may call points.

    What f returns, an array or a tuple of arrays, has m first, and at one point it is that of the one row; unless f
    `sums_up`, so that it returns one thing for all points.

    >>> net = Network.of([([[4.0, -8.0]], [0.0])], inputs=("u", "v"))
    >>> at_points(lambda net, X: X)(net, [1.0, 0.5])
    array([1. , 0.5])
    """

    @wraps(f)
    def taking(net: Network, X: Numbers, *given: P.args, **named: P.kwargs) -> T:
        check_network_given(net)
        return called(f, net, X, *given, **named) if not sums_up else f(net, rows_of(net, X)[0], *given, **named)

    public, note = name or f.__name__, NOTE.replace(ONE, ".") if sums_up else NOTE
    taking.__doc__ = _noted((f.__doc__ or "").replace(f.__name__, public), note)
    taking.__module__, taking.__name__, taking.__qualname__ = "netgrad", public, public  # where pickle finds it
    return cast("Callable[Concatenate[Network, Numbers, P], T]", taking)


def called(
    f: Callable[Concatenate[Network, Array, P], T], net: Network, X: Numbers, *given: P.args, **named: P.kwargs
) -> T:
    """f(net, X, ...) at points X, or at one point the one row of it."""
    rows, is_one = rows_of(net, X)
    found = f(net, rows, *given, **named)
    return cast(T, _first(found)) if is_one else found


def check_network_given(net: object) -> None:
    """Raise UsageError where `net` is no Network."""
    if not isinstance(net, Network):
        raise UsageError(f"a Network is expected, not {excerpt(type(net).__name__)}")


def rows_of(net: Network, X: Numbers) -> tuple[Array, bool]:
    """Points as rows, shape (m, n_1), and whether it was one point.

    Raises
    ------
    UsageError
        They are not real numbers, or a table has not the columns that the network's inputs are called.
    """
    check_network_given(net)
    labels = _labels(X)
    if labels is not None:
        X = _picked(net, X, labels)
    if np.ma.is_masked(X):
        raise UsageError("points must be numbers, but some entries of X are masked")
    try:
        array = np.asarray(X)
    except ValueError:
        raise UsageError("points must be rows of numbers, but the rows of X differ in length") from None
    if array.dtype.kind not in "iuf":
        raise UsageError(f"points must be real numbers, but X is of type {excerpt(str(array.dtype))}")
    return (array[np.newaxis], True) if array.ndim == 1 else (array, False)


def points_of(net: Network, X: Array) -> Array:
    """X in the network's dtype, of shape (m, n_1) or a UsageError."""
    X = in_type(X, net.dtype)
    if X.ndim != 2 or X.shape[1] != net.sizes[0]:
        raise UsageError(f"points must have shape (m, {net.sizes[0]}), but X has shape {X.shape}")
    return X


def output_of(net: Network, k: Which) -> int:
    """Index from 0 of the output k, its index or its name; 0 where k is None and n_L = 1; or a UsageError."""
    check_network_given(net)
    n_L = net.sizes[-1]
    if k is None and n_L > 1:
        raise UsageError(f"the network has {n_L} outputs: choose one (k), or take the jacobian")
    if isinstance(k, str):
        names = net.output_names
        if k not in names:
            raise UsageError(f"there is no output {excerpt(k)}{nearest(k, names)}; outputs are {listed(names)}")
        return names.index(k)
    if k is not None and (isinstance(k, bool) or not isinstance(k, int | np.integer)):
        raise UsageError(f"an output is its index from 0 or its name, not {excerpt(repr(k))}")
    if k is not None and not 0 <= k < n_L:
        raise UsageError(f"there is no output k = {k}: the network has {counted(n_L, 'output')}, from 0")
    return int(k or 0)


def output_index(net: Network, which: str) -> int:
    """Index from 0 of the output that a command line calls `which`: a name, or a number from 1.

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


def _labels(X: Any) -> list[Any] | None:
    """Names of the columns of a table, as pandas, polars and pyarrow have them, or of the entries of a Series."""
    if hasattr(X, "columns"):
        return list(X.columns if hasattr(X, "to_numpy") else X.column_names)
    index = getattr(X, "index", None)
    labels = [] if index is None or callable(index) else list(index)
    return labels if any(isinstance(label, str) for label in labels) else None


def _picked(net: Network, table: Any, labels: list[Any]) -> Array:
    """Columns of a table by the names of the network's inputs, never by their places."""
    if net.inputs is None and any(name not in labels for name in net.input_names):
        raise UsageError("the network has no names of inputs to find the columns of a table by: give an array")
    for name in net.input_names:
        if name not in labels:
            found = listed([*map(str, labels)])
            raise UsageError(
                f"the table has no column {excerpt(name)}{nearest(name, map(str, labels))}; it has {found}"
            )
        if labels.count(name) > 1:
            raise UsageError(f"the table has the column {excerpt(name)} {labels.count(name)} times")
    names = list(net.input_names)
    if hasattr(table, "to_numpy"):
        return cast(Array, table[names].to_numpy())
    return np.column_stack([table[name].to_numpy() for name in names])


def _first(found: Any) -> Any:
    """The one row of each array."""
    if isinstance(found, np.ndarray):
        return np.asarray(found[0])
    parts = [_first(part) for part in found]
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def _noted(doc: str, note: str) -> str:
    """A docstring with the note behind its first paragraph."""
    first, gap, rest = doc.partition("\n\n")
    return first + "\n" + note + ("\n" + rest if gap else "")
