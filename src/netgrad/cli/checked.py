"""The points of a check: a fair sample of those given, with known values where a column has them, or points made."""

import os
from typing import NamedTuple

from netgrad.analysis.checks import made_points
from netgrad.cli.fold import check_bad_rows
from netgrad.cli.options import Request
from netgrad.cli.pipeline import progress_of, say_left_out
from netgrad.cli.points import choice, codec_of, open_sources
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError, excerpt
from netgrad.stream.engine import BadRows, run
from netgrad.stream.fold import fold_writer, points
from netgrad.stream.rejects import rejecting
from netgrad.stream.sample import Sample, begun, sampled
from netgrad.tables.columns import Choice, Layout


class Points(NamedTuple):
    """Points to check."""

    X: Array  # (m, n_1)
    expected: Array | None  # (m,)
    names: tuple[str, ...]  # of the inputs
    total: int  # of which these are a sample


def points_of(net: Network, request: Request, expect: str | None, size: int, made: int) -> Points:
    """At most `size` of the points of the request, a fair sample; `made` normal ones where it names none.

    Raises
    ------
    UsageError
        Known values are asked for without a file, or nothing says which columns are the inputs.
    """
    if not request.points and not request.x and (expect is None or os.isatty(0)):
        if expect is not None:
            raise UsageError("--expect is a column: give the points in a file")
        names = net.inputs or tuple(f"x{j}" for j in range(1, net.sizes[0] + 1))
        return Points(made_points(net, made), None, names, made)
    if expect is not None and request.x:
        raise UsageError("--expect is a column: give the points in a file")
    check_bad_rows(request)
    columns, layouts, samples = _columns(net, request, expect), [], [begun(0)]

    def begin(layout: Layout) -> None:
        if expect is not None and layout.names[-1] != expect:
            raise UsageError(f"--expect: there is no column {excerpt(expect)} beside the inputs")
        layouts.append(layout)
        samples[0] = begun(columns.n)

    def add(X: Array) -> None:
        samples[0] = sampled(samples[0], X, size)

    sources = open_sources(net, request)
    with rejecting(request.rejects, sources) as reject, progress_of(sources, request.quiet) as advance:
        writer, bad_rows = fold_writer(begin, add), BadRows(request.bad_rows, reject)
        tally = run(sources, columns, points, writer, bad_rows, request.jobs, advance, codec_of(request))
    if not tally.rows:
        raise PointsError("no points", file=", ".join(source.name for source in sources))
    say_left_out(tally, request)
    return _split(net, samples[0], layouts[0])


def _columns(net: Network, request: Request, expect: str | None) -> Choice:
    """The inputs' columns and, behind them, that of known values."""
    columns = choice(net, request)._replace(keep="none")
    if expect is None:
        return columns
    if columns.columns is not None:
        return columns._replace(n=columns.n + 1, columns=f"{columns.columns},{expect}")
    if columns.inputs is None:
        raise UsageError("--expect: the network does not name its inputs: say which columns they are with -c")
    return columns._replace(n=columns.n + 1, inputs=(*columns.inputs, expect))


def _split(net: Network, sample: Sample, layout: Layout) -> Points:
    n = net.sizes[0]
    expected = sample.rows[:, n] if sample.rows.shape[1] > n else None
    return Points(sample.rows[:, :n], expected, layout.names[:n], sample.total)
