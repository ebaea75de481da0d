"""From a request to the engine: sources, columns, results and a writer."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from netgrad.cli.messages import say
from netgrad.cli.options import Request
from netgrad.cli.points import choice, codec_of, open_sources
from netgrad.core.network import Network
from netgrad.errors import UsageError, counted
from netgrad.stream.engine import BadRows, Tally, run
from netgrad.stream.rejects import rejecting
from netgrad.stream.results import Results
from netgrad.stream.sinks import Write, open_sink
from netgrad.stream.sources import Source
from netgrad.stream.writers import Writer, csv_writer, jsonl_writer
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Choice
from netgrad.tables.targets import Target

FORMATS = ("csv", "tsv", "jsonl", "npy", "parquet")  # by the suffix of -o


def apply(net: Network, results: Results, request: Request, target: Target | None = None) -> None:
    """Write `results` at the points of the request, in its format, to where it says."""
    chosen = codec_of(request)
    sources, columns = open_sources(net, request), choice(net, request, target)
    check_rejects(request)
    form = format_of(request)
    with open_sink(request.out, sources) as write, rejecting(request.rejects, sources) as reject:
        bad_rows = BadRows(request.bad_rows, reject)
        if form == "table":
            tally = _table(sources, columns, results, request, bad_rows, write)
        else:
            writer = _writer(form, write, results, request.digits, chosen)
            with progress_of(sources, request.quiet) as advance:
                tally = run(sources, columns, results.f, writer, bad_rows, request.jobs, advance, chosen)
    say_left_out(tally, request)


def check_rejects(request: Request) -> None:
    """Raise UsageError where --rejects makes no sense."""
    if request.rejects is not None and request.bad_rows == "fail":
        raise UsageError("--rejects makes sense with --bad-rows skip or nan")
    if request.rejects and request.out and os.path.realpath(request.rejects) == os.path.realpath(request.out):
        raise UsageError("--rejects and -o name the same file")


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


def progress_of(sources: list[Source], quiet: bool) -> AbstractContextManager[Callable[[int, int], None]]:
    """What is told of each piece: a progress bar on a terminal, else nothing."""
    if quiet or not os.isatty(2):
        return nullcontext(lambda size, rows: None)
    from netgrad.show.progress import progress

    sizes = [source.size for source in sources if source.size is not None]
    return progress(sum(sizes) if len(sizes) == len(sources) else None, quiet)


def say_left_out(tally: Tally, request: Request) -> None:
    """One line for all records that could not be read, where there are any."""
    if not tally.bad or request.quiet:
        return
    what = "left out" if request.bad_rows == "skip" else "given nan"
    seen = tally.rows + (tally.bad if request.bad_rows == "skip" else 0)
    say(f"netgrad: {tally.bad:,} of {counted(seen, 'record')} {what}; the first: {tally.first}")


def _table(
    sources: list[Source], columns: Choice, results: Results, request: Request, bad_rows: BadRows, write: Write
) -> Tally:
    from netgrad.show.table import Enough, Rows, of_first_rows, print_rows, table_writer

    shown, f = Rows(), of_first_rows(results.f)
    try:
        return run(sources, columns, f, table_writer(results, shown, request.digits), bad_rows, request.jobs)
    except Enough:
        return Tally()
    finally:
        print_rows(shown, write, request.color)


def format_of(request: Request) -> str | None:
    """The format asked for; None means CSV with the delimiter of the input."""
    if request.format is not None:
        return request.format
    if request.out not in (None, "-"):
        suffix = os.path.splitext(request.out or "")[1][1:].lower()
        return suffix if suffix in FORMATS else None
    return "table" if os.isatty(1) else None
