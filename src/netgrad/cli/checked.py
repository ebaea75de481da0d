"""The points of a check: a fair sample of those given, with known values where a column has them, or points made."""

import os
from typing import NamedTuple

from netgrad.analysis.checks import made_points
from netgrad.cli.points import points_of, say_left_out, told
from netgrad.cli.request import Request
from netgrad.cli.summary import check_bad_rows
from netgrad.core.network import Array, Network
from netgrad.errors import PointsError, UsageError
from netgrad.stream.picking import LIMIT, Place, picked
from netgrad.tables.targets import Target

MADE = 100  # points where none are given


class Checked(NamedTuple):
    """Points to check."""

    X: Array  # (m, n_1)
    expected: Array | None  # (m,)
    names: tuple[str, ...]  # of the inputs
    places: list[Place]  # m of them
    total: str  # of how many these are a sample


def checked_points(net: Network, request: Request, expect: str | None, size: int) -> Checked:
    """At most `size` of the points of the request, a fair sample; some normal ones where it names none.

    Raises
    ------
    UsageError
        Known values are asked for without a file, or nothing says which columns are the inputs.
    PointsError
        None of those that were picked can be read.
    """
    if expect is not None and (request.x or (not request.points and os.isatty(0))):
        raise UsageError("--expect is a column: give the points in a file")
    if expect is None and not request.points and not request.x:
        places = [Place("made", k) for k in range(1, MADE + 1)]
        return Checked(made_points(net, MADE), None, net.input_names, places, f"{MADE} made")
    check_bad_rows(request)
    target = None if expect is None else Target(expect, 1, any_number=True)
    points = points_of(net, request._replace(keep="none"), target)
    with told(points, request) as points:
        found = picked(points, size)
    say_left_out(points, request)
    if not len(found.X):
        raise PointsError("none of the points can be read")
    total = f"{found.total}" if found.is_all else f"the first {found.total}, in {LIMIT >> 20} MiB"
    known = None if expect is None else found.y[:, 0]
    return Checked(found.X, known, found.layout.names, found.places, total)
