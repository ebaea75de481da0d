"""Events that a document is made of, whichever syntax it is written in."""

from array import array
from typing import NamedTuple, Protocol

from netgrad.errors import NetworkError, excerpt
from netgrad.numerals import number

NULLS = ("", "~", "null", "Null", "NULL")

_NAMES = {
    "[": "a list",
    "]": "the end of the list",
    "{": "a mapping",
    "}": "the end of the mapping",
    ",": "a comma",
    ":": "a colon",
    "end": "the end of the file",
}


class Event(NamedTuple):
    """One step through a document.

    `kind` is a bracket, `[ ] { }`; "end"; "quoted" for what can only be text; "literal" for what cannot (a
    number, true, false or null of JSON); or "plain" for a word of YAML, which its place makes a text or a
    number. `offset` counts characters from 0.
    """

    kind: str
    value: str
    offset: int


class Source(Protocol):
    """A document that is read event by event."""

    def next(self) -> Event:
        """Take the next event."""
        ...

    def numbers(self, what: str) -> "array[float]":
        """Take the rest of a list of numbers, its closing bracket included."""
        ...

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both from 1."""
        ...


def fault(source: Source, offset: int, message: str) -> NetworkError:
    """Error with the place of `offset`."""
    line, column = source.place(offset)
    return NetworkError(message, line=line, column=column)


def described(event: Event) -> str:
    """Words for an event that was found, for an error message."""
    if event.kind in _NAMES:
        return _NAMES[event.kind]
    if is_null(event):
        return "nothing" if not event.value else event.value
    return excerpt(event.value) + (" in quotes" if event.kind == "quoted" else "")


def is_null(event: Event) -> bool:
    """True where the event says that there is no value."""
    return event.kind in ("plain", "literal") and event.value in NULLS


def number_of(source: Source, event: Event, what: str) -> float:
    """Value of an event that must be a number; `what` names it in the error."""
    if event.kind not in ("plain", "literal") or is_null(event):
        raise fault(source, event.offset, f"{what}: expected a number, found {described(event)}")
    try:
        return number.parse(event.value)
    except ValueError as error:
        raise fault(source, event.offset, f"{what}: {error}") from None
