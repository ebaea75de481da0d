"""Checks and suggestions on a terminal."""

from collections.abc import Sequence

from netgrad.errors import visible
from netgrad.results.check_report import HEADERS, Outcome, Suggested, row, suggestions_table, worst_of
from netgrad.results.report import Cell
from netgrad.show.console import Parts, plain
from netgrad.show.table import number, table

UNCHANGED = {"as saved", "none"}
SHORT = 40  # characters of a scaling


def parts(outcomes: Sequence[Outcome], found: Sequence[Suggested] | None, digits: int | None, tol: float) -> Parts:
    """The checks, one below the other; with suggestions their table and the command that takes the best one."""
    shown: Parts = []
    for outcome in outcomes:
        shown += [*([""] if shown else []), *_check(outcome, digits)]
    if found is None:
        return shown
    best = found[0]
    says = "" if best.suggestion.largest <= tol else "; none gives the column within --expect-tol"
    ahead = (
        "As saved, the network is nearest" if not best.suggestion.reading.changes else "To read it as the first has it"
    )
    return [*shown, "", *_ranked(found, digits), "", plain(f"{ahead}{says}:"), plain(best.command)]


def _ranked(found: Sequence[Suggested], digits: int | None) -> Parts:
    """The readings in the columns that differ from what is saved, and without their commands."""
    made = suggestions_table(found)
    columns = [(h, c) for h, *c in zip(made.headers, *made.rows, strict=True) if h != "command" and {*c} - UNCHANGED]
    rows = zip(*([_text(cell, digits)[:SHORT] for cell in cells] for _, cells in columns), strict=True)
    return table([header for header, _ in columns], [list(cells) for cells in rows])


def _check(outcome: Outcome, digits: int | None) -> Parts:
    cells = row(outcome)
    shown: Parts = [plain(f"{cells[0]} against {cells[1]}", "bold")]
    width = max(map(len, HEADERS))
    facts = [(name, cell) for name, cell in zip(HEADERS[2:], cells[2:], strict=True) if cell is not None]
    shown += [plain(f"{name:<{width}}  {_text(cell, digits)}") for name, cell in facts]
    bad = [w for w in outcome.check.largest if not w.error <= outcome.check.tol]
    if outcome.check.disagreements > 1 and len(bad) > 1:
        rows = [[_text(cell, digits) for cell in worst_of(outcome, w)] for w in bad]
        shown += ["", *table(["file", "line", "input", "found", "expected", "error"], rows)]
    return shown


def _text(cell: Cell, digits: int | None) -> str:
    if cell is None:
        return ""
    return number(cell, digits or 6) if isinstance(cell, float) else visible(str(cell))
