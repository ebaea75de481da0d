"""Commands that sum points up: from a request to blocks of points, and what is said of all of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from netgrad.cli.answering import format_of
from netgrad.cli.clustering import output, running
from netgrad.cli.points import check_rejects, inputs_of, points_of, say_left_out, told
from netgrad.cli.process import say
from netgrad.cli.request import Request
from netgrad.core.network import Network
from netgrad.errors import UsageError
from netgrad.results.report import Table, check_format, table_bytes
from netgrad.stream.fold import Total, begun
from netgrad.stream.json_lines import json_line
from netgrad.stream.sinks import Write
from netgrad.tables.columns import Layout
from netgrad.tables.targets import Target

if TYPE_CHECKING:
    from netgrad.show.console import Parts


class Summary(NamedTuple):
    """Summary of all points, in each format."""

    table: Table  # for csv, tsv, jsonl
    record: dict[str, Any]  # for --json
    show: Callable[[], "Parts"]  # for a terminal
    hint: str = ""  # of what it shows, a line that standard error has in other formats


class Summing(NamedTuple):
    """Means to sum points up: their blocks, and where the summary goes."""

    layout: Layout | None  # of the points, where there are any
    total: Total[Any]  # sums up all points
    write: Callable[[Summary], None]


@contextmanager
def summing(
    net: Network, request: Request, as_json: bool, target: Target | None = None, reads: bool = True
) -> Iterator[Summing]:
    """The points of the request, unless nothing is to be read, and where their summary goes, in its format."""
    if reads:
        check_bad_rows(request)
    request = request._replace(format="json") if as_json and request.format is None else request
    form = format_of(request) or "csv"
    if as_json and form != "json":
        raise UsageError(f"--json and --format {form} contradict each other")
    check_format(form)
    if not reads:
        with output(request, inputs_of(request, None)) as (put, _):
            yield Summing(None, _nothing, partial(_write, form, request.color, put))
        return
    points = points_of(net, request._replace(keep="none"), target)
    with output(request, inputs_of(request, points)) as (put, _), ExitStack() as stack:
        points = stack.enter_context(running(points, request))
        points = stack.enter_context(told(points, request))

        def finish(summary: Summary) -> None:
            stack.close()  # the progress bar goes before the summary comes
            _write(form, request.color, put, summary)

        yield Summing(*begun(points), finish)
    say_left_out(points, request)


def _nothing(of: Any, merge: Any) -> Any:
    raise AssertionError("there is nothing to read")


def check_bad_rows(request: Request) -> None:
    """Raise UsageError where the request would keep bad records, or list them and leave none out."""
    if request.bad_rows == "nan":
        raise UsageError("--bad-rows nan is for results of every point: here it takes fail or skip")
    check_rejects(request)


def _write(form: str, colour: str, write: Write, summary: Summary) -> None:
    if summary.hint and form != "table":
        say(f"netgrad: {summary.hint}")
    if form == "json":
        write(json_line(summary.record))
    elif form == "table":
        from netgrad.show.console import rendered

        write(rendered(*summary.show(), colour=colour))
    else:
        write(table_bytes(summary.table, form))
