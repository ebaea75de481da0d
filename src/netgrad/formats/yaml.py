"""YAML, read from libyaml's events and written one row a line.

Events are taken one by one, so that a bomb of brackets or aliases ends where it first does not belong; nothing is
composed, resolved or constructed. Without libyaml the events of PyYAML's own parser are the same.

An event costs a microsecond, so `[1.5, -2]` is blanked to `[       ]` before libyaml sees it, and taken from the
text once libyaml has said that a list stands there. Wherever that may not be the same thing, in a comment, a quoted
text, a list of names, the reading is `Doubtful` and begins anew without blanks.
"""

from array import array
from typing import Any

import yaml

from netgrad.core.network import Network
from netgrad.errors import NetworkError, excerpt, visible
from netgrad.formats import file
from netgrad.formats.document import read_document
from netgrad.formats.draft import Saved
from netgrad.formats.events import Event, fault, number_of
from netgrad.formats.text import decode, place, read_text
from netgrad.formats.yaml_text import blanked, control_character, refuse_tag_directives
from netgrad.numerals.number import parse_all

BATCH = 4096  # numbers whose events are held at a time

_KINDS: dict[type, str] = {
    yaml.SequenceStartEvent: "[",
    yaml.SequenceEndEvent: "]",
    yaml.MappingStartEvent: "{",
    yaml.MappingEndEvent: "}",
    yaml.StreamEndEvent: "end",
}


def read(path: str) -> Saved:
    """Network saved in a YAML file, and which activations stand in it.

    Raises
    ------
    NetworkError
        With the place of whatever is wrong.
    """
    text = decode(read_text(path))
    refuse_tag_directives(text)
    try:
        return read_document(YamlSource(text, blanked(text)))
    except (yaml.YAMLError, Doubtful):
        pass
    try:
        return read_document(YamlSource(text, text))
    except yaml.YAMLError as error:
        raise _syntax_fault(text, error) from None


def write(net: Network, path: str) -> None:
    """Save a network as YAML; `read` gives it back bit for bit."""
    from netgrad.formats.layout import block, tree

    file.write(path, "".join(f"{line}\n" for line in block(tree(net), "")).encode())


class Doubtful(Exception):  # noqa: N818 - not a fault
    """Read what was blanked, which may be something else than a list of numbers."""


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


def _syntax_fault(text: str, error: yaml.YAMLError) -> NetworkError:
    """Fault that libyaml finds in `text`, in one line."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return control_character(text)
    at, context = error.problem_mark.index, error.context_mark
    message = f"not YAML: {visible(error.problem or '')} {visible(error.context or '')}".rstrip()
    if context is not None and context.index < at:
        message += " that begins at {}:{}".format(*place(text, context.index))
    if text[at : at + 1] == "\t":
        message += " (a tab: indent with spaces)"
    line, column = place(text, at)
    return NetworkError(message, line=line, column=column)
