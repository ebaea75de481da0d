"""What a picture needs of the points: one pass, constant memory."""

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

from netgrad.analysis.moments import Moments, merged, moments
from netgrad.stream.engine import Points
from netgrad.stream.fold import Block, blocks
from netgrad.stream.sample import Sample, begun, sampled
from netgrad.tables.columns import Layout

DRAWN = 2000  # points at most


class Survey(NamedTuple):
    """What is known of all points."""

    layout: Layout
    moments: Moments  # of the n_1 inputs
    sample: Sample  # of the rows, with the columns of the target


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
