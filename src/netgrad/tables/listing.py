"""Columns as a user lists them: names, positions and ranges."""

import re

from netgrad.errors import UsageError, counted, excerpt, listed, nearest, visible

# After a comma or at the start: what stands between quotes, or what goes up to the next comma.
_ITEM = re.compile(r'(?:\A|,)[ \t]*+(?:"((?:[^"]|"")*+)"(?=[ \t]*(?:,|\Z))|([^,]*+))')
_RANGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_REPEATED = re.compile(r"(.*)\[([0-9]{1,9})\]", re.DOTALL)


def resolve(listing: str, names: list[str] | None, width: int) -> tuple[int, ...]:
    """Columns that `listing` means: names, `name[2]`, positions from 1 and ranges `2-4`, by commas.

    A name that is in the header goes before a position; one that has a comma stands in quotes, as in CSV.

    Raises
    ------
    UsageError
        There is no such column, or more than one of the name.

    Examples
    --------
    >>> resolve('id,2-3,y[2],"p, q"', ["id", "x", "y", "y", "p, q"], 5)
    (0, 1, 2, 3, 4)
    """
    items = [quoted.replace('""', '"') or plain for quoted, plain in _ITEM.findall(listing)]
    places = positions(names or [])
    return tuple(i for item in items for i in _item(item.strip(" \t"), names, width, places))


def positions(names: list[str]) -> dict[str, list[int]]:
    """Places of each name, from 0."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        places.setdefault(name, []).append(i)
    return places


def _item(item: str, names: list[str] | None, width: int, places: dict[str, list[int]]) -> list[int]:
    hits = places.get(item, [])
    if len(hits) == 1:
        return hits
    if hits:
        raise UsageError(f"{len(hits)} columns are called {excerpt(item)}: '{visible(item)}[2]' is the second")
    repeated = _REPEATED.fullmatch(item)
    if repeated and repeated[1] in places:
        return [_one_of(repeated[1], int(repeated[2]), places[repeated[1]])]
    span = _RANGE.fullmatch(item)
    first, last = (span[1], span[2]) if span else (item, item)
    if first.isascii() and first.isdigit() and len(first) < 10:
        return _span(int(first), int(last), item, width)
    seen = f"{nearest(item, names)}; columns are {listed(names)}" if names else ", for there is no header"
    raise UsageError(f"no column {excerpt(item)}{seen}")


def _span(first: int, last: int, item: str, width: int) -> list[int]:
    """Columns from `first` to `last`, from 1, of a table of `width`."""
    if 1 <= first <= last <= width:
        return list(range(first - 1, last))
    table = f"the table has {counted(width, 'column')}"
    if first == last:
        raise UsageError(f"there is no column {excerpt(item)}: {table}, from 1")
    if first > last:
        way = f"'{last}-{first}', or the columns by commas"
        raise UsageError(f"the range {excerpt(item)} runs backwards: expected {way}")
    raise UsageError(f"the range {excerpt(item)} goes beyond the columns: {table}, from 1")


def _one_of(name: str, which: int, hits: list[int]) -> int:
    """Position of the column that is number `which`, from 1, of those with this name, which stand at `hits`."""
    if 1 <= which <= len(hits):
        return hits[which - 1]
    raise UsageError(f"{counted(len(hits), 'column')} called {excerpt(name)}, but number {which} is asked for")
