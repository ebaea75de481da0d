"""Squared error and cross-entropy on data with targets: `netgrad loss` as calls."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from netgrad.analysis.pullback import AtPoints
from netgrad.analysis.pullback import losses_at as _losses_at
from netgrad.analysis.risk import risk
from netgrad.core.arguments import points_of, rows_of
from netgrad.core.arrays import Array, Numbers
from netgrad.core.network import Network
from netgrad.errors import PointsError, UsageError, excerpt
from netgrad.results.loss_report import Report, chosen_losses, class_names, record
from netgrad.results.truth import target_of, truth_of
from netgrad.tables.targets import Target


def losses(
    net: Network,
    X: Numbers,
    y: Numbers,
    loss: str = "both",
    classes: Sequence[str] | None = None,
    confident: float = 0.9,
    wrt_x: bool = False,
    jobs: int = 1,
) -> dict[str, Any]:
    """Squared error |a - y|^2/2 and cross-entropy over a data set, and what the forecasts are worth.

    The dict is what `netgrad loss --json` prints: of each loss the mean, the largest, and the norms of the mean's
    gradients with respect to W[l] and b[l]; of probabilities accuracy, confidently wrong points, scores and
    calibration, and of other outputs what a regression is judged by. `not_finite` counts points whose loss is not.

    Parameters
    ----------
    X : (m, n_1), m > 0
        Or a DataFrame with columns called as the network's inputs.
    y : (m,) or (m, n_L)
        Targets: numbers, from 0 to 1 where the outputs are probabilities; or for each point its class, by name or, for
        n_L > 1, the number of its output from 0.
    loss
        "both", "squared" or "cross-entropy"; both is squared alone where outputs are no probabilities.
    classes
        Names: of y = 0 and y = 1, or of the n_L outputs; else the network's own.
    confident
        Count wrong predictions of at least this probability.
    wrt_x
        The root mean square of each loss's gradient with respect to the inputs, too.

    Raises
    ------
    UsageError
        Shapes, names or numbers of X or y that do not fit; a network with output scaling.
    PointsError
        There are no points, or targets that softmax cannot have.

    Examples
    --------
    >>> net = Network.of([([[1.0]], [0.0])])
    >>> found = losses(net, [[0.0], [0.0]], [1, 0])
    >>> found["squared_error"]["mean"], round(found["cross_entropy"]["mean"], 6)
    (0.125, 0.693147)
    """
    X, target, T = _with_targets(net, X, y, classes)
    names = _chosen(net, loss)
    found = risk(net, np.column_stack([X, T]), names, confident, wrt_x, jobs)
    columns = net.output_names if T.shape[1] > 1 else ("y",)
    report = Report(names, found, class_names(target, columns), net.input_names, confident, net.output_names)
    return {**record(report), "not_finite": found.odd}


def losses_at(
    net: Network,
    X: Numbers,
    y: Numbers,
    loss: str = "both",
    classes: Sequence[str] | None = None,
    wrt_x: bool = False,
    jobs: int = 1,
) -> AtPoints:
    """Losses at each point, and the error signals delta[L] = dC/dz[L] that they send back.

    Parameters and errors are those of `losses`. The k losses are squared error, then cross-entropy, as far as they
    are asked for: cost has shape (m, k), delta (m, k, n_L), and the gradient with respect to x (m, k, n_1), or
    (m, k, 0) without `wrt_x`.

    Raises
    ------
    UsageError, PointsError
        As `losses`.

    Examples
    --------
    >>> net = Network.of([([[1.0]], [0.0])])
    >>> losses_at(net, [[0.0]], [1]).cost.round(6)
    array([[0.125   , 0.693147]])
    """
    X, _, T = _with_targets(net, X, y, classes)
    return _losses_at(net, np.column_stack([X, T]), _chosen(net, loss), wrt_x, jobs)


def _chosen(net: Network, loss: str) -> list[str]:
    if loss not in ("both", "squared", "cross-entropy"):
        raise UsageError(f"loss is both, squared or cross-entropy, not {excerpt(loss)}")
    return chosen_losses(net, loss)


def _with_targets(net: Network, X: Numbers, y: Numbers, classes: Sequence[str] | None) -> tuple[Array, Target, Array]:
    """Points, shape (m, n_1), what is known of their targets, and these, shape (m, 1) or (m, n_L)."""
    rows, is_one = rows_of(net, X)
    points = points_of(net, rows)
    if not len(points):
        raise PointsError("there are no points")
    target = target_of(net, classes)
    return points, target, truth_of(target, np.reshape(y, (1, -1)) if is_one else y, len(points))
