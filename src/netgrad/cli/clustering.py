"""Runs elsewhere: from --cluster, --split and URLs to what answers points and where results go."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from netgrad.cli.process import say
from netgrad.cli.request import Request
from netgrad.errors import UsageError, visible
from netgrad.files import File, is_plain
from netgrad.signals import raised
from netgrad.stream.engine import Points
from netgrad.stream.packing import PACKERS, packing
from netgrad.stream.sinks import open_sink
from netgrad.stream.sources import Source
from netgrad.stream.writers import Form

if TYPE_CHECKING:
    from netgrad.cluster.driver import Sink


class Output(NamedTuple):
    """Where results go."""

    put: Callable[[Any], Any]  # takes bytes, or what tasks elsewhere say of theirs
    sink: "Sink | None" = None  # where those put theirs, if not into its hands


@contextmanager
def output(request: Request, inputs: Sequence[Source | File], form: Form | None = None) -> Iterator[Output]:
    """Where the request wants results, which have this form."""
    path = request.out or "-"
    head = None if form is None or request.cluster is None or _suffix(path) in PACKERS else form.head
    if path.endswith("/"):
        from netgrad.cluster.folder import folder_at

        if head is None:
            raise UsageError(f"-o {visible(path)} is a folder, which takes csv, tsv and jsonl, and --cluster")
        with folder_at(path, head, f".{request.format or 'csv'}") as folder:
            yield Output(folder.put, folder)
    elif "://" in path:
        from netgrad.cluster.objects import object_at

        with object_at(path, inputs) as target, packing(target.put, _suffix(path), request.jobs) as put:
            yield Output(put, None if head is None else target)
    elif head is not None and path != "-" and is_plain(path):
        from netgrad.cluster.joining import joined_file

        with joined_file(path, inputs) as joined:
            yield Output(joined.put, joined)
    else:
        with open_sink(request.out, inputs, request.jobs) as write:
            yield Output(write)


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


@contextmanager
def running(points: Points, request: Request, sink: "Sink | None" = None) -> Iterator[Points]:
    """The points, answered where the request says."""
    if request.cluster is None:
        if request.split is not None:
            raise UsageError("--split is for --cluster")
        yield points
        return
    from netgrad.cluster.addresses import engine
    from netgrad.cluster.driver import Cluster
    from netgrad.cluster.spans import check_can_be_sent

    check_can_be_sent(points.sources)
    with raised(), engine(request.cluster, request.jobs) as found:
        for remark in found.remarks():
            if not request.quiet:
                say(f"netgrad: {remark}")
        yield replace(points, runner=Cluster(found, request.split, sink, lists=request.rejects is not None))
