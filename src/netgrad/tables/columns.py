"""Columns of a table: those that are x_1, ..., x_n, those carried through, and the names of the results."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from netgrad.errors import PointsError, UsageError, counted, excerpt, listed, nearest, visible
from netgrad.tables.header import dialect_hint, is_header
from netgrad.tables.listing import resolve
from netgrad.tables.records import Dialect, quoted, text, unquoted, with_point
from netgrad.tables.targets import Target, Targets, in_order_of, targets_of


class Choice(NamedTuple):
    """Choice of the table's columns, as the user said."""

    names: tuple[str, ...]  # of the n_1 inputs
    is_named: bool = False  # the names are the network's own
    is_numbered: bool = False  # they are x1, ..., xn
    columns: str | None = None  # -c
    header: bool | None = None  # --header, --no-header, or to be found out
    keep: str = "all"  # all, none, or a list as in -c
    dialect: Dialect = Dialect()
    target: Target | None = None  # what else is read of a record

    @property
    def inputs(self) -> tuple[str, ...] | None:
        """Names that decide which columns are the inputs, or None."""
        return self.names if self.is_named else None


class Layout(NamedTuple):
    """Layout of a table: how its records are read and echoed."""

    width: int  # cells of a record
    inputs: tuple[int, ...]  # cell of x_1, ..., x_n, from 0
    names: tuple[str, ...]  # of x_1, ..., x_n
    keep: tuple[int, ...] | None  # cells to echo; None: the record as it is
    kept_names: tuple[str, ...]
    header: bytes | None  # the kept part of the header, verbatim; None where there is no header
    eol: bytes = b"\n"  # of the header
    dialect: Dialect = Dialect()
    target: tuple[int, ...] = ()  # cells of the target, from 0
    target_names: tuple[str, ...] = ()
    targets: Targets | None = None  # how they are read, where there are any
    keys: tuple[str, ...] | None = None  # of every record, where the table is JSON Lines

    @property
    def echoes(self) -> bool:
        """True where anything of a record is echoed."""
        return self.keep != ()

    @property
    def first(self) -> str:
        """Words for what the number of cells is compared with."""
        return "first record" if self.header is None else "header"


def layout_of(first: list[bytes], choice: Choice, eol: bytes = b"\n") -> Layout:
    """Layout of the table whose first record has the cells `first` and ends with `eol`.

    Raises
    ------
    PointsError, UsageError
        It cannot be said without guessing which columns are meant.
    """
    cells = [text(unquoted(cell)).strip(" \t") for cell in first]
    numerals = [with_point(cell, choice.dialect.decimal) for cell in cells]
    names = cells if is_header(cells, choice.inputs, choice.header, numerals) else None
    target, targets = targets_of(choice.target, names, len(cells)) if choice.target else ((), None)
    inputs = _inputs(names, len(cells), choice, target, dialect_hint(cells))
    keep = _keep(names, len(cells), choice)
    everything = range(len(cells)) if keep is None else keep
    if names is not None:
        addresses = distinct(names)
        kept_names = tuple(names[i] for i in everything)
        header = choice.dialect.delimiter.join(first[i] for i in everything)
    else:
        given, taken = dict(zip(inputs, choice.names, strict=True)), set(choice.names)
        addresses = tuple(given.get(i) or _position_name(i, taken) for i in range(len(cells)))
        kept_names = tuple(addresses[i] for i in everything)
        header = None
    used, of_target = (tuple(addresses[i] for i in columns) for columns in (inputs, target))
    kept = keep, kept_names, header, eol
    return Layout(len(cells), inputs, used, *kept, choice.dialect, target, of_target, targets)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names as `-c` takes them: `u[1]`, `u[2]` for those that are repeated, the position for one that is empty.

    >>> distinct(["u", "", "v", "u"])
    ('u[1]', 'column 2', 'v', 'u[2]')
    """
    many, seen = Counter(names), Counter[str]()
    shown = []
    for i, name in enumerate(names, start=1):
        seen[name] += 1
        repeated = f"{name}[{seen[name]}]" if many[name] > 1 else name
        shown.append(repeated if name else f"column {i}")
    return tuple(shown)


def _position_name(i: int, taken: set[str]) -> str:
    name = f"c{i + 1}"
    return name if name not in taken else f"column {i + 1}"


def _inputs(names: list[str] | None, width: int, choice: Choice, target: tuple[int, ...], hint: str) -> tuple[int, ...]:
    if choice.columns is not None:
        chosen = _chosen(choice.columns, names, width, len(choice.names))
        return in_order_of(chosen, names, choice.names, "-c", "input")
    if names is not None:
        place, seen = {name: i for i, name in enumerate(names)}, Counter(names)
        if all(seen[name] == 1 for name in choice.names):
            return tuple(place[name] for name in choice.names)
        others_fit = (
            choice.is_numbered and width - len(target) == len(choice.names) and not seen.keys() & {*choice.names}
        )
        if choice.is_named and not others_fit:
            raise PointsError(_unmatched(choice.names, names, width - len(target)) + hint)
    taken = set(target)
    others = tuple(i for i in range(width) if i not in taken)
    if len(others) == len(choice.names):
        return in_order_of(others, names, choice.names, "header", "input")
    columns = f": {listed(names)}" if names else ""
    beside = " beside the target" if target else ""
    found, expected = counted(len(others), "column"), counted(len(choice.names), "input")
    raise PointsError(f"{found}{beside}, but the network has {expected}: say which with -c{columns}{hint}")


def _unmatched(inputs: tuple[str, ...], names: list[str], width: int) -> str:
    """Fault of `names`, those of a header, of which `width` are not the target's."""
    seen = Counter(names)
    for name in inputs:
        if seen[name] > 1:
            another = f"'{visible(name)}[2]' is the second"
            return f"{seen[name]} columns are called {excerpt(name)}: say which with -c, {another}"
    absent = next(name for name in inputs if name not in seen)
    near = nearest(absent, names)
    way = "say which with -c"
    if width == len(inputs) == len(names):
        way += f", as in -c {'1' if width == 1 else f'1-{width}'} if they are the inputs in their order"
    return f"no column {excerpt(absent)}, an input of the network{near}: {way}; columns are {listed(names)}"


def _chosen(listing: str, names: list[str] | None, width: int, n: int) -> tuple[int, ...]:
    found = resolve(listing, names, width)
    if len(found) != n:
        raise UsageError(f"-c names {counted(len(found), 'column')}, but the network has {counted(n, 'input')}")
    if len(set(found)) < n:
        raise UsageError(f"-c names a column twice: {excerpt(listing)}")
    return found


def _keep(names: list[str] | None, width: int, choice: Choice) -> tuple[int, ...] | None:
    if choice.keep == "all":
        return None
    return () if choice.keep == "none" else resolve(choice.keep, names, width)


def result_header(layout: Layout, results: list[str]) -> bytes:
    """The output's first line, without its end: the kept names verbatim, then those of the results.

    Raises
    ------
    UsageError
        A result has the name of a column that is kept, or of another result.
    """
    if len(set(results)) < len(results):
        name = next(name for name, n in Counter(results).items() if n > 1)
        raise UsageError(f"two results are called {excerpt(name)}: rename the inputs or the outputs")
    taken = set(layout.kept_names)
    for name in results:
        if name in taken:
            raise UsageError(
                f"a column is called {excerpt(name)} already: "
                "rename the results with --prefix, or drop the column with --keep"
            )
    delimiter = layout.dialect.delimiter.decode()
    new = [quoted(name, delimiter).encode("utf-8", "surrogateescape") for name in results]
    kept = layout.header
    if kept is None:
        kept = delimiter.join(quoted(name, delimiter) for name in layout.kept_names).encode("utf-8")
    return layout.dialect.delimiter.join([kept, *new] if layout.echoes else new)
