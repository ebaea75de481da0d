"""JSON: the document of YAML in strict JSON (RFC 8259), read event by event and written one row a line.

Strings are decoded by the standard library; what stands between them is read here, so that every fault has
its place and no tree is built of a file that is no network.
"""

import json
import math
import re
from array import array
from typing import Any

from netgrad.core.network import Network
from netgrad.errors import excerpt, visible
from netgrad.formats import file
from netgrad.formats.document import read_document
from netgrad.formats.draft import Saved
from netgrad.formats.events import Event, described, fault, number_of
from netgrad.formats.layout import flow, quoted, tree
from netgrad.formats.text import decode, place, read_text
from netgrad.numerals import number

_BLANK = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"""[^\x00-\x20\[\]{},:"]+|.""", re.DOTALL)
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
_LITERAL = re.compile(rf"{_NUMBER}|true|false|null")
_BATCH = re.compile(rf"(?:[ \t\n\r]*{_NUMBER}[ \t\n\r]*,){{1,4096}}")
_DECODER = json.JSONDecoder()

# What may come next, by what is expected.
_ALLOWED = {
    "a value": ("quoted", "literal", "[", "{"),
    "a value or ']'": ("quoted", "literal", "[", "{", "]"),
    "a key in double quotes": ("quoted",),
    "a key in double quotes or '}'": ("quoted", "}"),
    "',' or ']'": ("]",),
    "',' or '}'": ("}",),
    "the end of the file": ("end",),
}
_OPENED = {"[": "a value or ']'", "{": "a key in double quotes or '}'"}
_AFTER_COMMA = {"[": "a value", "{": "a key in double quotes"}
_AFTER_VALUE = {"[": "',' or ']'", "{": "',' or '}'"}


def read(path: str) -> Saved:
    """Network saved in a JSON file, and which activations stand in it.

    Raises
    ------
    NetworkError
        With the place of whatever is wrong.
    """
    return read_document(JsonSource(decode(read_text(path))))


def write(net: Network, path: str) -> None:
    """Save a network as JSON; `read` gives it back bit for bit."""
    file.write(path, f"{_laid_out(tree(net), '')}\n".encode())


class JsonSource:
    """A JSON document, event by event (see `events.Source`)."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._open: list[str] = []  # brackets, outermost first
        self._expected = "a value"

    def next(self) -> Event:
        """Take the next event."""
        event = self._token()
        if event.kind == "," and self._expected in _AFTER_VALUE.values():
            self._expected = _AFTER_COMMA[self._open[-1]]
            event = self._token()
        if event.kind not in _ALLOWED[self._expected]:
            found = described(event)
            raise fault(self, event.offset, f"not JSON: expected {self._expected}, found {found}")
        self._step(event)
        return event

    def numbers(self, what: str) -> "array[float]":
        """Take the rest of a list of numbers, its closing bracket included."""
        taken = array("d")
        while batch := _BATCH.match(self._text, self._at):
            values = list(map(float, batch[0][:-1].split(",")))
            if not all(map(math.isfinite, values)):
                break  # the culprit is found one by one
            taken.fromlist(values)
            self._at, self._expected = batch.end(), "a value"
        while (event := self.next()).kind != "]":
            taken.append(number_of(self, event, f"{what}, entry {len(taken) + 1}"))
        return taken

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both from 1."""
        return place(self._text, offset)

    def _step(self, event: Event) -> None:
        """Note what is expected after `event`."""
        if event.kind in _OPENED:
            self._open.append(event.kind)
            self._expected = _OPENED[event.kind]
        elif "key" in self._expected and event.kind == "quoted":
            if (colon := self._token()).kind != ":":
                raise fault(self, colon.offset, f"not JSON: expected ':', found {described(colon)}")
            self._expected = "a value"
        else:
            if event.kind in ("]", "}"):
                self._open.pop()
            self._expected = _AFTER_VALUE[self._open[-1]] if self._open else "the end of the file"

    def _token(self) -> Event:
        blank = _BLANK.match(self._text, self._at)
        at = blank.end() if blank else self._at
        word = _WORD.match(self._text, at)
        if word is None:
            return Event("end", "", at)
        if word[0] == '"':
            return self._string(at)
        self._at = word.end()
        if word[0] in "[]{},:":
            return Event(word[0], "", at)
        if _LITERAL.fullmatch(word[0]) is None:
            raise fault(self, at, f"not JSON: {_refusal(word[0], self._expected)}")
        return Event("literal", word[0], at)

    def _string(self, at: int) -> Event:
        try:
            value, self._at = _DECODER.raw_decode(self._text, at)
        except json.JSONDecodeError as error:
            broken = f"a text with an {visible(error.msg).lower()}".removesuffix(" at").rstrip(": ")
            unclosed = "a text whose quotes are not closed"
            message = unclosed if error.msg.startswith("Unterminated") else broken
            raise fault(self, error.pos, f"not JSON: {message}") from None
        return Event("quoted", value, at)


def _refusal(word: str, expected: str) -> str:
    if re.match(r"[-+.0-9]|NaN|Infinity", word) is None:
        return f"expected {expected}, found {excerpt(word)}"
    if number.NUMBER.fullmatch(word):
        return f"{excerpt(word)} is not how JSON writes a number"
    return number.fault(word).reason


def _laid_out(value: Any, indent: str) -> str:
    """JSON text of a tree; lists of numbers and names stand on one line."""
    inner = f"{indent}  "
    if isinstance(value, dict):
        items = [f"{quoted(key)}: {_laid_out(item, inner)}" for key, item in value.items()]
        left, right = "{}"
    elif isinstance(value, list) and isinstance(value[0], list | dict):
        items = [_laid_out(item, inner) for item in value]
        left, right = "[]"
    else:
        return flow(value, quoted)
    joined = f",\n{inner}".join(items)
    return f"{left}\n{inner}{joined}\n{indent}{right}"
