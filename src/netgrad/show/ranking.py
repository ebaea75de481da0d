"""Sensitivities as a ranked table with bars."""

from itertools import accumulate, groupby

from rich.console import RenderableType

from netgrad.analysis.saturation import SATURATED
from netgrad.errors import counted, visible
from netgrad.results.sens_report import Report, Saturation, Sensitivity
from netgrad.show.console import columns, plain
from netgrad.show.table import DIGITS, GAP, number, table

WIDTH = 20  # of the longest bar
BARS = 2  # columns up to the bars
MEASURES = {
    "rms": "rms",
    "mean": "mean",
    "std": "std",
    "mean +-": "mean_error",
    "mean |.|": "mean_abs",
    "min": "min",
    "max": "max",
    "positive": "positive",
    "zero": "zero",
}
FULL, SHADE, THIN = "█", "░", "▏"
LEGEND = f"Bars: {FULL} |mean| with its sign, {SHADE} up to rms."
LAYERS = (
    f"Shares of all units at all points: saturated where 0 < |sigma'(z)| < {SATURATED}, dead",
    "where sigma'(z) = 0, rounded where a(1-a) (tanh: 1-a^2) is 0 though sigma'(z) is not.",
    "Always: how many units are saturated or dead at every point.",
)


def parts(found: Report, digits: int | None, most: int) -> list[RenderableType]:
    """A table of the inputs for each output, with as many columns as fit, and one of the layers."""
    shown: list[RenderableType] = []
    digits = digits or DIGITS
    for output, group in groupby(found.rows, key=lambda row: row.output):
        scale = ", times the standard deviation of each input" if found.scaled else ""
        title = f"gradient of {output} at {counted(found.points, 'point')}{scale}"
        shown += [plain(title, "bold"), *_inputs(list(group), digits, most), ""]
    shown += _bounds(found, digits, most) + _pairs(found, digits, most)
    return [*shown, *_layers(found.layers, digits)]


def bar(row: Sensitivity, longest: float) -> str:
    """The sign of the mean, then its size in full blocks, then shade up to the rms; `longest` takes all the width.

    >>> bar(Sensitivity("a", "x", -1.0, 1.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0), 4.0)
    '-█████░░░░░'
    """
    if not 0 < row.rms <= longest < float("inf"):
        return ""
    full, end = (round(WIDTH * (value / longest)) for value in (abs(row.mean), row.rms))
    sign = "-" if row.mean < 0 else "+"
    return sign + (FULL * full + SHADE * (end - full) or THIN)


def _inputs(rows: list[Sensitivity], digits: int, most: int) -> list[RenderableType]:
    longest = max((row.rms for row in rows if row.rms < float("inf")), default=0.0)
    headers = ["input", "", *MEASURES]
    cells = [
        [row.input, bar(row, longest), *(number(getattr(row, name), digits) for name in MEASURES.values())]
        for row in rows[:most]
    ]
    fit = _fitting([headers, *cells])
    fit = fit if fit > BARS else len(headers)  # else one value a line
    shown = table(headers[:fit], [row[:fit] for row in cells], ["", "cyan", *[""] * (fit - 2)])
    notes = [LEGEND]
    if fit < len(headers):
        shorter = "--digits 3, or " if digits > 3 else ""
        notes.append(f"For {', '.join(headers[fit:])}: {shorter}--format csv.")
    if len(rows) > most:
        notes.append(f"The first {most} of {len(rows)} inputs; for more: --rows N, or --format csv.")
    return [*shown, *(plain(note, "dim") for note in notes)]


def _bounds(found: Report, digits: int, most: int) -> list[RenderableType]:
    """Bounds on total Sobol indices, the largest first."""
    if not found.law:
        return []
    several = len(found.subject.outputs) > 1
    rows = sorted(found.rows, key=lambda row: -(row.sobol_total_max or 0))[:most]
    cells = [[*[row.output] * several, row.input, number(row.sobol_total_max or 0.0, digits)] for row in rows]
    shown = table([*["output"] * several, "input", "total Sobol index <="], cells)
    return [plain(f"inputs {found.law}", "bold"), *shown, ""]


def _pairs(found: Report, digits: int, most: int) -> list[RenderableType]:
    """Second derivatives, the largest rms first."""
    if not found.second:
        return []
    several = len(found.subject.outputs) > 1
    names = ["rms", "mean", "mean_error", "positive", "zero"]
    cells = [
        [*[row.output] * several, row.input, row.other, *(number(getattr(row, name), digits) for name in names)]
        for row in found.second[:most]
    ]
    scale = ", times both standard deviations" if found.scaled else ""
    headers = [*["output"] * several, "input", "and", "rms", "mean", "mean +-", "positive", "zero"]
    left = len(found.second) - len(cells)
    notes = [plain(f"The first {most} of {len(found.second)} pairs; for more: --rows N, or --format csv.", "dim")]
    return [plain(f"second derivatives{scale}", "bold"), *table(headers, cells), *(notes if left else []), ""]


def _fitting(texts: list[list[str]]) -> int:
    """Number of the first columns that fit the terminal."""
    widths = [max(len(visible(cell)) for cell in column) for column in zip(*texts, strict=True)]
    ends = accumulate(widths, lambda end, width: end + GAP + width)
    return sum(end <= columns() for end in ends)


def _layers(layers: list[Saturation], digits: int) -> list[RenderableType]:
    rows = [
        [
            str(y.l),
            y.activation,
            str(y.units),
            *(number(share, digits) for share in (y.saturated, y.dead, y.rounded)),
            str(y.always),
        ]
        for y in layers
    ]
    shown = table(["l", "activation", "units", "saturated", "dead", "rounded", "always"], rows)
    return [*shown, *(plain(line, "dim") for line in LAYERS)]
