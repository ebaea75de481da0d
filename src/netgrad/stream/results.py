"""What is computed for each point, and what its columns are called."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from netgrad.core.backprop import evaluate, jacobian, value_and_grad
from netgrad.core.network import Array, Network, output_index
from netgrad.errors import UsageError, listed


class Results(NamedTuple):
    """A function of points, and names for what it gives."""

    f: Callable[[Array, int], Array]  # (m, n_1), threads -> (m, p)
    names: Callable[[tuple[str, ...]], list[str]]  # of the n_1 inputs -> of the p results
    bounded: bool = False  # the second half of the results bounds the errors of the first


def values(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a[L]: of the one output, of the one called `output`, or of all."""
    chosen = chosen_outputs(net, output or "all")
    named = [prefix + name for name in value_names(net, chosen)]
    return Results(lambda X, jobs: _float64(evaluate(net, X, jobs)[:, chosen]), lambda inputs: named)


def values_and_gradients(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a[L], then da/dx_1, ..., da/dx_n: of the one output, of the one called `output`, or of all.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None, or there is no such output.
    """
    chosen = chosen_outputs(net, output)
    named = value_names(net, chosen)

    def f(X: Array, jobs: int) -> Array:
        if len(chosen) == 1:
            a, grad = value_and_grad(net, X, chosen[0], jobs)
            return _float64(np.column_stack([a, grad]))
        a, J = jacobian(net, X, jobs)
        return _float64(np.column_stack([a, J.reshape(len(X), -1)]))

    def names(inputs: tuple[str, ...]) -> list[str]:
        gradients = [f"d{a}_d{x}" for a in named for x in inputs]
        return [prefix + name for name in [*named, *gradients]]

    return Results(f, names)


def _float64(R: Array) -> Array:
    """R, or for float32 the float64 whose shortest text is that of the float32."""
    return R if R.dtype == np.float64 else R.astype(np.str_).astype(np.float64)


def bounded_values_and_gradients(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a[L] and da/dx_1, ..., da/dx_n of one output, then bounds on the absolute error of each.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None; there is no such output; the network is not in float64.
    """
    if net.dtype != np.float64:
        raise UsageError("--bounds are those of float64: leave --dtype out")
    k = one_output(net, output)
    unbounded = values_and_gradients(net, str(k + 1), prefix)

    def f(X: Array, jobs: int) -> Array:
        from netgrad.bounds.certified import value_and_grad_bounds

        bounds = value_and_grad_bounds(net, X, k, jobs)
        return np.column_stack([bounds.a, bounds.grad, bounds.a_err, bounds.grad_err])

    def names(inputs: tuple[str, ...]) -> list[str]:
        named = unbounded.names(inputs)
        return [*named, *(f"{name}_err" for name in named)]

    return Results(f, names, bounded=True)


def one_output(net: Network, output: str | None) -> int:
    """Index of the output called `output`, or of the only one.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None, or there is no such output.
    """
    if output is not None:
        return output_index(net, output)
    if net.sizes[-1] == 1:
        return 0
    outputs = f" ({listed(net.outputs)})" if net.outputs else ""
    raise UsageError(
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
    return [one_output(net, output)]


def value_names(net: Network, chosen: list[int]) -> list[str]:
    """What the outputs with these indices are called: as the network says, else a, or a1, a2, ..."""
    if net.outputs is not None:
        return [net.outputs[k] for k in chosen]
    return ["a"] if net.sizes[-1] == 1 else [f"a{k + 1}" for k in chosen]
