"""Checks and suggestions on a terminal."""

from netgrad.analysis.suggestions import Suggestion
from netgrad.results.check_report import HEADERS, suggestions_table
from netgrad.results.report import Cell, Table
from netgrad.show.console import Parts, plain
from netgrad.show.table import number, table


def parts(rows: list[list[Cell]], found: list[Suggestion] | None, digits: int | None, command: str) -> Parts:
    """The checks, one below the other; with suggestions their table and the command that takes the best one."""
    shown: Parts = []
    width = max(map(len, HEADERS))
    for row in rows:
        shown += [*([""] if shown else []), plain(f"{row[0]} against {row[1]}", "bold")]
        facts = [(name, cell) for name, cell in zip(HEADERS[2:], row[2:], strict=True) if cell is not None]
        shown += [plain(f"{name:<{width}}  {_text(cell, digits)}") for name, cell in facts]
    if found is None:
        return shown
    ranked = _plain_table(suggestions_table(found), digits)
    best = suggestions_table(found).rows[0][-1]
    said = f"{command} --read {best}" if best else f"{command} (the network as it was saved is the best)"
    return [*shown, "", *ranked, "", plain(said)]


def _plain_table(made: Table, digits: int | None) -> Parts:
    return table(list(made.headers[:-1]), [[_text(cell, digits) for cell in row[:-1]] for row in made.rows])


def _text(cell: Cell, digits: int | None) -> str:
    return number(cell, digits or 6) if isinstance(cell, float) else str(cell)
