"""Header of a table: told from a first record of data."""

import re

from netgrad.errors import PointsError, counted, excerpt
from netgrad.numerals.number import NUMBER

MISSING = re.compile(r"(?i)[ \t]*(?:[+-]?(?:nan|inf|infinity)|n/?a|null)[ \t]*")


def is_header(
    cells: list[str], inputs: tuple[str, ...] | None, said: bool | None, numerals: list[str] | None = None
) -> bool:
    """True where the first record's trimmed `cells` are names: as the user said, else where all of them are text.

    `numerals` are the cells with a decimal point where the table has another mark.

    Names of all the network's `inputs` make a header even where others look like numbers.

    Raises
    ------
    PointsError
        Some are numbers and some are not, or may be missing values.
    """
    if said is not None:
        return said
    if inputs is not None and set(inputs) <= set(cells):
        return True
    is_number = [NUMBER.fullmatch(cell) is not None for cell in numerals or cells]
    numbers = sum(is_number)
    if numbers == len(cells):
        return False
    if numbers or not any(cells) or any(MISSING.fullmatch(cell) for cell in cells):
        raise PointsError(
            f"the first record has {_mixture(cells, is_number)}: "
            f"say --header if it is a header, --no-header if it is data{dialect_hint(cells)}"
        )
    return True


def _mixture(cells: list[str], is_number: list[bool]) -> str:
    if any(is_number):
        culprit = cells[is_number.index(False)]
        return f"{counted(sum(is_number), 'number')} and {excerpt(culprit)}"
    missing = next((cell for cell in cells if MISSING.fullmatch(cell)), None)
    return "no name" if missing is None else f"{excerpt(missing)}, which may be a missing value"


def dialect_hint(cells: list[str]) -> str:
    """Hint for an error where each of `cells` looks like several, with another delimiter between them."""
    for delimiter, option in ((";", "';'"), ("\t", "'\\t'"), ("|", "'|'")):
        if all(delimiter in cell for cell in cells[1:-1] or cells):
            return f" (if cells are separated by {option}, say -d {option})"
    return ""
