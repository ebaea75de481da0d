"""What the engine answers here, and what a cluster answers for the same files in spans."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from answers import run

from netgrad.cluster.driver import Cluster
from netgrad.errors import NetgradError
from netgrad.formats import load
from netgrad.results.values import values_and_gradients
from netgrad.stream.engine import Points
from netgrad.stream.sources import open_source
from netgrad.stream.writers import csv_form
from netgrad.tables.columns import Choice
from netgrad.tables.records import Dialect, Record

NET = load(Path(__file__).parents[1] / "sample_nets" / "xor.yaml")


class Outcome(NamedTuple):
    """All that somebody sees of a run."""

    out: bytes
    rejected: list[Any]
    tally: tuple[int, int, str] | None
    error: str | None


def outcome(paths: Sequence[str], policy: str, comment: bytes, cluster: Cluster | None = None) -> Outcome:
    """Values and gradients at the points of the files, here or on a cluster."""
    out, rejected = bytearray(), list[Any]()

    def reject(file: str, record: Record) -> None:
        rejected.append((file, record.line, record.raw, record.fault))

    choice = Choice(NET.input_names, columns="1,2", dialect=Dialect(comment=comment))
    sources = [open_source(path) for path in paths]
    points, results, error = Points(sources, choice, policy=policy, reject=reject, runner=cluster), None, None
    results = values_and_gradients(NET)
    try:
        run(points, results, csv_form(results.names), out.extend)
    except NetgradError as found:
        error = str(found)
    tally = points.tally
    return Outcome(bytes(out), rejected, None if error else (tally.rows, tally.bad, str(tally.first)), error)
