"""Attributions as results: what is computed for each point by each method, and what its columns are called."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from netgrad.analysis.attribution import gradient_times_input, mean_gradient, noise_of
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError, counted
from netgrad.results.values import Results, one_output, value_names


@dataclass(frozen=True)
class Gaps:
    """Gaps of integrated gradients over some rows, and the bounds that are proved for their errors; can be added."""

    tol: float
    rows: int = 0
    above: int = 0  # rows with a gap or a bound of the error that is not within tol
    gap: float = 0.0  # the largest
    error: float = 0.0  # the largest bound

    def __add__(self, other: "Gaps") -> "Gaps":
        largest = (float(np.maximum(u, v)) for u, v in ((self.gap, other.gap), (self.error, other.error)))
        return Gaps(self.tol, self.rows + other.rows, self.above + other.above, *largest)

    def message(self) -> str | None:
        """One line, where a gap or the bound of an error is above tol."""
        of = counted(self.rows, "row")
        most = f"gap at most {self.gap:.2g}, error at most {self.error:.2g}"
        return f"--tol {self.tol:g} is not reached for sure in {self.above:,} of {of}: {most}" if self.above else None


def gaps_of(tol: float, gap: Array, error: Array) -> Gaps:
    """Gaps of some rows, and bounds of their errors, each of shape (m,)."""
    above = int((~(np.maximum(gap, error) <= tol)).sum())
    return Gaps(tol, len(gap), above, float(gap.max(initial=0.0)), float(error.max(initial=0.0)))


def saliencies(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a, then the signed da/dx_i."""
    k = one_output(net, output)
    named = value_names(net, [k])[0]
    return Results(partial(_saliencies, net, k), partial(_names, named, f"d{named}_d", prefix, ()))


def _saliencies(net: Network, k: int, X: Array, Y: Array | None, jobs: int) -> Array:
    return np.column_stack(value_and_grad(net, X, k, jobs))


def gradients_times_inputs(net: Network, output: str | None = None, prefix: str = "") -> Results:
    """a, then x_i da/dx_i."""
    k = one_output(net, output)
    return Results(partial(_times_inputs, net, k), partial(_names, value_names(net, [k])[0], "gxi_", prefix, ()))


def _times_inputs(net: Network, k: int, X: Array, Y: Array | None, jobs: int) -> Array:
    return np.column_stack(gradient_times_input(net, X, k, jobs))


def smooth_gradients(
    net: Network, noise: float, samples: int, seed: int, output: str | None = None, prefix: str = ""
) -> Results:
    """a, then SmoothGrad's means of da/dx_i."""
    k, draws = one_output(net, output), noise_of(net, noise, samples, seed)
    return Results(partial(_smooth, net, draws, k), partial(_names, value_names(net, [k])[0], "sg_", prefix, ()))


def _smooth(net: Network, draws: Array, k: int, X: Array, Y: Array | None, jobs: int) -> Array:
    return np.column_stack(mean_gradient(net, X, draws, k, jobs))


def integrals(
    net: Network, baseline: Callable[[], Array | None], tol: float, output: str | None = None, prefix: str = ""
) -> Results:
    """a, then integrated gradients from baseline(), and the gap, of which `Gaps` are noted."""
    k = one_output(net, output)
    if not 0 < tol < np.inf:
        raise UsageError(f"--tol must be positive and finite, not {tol:g}")
    names = partial(_names, value_names(net, [k])[0], "ig_", prefix, ("gap",))
    return Results(partial(_integrals, net, baseline(), k, tol), names, note=partial(_gaps, tol), hidden=1)


def _integrals(net: Network, x0: Array | None, k: int, tol: float, X: Array, Y: Array | None, jobs: int) -> Array:
    from netgrad.analysis.integrated import integrated_gradients

    found = integrated_gradients(net, X, x0, k, tol, jobs)
    return np.column_stack([found.a, found.ig, found.gap, found.error])


def _gaps(tol: float, R: Array) -> Gaps:
    return gaps_of(tol, R[:, -2], R[:, -1])


def _names(named: str, each: str, prefix: str, more: tuple[str, ...], inputs: tuple[str, ...]) -> list[str]:
    return [prefix + name for name in (named, *(each + x for x in inputs), *more)]
