"""From a request to a summary: all points through a sum, then what it says as a table or JSON."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from netgrad.cli.options import Request
from netgrad.cli.pipeline import check_rejects, format_of, progress_of, say_left_out
from netgrad.cli.points import choice, codec_of, open_sources
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError
from netgrad.stream.engine import BadRows, run
from netgrad.stream.fold import fold_writer, points
from netgrad.stream.rejects import rejecting
from netgrad.stream.report import Table, check_format, json_bytes, table_bytes
from netgrad.stream.sinks import Write, open_sink
from netgrad.stream.sources import Source
from netgrad.tables.columns import Layout
from netgrad.tables.targets import Target

if TYPE_CHECKING:
    from netgrad.show.console import Parts


class Summary(NamedTuple):
    """What a command has to say of all points."""

    table: Table  # for csv, tsv, jsonl
    record: dict[str, Any]  # for --json
    show: Callable[[], "Parts"]  # for a terminal


def summarise(
    net: Network,
    request: Request,
    as_json: bool,
    add: Callable[[Array], None],
    summary: Callable[[Layout], Summary],
    target: Target | None = None,
    begin: Callable[[Layout], None] = lambda layout: None,
) -> None:
    """Call add(X) for blocks of points X, shape (m, n_1), then write what `summary` makes of it.

    With a target X has its columns too. Blocks are the same whatever the pieces and threads. `begin` is told the
    columns before the first block.
    """
    if request.bad_rows == "nan":
        raise UsageError("--bad-rows nan is for results of every point: a summary takes fail or skip")
    check_rejects(request)
    check_format(format_of(request), as_json)
    chosen = codec_of(request)
    sources, columns = open_sources(net, request, chosen.block), choice(net, request, target)._replace(keep="none")
    layouts: list[Layout] = []

    def begun(layout: Layout) -> None:
        begin(layout)
        layouts.append(layout)

    with open_sink(request.out, sources) as write:
        with rejecting(request.rejects, sources) as reject, progress_of(sources, request.quiet) as advance:
            writer, bad_rows = fold_writer(begun, add), BadRows(request.bad_rows, reject)
            tally = run(sources, columns, points, writer, bad_rows, request.jobs, advance, chosen)
        if not tally.rows:
            raise PointsError("no points to sum up", file=_names(sources))
        write_summary(summary(layouts[0]), request, as_json, write)
    say_left_out(tally, request)


def write_alone(summary: Summary, request: Request, as_json: bool) -> None:
    """`summary`, which no points have been read for, in the format of the request and to where it says."""
    check_format(format_of(request), as_json)
    with open_sink(request.out, []) as write:
        write_summary(summary, request, as_json, write)


def write_summary(summary: Summary, request: Request, as_json: bool, write: Write) -> None:
    """`summary` in the format of the request."""
    form = format_of(request)
    if as_json:
        write(json_bytes(summary.record))
    elif form == "table":
        from netgrad.show.console import rendered

        write(rendered(*summary.show(), colour=request.color))
    else:
        write(table_bytes(summary.table, form or "csv"))


def _names(sources: list[Source]) -> str:
    return ", ".join(source.name for source in sources)
