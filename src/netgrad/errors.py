"""Errors: what can go wrong, as one line of text and an exit code.

Every fault that a user can cause is raised as a `NetgradError`; `cli.main` alone turns it into a message.
"""

from collections.abc import Iterable, Sequence

EXCERPT = 60  # characters of foreign text that an error message shows
LISTED = 12  # names that an error message lists


class NetgradError(Exception):
    """A fault in what the user gave, stated in one line.

    Parameters
    ----------
    message
        Culprit, expectation and what was found, without the place.
    file, line, column
        The place, 1-based; `column` counts characters. Each may be None where it makes no sense.
    """

    exit_code = 1

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file, self.line, self.column = file, line, column

    def __str__(self) -> str:
        place = [visible(self.file)] if self.file is not None else []
        place += [str(n) for n in (self.line, self.column) if n is not None]
        return f"{':'.join(place)}: {self.message}" if place else self.message


class NetworkError(NetgradError):
    """A saved network that cannot be used; `l` and `key` name the layer (the paper's l) and its entry."""

    def __init__(
        self,
        message: str,
        *,
        l: int | None = None,  # noqa: E741 - the paper's l
        key: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message, file=file, line=line, column=column)
        self.l, self.key = l, key


class PointsError(NetgradError):
    """Points that cannot be read."""


class ClusterError(NetgradError):
    """A scheduler that is not there, or machines that cannot do the work."""


class OutputError(NetgradError):
    """A result that cannot be written."""


class UsageError(NetgradError, ValueError):
    """A command line, or arguments of a call, that make no sense together."""

    exit_code = 2


class DisagreementError(NetgradError):
    """A check that found what it should not."""

    exit_code = 3


def visible(text: str) -> str:
    r"""`text` with control, bidirectional and other unprintable characters written as escapes.

    >>> visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(c: str) -> str:
    if 0xDC80 <= ord(c) <= 0xDCFF:  # a byte that is not UTF-8, as surrogateescape keeps it
        return f"\\x{ord(c) - 0xDC00:02x}"
    return c.encode("unicode_escape").decode("ascii")


def excerpt(text: str) -> str:
    """`text` in single quotes, made visible and cut to 60 characters, for an error message."""
    shown = visible(text[: EXCERPT + 1])
    return f"'{shown[:EXCERPT]}…'" if len(shown) > EXCERPT else f"'{shown}'"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Number and noun: '1 column', '3 columns'."""
    return f"{n} {noun if n == 1 else plural or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """The first names, by commas, for an error message."""
    shown = ", ".join(visible(name[:EXCERPT]) for name in names[:LISTED])
    return shown + (f", … ({len(names)} in all)" if len(names) > LISTED else "")


def nearest(name: str, names: Iterable[str]) -> str:
    """' (did you mean ...?)' for the one of `names` most like `name`, or nothing."""
    from difflib import get_close_matches

    given = list(names)
    alike = [other for other in given if other.casefold().strip() == name.casefold().strip()]
    near = alike[:1] or get_close_matches(name[:EXCERPT], given, 1)
    return f" (did you mean {excerpt(near[0])}?)" if near else ""
