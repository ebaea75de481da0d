"""All points of a request, in blocks of one size, through a sum."""

from collections.abc import Callable

from netgrad.cli.options import Request
from netgrad.cli.pipeline import check_rejects, progress_of
from netgrad.cli.points import choice, codec_of
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError
from netgrad.stream.engine import BadRows, Tally, run
from netgrad.stream.fold import fold_writer, points
from netgrad.stream.rejects import rejecting
from netgrad.stream.sources import Source
from netgrad.tables.columns import Layout
from netgrad.tables.targets import Target


def check_bad_rows(request: Request) -> None:
    """Raise UsageError where the request would keep bad records, or list them and leave none out."""
    if request.bad_rows == "nan":
        raise UsageError("--bad-rows nan is for results of every point: here it takes fail or skip")
    check_rejects(request)


def fold(
    net: Network,
    request: Request,
    sources: list[Source],
    add: Callable[[Array], None],
    begin: Callable[[Layout], None] = lambda layout: None,
    target: Target | None = None,
) -> Tally:
    """Call begin(layout), then add(X) for blocks of points X, shape (m, n_1), or with a target's columns behind.

    Blocks are the same whatever the pieces and threads.

    Raises
    ------
    PointsError
        There is no point, or one that cannot be read, where that is to end the run.
    """
    columns = choice(net, request, target)._replace(keep="none")
    with rejecting(request.rejects, sources) as reject, progress_of(sources, request.quiet) as advance:
        writer, bad_rows = fold_writer(begin, add), BadRows(request.bad_rows, reject)
        tally = run(sources, columns, points, writer, bad_rows, request.jobs, advance, codec_of(request))
    if not tally.rows:
        raise PointsError("no points", file=", ".join(source.name for source in sources))
    return tally
