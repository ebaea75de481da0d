"""Runs elsewhere: from --cluster and --split to what answers points and where results go."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netgrad.cli.options import Request
from netgrad.cli.process import say
from netgrad.files import File
from netgrad.signals import raised
from netgrad.stream.engine import Points
from netgrad.stream.sinks import open_sink
from netgrad.stream.sources import Source

if TYPE_CHECKING:
    from netgrad.cluster.driver import Placed

Put = Callable[[Any], None]  # takes bytes, or what tasks say of theirs


@contextmanager
def output(request: Request, inputs: Sequence[Source | File], appends: bool) -> Iterator[tuple[Put, "Placed | None"]]:
    """What takes results, and where tasks elsewhere put theirs, if not into its hands."""
    path = request.out
    if request.cluster is not None and appends and path not in (None, "-") and _is_plain(path or ""):
        from netgrad.cluster.parts import joined_file

        with joined_file(path or "", inputs) as joined:
            yield joined
        return
    with open_sink(path, inputs, request.jobs) as write:
        yield write, None


def _is_plain(path: str) -> bool:
    """Whether a file is to be written as it is: no device, and not compressed."""
    from netgrad.stream.packing import PACKERS

    is_file = not os.path.exists(path) or os.path.isfile(path)
    return is_file and os.path.splitext(path)[1].lower() not in PACKERS


@contextmanager
def running(points: Points, request: Request, placed: "Placed | None" = None) -> Iterator[Points]:
    """The points, answered where the request says."""
    if request.cluster is None:
        yield points
        return
    from netgrad.cluster.driver import Cluster
    from netgrad.cluster.engines import engine
    from netgrad.cluster.spans import check_can_be_sent

    check_can_be_sent(points.sources)
    with raised(), engine(request.cluster, request.jobs) as found:
        for remark in found.remarks():
            if not request.quiet:
                say(f"netgrad: {remark}")
        runner = Cluster(found, request.split, lists=request.rejects is not None)
        yield replace(points, runner=runner if placed is None else replace(runner, placed=placed))
