"""Sensitivities of a network, from sums over points: rows of inputs and layers, and a record."""

from typing import Any, NamedTuple

import numpy as np

from netgrad.analysis import interactions
from netgrad.analysis.moments import Moments, times
from netgrad.analysis.sensitivity import Passing, Sums
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError
from netgrad.results.partial import record_of
from netgrad.results.report import Cell, Table
from netgrad.results.shards import Subject
from netgrad.results.sobol import roots_of

PAIRS = 5000  # second derivatives, at most


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
    mean_error: float  # standard error of the mean, for points drawn independently
    sobol_total_max: float | None = None  # a bound on the total Sobol index, where it is asked for


class Interaction(NamedTuple):
    """Interaction of two inputs: of d2a/dx_i dx_j, or times std(x_i) std(x_j)."""

    output: str
    input: str
    other: str  # of i = j the same
    mean: float
    mean_error: float
    rms: float
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
    second: list[Interaction]  # for each output, the largest rms first; none where they are not asked for
    law: str = ""  # what is assumed of the inputs, where Sobol indices are asked for


class Wish(NamedTuple):
    """Wish for what the sums are to say."""

    scaled: bool = False
    second: bool = False
    sobol: str | None = None


AS_IT_IS = Wish()


def report(net: Network, subject: Subject, inputs: tuple[str, ...], sums: Sums, wish: Wish = AS_IT_IS) -> Report:
    """Report on `sums`; where scaled, of da/dx_i times the standard deviation of x_i over the same points.

    Raises
    ------
    PointsError
        There is one point only to scale with; points that are not as --sobol says.
    UsageError
        --sobol is none of what it takes.
    """
    scaled = wish.scaled
    if scaled and sums.m < 2:
        raise PointsError("--scaled needs the inputs' standard deviation, and one point has none")
    std = sums.inputs.std
    roots, law = (None, "") if wish.sobol is None else roots_of(wish.sobol, net, inputs, sums.inputs)
    rows = [
        row
        for output, a, v in zip(subject.outputs, sums.values, sums.gradients, strict=True)
        for row in _ranked(output, inputs, times(v, std) if scaled else v, _bounds(a, v, roots))
    ]
    pairs_of = [
        row
        for output, v in zip(subject.outputs, sums.second if wish.second else (), strict=False)
        for row in _interactions(output, inputs, interactions.times(v, std) if scaled else v)
    ]
    pairs = zip(net.layers, sums.layers, strict=True)
    layers = [_saturation(l, layer.activation, c, sums.m) for l, (layer, c) in enumerate(pairs, start=2)]
    input_std = dict(zip(inputs, std.tolist(), strict=True))
    return Report(subject, inputs, sums.m, scaled, rows, layers, input_std, sums, pairs_of, law)


def check_second(net: Network) -> None:
    """Raise UsageError where there are too many second derivatives to sum up."""
    n = net.sizes[0]
    if n * (n + 1) // 2 > PAIRS:
        pairs = f"{n * (n + 1) // 2:,} second derivatives"
        raise UsageError(f"--second: {n} inputs have {pairs}, and {PAIRS:,} are summed up at most")


def _bounds(a: Moments, v: Moments, roots: Array | None) -> list[float | None]:
    """A bound on the total Sobol index of each input, or nothing."""
    if roots is None:
        return [None] * len(v.mean)
    if not a.spread[0] > 0:
        raise PointsError("bounds on Sobol indices divide by the variance of the output, which is 0 at these points")
    found: list[float | None] = interactions.poincare(a, v, roots).tolist()
    return found


def _ranked(output: str, inputs: tuple[str, ...], v: Moments, bounds: list[float | None]) -> list[Sensitivity]:
    """One row for each input, the largest rms first; what is not a number comes last."""
    error = interactions.standard_error(v)
    measures = (v.mean, v.std, v.rms, v.absolute, v.low, v.high, v.positive / v.m, v.zero / v.m, error)
    columns = np.array(measures, np.float64).T.tolist()
    order = np.argsort(-v.rms, kind="stable").tolist()
    return [Sensitivity(output, inputs[i], *columns[i])._replace(sobol_total_max=bounds[i]) for i in order]


def _interactions(output: str, inputs: tuple[str, ...], v: Moments) -> list[Interaction]:
    """One row for each pair of inputs, the largest rms first."""
    return [
        Interaction(output, inputs[row.i], inputs[row.j], *row[2:]) for row in interactions.ranked_of(v, len(inputs))
    ]


def _saturation(l: int, activation: str, c: Passing, m: int) -> Saturation:
    saturated, dead, rounded = (float(count.sum() / (m * len(count))) for count in c)
    always = int((c.saturated + c.dead == m).sum())
    return Saturation(l, activation, len(c.dead), saturated, dead, rounded, always)


def table_of(found: Report) -> Table:
    """The inputs, or the pairs of inputs where second derivatives are asked for.

    With a column `output` where there are several, and of inputs `input_std` where they are scaled.
    """
    several = len(found.subject.outputs) > 1
    if found.second:
        return Table(Interaction._fields[not several :], [row[not several :] for row in found.second])
    measures = Sensitivity._fields[2:] if found.law else Sensitivity._fields[2:-1]
    headers = [*["output"] * several, "input", *["input_std"] * found.scaled, *measures]
    rows: list[list[Cell]] = [
        [*[row.output] * several, row.input, *[found.input_std[row.input]] * found.scaled, *row[2 : 2 + len(measures)]]
        for row in found.rows
    ]
    return Table(headers, rows)


def record(found: Report) -> dict[str, Any]:
    """All that is known, and the sums that `--merge` takes."""
    fields = Sensitivity._fields if found.law else Sensitivity._fields[:-1]
    rows = [{**dict(zip(fields, row, strict=False)), "input_std": found.input_std[row.input]} for row in found.rows]
    more = {"interactions": [row._asdict() for row in found.second]} if found.second else {}
    return {
        "points": found.points,
        "scaled": found.scaled,
        "sensitivities": rows,
        **more,
        **({"inputs_are": found.law} if found.law else {}),
        "layers": [layer._asdict() for layer in found.layers],
        "subject": {**found.subject._asdict(), "inputs": found.inputs},
        "sums": record_of(found.sums),
    }
