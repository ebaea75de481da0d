"""What a picture needs of the points: one pass, constant memory."""

from collections.abc import Callable
from typing import NamedTuple

from netgrad.analysis.moments import Moments, merged, moments
from netgrad.cli.options import Request
from netgrad.cli.pipeline import check_rejects, progress_of, say_left_out
from netgrad.cli.points import choice, codec_of
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError
from netgrad.stream.engine import BadRows, run
from netgrad.stream.fold import fold_writer, points
from netgrad.stream.rejects import rejecting
from netgrad.stream.sample import Sample, begun, sampled
from netgrad.stream.sources import Source
from netgrad.tables.columns import Layout
from netgrad.tables.targets import Target

DRAWN = 2000  # points at most


class Survey(NamedTuple):
    """What is known of all points."""

    layout: Layout
    moments: Moments  # of the n_1 inputs
    sample: Sample  # of the rows, with the columns of the target


def survey(
    net: Network,
    request: Request,
    sources: list[Source],
    target: Target | None,
    begin: Callable[[Layout], None],
) -> Survey:
    """Read all points; `begin` is told their columns before."""
    check_rejects(request)
    if request.bad_rows == "nan":
        raise UsageError("--bad-rows nan is for results of every point: a picture takes fail or skip")
    columns, n = choice(net, request, target)._replace(keep="none"), net.sizes[0]
    layouts: list[Layout] = []
    parts: list[Moments] = []
    samples: list[Sample] = []

    def begin_with(layout: Layout) -> None:
        begin(layout)
        layouts.append(layout)
        samples.append(begun(len(layout.inputs)))

    def add(X: Array) -> None:
        part = moments(X[:, :n])
        parts[:] = [merged(parts[0], part) if parts else part]
        samples[:] = [sampled(samples[0], X, DRAWN)]

    writer = fold_writer(begin_with, add)
    with rejecting(request.rejects, sources) as reject, progress_of(sources, request.quiet) as advance:
        bad_rows = BadRows(request.bad_rows, reject)
        tally = run(sources, columns, points, writer, bad_rows, request.jobs, advance, codec_of(request))
    say_left_out(tally, request)
    if not parts:
        raise PointsError("no points to draw", file=", ".join(source.name for source in sources))
    return Survey(layouts[0], parts[0], samples[0])
