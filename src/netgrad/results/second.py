"""Directions, condition and second derivatives as results: what is computed for each point, and its columns' names."""

from collections.abc import Callable
from functools import partial
from itertools import combinations_with_replacement

import numpy as np

from netgrad.bounds.condition import condition
from netgrad.core.directions import directional, hessian_times
from netgrad.core.hessian import hessian, largest
from netgrad.core.network import Array, Network
from netgrad.core.products import row_sums
from netgrad.errors import UsageError, excerpt, listed, nearest
from netgrad.numerals.number import parse
from netgrad.results.values import Results, check_float64, chosen_outputs, one_output, value_names

COLUMNS = 5000  # of a Hessian, at most


def direction(text: str, net: Network) -> Array:
    """The direction that `text` gives, shape (n_1,): numbers by commas, or NAME=NUMBER, where others are 0.

    Raises
    ------
    UsageError
        Not as many numbers as inputs, no number, or no such input.
    """
    names = net.input_names
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
    return Results(partial(_along, net, v, chosen), partial(_fixed, columns))


def _along(net: Network, v: Array, chosen: list[int], X: Array, Y: Array | None, jobs: int) -> Array:
    return np.column_stack([part[:, chosen] for part in directional(net, X, v, jobs)]).astype(np.float64)


def _fixed(columns: list[str], inputs: tuple[str, ...]) -> list[str]:
    return columns


def with_condition(net: Network, results: Results, output: str | None = None, prefix: str = "") -> Results:
    """`results`, and behind them the condition number of a and the backward error of the computed a."""
    k = one_output(net, output)
    named = value_names(net, [k])[0]
    more = [f"{prefix}{named}_condition", f"{prefix}{named}_backward_error"]
    return Results(partial(_with_condition, net, k, results), partial(_with_more, results, more))


def _with_condition(net: Network, k: int, results: Results, X: Array, Y: Array | None, jobs: int) -> Array:
    return np.column_stack([results.f(X, Y, jobs), *condition(net, X, k, jobs)])


def _with_more(results: Results, more: list[str], inputs: tuple[str, ...]) -> list[str]:
    return [*results.names(inputs), *more]


def hessians(net: Network, output: str | None = None, prefix: str = "", bounds: bool = False) -> Results:
    """a and the upper triangle of its Hessian: `a, d2a_dx1dx1, d2a_dx1dx2, ...`; with `bounds` those of all behind.

    Raises
    ------
    UsageError
        n_L > 1 and `output` is None, there is no such output, the Hessian has too many columns, or the network is not
        in float64 and bounds are asked for.
    """
    k, n = one_output(net, output), net.sizes[0]
    if n * (n + 1) // 2 > COLUMNS:
        raise UsageError(
            f"the Hessian of {n} inputs has {n * (n + 1) // 2:,} columns: say --along V or --eigen, or ask the library"
        )
    names = partial(_hessian_names, prefix, value_names(net, [k])[0])
    if not bounds:
        return Results(partial(_hessians, net, k), names)
    check_float64(net)
    return Results(partial(_bounded_hessians, net, k), partial(_with_errors, names), bounded=True)


def _hessians(net: Network, k: int, X: Array, Y: Array | None, jobs: int) -> Array:
    found = hessian(net, X, k, jobs)
    return np.column_stack([found.a, found.H[:, *np.triu_indices(net.sizes[0])]]).astype(np.float64)


def _bounded_hessians(net: Network, k: int, X: Array, Y: Array | None, jobs: int) -> Array:
    from netgrad.bounds.hessians import hessian_bounds

    found, above = hessian_bounds(net, X, k, jobs), np.triu_indices(net.sizes[0])
    return np.column_stack([found.a, found.H[:, *above], found.a_err, found.H_err[:, *above]])


def _with_errors(named: Callable[[tuple[str, ...]], list[str]], inputs: tuple[str, ...]) -> list[str]:
    names = named(inputs)
    return [*names, *(f"{name}_err" for name in names)]


def _hessian_names(prefix: str, a: str, inputs: tuple[str, ...]) -> list[str]:
    pairs = combinations_with_replacement(inputs, 2)
    return [prefix + name for name in (a, *(f"d2{a}_d{u}d{v}" for u, v in pairs))]


def hessians_along(
    net: Network, v: Array, output: str | None = None, prefix: str = "", bounds: bool = False
) -> Results:
    """v^T H v, then the components of H v: `d2a_dvdv, d2a_dx1dv, ...`; with `bounds` those of all behind."""
    k = one_output(net, output)
    names = partial(_names_along, prefix, value_names(net, [k])[0])
    if not bounds:
        return Results(partial(_hessians_along, net, v, k), names)
    check_float64(net)
    return Results(partial(_bounded_along, net, v, k), partial(_with_errors, names), bounded=True)


def _hessians_along(net: Network, v: Array, k: int, X: Array, Y: Array | None, jobs: int) -> Array:
    Hv = hessian_times(net, X, v, k, jobs)[1]
    return np.column_stack([row_sums(Hv * v), Hv]).astype(np.float64)


def _bounded_along(net: Network, v: Array, k: int, X: Array, Y: Array | None, jobs: int) -> Array:
    from netgrad.bounds.hessians import hessian_times_bounds

    found = hessian_times_bounds(net, X, v, k, jobs)
    return np.column_stack([found.curvature, found.Hv, found.curvature_err, found.Hv_err])


def _names_along(prefix: str, a: str, inputs: tuple[str, ...]) -> list[str]:
    return [prefix + name for name in (f"d2{a}_dvdv", *(f"d2{a}_d{x}dv" for x in inputs))]


def largest_curvatures(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a, the eigenvalue of its Hessian largest in size, and the direction: `a, curvature, v_x1, ...`."""
    k = one_output(net, output)
    return Results(partial(_largest_curvatures, net, k), partial(_curvature_names, prefix, value_names(net, [k])[0]))


def _largest_curvatures(net: Network, k: int, X: Array, Y: Array | None, jobs: int) -> Array:
    found = hessian(net, X, k, jobs)
    return np.column_stack([found.a, *largest(found.H)]).astype(np.float64)


def _curvature_names(prefix: str, a: str, inputs: tuple[str, ...]) -> list[str]:
    return [prefix + name for name in (a, "curvature", *(f"v_{x}" for x in inputs))]
