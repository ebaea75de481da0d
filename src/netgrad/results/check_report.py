"""Reports of checks and suggestions, as rows and as records."""

from typing import Any

from netgrad.analysis.checks import Check
from netgrad.analysis.suggestions import AS_SAVED, Reading, Suggestion
from netgrad.core.network import Network
from netgrad.errors import UsageError, excerpt
from netgrad.results.report import Cell, Table

HEADERS = (
    "check", "method", "points", "tol", "disagree", "largest_error", "at_point", "input", "found", "expected",
    "expected_error",
)  # fmt: skip


def row(what: str, check: Check, names: tuple[str, ...], total: int) -> list[Cell]:
    """One check as a row; `at_point` counts the points that were checked from 1."""
    worst = check.worst
    at = None if worst.input is None else names[worst.input]
    measured = (check.tol, check.disagreements, worst.error, worst.point + 1, at, worst.found, worst.expected)
    return [what, check.method, f"{check.points} of {total}", *measured, check.expected_error]


def table_of(rows: list[list[Cell]]) -> Table:
    """The checks."""
    return Table(HEADERS, rows)


def suggestions_table(found: list[Suggestion]) -> Table:
    """The readings, the best first."""
    headers = ("rank", "hidden", "output", "transposed", "scaling", "rms_error", "largest_error", "read")
    rows: list[list[Cell]] = [
        [i, r.hidden, r.output, ", ".join(map(str, r.transposed)) or "none", r.scaling, rms, largest, text(r)]
        for i, (r, rms, largest) in enumerate(found, start=1)
    ]
    return Table(headers, rows)


def text(reading: Reading) -> str:
    """The reading as --read takes it.

    >>> net = Network.of([([[1.0]], [0.0])])
    >>> text(Reading("tanh", AS_SAVED, (3, 4), "none", net))
    'hidden=tanh,transpose=3+4,scaling=none'
    """
    items = [("hidden", reading.hidden), ("output", reading.output)]
    items += [("transpose", "+".join(map(str, reading.transposed)) or AS_SAVED), ("scaling", reading.scaling)]
    return ",".join(f"{key}={value}" for key, value in items if value != AS_SAVED)


def chosen(asked: str, found: list[Reading]) -> Network:
    """The network of the reading that --read asks for, among those that there are.

    Raises
    ------
    UsageError
        There is no such reading.
    """
    wanted = sorted(item.strip() for item in asked.split(",") if item.strip())
    for reading in found:
        if sorted(filter(None, text(reading).split(","))) == wanted:
            return reading.net
    raise UsageError(
        f"--read takes hidden=NAME, output=NAME, transpose=L+L (square layers), scaling=none, not {excerpt(asked)}"
    )


def record(rows: list[list[Cell]], found: list[Suggestion] | None) -> dict[str, Any]:
    """Record that --json prints."""
    checks = [dict(zip(HEADERS, cells, strict=True)) for cells in rows]
    if found is None:
        return {"checks": checks}
    table = suggestions_table(found)
    return {"checks": checks, "suggestions": [dict(zip(table.headers, cells, strict=True)) for cells in table.rows]}
