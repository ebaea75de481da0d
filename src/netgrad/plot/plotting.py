"""`netgrad.plot`: the picture of a value over one or two inputs, from arrays."""

from collections.abc import Sequence

import numpy as np

from netgrad.analysis.moments import Moments, moments
from netgrad.core.arguments import Which, output_of, points_of, rows_of
from netgrad.core.arrays import Array, Numbers
from netgrad.core.network import Network
from netgrad.errors import UsageError, counted, excerpt, listed, nearest
from netgrad.plot.grid import Axis
from netgrad.plot.marks import Labels, Marks, marks_of
from netgrad.plot.picture import Picture
from netgrad.plot.scene import level_of, scene_of
from netgrad.plot.section import axes_of, has_room, section_of
from netgrad.plot.survey import DRAWN
from netgrad.results.truth import names_of_classes, target_of, truth_of
from netgrad.stream.sample import begun, sampled

Range = tuple[float, float]


def plot(
    net: Network,
    X: Numbers | None = None,
    y: Numbers | None = None,
    k: Which = None,
    over: Sequence[str | int] | str | int | None = None,
    ranges: Sequence[Range] | Range | None = None,
    x: Numbers | None = None,
    classes: Sequence[str] | None = None,
    level: float | None = None,
    arrows: bool = True,
    jobs: int = 1,
) -> Picture:
    """Picture of the value a_k[L] over one input, with its derivative, or over two, with contour and arrows.

    Parameters
    ----------
    X, y
        Points to draw, shape (m, n_1), and their targets, as `losses` takes them; of many points, a fair sample.
    k
        Which output, from 0 or by its name; None where n_L = 1.
    over
        The one or two inputs that vary, from 0 or by their names; None where there are no others.
    ranges
        (low, high) in units of x, for each of them or for both. Else over the points and a margin; else where the
        network's scaling has its inputs, mean +- 3 std; else from 0 to 1.
    x : (n_1,)
        What the other inputs are; else the mean of the points, or of the scaling.
    classes
        Names of the targets' classes, as for `losses`.
    level
        Where the contour is; else half way between all values that the output can have.
    jobs
        Threads.

    Raises
    ------
    UsageError
        Inputs, ranges, points or targets that make no sense together.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> picture = plot(net, over="x1", x=[0.0, 0.5], ranges=(-1, 1))
    >>> picture
    Picture(a over x1)
    >>> print(picture.text(40, 12).splitlines()[0])
    a over x1, x2 = 0.5
    """
    k, varied = output_of(net, k), _varied(net, over)
    points = None if X is None else points_of(net, np.atleast_2d(rows_of(net, X)[0])).astype(np.float64)
    if points is not None and not len(points):
        raise UsageError("X has no points")
    if points is None and y is not None:
        raise UsageError("y is for the points X, and there are none")
    seen = None if points is None else moments(points)
    axes, fixed = _axes(net, varied, ranges, seen), _fixed(net, varied, x, seen)
    section, level = section_of(net, net.input_names, varied, axes, fixed, seen), level_of(net, k, level)
    marks = None if points is None else _marks(net, k, varied, points, y, classes, level)
    return Picture(scene_of(net, k, section, marks, level, jobs)._replace(arrows=arrows))


def _varied(net: Network, over: Sequence[str | int] | str | int | None) -> tuple[int, ...]:
    names = net.input_names
    if over is None and len(names) > 2:
        raise UsageError(f"the network has {len(names)} inputs: choose one or two (over); inputs are {listed(names)}")
    chosen = range(len(names)) if over is None else [over] if isinstance(over, str | int) else list(over)
    found = tuple(_input(names, which) for which in chosen)
    if len(found) not in (1, 2) or len(set(found)) < len(found):
        raise UsageError(f"over takes one input or two, not {excerpt(str(over))}")
    return found


def _input(names: tuple[str, ...], which: str | int) -> int:
    if isinstance(which, str) and which in names:
        return names.index(which)
    if isinstance(which, int | np.integer) and 0 <= which < len(names):
        return int(which)
    near = nearest(which, names) if isinstance(which, str) else ""
    raise UsageError(f"there is no input {excerpt(str(which))}{near}; inputs are {listed(names)}, from 0")


def _axes(
    net: Network, over: tuple[int, ...], ranges: Sequence[Range] | Range | None, seen: Moments | None
) -> tuple[Axis, ...]:
    if ranges is None:
        return axes_of(None, over, net, seen)
    ends = np.atleast_2d(np.asarray(ranges, np.float64))
    if ends.shape not in ((1, 2), (len(over), 2)):
        raise UsageError(f"ranges are (low, high) for {counted(len(over), 'input')}, not {excerpt(str(ranges))}")
    axes = tuple(Axis(*map(float, pair)) for pair in np.broadcast_to(ends, (len(over), 2)))
    for axis in axes:
        if not has_room(*axis):
            raise UsageError(
                f"ranges: low must be less than high, and a float64 needs room between them: {tuple(axis)}"
            )
    return axes


def _fixed(net: Network, over: tuple[int, ...], x: Numbers | None, seen: Moments | None) -> Array | None:
    """The point that the inputs which do not vary are taken from, None where there are none or others say it."""
    if len(over) == net.sizes[0]:
        return None
    if x is not None:
        return np.asarray(points_of(net, np.atleast_2d(rows_of(net, x)[0]))[0])
    if seen is None and net.scaling is None:
        raise UsageError("the inputs that do not vary need values: a point x, or points X for their mean")
    return None


def _marks(
    net: Network,
    k: int,
    over: tuple[int, ...],
    X: Array,
    y: Numbers | None,
    classes: Sequence[str] | None,
    level: float | None,
) -> Marks:
    target = target_of(net, classes)
    T = np.empty((len(X), 0)) if y is None else truth_of(target, y, len(X))
    rows = sampled(begun(X.shape[1] + T.shape[1]), np.column_stack([X, T]), DRAWN).rows
    shown = None if y is None else rows[:, X.shape[1] :]
    named = {} if y is None else names_of_classes(target)
    return marks_of(rows[:, over], shown, Labels(named, "y", net.output_names, level), k, len(X))
