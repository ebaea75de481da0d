"""Values and gradients of dask dataframes and arrays, `value_and_grad`, and of pandas dataframes, `with_results`."""

from netgrad.cluster.collections import value_and_grad, with_results

__all__ = ["value_and_grad", "with_results"]
