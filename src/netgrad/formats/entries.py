"""The values that stand in a document: texts, names, vectors and matrices, each from its first event on."""

from array import array

import numpy as np

from netgrad.core.network import Array
from netgrad.errors import NetworkError, counted, excerpt
from netgrad.formats.events import Event, Source, described, fault, is_null


def text(source: Source, event: Event, what: str) -> str:
    """Text; a plain word of YAML is one, whatever YAML 1.1 takes `no` or `010` for."""
    if event.kind not in ("plain", "quoted") or is_null(event):
        raise fault(source, event.offset, f"{what}: expected a text, found {described(event)}")
    if any("\ud800" <= c <= "\udfff" for c in event.value):
        raise fault(source, event.offset, f"{what}: {excerpt(event.value)} has half a surrogate pair")
    return event.value


def names(source: Source, event: Event, what: str) -> tuple[str, ...]:
    """List of texts."""
    if event.kind != "[":
        raise fault(source, event.offset, f"{what}: expected a list of names, found {described(event)}")
    found: list[str] = []
    while (event := source.next()).kind != "]":
        found.append(text(source, event, f"{what}: name {len(found) + 1}"))
    return tuple(found)


def name_or_names(source: Source, event: Event, what: str) -> tuple[str, ...]:
    """One text, or a list of them."""
    return names(source, event, what) if event.kind == "[" else (text(source, event, what),)


def vector(source: Source, event: Event, what: str) -> Array:
    """Numbers, shape (n,)."""
    if event.kind != "[":
        raise fault(source, event.offset, f"{what}: expected a list of numbers, found {described(event)}")
    try:
        return np.array(source.numbers(what), np.float64)
    except NetworkError as error:
        if error.message.endswith("entry 1: expected a number, found a list"):
            error.message += " (numbers in one pair of brackets, as in [1, 2, 3])"
        raise


def matrix(source: Source, event: Event, what: str) -> Array:
    """Rows of equally many numbers, shape (rows, columns)."""
    if event.kind != "[":
        raise _not_rows(source, event, what)
    entries, rows, columns = array("d"), 0, 0
    while (event := source.next()).kind != "]":
        if event.kind != "[":
            raise _not_rows(source, event, what)
        rows += 1
        row = source.numbers(f"{what}: row {rows}")
        columns = columns or len(row)
        if len(row) != columns or not row:
            found = "is empty" if not row else f"has {counted(len(row), 'entry', 'entries')}"
            message = found if rows == 1 else f"{found}, but row 1 has {columns}"
            raise fault(source, event.offset, f"{what}: row {rows} {message}")
        entries.extend(row)
    return np.array(entries, np.float64).reshape(rows, columns)


def _not_rows(source: Source, event: Event, what: str) -> NetworkError:
    expected = "expected a list of rows, one for each neuron, as in [[1, 2], [3, 4]]"
    return fault(source, event.offset, f"{what}: {expected}; found {described(event)}")
