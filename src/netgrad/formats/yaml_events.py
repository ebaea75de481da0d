"""YAML as events: libyaml's, but for lists of plain numbers, which it is shown as empty.

An event costs a microsecond, so `[1.5, -2]` is blanked to `[       ]` before libyaml sees it, and taken from
the text once libyaml has said that a list stands there. Wherever that may not be the same thing, in a
comment, a quoted text, a list of names, the reading is `Doubtful`, and `yaml.read` begins anew without blanks.
"""

import re
from array import array
from typing import Any

import yaml

from netgrad.errors import NetworkError, excerpt, visible
from netgrad.formats.events import Event, fault, number_of
from netgrad.formats.number import parse_all
from netgrad.formats.text import place

BATCH = 4096  # numbers whose events are held at a time

_NUMBERS = re.compile(r"\[[0-9eE+\-., ]+\]")
_NOT_YAML = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_KINDS: dict[type, str] = {
    yaml.SequenceStartEvent: "[",
    yaml.SequenceEndEvent: "]",
    yaml.MappingStartEvent: "{",
    yaml.MappingEndEvent: "}",
    yaml.StreamEndEvent: "end",
}


class Doubtful(Exception):  # noqa: N818 - not a fault
    """What was blanked may be something else than a list of numbers."""


def refuse_tag_directives(text: str) -> None:
    """Refuse %TAG: libyaml compares each with all before, which takes minutes where there are many.

    Raises
    ------
    NetworkError
        With the place of the first.
    """
    if found := re.search(r"^%TAG\b", text, re.MULTILINE):
        line, column = place(text, found.start())
        raise NetworkError("directive '%TAG': tags are not allowed", line=line, column=column)


def blanked(text: str) -> str:
    """`text` with blanks for what stands in lists of plain numbers on one line; as long as it was.

    >>> blanked("[[1, 2], [x]]")
    '[[    ], [x]]'
    """
    return _NUMBERS.sub(lambda found: f"[{' ' * (len(found[0]) - 2)}]", text)


class YamlSource:
    """A YAML document, event by event (see `events.Source`); `shown` is what libyaml sees of `text`."""

    def __init__(self, text: str, shown: str) -> None:
        self._text, self._shown = text, shown
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._get: Any = loader(shown).get_event
        self._taken = 0  # the text up to here is accounted for
        self._documents = 0

    def next(self) -> Event:
        """Take the next event."""
        while True:
            found = self._get()
            if isinstance(found, yaml.DocumentStartEvent):
                self._start_document(found)
            elif not isinstance(found, yaml.StreamStartEvent | yaml.DocumentEndEvent):
                return self._event(found)

    def numbers(self, what: str) -> "array[float]":
        """Take the rest of a list of numbers, its closing bracket included."""
        get, scalar = self._get, yaml.ScalarEvent
        numbers = array("d")
        while True:
            batch: list[Any] = []
            while (found := get()).__class__ is scalar:
                batch.append(found)
                if len(batch) == BATCH:
                    break
            self._extend(numbers, batch, what)
            if found.__class__ is not scalar:
                if not numbers:
                    self._extend_by_blanked(numbers, found)
                if (last := self._event(found)).kind == "]":
                    return numbers
                number_of(self, last, f"{what}, entry {len(numbers) + 1}")

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both from 1."""
        return place(self._text, offset)

    def _start_document(self, found: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise fault(self, found.start_mark.index, "a second document, but a file holds one network")

    def _event(self, found: Any) -> Event:
        at = found.start_mark.index
        self._account(found.end_mark.index)
        if isinstance(found, yaml.AliasEvent):
            raise fault(self, at, f"alias {excerpt(f'*{found.anchor}')}: aliases are not allowed")
        if getattr(found, "anchor", None) is not None:
            raise fault(self, at, f"anchor {excerpt(f'&{found.anchor}')}: anchors are not allowed")
        if getattr(found, "tag", None) is not None:
            tag = found.tag.replace("tag:yaml.org,2002:", "!!")
            raise fault(self, at, f"tag {excerpt(tag)}: tags are not allowed")
        if isinstance(found, yaml.ScalarEvent):
            return Event("quoted" if found.style else "plain", found.value, at)
        return Event(_KINDS[type(found)], "", at)

    def _account(self, end: int) -> None:
        """Go on to `end`, over text that libyaml has seen as it is."""
        if self._text[self._taken : end] != self._shown[self._taken : end]:
            raise Doubtful
        self._taken = end

    def _extend(self, numbers: "array[float]", batch: list[Any], what: str) -> None:
        try:
            if [e for e in batch if e.style or e.tag is not None or e.anchor is not None]:
                raise ValueError("not plain")
            numbers.fromlist(parse_all([e.value for e in batch]))
        except ValueError:  # read one by one, which names the culprit
            for k, found in enumerate(batch, len(numbers) + 1):
                numbers.append(number_of(self, self._event(found), f"{what}, entry {k}"))

    def _extend_by_blanked(self, numbers: "array[float]", closing: Any) -> None:
        """Take the numbers of a list that was shown as empty, if it was."""
        end = closing.start_mark.index
        inside = slice(self._taken, end)
        if self._text[inside] != self._shown[inside]:
            try:
                numbers.fromlist(parse_all(self._text[inside].split(",")))
            except ValueError:
                raise Doubtful from None
            self._taken = end


def syntax_fault(text: str, error: yaml.YAMLError) -> NetworkError:
    """What libyaml says of `text`, in one line."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return _control_character(text)
    at, context = error.problem_mark.index, error.context_mark
    message = f"not YAML: {visible(error.problem or '')} {visible(error.context or '')}".rstrip()
    if context is not None and context.index < at:
        message += " that begins at {}:{}".format(*place(text, context.index))
    if text[at : at + 1] == "\t":
        message += " (a tab: indent with spaces)"
    line, column = place(text, at)
    return NetworkError(message, line=line, column=column)


def _control_character(text: str) -> NetworkError:
    """Error at the first character that YAML does not allow."""
    bad = re.search(_NOT_YAML, text)
    line, column = place(text, bad.start() if bad else 0)
    found = f"control character {excerpt(bad[0])}" if bad else "a character that is not allowed"
    return NetworkError(f"not YAML: {found} (write it as an escape in double quotes)", line=line, column=column)
