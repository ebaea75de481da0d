"""Survey of the points for a picture: one pass, constant memory."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple

from netgrad.analysis.moments import Moments, merged, moments
from netgrad.plot.marks import Labels, Marks, marks_of
from netgrad.stream.engine import Points
from netgrad.stream.fold import Block, blocks
from netgrad.stream.sample import Sample, begun, sampled
from netgrad.tables.columns import Layout

DRAWN = 2000  # points at most


class Survey(NamedTuple):
    """Survey of all points."""

    layout: Layout
    moments: Moments  # of the n_1 inputs
    sample: Sample  # of the rows, with the columns of the target


def marks_in(seen: Survey, over: tuple[int, ...], outputs: Sequence[str], k: int, level: float | None) -> Marks:
    """The points of a sample along the inputs `over`, with their targets where there are any."""
    rows, n_1, targets = seen.sample.rows, len(seen.layout.names), seen.layout.targets
    if targets is None:
        return marks_of(rows[:, over], None, Labels({}, "", outputs), k, seen.sample.total)
    named = {int(y): name for name, y in targets.codes.items()}
    labels = Labels(named, seen.layout.target_names[0], outputs, level)
    return marks_of(rows[:, over], rows[:, n_1:], labels, k, seen.sample.total)


def survey(points: Points, check: Callable[[Layout], None]) -> Survey:
    """Survey of all points; `check` is told their columns before they are read, and may raise."""
    layout, found = blocks(points)
    check(layout)
    empty = begun(len(layout.inputs) + len(layout.target))
    first = next(found)
    return reduce(_seen, found, Survey(layout, moments(first.X), sampled(empty, first.rows, DRAWN)))


def _seen(seen: Survey, block: Block) -> Survey:
    sample = sampled(seen.sample, block.rows, DRAWN)
    return Survey(seen.layout, merged(seen.moments, moments(block.X)), sample)
