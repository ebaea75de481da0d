"""Losses over a data set: their means, the gradients of those, and what the forecasts are worth."""

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.analysis import calibration, moments, residuals, verdicts
from netgrad.analysis.losses import Output, categorical, one_hot
from netgrad.analysis.pullback import Block, over_blocks, pulled_back
from netgrad.analysis.residuals import Residuals
from netgrad.core.arrays import Array
from netgrad.core.network import Network

Layers = list[tuple[Array, Array]]  # (n_l, n_{l-1}) and (n_l,) for l = 2, ..., L


class Risk(NamedTuple):
    """k losses over m points."""

    cost: moments.Moments  # (k,)
    layers: list[Layers]  # of each loss, sums over the points of dC/dW[l] and dC/db[l]
    x: moments.Moments | None  # (k n_1,), of dC/dx, loss by loss, where it is wanted
    verdicts: verdicts.Verdicts
    calibration: calibration.Calibration | None  # where outputs are probabilities
    categorical: float | None  # of several sigmoids, sum of `losses.categorical` over the points with one class
    residuals: Residuals | None = None  # where outputs are no probabilities
    odd: int = 0  # points at which a loss is not finite

    @property
    def m(self) -> int:
        """Number of points."""
        return self.cost.m

    def norms(self, i: int) -> list[tuple[float, float]]:
        """Frobenius norms of dC/dW[l] and of dC/db[l], l = 2, ..., L, of the mean over the points of loss i."""
        return [(_norm(W) / self.m, _norm(b) / self.m) for W, b in self.layers[i]]


def risk(
    net: Network, XT: Array, losses: Sequence[str], confident: float = 0.9, wrt_x: bool = False, jobs: int = 1
) -> Risk:
    """Risk over m > 0 points XT as `losses_at` takes them; confidently wrong begins at probability `confident`.

    Examples
    --------
    >>> net = Network.of([([[1.0]], [0.0])])
    >>> found = risk(net, np.array([[0.0, 1.0], [0.0, 0.0]]), ["squared_error", "cross_entropy"])
    >>> found.cost.mean
    array([0.125     , 0.69314718])
    """
    found: list[Risk] = []  # of the points before `done`
    done, waiting, lock = 0, dict[int, tuple[Risk, int]](), Lock()

    def visit(block: Block, rows: slice) -> None:
        nonlocal done
        part = _of_block(net, block, rows.start, confident, wrt_x)
        with lock:
            waiting[rows.start] = part, rows.stop
            while done in waiting:  # in order, so that threads do not change the sums
                part, done = waiting.pop(done)
                found[:] = [merged(found[0], part)] if found else [part]

    over_blocks(net, XT, losses, visit, jobs)
    return found[0]


def renumbered(found: Risk, rows: NDArray[np.int64]) -> Risk:
    """The same risk, of whose points number i is called row rows[i]."""
    return found._replace(residuals=found.residuals and residuals.renumbered(found.residuals, rows))


def merged(a: Risk, b: Risk) -> Risk:
    """Risk over the points of both."""
    layers: list[Layers] = [
        [(W + V, b_W + b_V) for (W, b_W), (V, b_V) in zip(ours, theirs, strict=True)]
        for ours, theirs in zip(a.layers, b.layers, strict=True)
    ]
    return Risk(
        moments.merged(a.cost, b.cost),
        layers,
        None if a.x is None or b.x is None else moments.merged(a.x, b.x),
        verdicts.merged(a.verdicts, b.verdicts),
        a.calibration and b.calibration and calibration.merged(a.calibration, b.calibration),
        None if a.categorical is None or b.categorical is None else a.categorical + b.categorical,
        a.residuals and b.residuals and residuals.merged(a.residuals, b.residuals),
        a.odd + b.odd,
    )


def _of_block(net: Network, block: Block, first: int, confident: float, wrt_x: bool) -> Risk:
    out = block.output
    gradients = [pulled_back(net, block, signal.delta, wrt_x=wrt_x) for signal in block.signals]
    cost = np.column_stack([signal.cost for signal in block.signals])
    return Risk(
        moments.moments(cost),
        [of.layers for of in gradients],
        moments.moments(np.concatenate([of.x for of in gradients], axis=1)) if wrt_x else None,
        verdicts.verdicts(out, confident),
        _calibration(out) if out.sigma.probability else None,
        _categorical(out) if out.sigma.name == "sigmoid" and out.a.shape[1] > 1 else None,
        None if out.sigma.probability else residuals.residuals(out.a, out.y, first),
        int(np.count_nonzero(~np.isfinite(cost).all(axis=1))),
    )


def _categorical(out: Output) -> float:
    with_class = one_hot(out.y)
    return float(categorical(out.z[with_class], out.y[with_class]).sum())


def _norm(A: Array) -> float:
    """Root of the sum of the squares, none of which over- or underflows."""
    largest = float(np.abs(A).max())
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return largest * float(np.linalg.norm(A / largest)) if 0 < largest < np.inf else largest


def _calibration(out: Output) -> calibration.Calibration:
    """Of the output for n_L = 1, else of the largest output and the target of that class."""
    if out.a.shape[1] == 1:
        return calibration.calibration(out.a[:, 0], out.y[:, 0])
    rows, k = np.arange(len(out.a)), out.a.argmax(axis=1)
    return calibration.calibration(out.a[rows, k], out.y[rows, k])
