"""Values and gradients of dataframes and of Dask's collections, which are computed partition by partition."""

from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from netgrad.core.backprop import value_and_grad as of_rows
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError, excerpt, listed, nearest
from netgrad.results.values import one_output, value_names


def value_and_grad(net: Network, points: Any, output: str | None = None) -> Any:
    """Value a[L] and gradient at the rows of a dask dataframe or array, in the columns a, da_dx1, da_dx2, ...

    Parameters
    ----------
    points
        A dask dataframe with a column for each input, by the network's names; others are carried through. Or a dask
        array of shape (m, n_1).
    output
        Name or number from 1 of one output of several.

    Returns
    -------
    The dataframe with the columns of results behind its own, or an array of shape (m, 1 + n_1): not computed yet.

    Raises
    ------
    UsageError
        A column is missing, or has the name of a result; the array has another shape; n_L > 1 and no output is chosen.
    """
    if hasattr(points, "map_partitions") and hasattr(points, "columns"):
        append = partial(with_results, net, output=output)
        return points.map_partitions(append, meta=append(points._meta_nonempty).iloc[:0])
    k = one_output(net, output)
    if points.ndim != 2 or points.shape[1] != net.sizes[0]:
        raise UsageError(f"an array of shape {points.shape}, expected (m, {net.sizes[0]})")
    whole = points.rechunk({1: -1})
    chunks = (whole.chunks[0], (1 + net.sizes[0],))
    return whole.map_blocks(partial(_results, net, k), dtype=np.float64, chunks=chunks, meta=np.empty((0, 0)))


def with_results(net: Network, frame: Any, output: str | None = None) -> Any:
    """A pandas dataframe with the value and gradient of each row in columns behind its own; raises as above."""
    k = one_output(net, output)
    a, columns = value_names(net, [k])[0], [str(name) for name in frame.columns]
    for name in net.input_names:
        if columns.count(name) != 1:
            raise UsageError(f"{columns.count(name)} columns {excerpt(name)}{nearest(name, columns)}, expected one")
    names = [a, *(f"d{a}_d{x}" for x in net.input_names)]
    if taken := [name for name in names if name in columns]:
        raise UsageError(f"there are columns called {listed(taken)} already")
    found = _results(net, k, frame[list(net.input_names)].to_numpy(np.float64))
    pandas = import_module("pandas")
    return pandas.concat([frame, pandas.DataFrame(found, frame.index, names)], axis=1)


def _results(net: Network, k: int, X: Array) -> Array:
    return np.column_stack(of_rows(net, X, k))
