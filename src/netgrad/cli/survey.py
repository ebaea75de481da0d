"""What a picture needs of the points: one pass, constant memory."""

from collections.abc import Callable
from typing import NamedTuple

from netgrad.analysis.moments import Moments, merged, moments
from netgrad.cli.fold import check_bad_rows, fold
from netgrad.cli.options import Request
from netgrad.cli.pipeline import say_left_out
from netgrad.core.network import Array, Network
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
    check_bad_rows(request)
    n = net.sizes[0]
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

    say_left_out(fold(net, request, sources, add, begin_with, target), request)
    return Survey(layouts[0], parts[0], samples[0])
