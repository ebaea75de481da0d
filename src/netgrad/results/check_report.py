"""Reports of checks and suggestions, as rows and as records."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from netgrad.analysis.checks import Check, Worst
from netgrad.analysis.readings import Reading
from netgrad.analysis.suggestions import Suggestion
from netgrad.results.report import Cell, Table
from netgrad.stream.picking import Place

HEADERS = (
    "check", "method", "points", "inputs", "tol", "disagree", "largest_error", "file", "line", "input", "found",
    "expected", "expected_error",
)  # fmt: skip
WORST = ("file", "line", "input", "found", "expected", "error")


class Outcome(NamedTuple):
    """A check with what its points and inputs are called."""

    what: str  # gradient or value
    check: Check
    places: Sequence[Place]  # of the points that were checked
    total: str  # of how many they are
    names: tuple[str, ...]  # of the inputs


class Suggested(NamedTuple):
    """A suggestion and the command that would say so."""

    suggestion: Suggestion
    command: str


def row(outcome: Outcome) -> list[Cell]:
    """One check as a row: where the largest error is, as the file and its line."""
    check = outcome.check
    points = f"{check.points} of {outcome.total}"
    inputs = None if check.inputs is None else f"{check.inputs} of {len(outcome.names)}"
    file, line, at, found, expected = worst_of(outcome, check.worst)[:5]
    measured = (check.tol, check.disagreements, check.worst.error, file, line, at, found, expected)
    return [outcome.what, check.method, points, inputs, *measured, check.expected_error]


def worst_of(outcome: Outcome, worst: Worst) -> list[Cell]:
    """Place where two numbers differ, as WORST has it."""
    at = None if worst.input is None else outcome.names[worst.input]
    place = outcome.places[worst.point]
    return [place.file, place.line, at, worst.found, worst.expected, worst.error]


def table_of(outcomes: Sequence[Outcome]) -> Table:
    """The checks."""
    return Table(HEADERS, [row(outcome) for outcome in outcomes])


def suggestions_table(found: Sequence[Suggested]) -> Table:
    """The readings, the best first."""
    headers = (
        "rank", "hidden", "output", "transposed", "scaling", "output_scaling", "rms_error", "largest_error", "command",
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for i, ((r, rms, largest), command) in enumerate(found, start=1):
        rows.append([i, r.hidden, r.output, turned(r), r.scaling, r.output_scaling, rms, largest, command])
    return Table(headers, rows)


def turned(reading: Reading) -> str:
    """The layers that are turned."""
    return ", ".join(map(str, reading.transposed)) or "none"


def record(outcomes: Sequence[Outcome], found: Sequence[Suggested] | None) -> dict[str, Any]:
    """Record that --json prints."""
    checks = []
    for outcome in outcomes:
        worst = [dict(zip(WORST, worst_of(outcome, w), strict=True)) for w in outcome.check.largest]
        checks.append({**dict(zip(HEADERS, row(outcome), strict=True)), "worst": worst})
    if found is None:
        return {"checks": checks}
    table = suggestions_table(found)
    return {"checks": checks, "suggestions": [dict(zip(table.headers, cells, strict=True)) for cells in table.rows]}
