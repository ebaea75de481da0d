"""The text of a YAML file before libyaml sees it: what is blanked, and what is refused of it."""

import re

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.text import place

_NUMBERS = re.compile(r"\[[0-9eE+\-., ]+\]")
_NOT_YAML = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def blanked(text: str) -> str:
    """`text` with blanks for what stands in lists of plain numbers on one line; as long as it was.

    >>> blanked("[[1, 2], [x]]")
    '[[    ], [x]]'
    """
    return _NUMBERS.sub(lambda found: f"[{' ' * (len(found[0]) - 2)}]", text)


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


def control_character(text: str) -> NetworkError:
    """Error at the first character that YAML does not allow."""
    bad = re.search(_NOT_YAML, text)
    line, column = place(text, bad.start() if bad else 0)
    found = f"control character {excerpt(bad[0])}" if bad else "a character that is not allowed"
    return NetworkError(f"not YAML: {found} (write it as an escape in double quotes)", line=line, column=column)
