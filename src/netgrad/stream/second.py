"""Directions, condition and second derivatives as results: what is computed for each point, and its columns' names."""

import numpy as np

from netgrad.core.condition import condition
from netgrad.core.directions import directional, hessian_times
from netgrad.core.hessian import hessian, largest
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError, excerpt, listed, nearest
from netgrad.formats.number import parse
from netgrad.stream.results import Results, chosen_outputs, one_output, value_names

COLUMNS = 5000  # of a Hessian, at most


def direction(text: str, net: Network) -> Array:
    """The direction that `text` gives, shape (n_1,): numbers by commas, or NAME=NUMBER, where others are 0.

    Raises
    ------
    UsageError
        Not as many numbers as inputs, no number, or no such input.
    """
    names = net.inputs or tuple(f"x{j}" for j in range(1, net.sizes[0] + 1))
    items = text.split(",")
    v = np.zeros(len(names))
    if "=" not in text:
        if len(items) != len(names):
            raise UsageError(f"--along has {len(items)} numbers, but the network has {len(names)} inputs")
        v[:] = [_number(item) for item in items]
        return v
    for item in items:
        name, _, number = item.rpartition("=")
        name = name.strip(" \t")
        if name not in names:
            near = nearest(name, names)
            raise UsageError(f"--along: there is no input {excerpt(name)}{near}; inputs are {listed(names)}")
        v[names.index(name)] = _number(number)
    return v


def _number(item: str) -> float:
    try:
        return parse(item.strip(" \t"))
    except ValueError as error:
        raise UsageError(f"--along: {error}") from None


def along(net: Network, v: Array, output: str | None = None, prefix: str = "") -> Results:
    """a and its derivative along v, columns `a, da_dv`: of one output or of all."""
    chosen = chosen_outputs(net, output)
    named = value_names(net, chosen)
    columns = [prefix + name for name in (*named, *(f"d{a}_dv" for a in named))]

    def f(X: Array, jobs: int) -> Array:
        return np.column_stack([part[:, chosen] for part in directional(net, X, v, jobs)]).astype(np.float64)

    return Results(f, lambda inputs: columns)


def with_condition(net: Network, results: Results, output: str | None = None, prefix: str = "") -> Results:
    """`results`, and behind them the condition number of a and the backward error of the computed a."""
    k = one_output(net, output)
    named = value_names(net, [k])[0]
    more = [f"{prefix}{named}_condition", f"{prefix}{named}_backward_error"]

    def f(X: Array, jobs: int) -> Array:
        return np.column_stack([results.f(X, jobs), *condition(net, X, k, jobs)])

    return Results(f, lambda inputs: [*results.names(inputs), *more])


def hessians(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a and the upper triangle of its Hessian: `a, d2a_dx1dx1, d2a_dx1dx2, ...`.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None, there is no such output, or the Hessian has too many columns.
    """
    k, n = one_output(net, output), net.sizes[0]
    if n * (n + 1) // 2 > COLUMNS:
        raise UsageError(
            f"the Hessian of {n} inputs has {n * (n + 1) // 2:,} columns: say --along V or --eigen, or ask the library"
        )
    named = value_names(net, [k])[0]
    above = np.triu_indices(n)

    def f(X: Array, jobs: int) -> Array:
        found = hessian(net, X, k, jobs)
        return np.column_stack([found.a, found.H[:, *above]]).astype(np.float64)

    def names(inputs: tuple[str, ...]) -> list[str]:
        pairs = zip(*above, strict=True)
        return [prefix + name for name in (named, *(f"d2{named}_d{inputs[i]}d{inputs[j]}" for i, j in pairs))]

    return Results(f, names)


def hessians_along(net: Network, v: Array, output: str | None = None, prefix: str = "") -> Results:
    """v^T H v, then the components of H v: `d2a_dvdv, d2a_dx1dv, ...`."""
    k = one_output(net, output)
    named = value_names(net, [k])[0]

    def f(X: Array, jobs: int) -> Array:
        Hv = hessian_times(net, X, v, k, jobs)[1]
        return np.column_stack([Hv @ v, Hv]).astype(np.float64)

    def names(inputs: tuple[str, ...]) -> list[str]:
        return [prefix + f"d2{named}_d{x}dv" if x else prefix + f"d2{named}_dvdv" for x in ("", *inputs)]

    return Results(f, names)


def largest_curvatures(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a, the eigenvalue of its Hessian largest in size, and the direction: `a, curvature, v_x1, ...`."""
    k = one_output(net, output)
    named = value_names(net, [k])[0]

    def f(X: Array, jobs: int) -> Array:
        found = hessian(net, X, k, jobs)
        return np.column_stack([found.a, *largest(found.H)]).astype(np.float64)

    def names(inputs: tuple[str, ...]) -> list[str]:
        return [prefix + name for name in (named, "curvature", *(f"v_{x}" for x in inputs))]

    return Results(f, names)
