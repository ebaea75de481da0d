"""From a request to its points: where they come from, and how their tables are read."""

import os

import click

from netgrad.cli.memory import keep_freed_memory
from netgrad.cli.options import Request
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError, counted, excerpt
from netgrad.stream.encodings import recoded
from netgrad.stream.engine import run
from netgrad.stream.sources import Source, open_source, text_source
from netgrad.stream.writers import Writer
from netgrad.tables import numpy_codec
from netgrad.tables.codecs import Codec, codec
from netgrad.tables.columns import Choice
from netgrad.tables.targets import Target

NOT_DELIMITERS = '"\r\n\0+-.'


def open_sources(net: Network, request: Request) -> list[Source]:
    """The points of --x, or the files POINTS, or standard input."""
    if request.x:
        if request.points or request.columns:
            other = "POINTS" if request.points else "-c"
            raise UsageError(f"--x gives the points: {other} makes no sense beside it")
        return [_given(net, request.x)]
    if not request.points and os.isatty(0):
        context = click.get_current_context()
        points = "--x X1,X2,... or POINTS" if "x" in context.params else "POINTS"
        raise UsageError(f"no points: give {points}, or pipe them in (see {context.command_path} --help)")
    block = codec_of(request).block
    sources = [open_source(path, block) for path in request.points or ("-",)]
    if request.encoding is not None:
        sources = [s._replace(blocks=recoded(s.blocks, s.name, request.encoding)) for s in sources]
    return sources


def _given(net: Network, x: tuple[str, ...], option: str = "--x") -> Source:
    n_1 = net.sizes[0]
    for k, record in enumerate(x, start=1):
        if not record.strip() or "\n" in record:
            raise PointsError(f"{excerpt(record)} is no point, expected numbers with commas", file=option, line=k)
        found = record.count(",") + 1
        if found != n_1:
            problem = f"{counted(found, 'number')}, but the network has {counted(n_1, 'input')}"
            raise PointsError(problem, file=option, line=k)
    return text_source(option, x)


def choice(net: Network, request: Request, target: Target | None = None) -> Choice:
    """What the request says of the columns of its tables, which may hold a target as well."""
    n, inputs, keep = net.sizes[0], net.inputs, request.keep
    if request.x:
        if target is not None:
            raise UsageError("--target is a column: give the points in a file")
        return Choice(n, inputs, header=False, keep=keep)
    delimiter = _delimiter(request.delimiter, request.points)
    return Choice(
        n,
        inputs,
        columns=request.columns,
        header=request.header,
        keep=keep,
        delimiter=delimiter,
        decimal=_decimal(request.decimal, delimiter),
        comment=request.comment.encode(),
        target=target,
    )


def _decimal(given: str, delimiter: bytes) -> bytes:
    if given not in (".", ","):
        raise UsageError(f"--decimal takes . or , and not {excerpt(given)}")
    if given == "," and delimiter == b",":
        raise UsageError("--decimal , wants another delimiter, such as -d ';'")
    return given.encode()


def _delimiter(given: str | None, points: tuple[str, ...]) -> bytes:
    if given is None:
        return b"\t" if points and all("tsv" in path.lower().split(".")[-2:] for path in points) else b","
    character = "\t" if given in ("\\t", "tab") else given
    if len(character) != 1 or not character.isascii() or character.isalnum() or character in NOT_DELIMITERS:
        raise UsageError(f"-d takes one character that no number has, such as ';' or '\\t', not {excerpt(given)}")
    return character.encode("ascii")


def codec_of(request: Request) -> Codec:
    """What reads and writes the tables of the request."""
    chosen = codec(request.codec, _size_of(request.points))
    if chosen.decode is not numpy_codec.decode:
        keep_freed_memory()
    return chosen


def _size_of(paths: tuple[str, ...]) -> int | None:
    """Bytes of the files together; None where one is not a plain file."""
    try:
        return sum(os.stat(path).st_size for path in paths)
    except (OSError, ValueError):
        return None


def one_point(net: Network, x: str, option: str = "--x") -> Array:
    """The point that --x, or another option, gives, shape (n_1,)."""
    points: list[Array] = []
    collect = Writer(lambda layout: None, lambda chunk, X, layout: X, points.extend)
    run([_given(net, (x,), option)], Choice(net.sizes[0], net.inputs, header=False), lambda X, jobs: X, collect)
    return points[0]
