"""From a request to a summary: all points through a sum, then what it says as a table or JSON."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from netgrad.cli.fold import check_bad_rows, fold
from netgrad.cli.options import Request
from netgrad.cli.pipeline import format_of, say_left_out
from netgrad.cli.points import open_sources
from netgrad.core.network import Array, Network
from netgrad.stream.report import Table, check_format, json_bytes, table_bytes
from netgrad.stream.sinks import Write, open_sink
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
    check_bad_rows(request)
    check_format(format_of(request), as_json)
    sources = open_sources(net, request)
    layouts: list[Layout] = []

    def begun(layout: Layout) -> None:
        begin(layout)
        layouts.append(layout)

    with open_sink(request.out, sources) as write:
        tally = fold(net, request, sources, add, begun, target)
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
