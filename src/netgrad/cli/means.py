"""The mean of the points of a request, in a pass of its own."""

import os
import stat

from netgrad.analysis.moments import Moments, moments, total
from netgrad.cli.fold import fold
from netgrad.cli.options import Request
from netgrad.cli.points import open_sources
from netgrad.core.network import Array, Network
from netgrad.errors import UsageError


def mean_point(net: Network, request: Request, option: str) -> Array:
    """Mean of all points, shape (n_1,), bad records left out unless they end the run; `option` asks for it.

    Raises
    ------
    UsageError
        The points come through a pipe, and would be gone.
    PointsError
        There are none, or they cannot be read.
    """
    if not request.x and not all(map(_is_file, request.points or ("-",))):
        raise UsageError(f"{option} mean reads the points twice, and a pipe has them once: give a file, or a point")
    parts: list[Moments] = []

    def add(X: Array) -> None:
        parts[:] = [total([*parts, moments(X)])]

    policy = "fail" if request.bad_rows == "fail" else "skip"
    fold(net, request._replace(bad_rows=policy, rejects=None, quiet=True), open_sources(net, request), add)
    return parts[0].mean


def _is_file(path: str) -> bool:
    """Whether `path` can be read twice; one that cannot be read at all is another's to report."""
    try:
        return path != "-" and not stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return path != "-"
