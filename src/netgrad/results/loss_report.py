"""Losses of every point, and what is said of the losses over all of them."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from netgrad.analysis import verdicts
from netgrad.analysis.calibration import BINS
from netgrad.analysis.losses import LOSSES, no_distribution
from netgrad.analysis.pullback import losses_at
from netgrad.analysis.residuals import Residuals
from netgrad.analysis.risk import Risk
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError
from netgrad.results.report import Cell, Table
from netgrad.results.values import Results
from netgrad.tables.targets import Target

SIGNALS = {"squared_error": "delta_squared", "cross_entropy": "delta_cross_entropy"}
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
BIN = ("from", "to", "points", "mean_predicted", "share_observed")


class Report(NamedTuple):
    """Losses over all points, with names."""

    losses: Sequence[str]
    risk: Risk
    classes: Sequence[str]  # as in Verdicts.kinds, without the last
    inputs: Sequence[str]
    confident: float
    outputs: Sequence[str] = ()

    @property
    def has_classes(self) -> bool:
        """True where targets are classes: of a regression there are others."""
        return self.risk.residuals is None or not self.risk.verdicts.kinds[-1]


def chosen_losses(net: Network, which: str) -> list[str]:
    """Names of the losses meant by both, squared or cross-entropy; both is squared where outputs are no probabilities.

    Raises
    ------
    UsageError
        Cross-entropy, and outputs that are no probabilities.
    """
    sigma = net.layers[-1].sigma
    if which == "cross-entropy" and not sigma.probability:
        raise UsageError(
            f"cross-entropy is for a last layer of sigmoid or softmax, not of {sigma.text}: say --loss squared"
        )
    has_both = which == "both" and sigma.probability
    which = "squared" if which == "both" and not has_both else which
    return [name for name in LOSSES if has_both or name.startswith(which.replace("-", "_"))]


def losses_of_points(net: Network, losses: Sequence[str], wrt_x: bool, prefix: str, nan: bool) -> Results:
    """Losses, error signals delta[L] and, where wanted, gradients with respect to x; `nan` for impossible targets."""
    n_L = net.sizes[-1]
    outputs = [""] if n_L == 1 else [f"_{name}" for name in net.outputs or range(1, n_L + 1)]
    signals = [SIGNALS[loss] + output for loss in losses for output in outputs]
    return Results(partial(_losses, net, losses, wrt_x, nan), partial(_names, losses, signals, wrt_x, prefix))


def _losses(net: Network, losses: Sequence[str], wrt_x: bool, nan: bool, X: Array, Y: Array | None, jobs: int) -> Array:
    assert Y is not None
    m, n_1 = X.shape
    impossible = no_distribution(net, Y) if nan else np.zeros(m, np.bool_)
    possible = np.eye(1, n_1 + Y.shape[1], n_1)
    at = losses_at(net, np.where(impossible[:, np.newaxis], possible, np.column_stack([X, Y])), losses, wrt_x, jobs)
    R = np.column_stack([at.cost, at.delta.reshape(m, -1), at.gradient.reshape(m, -1)])
    R[impossible] = np.nan
    return R


def _names(losses: Sequence[str], signals: list[str], wrt_x: bool, prefix: str, inputs: tuple[str, ...]) -> list[str]:
    gradients = [f"d{loss}_d{x}" for loss in losses for x in inputs if wrt_x]
    return [prefix + name for name in [*losses, *signals, *gradients]]


def class_names(target: Target, columns: Sequence[str]) -> list[str]:
    """Names of classes, in the order of Verdicts.kinds: by --classes, the network, or the target's columns."""
    given = None if target.classes is None else [name.strip(" \t") for name in target.classes.split(",")]
    if given or target.n > 1:
        return given or list(columns if len(columns) > 1 else target.outputs or map(str, range(target.n)))
    return [f"not {target.outputs[0]}", target.outputs[0]] if target.outputs else ["0", "1"]


def record(report: Report) -> dict[str, Any]:
    """All that is known, for --json."""
    risk, found = report.risk, report.risk.verdicts
    points = dict(zip([*report.classes, "other"], map(int, found.kinds), strict=True))
    accuracy = found.right / found.decided if found.decided else None
    said: dict[str, Any] = {"points": risk.m}
    if report.has_classes:
        said |= {"targets": points, "with_class": found.decided, "accuracy": accuracy}
    for i, name in enumerate(report.losses):
        said[name] = _of_loss(report, i)
    if risk.residuals is not None:
        said["outputs"] = regression(risk.residuals, report.outputs)
    if risk.calibration is not None:
        ratio = {"median": verdicts.median(found), "mean": verdicts.mean(found)}
        said |= {"confident": report.confident, "confidently_wrong": found.confidently_wrong, "signal_ratio": ratio}
        said |= scores(report)
        said["calibration"] = [dict(zip(BIN, row, strict=True)) for row in bins(risk)]
    return said


def regression(found: Residuals, outputs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Measures of how each output meets its target; rows count from 1 the records of the files, bad ones too."""
    return {
        name: {
            "mean_squared_error": found.mean_squared(j),
            "mean_absolute_error": found.mean_absolute(j),
            "r_squared": found.r_squared(j),
            "residual_quantiles": {str(p): found.quantile(j, p) for p in QUANTILES},
            "worst": {f"row {w.row + 1}": {"target": w.y, "value": w.a, "residual": w.y - w.a} for w in found.worst[j]},
        }
        for j, name in enumerate(outputs)
    }


def scores(report: Report) -> dict[str, float]:
    """Brier score and logarithmic score, as far as their losses are asked for, and expected calibration error.

    The logarithmic score of several sigmoids is that of all of them, each 1 or 0 by itself; beside it stands that of
    the class, given that there is one.
    """
    if report.risk.calibration is None:
        return {}
    mean = dict(zip(report.losses, report.risk.cost.mean.tolist(), strict=True))
    found = {"expected_calibration_error": report.risk.calibration.error}
    if "squared_error" in mean:
        found["brier_score"] = 2 * mean["squared_error"]
    if "cross_entropy" in mean:
        found["log_score"] = mean["cross_entropy"]
        with_class = report.risk.verdicts.kinds[:-1].sum()
        if report.risk.categorical is not None and with_class:
            found["categorical_log_score"] = float(report.risk.categorical / with_class)
    return found


def bins(risk: Risk) -> Iterator[tuple[float, float, int, float | None, float | None]]:
    """Of each bin its ends, the number of points, the mean prediction and the share of those that came true."""
    assert risk.calibration is not None
    for i, (n, predicted, observed) in enumerate(zip(*risk.calibration, strict=True)):
        means = (float(predicted / n), float(observed / n)) if n else (None, None)
        yield i / BINS, (i + 1) / BINS, int(n), *means


def measures(report: Report) -> Table:
    """`record` as a table of names with dots, such as calibration.0.9-1.0.points, and values."""
    said = record(report)
    for entry in said.pop("calibration", []):
        said[f"calibration.{entry.pop('from')}-{entry.pop('to')}"] = entry
    return Table(("measure", "value"), list(_flat("", said)))


def _flat(name: str, value: Any) -> Iterator[tuple[str, Cell]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _flat(f"{name}.{key}" if name else key, entry)
    else:
        yield name, value


def _of_loss(report: Report, i: int) -> dict[str, Any]:
    cost, x, n_1 = report.risk.cost, report.risk.x, len(report.inputs)
    norms = report.risk.norms(i)
    said: dict[str, Any] = {"mean": float(cost.mean[i]), "std": float(cost.std[i]), "largest": float(cost.high[i])}
    said["weight_gradient"] = {
        f"{letter}{l}": norm for l, pair in enumerate(norms, start=2) for letter, norm in zip("Wb", pair, strict=True)
    }
    if x is not None:
        rms = x.rms[i * n_1 : (i + 1) * n_1].tolist()
        said["input_gradient_rms"] = dict(zip(report.inputs, rms, strict=True))
    return said
