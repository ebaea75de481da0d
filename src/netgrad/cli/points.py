"""From a request to its points: where they come from, how their tables are read, and who is told of them."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial

import click

from netgrad.analysis.ranges import range_of
from netgrad.cli.given import record_of
from netgrad.cli.process import say
from netgrad.cli.request import Request
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError, counted, excerpt, visible
from netgrad.files import File, file_at
from netgrad.numerals.number import parse
from netgrad.stream.compression import KINDS
from netgrad.stream.cutting import ROWS
from netgrad.stream.encodings import recoded
from netgrad.stream.engine import Points
from netgrad.stream.fold import blocks
from netgrad.stream.memory import keep_freed_memory
from netgrad.stream.rejects import rejecting
from netgrad.stream.sources import Source, open_source, text_source
from netgrad.stream.tasks import Watch
from netgrad.tables import numpy_codec
from netgrad.tables.codecs import Codec, codec
from netgrad.tables.columns import Choice
from netgrad.tables.records import Dialect
from netgrad.tables.targets import Target

NUMBERS = 1 << 21  # read and computed of a piece, where all outputs and gradients are wanted
FAR = 1 << 30  # bytes that a file behind a URL is thought to have
LINES = (".jsonl", ".ndjson")
NOT_DELIMITERS = '"\r\n\0+-.'


def points_of(net: Network, request: Request, target: Target | None = None) -> Points:
    """The points of a request, read with what is quickest for them; nobody is told of them yet."""
    chosen = _codec_of(request)
    sources = _sources(net, request, chosen)
    choice, watch = _choice(net, request, target), _watch(net, request)
    rows = max(1, min(ROWS, NUMBERS // (net.sizes[0] + 1) // (net.sizes[-1] + 1)))
    return Points(sources, choice, chosen, request.bad_rows, request.jobs, rows=rows, watch=watch)


@contextmanager
def told(points: Points, request: Request, quiet: bool = False) -> Iterator[Points]:
    """The points with --rejects told of bad records, and unless `quiet` a progress bar of the rest."""
    with (
        rejecting(request.rejects, inputs_of(request, points)) as reject,
        _progress_of(points, request.quiet or quiet) as progress,
    ):
        yield replace(points, reject=reject, progress=progress)


def inputs_of(request: Request, points: Points | None) -> list[Source | File]:
    """All files that the request reads: none of them is ever written to."""
    return [*(file_at(path) for path in request.files), *(points.sources if points else ())]


def check_rejects(request: Request) -> None:
    """Raise UsageError where --rejects makes no sense."""
    if request.rejects is None:
        return
    if request.bad_rows == "fail":
        raise UsageError("--rejects makes sense with --bad-rows skip or nan")
    if request.out not in (None, "-"):
        if os.path.realpath(request.rejects) == os.path.realpath(request.out or ""):
            raise UsageError("--rejects and -o name the same file")
    elif request.rejects == "-" or _is_standard_output(request.rejects):
        raise UsageError(
            "--rejects and the results would both go to standard output: say -o FILE, or another --rejects"
        )


def _is_standard_output(path: str) -> bool:
    """True where what is written to `path` goes where standard output goes; two may share a terminal."""
    try:
        there, here = os.stat(path), os.fstat(1)
    except (OSError, ValueError):
        return False
    return os.path.samestat(there, here) and not stat.S_ISCHR(here.st_mode)


def say_left_out(points: Points, request: Request) -> None:
    """One line each for points far outside the scaling, results that are not finite, records that could not be read."""
    tally = points.tally
    if request.quiet or not tally.is_complete:
        return
    if tally.seen is not None and tally.seen.far:
        of, name = counted(tally.seen.rows, "row"), excerpt(points.choice.names[tally.seen.worst])
        far = f"{tally.seen.far:,} of {of} outside the scaling's range, |x - mean| > {request.range_check} std"
        say(f"netgrad: {far}; the farthest: {name}, {tally.seen.u:+.3g} std")
    if tally.odd:
        rows = f"{tally.odd:,} of {counted(tally.rows, 'row')}"
        say(f"netgrad: {rows} with results that are not finite; the first: row {tally.first_odd}")
    if not tally.bad:
        return
    what = "left out" if request.bad_rows == "skip" else "given nan"
    seen = tally.rows + (tally.bad if request.bad_rows == "skip" else 0)
    say(f"netgrad: {tally.bad:,} of {counted(seen, 'record')} {what}; the first: {tally.first}")


def one_point(net: Network, x: str, option: str = "--x") -> Array:
    """The point that --x, or another option, gives, shape (n_1,)."""
    _, found = blocks(Points([_given(net, (x,), option)], Choice(net.input_names, header=False)))
    (block,) = found
    point: Array = block.X[0]
    return point


def _sources(net: Network, request: Request, chosen: Codec) -> list[Source]:
    """The points of --x, or the files POINTS, or standard input."""
    if request.x:
        beside = {"POINTS": request.points, "-c": request.columns, "--encoding": request.encoding}
        for other, given in ({**beside, "--input-format": request.input_format, **_of_csv(request)}).items():
            if given:
                raise UsageError(f"--x gives the points: {other} makes no sense beside it")
        return [_given(net, request.x)]
    if not request.points and os.isatty(0):
        context = click.get_current_context()
        points = "--x X1,X2,... or POINTS" if "x" in context.params else "POINTS"
        raise UsageError(f"no points: give {points}, or pipe them in (see {context.command_path} --help)")
    sources = _opened(request.points or ("-",), chosen.block)
    sources = [_in_format(source, request) for source in sources]
    if request.encoding is not None:
        encoding = request.encoding
        sources = [s._replace(blocks=recoded(s.blocks, s.name, encoding), encoding=encoding) for s in sources]
    return sources


def _opened(paths: tuple[str, ...], block: int) -> list[Source]:
    """Files of this machine, or those that URLs name."""
    if not any("://" in path for path in paths):
        return [open_source(path, block) for path in paths]
    from netgrad.cluster.store import matching, open_anywhere

    return [open_anywhere(found, block) for path in paths for found in matching(path)]


def _in_format(source: Source, request: Request) -> Source:
    """The source as JSON Lines where the request, or else its name, says so."""
    name, is_text = source.name.lower(), source.header is None
    said = request.input_format or ("jsonl" if name.removesuffix(_packer(name)).endswith(LINES) else "csv")
    if said == "csv" and is_text:
        return source
    of_text = {"--input-format": request.input_format, "--encoding": request.encoding}
    for option, given in (_of_csv(request) if is_text else {**of_text, **_of_csv(request)}).items():
        if given:
            what = (
                "is JSON Lines" if is_text else f"says by itself what it holds, as {os.path.splitext(name)[1]} files do"
            )
            raise UsageError(f"{option} is for {'CSV' if is_text else 'text'}, and {visible(source.name)} {what}")
    return source._replace(is_json=is_text)


def _of_csv(request: Request) -> dict[str, bool]:
    """Options that say how CSV is to be read, and whether they are given."""
    return {
        "-d": request.delimiter is not None,
        "--decimal": request.decimal != ".",
        "--comment": bool(request.comment),
        "--header": request.header is True,
        "--no-header": request.header is False,
    }


def _packer(name: str) -> str:
    """The suffix of compression that a file's name has, or nothing."""
    suffix = os.path.splitext(name)[1]
    return suffix if suffix in KINDS else ""


def _given(net: Network, x: tuple[str, ...], option: str = "--x") -> Source:
    return text_source(option, [record_of(net, text, option, k) for k, text in enumerate(x, start=1)])


def _choice(net: Network, request: Request, target: Target | None) -> Choice:
    """Choice of the columns of the request's tables, which may hold a target as well."""
    choice = Choice(net.input_names, net.inputs is not None, net.numbers_inputs, keep=request.keep)
    if request.x:
        if target is not None:
            raise UsageError("--target is a column: give the points in a file")
        return choice._replace(header=False)
    dialect = _dialect(request)
    return choice._replace(columns=request.columns, header=request.header, dialect=dialect, target=target)


def _watch(net: Network, request: Request) -> Watch | None:
    """Watch for points that are far outside the network's scaling, where it has one."""
    if request.range_check == "off":
        return None
    try:
        K = parse(request.range_check)
    except ValueError:
        K = -1.0
    if K <= 0:
        raise UsageError(f"--range-check takes a positive number or off, not {excerpt(request.range_check)}")
    return None if net.scaling is None else partial(range_of, net.scaling, K)


def _dialect(request: Request) -> Dialect:
    delimiter = _delimiter(request.delimiter, request.points)
    if request.decimal not in (".", ","):
        raise UsageError(f"--decimal takes . or , and not {excerpt(request.decimal)}")
    if request.decimal == "," and delimiter == b",":
        raise UsageError("--decimal , wants another delimiter, such as -d ';'")
    return Dialect(delimiter, request.decimal.encode(), request.comment.encode())


def _delimiter(given: str | None, points: tuple[str, ...]) -> bytes:
    if given is None:
        return b"\t" if points and all("tsv" in path.lower().split(".")[-2:] for path in points) else b","
    character = "\t" if given in ("\\t", "tab") else given
    if len(character) != 1 or not character.isascii() or character.isalnum() or character in NOT_DELIMITERS:
        raise UsageError(f"-d takes one character that no number has, such as ';' or '\\t', not {excerpt(given)}")
    return character.encode("ascii")


def _codec_of(request: Request) -> Codec:
    """Codec that reads and writes the tables of the request."""
    chosen = codec(request.codec, _size_of(request))
    if chosen.decode is not numpy_codec.decode:
        keep_freed_memory()
    return chosen


def _size_of(request: Request) -> int | None:
    """Bytes of the points' files together; None where one is not a plain file."""
    if request.x:
        return 0
    try:
        found = [os.fstat(0) if path == "-" else os.stat(path) for path in request.points or ("-",)]
    except (OSError, ValueError):
        return FAR if any("://" in path for path in request.points) else None
    return sum(status.st_size for status in found) if all(stat.S_ISREG(status.st_mode) for status in found) else None


def _progress_of(points: Points, quiet: bool) -> AbstractContextManager[Callable[[int, int], None]]:
    """Progress that is told of each piece: a bar on a terminal, else nothing."""
    if quiet or not os.isatty(2):
        return nullcontext(lambda size, rows: None)
    from netgrad.show.progress import progress

    sizes = [source.size for source in points.sources if source.size is not None]
    total = sum(sizes) if len(sizes) == len(points.sources) else None
    return progress(total) if points.runner is None else progress(total, points.runner.about)
