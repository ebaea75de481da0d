"""Attributions as results: what is computed for each point by each method, and what its columns are called."""

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from netgrad.analysis.attribution import gradient_times_input, noise_of, smooth_gradient
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError, counted
from netgrad.stream.results import Results, one_output, value_names

Method = Callable[[Array, int], tuple[Array, ...]]  # points, threads -> a (m,), attributions (m, n_1), more of (m,)


class Gaps:
    """How nearly integrated gradients add up and are proved to be right, over all that was computed."""

    def __init__(self, tol: float) -> None:
        self.tol, self._rows, self._above, self._largest, self._error = tol, 0, 0, 0.0, 0.0
        self._lock = Lock()

    def add(self, gap: Array, error: Array) -> None:
        """Take note of the gaps and the bounds of the errors of some rows, shape (m,); from any thread."""
        with self._lock:
            self._rows += len(gap)
            self._above += int((~(np.maximum(gap, error) <= self.tol)).sum())
            self._largest = float(gap.max(initial=self._largest))
            self._error = float(error.max(initial=self._error))

    def message(self) -> str | None:
        """One line, where a gap or the bound of an error is above tol."""
        of = counted(self._rows, "row")
        most = f"gap at most {self._largest:.2g}, error at most {self._error:.2g}"
        return f"--tol {self.tol:g} is not reached for sure in {self._above:,} of {of}: {most}" if self._above else None


def saliencies(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a, then the signed da/dx_i."""
    k = one_output(net, output)
    named = value_names(net, [k])[0]
    return _results(lambda X, jobs: value_and_grad(net, X, k, jobs), named, f"d{named}_d", prefix)


def gradients_times_inputs(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a, then x_i da/dx_i."""
    k = one_output(net, output)
    return _results(lambda X, jobs: gradient_times_input(net, X, k, jobs), value_names(net, [k])[0], "gxi_", prefix)


def smooth_gradients(
    net: Network, noise: float, samples: int, seed: int, output: str | None = None, prefix: str = ""
) -> Results:
    """a, then SmoothGrad's means of da/dx_i."""
    k, draws = one_output(net, output), noise_of(net, noise, samples, seed)
    named = value_names(net, [k])[0]
    return _results(lambda X, jobs: smooth_gradient(net, X, draws, k, jobs), named, "sg_", prefix)


def integrals(
    net: Network, baseline: Callable[[], Array | None], gaps: Gaps, output: str | None = None, prefix: str = ""
) -> Results:
    """a, then integrated gradients from baseline(), and the gap, of which `gaps` is told."""
    from netgrad.analysis.integrated import integrated_gradients

    k = one_output(net, output)
    if not 0 < gaps.tol < np.inf:
        raise UsageError(f"--tol must be positive and finite, not {gaps.tol:g}")
    x0 = baseline()

    def f(X: Array, jobs: int) -> tuple[Array, ...]:
        found = integrated_gradients(net, X, x0, k, gaps.tol, jobs)
        gaps.add(found.gap, found.error)
        return found.a, found.ig, found.gap

    return _results(f, value_names(net, [k])[0], "ig_", prefix, ["gap"])


def _results(f: Method, named: str, each: str, prefix: str, more: Sequence[str] = ()) -> Results:
    def names(inputs: tuple[str, ...]) -> list[str]:
        return [prefix + name for name in (named, *(each + x for x in inputs), *more)]

    return Results(lambda X, jobs: np.column_stack(f(X, jobs)), names)
