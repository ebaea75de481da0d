"""From a request to the engine: sources, columns, results and a writer."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from netgrad.cli.messages import say
from netgrad.cli.options import Request
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError, counted, excerpt
from netgrad.stream.codecs import Codec, codec
from netgrad.stream.columns import Choice
from netgrad.stream.encodings import recoded
from netgrad.stream.engine import BadRows, Tally, run
from netgrad.stream.rejects import rejecting
from netgrad.stream.results import Results
from netgrad.stream.sinks import Write, open_sink
from netgrad.stream.sources import Source, open_source, text_source
from netgrad.stream.writers import Writer, csv_writer, jsonl_writer

FORMATS = ("csv", "tsv", "jsonl", "npy", "parquet")  # by the suffix of -o
NOT_DELIMITERS = '"\r\n\0+-.'


def apply(net: Network, results: Results, request: Request) -> None:
    """Write `results` at the points of the request, in its format, to where it says."""
    chosen = codec(request.codec, _size(request.points))
    sources, delimiter = _sources(net, request, chosen.block)
    choice = Choice(
        n=net.sizes[0],
        inputs=net.inputs,
        columns=request.columns,
        header=False if request.x else request.header,
        keep=request.keep,
        delimiter=delimiter,
        decimal=_decimal(request, delimiter),
        comment=request.comment.encode(),
    )
    if request.rejects is not None and request.bad_rows == "fail":
        raise UsageError("--rejects makes sense with --bad-rows skip or nan")
    form = _format(request)
    with open_sink(request.out, sources) as write, rejecting(request.rejects, sources) as reject:
        bad_rows = BadRows(request.bad_rows, reject)
        if form == "table":
            tally = _table(sources, choice, results, request, bad_rows, write)
        else:
            writer = _writer(form, write, results, request.digits, chosen)
            with _progress(sources, request.quiet) as advance:
                tally = run(sources, choice, results.f, writer, bad_rows, request.jobs, advance, chosen)
    if tally.bad and not request.quiet:
        say(_left_out(tally, request.bad_rows))


def _writer(form: str | None, write: Write, results: Results, digits: int | None, codec: Codec) -> Writer:
    if form == "jsonl":
        return jsonl_writer(write, results, digits)
    if form == "npy":
        from netgrad.stream.npy import npy_writer

        return npy_writer(write)
    if form == "parquet":
        from netgrad.stream.parquet import parquet_writer

        return parquet_writer(write, results)
    return csv_writer(write, results, {"csv": b",", "tsv": b"\t"}.get(form or ""), digits, codec)


def _progress(sources: list[Source], quiet: bool) -> AbstractContextManager[Callable[[int, int], None]]:
    if quiet or not os.isatty(2):
        return nullcontext(lambda size, rows: None)
    from netgrad.show.progress import progress

    sizes = [source.size for source in sources if source.size is not None]
    return progress(sum(sizes) if len(sizes) == len(sources) else None, quiet)


def _size(paths: tuple[str, ...]) -> int | None:
    """Bytes of the files together; None where one is not a plain file."""
    try:
        return sum(os.stat(path).st_size for path in paths)
    except (OSError, ValueError):
        return None


def _left_out(tally: Tally, policy: str) -> str:
    what = "left out" if policy == "skip" else "given nan"
    seen = tally.rows + (tally.bad if policy == "skip" else 0)
    return f"netgrad: {tally.bad:,} of {counted(seen, 'record')} {what}; the first: {tally.first}"


def one_point(net: Network, x: str) -> Array:
    """The point that --x gives, shape (n_1,)."""
    choice = Choice(n=net.sizes[0], inputs=net.inputs, header=False)
    points: list[Array] = []
    collect = Writer(lambda layout: None, lambda chunk, X, layout: X, points.extend)
    run([_given(net, (x,))], choice, lambda X, jobs: X, collect)
    return points[0]


def _table(
    sources: list[Source], choice: Choice, results: Results, request: Request, bad_rows: BadRows, write: Write
) -> Tally:
    from netgrad.show.table import Enough, Rows, print_rows, table_writer

    shown = Rows()
    try:
        return run(sources, choice, results.f, table_writer(results, shown, request.digits), bad_rows, request.jobs)
    except Enough:
        return Tally()
    finally:
        print_rows(shown, write, request.color)


def _format(request: Request) -> str | None:
    """The format asked for; None means CSV with the delimiter of the input."""
    if request.format is not None:
        return request.format
    if request.out not in (None, "-"):
        suffix = os.path.splitext(request.out or "")[1][1:].lower()
        return suffix if suffix in FORMATS else None
    return "table" if os.isatty(1) else None


def _sources(net: Network, request: Request, block: int) -> tuple[list[Source], bytes]:
    if request.x:
        if request.points or request.columns:
            other = "POINTS" if request.points else "-c"
            raise UsageError(f"--x gives the points: {other} makes no sense beside it")
        return [_given(net, request.x)], b","
    points = request.points
    if not points:
        if os.isatty(0):
            path = click.get_current_context().command_path
            raise UsageError(f"no points: give --x X1,X2,... or POINTS, or pipe them in (see {path} --help)")
        points = ("-",)
    sources = [open_source(path, block) for path in points]
    if request.encoding is not None:
        sources = [s._replace(blocks=recoded(s.blocks, s.name, request.encoding)) for s in sources]
    return sources, _delimiter(request.delimiter, points)


def _given(net: Network, x: tuple[str, ...]) -> Source:
    n_1 = net.sizes[0]
    for k, record in enumerate(x, start=1):
        if not record.strip() or "\n" in record:
            raise PointsError(f"{excerpt(record)} is no point, expected numbers with commas", file="--x", line=k)
        found = record.count(",") + 1
        if found != n_1:
            problem = f"{counted(found, 'number')}, but the network has {counted(n_1, 'input')}"
            raise PointsError(problem, file="--x", line=k)
    return text_source("--x", x)


def _decimal(request: Request, delimiter: bytes) -> bytes:
    if request.decimal not in (".", ","):
        raise UsageError(f"--decimal takes . or , and not {excerpt(request.decimal)}")
    if request.decimal == "," and delimiter == b"," and not request.x:
        raise UsageError("--decimal , wants another delimiter, such as -d ';'")
    return b"." if request.x else request.decimal.encode()


def _delimiter(given: str | None, points: tuple[str, ...]) -> bytes:
    if given is None:
        return b"\t" if all(".tsv" in Path(path).suffixes[-2:] for path in points) else b","
    character = "\t" if given in ("\\t", "tab") else given
    if len(character) != 1 or not character.isascii() or character.isalnum() or character in NOT_DELIMITERS:
        raise UsageError(f"-d takes one character that no number has, such as ';' or '\\t', not {excerpt(given)}")
    return character.encode("ascii")
