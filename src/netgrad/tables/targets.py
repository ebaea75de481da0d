"""Targets, which a network should answer: their columns, and the numbers that their cells stand for."""

from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

from netgrad.errors import UsageError, counted, excerpt, listed, nearest
from netgrad.numerals.number import NUMBER
from netgrad.tables.header import MISSING
from netgrad.tables.listing import resolve
from netgrad.tables.records import with_point


class Target(NamedTuple):
    """Target as the user said."""

    columns: str  # one column or n, as in -c
    n: int  # n_L
    outputs: tuple[str, ...] | None = None  # the network's own names
    classes: str | None = None  # names by commas: of y = 0 and y = 1, or of the n_L outputs
    any_number: bool = False  # y need not be from 0 to 1: the outputs are no probabilities


class Targets(NamedTuple):
    """Reading of the cells of target columns."""

    codes: Mapping[str, float]  # name of a class -> y, or for n_L > 1 the number of the output, from 0
    numbers: bool  # cells may be numbers, y itself
    rest: bool  # any other name means y = 0
    any_number: bool = False  # y need not be from 0 to 1

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the classes; their numbers where they have none."""
        named = tuple(name for name in self.codes if NUMBER.fullmatch(name) is None)
        return named or tuple(name for name in self.codes if "." not in name)

    def value(self, cell: str, decimal: bytes = b".") -> float | str:
        """The number that `cell` stands for, or what is wrong with it; `decimal` is the table's mark.

        >>> Targets({"yes": 1.0}, True, True).value("no")
        0.0
        """
        name = cell.strip(" \t")
        if name in self.codes:
            return self.codes[name]
        numeral = with_point(name, decimal)
        if self.numbers and NUMBER.fullmatch(numeral):
            y = float(numeral)
            if not isfinite(y):
                return f"{excerpt(name)} is beyond the range of float64"
            if not (self.any_number or 0 <= y <= 1):
                return f"{excerpt(name)} is no target, expected a number from 0 to 1"
            return y
        if not name or MISSING.fullmatch(name):
            return "missing value"
        if self.rest:
            return 0.0
        if not self.codes:
            return f"{excerpt(name)} is no number" + ("" if self.any_number else "; for names of classes say --classes")
        return f"{excerpt(name)} is no class{nearest(name, self.codes)}; classes are {listed(self.names)}"

    def other(self, cell: str, decimal: bytes = b".") -> str | None:
        """The name that `cell` has where it means y = 0 for not being the output's; None elsewhere.

        >>> Targets({"yes": 1.0}, True, True).other(" no")
        'no'
        """
        name = cell.strip(" \t")
        is_number = NUMBER.fullmatch(with_point(name, decimal)) is not None
        return None if is_number or name in self.codes or not name or MISSING.fullmatch(name) else name


def targets_of(target: Target, names: list[str] | None, width: int) -> tuple[tuple[int, ...], Targets]:
    """Cells of the target, from 0, in a table whose header has `names`, and how they are read.

    Raises
    ------
    UsageError
        There are no such columns, not as many as there should be, or nothing says what the classes are called.
    """
    cells = resolve(target.columns, names, width)
    n, classes = target.n, _classes(target)
    if len(cells) not in (1, n) or len(set(cells)) < len(cells):
        expected = "one column" if n == 1 else f"one column with classes, or {n}, one for each output"
        raise UsageError(f"--target names {counted(len(cells), 'column')}, expected {expected}")
    if len(cells) > 1:
        return in_order_of(cells, names, target.outputs, "--target", "output"), Targets(
            {}, numbers=True, rest=False, any_number=target.any_number
        )
    if n == 1 and classes is None:
        positive = dict.fromkeys(target.outputs or (), 1.0)
        return cells, Targets(positive, numbers=True, rest=bool(positive), any_number=target.any_number)
    return cells, Targets(_codes(classes, n) if n > 1 else _named(classes), numbers=False, rest=False)


def _codes(classes: tuple[str, ...] | None, n: int) -> dict[str, float]:
    """Number of the output, from 0, for the name of each class, and for that number itself where no class is called so.

    >>> sorted(_codes(("a", "b"), 2))
    ['0', '0.0', '1', '1.0', 'a', 'b']
    """
    numbers = {text: float(k) for k in range(n) for text in (str(k), f"{k}.0")}
    names = _named(classes)
    return names if any(NUMBER.fullmatch(name) for name in names) else {**numbers, **names}


def _named(classes: tuple[str, ...] | None) -> dict[str, float]:
    return {name: float(k) for k, name in enumerate(classes or ())}


def in_order_of(
    cells: tuple[int, ...], header: list[str] | None, names: tuple[str, ...] | None, option: str, what: str
) -> tuple[int, ...]:
    """Chosen columns in the order of the network's `names`, where the header calls them so; else as they were chosen.

    Raises
    ------
    UsageError
        Some of them are called so and others are not, so that one would take the place of another.
    """
    called = [header[i] for i in cells] if header is not None else []
    if names is None or not set(called) & set(names) or called == list(names):
        return cells
    if set(called) == set(names):
        return tuple(cells[called.index(name)] for name in names)
    for seen, name in zip(called, names, strict=True):
        if seen != name and seen in names:
            place = f"column {excerpt(seen)} would be the {what} {excerpt(name)}"
            raise UsageError(f"{option}: {place}, but {excerpt(seen)} is another {what} of the network")
    return cells


def _classes(target: Target) -> tuple[str, ...] | None:
    if target.classes is None:
        return target.outputs if target.n > 1 else None
    given = tuple(name.strip(" \t") for name in target.classes.split(","))
    expected = max(target.n, 2)
    if len(given) != expected or len(set(given)) < expected:
        of = "y = 0 and y = 1" if target.n == 1 else "the outputs"
        raise UsageError(f"--classes takes {expected} names by commas, those of {of}, not {excerpt(target.classes)}")
    if target.outputs is not None:
        _check_order(given, target.outputs)
    return given


def _check_order(given: tuple[str, ...], outputs: tuple[str, ...]) -> None:
    """Raise UsageError where a class has the name of an output and another place; that of one output means y = 1."""
    places = outputs if len(outputs) > 1 else ("", *outputs)
    for k, name in enumerate(given):
        if name in outputs and places[k] != name:
            place = places.index(name) + 1
            raise UsageError(f"--classes: {excerpt(name)} is an output of the network, and belongs in place {place}")
