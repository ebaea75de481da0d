"""Types of the command line's parameters: names of files and codecs, sizes, what may be given once."""

import re
from typing import Any, ClassVar

import click

from netgrad.files import near


class FileName(click.Path):
    """The name of a file; whether it can be read or written is said by what opens it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it is, but not the empty one; of a file of this machine that a URL names, its path."""
        if not value:
            self.fail("the name of a file is expected, not ''", param, ctx)
        return near(str(value))


class Pattern(FileName):
    """The name of a file, or a URL that stands for several."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it is, where * or [ may be left to `store.matching`."""
        return str(value) if value and any(mark in value for mark in "*[") else super().convert(value, param, ctx)


class CodecName(click.Choice[str]):
    """The name of a codec; one that is no more is told what took its place."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if there is such a codec."""
        if value == "polars":
            self.fail("'polars' has given way to 'compiled', which the extra fast brings", param, ctx)
        return str(super().convert(value, param, ctx))


class Size(click.ParamType):  # type: ignore[type-arg]
    """A number of bytes, with a unit or without."""

    name = "size"
    _UNITS: ClassVar = {"": 1, "B": 1} | {k + s: 1 << 10 * i for i, k in enumerate("KMGT", 1) for s in ("", "B", "iB")}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes."""
        found = re.fullmatch(r"([0-9]{1,15}) ?([KMGT]?i?B?)", str(value))
        if found is None or found[2] not in self._UNITS or not int(found[1]):
            self.fail(f"expected a number of bytes such as 64MiB or 1GiB, not {value!r}", param, ctx)
        return int(found[1]) * self._UNITS[found[2]]


def only_one(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> str | None:
    """The value of an option that may be given once, where click would take the last."""
    if len(values) > 1:
        raise click.BadParameter(f"one point is wanted, and {len(values)} are given", ctx, param)
    return values[0] if values else None


FILE, PATTERN = FileName(), Pattern()
