"""The points of a check: a fair sample of those given, with known values where a column has them, or points made."""

import os
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from netgrad.analysis.checks import made_points
from netgrad.cli.options import Request
from netgrad.cli.points import points_of, say_left_out, told
from netgrad.cli.summary import check_bad_rows
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError, excerpt
from netgrad.stream.engine import Points
from netgrad.stream.fold import Block, blocks
from netgrad.stream.sample import Sample, begun, sampled


class Checked(NamedTuple):
    """Points to check."""

    X: Array  # (m, n_1)
    expected: Array | None  # (m,)
    names: tuple[str, ...]  # of the inputs
    total: int  # of which these are a sample


def checked_points(net: Network, request: Request, expect: str | None, size: int, made: int) -> Checked:
    """At most `size` of the points of the request, a fair sample; `made` normal ones where it names none.

    Raises
    ------
    UsageError
        Known values are asked for without a file, or nothing says which columns are the inputs.
    """
    if expect is not None and (request.x or (not request.points and os.isatty(0))):
        raise UsageError("--expect is a column: give the points in a file")
    if expect is None and not request.points and not request.x:
        return Checked(made_points(net, made), None, net.input_names, made)
    check_bad_rows(request)
    points = _with_known_values(points_of(net, request._replace(keep="none")), expect)
    with told(points, request) as points:
        layout, found = blocks(points)
        if expect is not None and layout.names[-1] != expect:
            raise UsageError(f"--expect: there is no column {excerpt(expect)} beside the inputs")

        def seen(sample: Sample, block: Block) -> Sample:
            return sampled(sample, block.X, size)

        sample = reduce(seen, found, begun(len(layout.inputs)))
    say_left_out(points, request)
    n = net.sizes[0]
    expected = None if expect is None else sample.rows[:, n]
    return Checked(sample.rows[:, :n], expected, layout.names[:n], sample.total)


def _with_known_values(points: Points, expect: str | None) -> Points:
    """The points with the column of known values behind their inputs."""
    choice = points.choice
    if expect is None:
        return points
    if choice.columns is not None:
        return replace(
            points, choice=choice._replace(names=(*choice.names, expect), columns=f"{choice.columns},{expect}")
        )
    if not choice.is_named:
        raise UsageError("--expect: the network does not name its inputs: say which columns they are with -c")
    return replace(points, choice=choice._replace(names=(*choice.names, expect)))
