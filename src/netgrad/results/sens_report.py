"""Sensitivities of a network, from sums over points: rows of inputs and layers, and a record."""

from typing import Any, NamedTuple

import numpy as np

from netgrad.analysis.moments import Moments, times
from netgrad.analysis.sensitivity import Passing, Sums
from netgrad.core.network import Network
from netgrad.errors import PointsError
from netgrad.results.partial import record_of
from netgrad.results.report import Cell, Table
from netgrad.results.shards import Subject


class Sensitivity(NamedTuple):
    """Sensitivity of an output to one input: of da/dx_i, or times std(x_i)."""

    output: str
    input: str
    mean: float
    std: float
    rms: float
    mean_abs: float
    min: float
    max: float
    positive: float  # share of the points
    zero: float


class Saturation(NamedTuple):
    """Saturation of a layer: shares of all its units at all points that let little of the gradient through."""

    l: int
    activation: str
    units: int
    saturated: float
    dead: float
    rounded: float
    always: int  # units that are saturated or dead at every point


class Report(NamedTuple):
    """Report on the sums of a subject."""

    subject: Subject
    inputs: tuple[str, ...]
    points: int
    scaled: bool
    rows: list[Sensitivity]  # for each output, the largest rms first
    layers: list[Saturation]
    input_std: dict[str, float]
    sums: Sums


def report(net: Network, subject: Subject, inputs: tuple[str, ...], sums: Sums, scaled: bool) -> Report:
    """Report on `sums`; where `scaled`, of da/dx_i times the standard deviation of x_i over the same points.

    Raises
    ------
    PointsError
        There is one point only to scale with.
    """
    if scaled and sums.m < 2:
        raise PointsError("--scaled needs the inputs' standard deviation, and one point has none")
    std = sums.inputs.std
    rows = [
        row
        for output, v in zip(subject.outputs, sums.gradients, strict=True)
        for row in _ranked(output, inputs, times(v, std) if scaled else v)
    ]
    pairs = zip(net.layers, sums.layers, strict=True)
    layers = [_saturation(l, layer.activation, c, sums.m) for l, (layer, c) in enumerate(pairs, start=2)]
    return Report(subject, inputs, sums.m, scaled, rows, layers, dict(zip(inputs, std.tolist(), strict=True)), sums)


def _ranked(output: str, inputs: tuple[str, ...], v: Moments) -> list[Sensitivity]:
    """One row for each input, the largest rms first; what is not a number comes last."""
    measures = (v.mean, v.std, v.rms, v.absolute, v.low, v.high, v.positive / v.m, v.zero / v.m)
    columns = np.array(measures, np.float64).T.tolist()
    order = np.argsort(-v.rms, kind="stable").tolist()
    return [Sensitivity(output, inputs[i], *columns[i]) for i in order]


def _saturation(l: int, activation: str, c: Passing, m: int) -> Saturation:
    saturated, dead, rounded = (float(count.sum() / (m * len(count))) for count in c)
    always = int((c.saturated + c.dead == m).sum())
    return Saturation(l, activation, len(c.dead), saturated, dead, rounded, always)


def table_of(found: Report) -> Table:
    """The inputs: with a column `output` where there are several, and `input_std` where they are scaled."""
    several = len(found.subject.outputs) > 1
    measures = Sensitivity._fields[2:]
    headers = [*["output"] * several, "input", *["input_std"] * found.scaled, *measures]
    rows: list[list[Cell]] = [
        [*[row.output] * several, row.input, *[found.input_std[row.input]] * found.scaled, *row[2:]]
        for row in found.rows
    ]
    return Table(headers, rows)


def record(found: Report) -> dict[str, Any]:
    """All that is known, and the sums that `--merge` takes."""
    return {
        "points": found.points,
        "scaled": found.scaled,
        "sensitivities": [{**row._asdict(), "input_std": found.input_std[row.input]} for row in found.rows],
        "layers": [layer._asdict() for layer in found.layers],
        "subject": {**found.subject._asdict(), "inputs": found.inputs},
        "sums": record_of(found.sums),
    }
