"""Losses over a data set, and what they mean."""

from collections.abc import Sequence
from typing import Any

from netgrad.analysis import verdicts
from netgrad.errors import counted
from netgrad.results.loss_report import QUANTILES, Report, bins, regression, scores
from netgrad.show.console import Parts, plain
from netgrad.show.table import DIGITS, number, table

SHORT = 3  # digits of numbers within a sentence
ERRORS = {"mean_squared_error": "mean (y - a)^2", "mean_absolute_error": "mean |y - a|", "r_squared": "R^2"}
SCORES = {
    "brier_score": ("Brier score", "mean of |a - y|^2"),
    "log_score": ("logarithmic score", "mean of -log P(y)"),
    "categorical_log_score": ("that of the class", "mean of -log P(y), given that one output is 1"),
    "expected_calibration_error": ("calibration error", "mean of |predicted - true|"),
}


def summary(report: Report, n_L: int, digits: int | None) -> Parts:
    """Targets, losses, gradients, decisions and calibration, a paragraph for each."""
    digits = digits or DIGITS
    paragraphs = [_targets(report, n_L), _costs(report, digits), _weights(report, digits)]
    if report.risk.x is not None:
        paragraphs.append(_inputs(report, digits))
    if report.has_classes:
        paragraphs.append(_decisions(report, n_L))
    if report.risk.residuals is not None:
        paragraphs += _regression(regression(report.risk.residuals, report.outputs), digits)
    if report.risk.calibration is not None:
        paragraphs += [_calibration(report, n_L, digits), _scores(report, digits)]
    return [part for paragraph in paragraphs for part in ("", *paragraph)][1:]


def _targets(report: Report, n_L: int) -> Parts:
    if not report.has_classes:
        return [plain(f"{counted(report.risk.m, 'point')}; targets are numbers", "bold")]
    *kinds, others = [int(n) for n in report.risk.verdicts.kinds]
    said = [f"{name} ({n:,})" for n, name in zip(kinds, report.classes, strict=True)]
    said += [f"other ({others:,})"] if others else []
    absent = [name for n, name in zip(kinds, report.classes, strict=True) if n == 0]
    parts: Parts = [plain(f"{counted(report.risk.m, 'point')}; targets: {', '.join(said)}", "bold")]
    if absent and not others and (n_L > 1 or kinds[1] == 0):
        parts.append(plain(f"No target is {absent[-1]}; --classes says what classes are called.", "yellow"))
    return parts


def _costs(report: Report, digits: int | None) -> Parts:
    cost = report.risk.cost
    rows = [
        [what, *(number(v, digits) for v in values.tolist())]
        for what, values in (("mean", cost.mean), ("standard deviation", cost.std), ("largest", cost.high))
    ]
    return table(["loss of a point", *map(_words, report.losses)], rows)


def _weights(report: Report, digits: int | None) -> Parts:
    norms = [report.risk.norms(i) for i in range(len(report.losses))]
    rows = {
        f"dC/d{letter}[{l}]": [of[l - 2][place] for of in norms]
        for place, letter in enumerate("Wb")
        for l in range(2, len(norms[0]) + 2)
    }
    title = "Gradient of the mean loss C with respect to weights and biases, Frobenius norm:"
    return [plain(title), *_compared("gradient", rows, report.losses, digits)]


def _inputs(report: Report, digits: int | None) -> Parts:
    assert report.risk.x is not None
    rms = report.risk.x.rms.reshape(len(report.losses), -1).T.tolist()
    title = "Gradient of a point's loss with respect to its inputs, root of the mean square:"
    return [plain(title), *_compared("input", dict(zip(report.inputs, rms, strict=True)), report.losses, digits)]


def _compared(label: str, rows: dict[str, list[float]], losses: Sequence[str], digits: int | None) -> Parts:
    """A table with a row for each name, and where there are two losses the ratio of their values."""
    headers = [label, *map(_words, losses)]
    cells = [[name, *(number(value, digits) for value in values)] for name, values in rows.items()]
    if len(losses) > 1:
        headers.append("ratio")
        for row, (squared, cross) in zip(cells, rows.values(), strict=True):
            row.append(f"{squared / cross:.{SHORT}g}" if cross else "nan")
    return table(headers, cells)


def _decisions(report: Report, n_L: int) -> Parts:
    found, m = report.risk.verdicts, report.risk.m
    rule = "predicted is y = 1 where a > 1/2" if n_L == 1 else "predicted is the largest output"
    of = f"the {found.decided:,} points that have a class" if found.decided < m else counted(m, "point")
    lines = [f"Right for {found.right:,} of {of}{_share(found.right, found.decided)}; {rule}."]
    if report.risk.calibration is not None:
        wrong = found.confidently_wrong
        share = _share(wrong, found.decided)
        lines.append(f"Confidently wrong, with a probability of at least {report.confident:g}: {wrong:,}{share}.")
    median, mean = verdicts.median(found), verdicts.mean(found)
    if median is not None and mean is not None:
        signal = "sigma'(z) (a - y)" if n_L == 1 else "J^T (a - y)"
        lines.append(f"On those, squared error's signal {signal} is {median:.{SHORT}g} times the a - y of")
        lines.append(f"cross-entropy in the median, {mean:.{SHORT}g} times in the mean.")
    return [plain(line) for line in lines]


def _regression(found: dict[str, dict[str, Any]], digits: int) -> list[Parts]:
    """Errors of each output, quantiles of its residuals, and its worst rows."""

    def text(value: float | None) -> str:
        return "" if value is None else number(value, digits)

    errors = [[name, *(text(of[key]) for key in ERRORS)] for name, of in found.items()]
    shares = [[name, *map(text, of["residual_quantiles"].values())] for name, of in found.items()]
    worst = [
        [name, row.removeprefix("row "), *map(text, values.values())]
        for name, of in found.items()
        for row, values in of["worst"].items()
    ]
    return [
        table(["output", *ERRORS.values()], errors),
        [
            plain("Quantiles of the residuals y - a:"),
            *table(["output", *(f"{100 * p:g} %" for p in QUANTILES)], shares),
        ],
        [plain("Worst rows:"), *table(["output", "row", "y", "a", "y - a"], worst)],
    ]


def _calibration(report: Report, n_L: int, digits: int | None) -> Parts:
    rows = [
        [f"{low:.1f} to {high:.1f}", str(n), *("" if v is None else number(v, digits) for v in means)]
        for low, high, n, *means in bins(report.risk)
    ]
    title = "Calibration, by the predicted probability"
    title += " of y = 1:" if n_L == 1 else " of the largest output, and its being right:"
    return [plain(title), *table(["from", "points", "predicted", "true"], rows)]


def _scores(report: Report, digits: int | None) -> Parts:
    found = scores(report)
    rows = [[name, number(found[key], digits), what] for key, (name, what) in SCORES.items() if key in found]
    return table(["score", "0 is best", "what it is"], rows)


def _words(loss: str) -> str:
    return loss.replace("cross_", "cross-").replace("_", " ")


def _share(n: int, of: int) -> str:
    return f" ({100 * n / of:.3g} %)" if of else ""
