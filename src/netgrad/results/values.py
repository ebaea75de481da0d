"""Values and gradients as results: what is computed for each point, and what its columns are called."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from netgrad.core.arguments import output_index
from netgrad.core.backprop import evaluate, jacobian, value_and_grad
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError, counted, listed


class Results(NamedTuple):
    """A function of points, and names for what it gives: functions of modules with their options, which pickle."""

    f: Callable[[Array, Array | None, int], Array]  # X (m, n_1), targets Y or None, threads -> (m, p)
    names: Callable[[tuple[str, ...]], list[str]]  # of the n_1 inputs -> of the p results
    bounded: bool = False  # the second half of the results bounds the errors of the first
    note: Callable[[Array], Any] | None = None  # results (m, p) -> what is said of them in the end, to be added up
    hidden: int = 0  # columns behind the p results that are for the note alone


def values(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a[L]: of the one output, of the one called `output`, or of all."""
    chosen = chosen_outputs(net, output or "all")
    return Results(partial(_values, net, chosen), partial(_value_names, value_names(net, chosen), prefix))


def _values(net: Network, chosen: list[int], X: Array, Y: Array | None, jobs: int) -> Array:
    return _float64(evaluate(net, X, jobs)[:, chosen])


def _value_names(named: list[str], prefix: str, inputs: tuple[str, ...]) -> list[str]:
    return [prefix + name for name in named]


def values_and_gradients(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a[L], then da/dx_1, ..., da/dx_n: of the one output, of the one called `output`, or of all.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None, or there is no such output.
    """
    chosen = chosen_outputs(net, output)
    return Results(partial(_gradients, net, chosen), partial(_gradient_names, value_names(net, chosen), prefix))


def _gradients(net: Network, chosen: list[int], X: Array, Y: Array | None, jobs: int) -> Array:
    if len(chosen) == 1:
        a, grad = value_and_grad(net, X, chosen[0], jobs)
        return _float64(np.column_stack([a, grad]))
    a, J = jacobian(net, X, jobs)
    return _float64(np.column_stack([a, J.reshape(len(X), -1)]))


def _gradient_names(named: list[str], prefix: str, inputs: tuple[str, ...]) -> list[str]:
    gradients = [f"d{a}_d{x}" for a in named for x in inputs]
    return [prefix + name for name in [*named, *gradients]]


def _float64(R: Array) -> Array:
    """R, or for float32 the float64 whose shortest text is that of the float32."""
    return R if R.dtype == np.float64 else R.astype(np.str_).astype(np.float64)


@dataclass(frozen=True)
class Doubts:
    """In how many rows a number may be off by more than a unit in its last place; can be added."""

    rows: int = 0
    doubtful: int = 0

    def __add__(self, other: "Doubts") -> "Doubts":
        return Doubts(self.rows + other.rows, self.doubtful + other.doubtful)

    def message(self) -> str | None:
        """One line, where there is such a row."""
        if not self.doubtful:
            return None
        of = f"{self.doubtful:,} of {counted(self.rows, 'row')}"
        return f"{of} with a number that may be off by more than its last digit; --bounds says how much"


def precise_values_and_gradients(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """As `values_and_gradients`, computed in extended precision and rounded once; `Doubts` are noted.

    Raises
    ------
    UsageError
        As `bounded_values_and_gradients`; the platform has no extended precision.
    """
    bounded = bounded_values_and_gradients(net, output, prefix, precise=True)
    names = partial(_gradient_names, value_names(net, chosen_outputs(net, output)), prefix)
    return Results(bounded.f, names, note=_doubts, hidden=len(names(net.input_names)))


def _doubts(R: Array) -> Doubts:
    numbers, bounds = np.hsplit(R, 2)
    with np.errstate(invalid="ignore"):
        return Doubts(len(R), int((~(bounds <= np.spacing(np.abs(numbers)))).any(axis=1).sum()))


def bounded_values_and_gradients(
    net: Network, output: str | None = None, prefix: str = "", precise: bool = False
) -> Results:
    """a[L] and da/dx_1, ..., da/dx_n of one output or of all, then bounds on the absolute error of each.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None; there is no such output; the network is not in float64; there are no bounds for
        an activation; `precise` is wanted, and the platform has no extended precision.
    """
    check_float64(net)
    if precise and np.finfo(np.longdouble).nmant < 63:
        raise UsageError("--precise computes in long double, which is no more than float64 on this platform")
    from netgrad.bounds.sigmas import check_known

    check_known(layer.sigma for layer in net.layers)
    chosen = chosen_outputs(net, output)
    names = partial(_bounded_names, value_names(net, chosen), prefix)
    return Results(partial(_bounded, net, chosen, precise), names, bounded=True)


def check_float64(net: Network) -> None:
    """Raise UsageError where the network is not in float64, for which there are bounds."""
    if net.dtype != np.float64:
        raise UsageError("--bounds and --precise are those of float64: leave --dtype out")


def _bounded(net: Network, chosen: list[int], precise: bool, X: Array, Y: Array | None, jobs: int) -> Array:
    from netgrad.bounds.certified import jacobian_bounds, value_and_grad_bounds

    if len(chosen) == 1:
        one = value_and_grad_bounds(net, X, chosen[0], jobs, precise)
        return np.column_stack([one.a, one.grad, one.a_err, one.grad_err])
    every, m = jacobian_bounds(net, X, jobs, precise), len(X)
    return np.column_stack([every.a, every.J.reshape(m, -1), every.a_err, every.J_err.reshape(m, -1)])


def _bounded_names(named: list[str], prefix: str, inputs: tuple[str, ...]) -> list[str]:
    names = _gradient_names(named, prefix, inputs)
    return [*names, *(f"{name}_err" for name in names)]


def one_output(net: Network, output: str | None) -> int:
    """Index of the output called `output`, or of the only one.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None, or there is no such output.
    """
    if output is not None:
        return _index(net, output)
    if net.sizes[-1] == 1:
        return 0
    raise UsageError(_unchosen(net))


def _index(net: Network, output: str) -> int:
    try:
        return output_index(net, output)
    except UsageError as error:
        is_path = os.sep in output or output.strip(".").count(".") > 0
        raise UsageError(error.message + ("; where results go is said with -o" if is_path else "")) from None


def _unchosen(net: Network) -> str:
    outputs = f" ({listed(net.outputs)})" if net.outputs else ""
    return (
        f"the network has {net.sizes[-1]} outputs{outputs}, and the gradient is that of one: "
        "choose it with --output, a number from 1 or a name"
    )


def chosen_outputs(net: Network, output: str | None) -> list[int]:
    """Indices of the outputs meant by a name, a number from 1, or all; None means the only one.

    A network may have an output that is called 'all'.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None, or there is no such output.
    """
    if output == "all" and "all" not in (net.outputs or ()):
        return list(range(net.sizes[-1]))
    if output is None and net.sizes[-1] > 1:
        raise UsageError(f"{_unchosen(net)}, or take all with --output all")
    return [one_output(net, output)]


def value_names(net: Network, chosen: list[int]) -> list[str]:
    """Names of the outputs with these indices."""
    return [net.output_names[k] for k in chosen]
