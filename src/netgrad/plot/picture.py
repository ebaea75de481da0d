"""`netgrad.plot`: the picture of a value over one or two inputs, from arrays."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netgrad.analysis.moments import Moments, moments
from netgrad.core.arguments import Which, output_of, points_of, rows_of
from netgrad.core.arrays import Array, Numbers
from netgrad.core.network import Network
from netgrad.errors import UsageError, counted, excerpt, listed, nearest
from netgrad.files import written
from netgrad.plot.grid import Axis
from netgrad.plot.marks import Marks, marks_of
from netgrad.plot.scene import Scene, level_of, scene_of
from netgrad.plot.section import axes_of, has_room, others_of
from netgrad.plot.survey import DRAWN
from netgrad.results.truth import names_of_classes, target_of, truth_of
from netgrad.stream.sample import begun, sampled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Range = tuple[float, float]


class Picture:
    """A value over one or two inputs; a notebook shows it, print() draws it in characters, `save` writes it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def text(self, width: int = 80, height: int = 24) -> str:
        """The picture in at most so many characters and lines, without colours."""
        from netgrad.plot.curve import curve
        from netgrad.plot.heatmap import heatmap
        from netgrad.show.console import text_of

        drawn = curve if len(self._scene.axes) == 1 else heatmap
        return text_of(*drawn(self._scene, width, height, None)).removesuffix("\n")

    def figure(self, width: float = 5.8, height: float = 5.0) -> "Figure":
        """The picture as a matplotlib Figure of so many inches; needs the extra `plot`."""
        from netgrad.plot.figure import check_installed, figure

        check_installed("a figure")
        return figure(self._scene, (width, height))

    def save(self, path: str | os.PathLike[str], width: int | None = None, height: int | None = None) -> None:
        """Write the picture to a file that ends in .svg, .png or .pdf, of so many pixels; needs the extra `plot`.

        Raises
        ------
        UsageError
            The file ends otherwise, or matplotlib is not installed.
        OutputError
            The file cannot be written; one that stood there stays as it was.
        """
        from netgrad.plot.figure import FORMATS, picture

        name = os.fspath(path)
        form = os.path.splitext(name)[1][1:].lower()
        if form not in FORMATS:
            raise UsageError(f"a picture is saved as {', '.join(f'.{f}' for f in FORMATS)}, not {excerpt(name)}")
        drawn = picture(self._scene, form, width, height)
        with written(name) as write:
            write(drawn)

    def _repr_svg_(self) -> str | None:
        from netgrad.plot.figure import picture

        try:
            return picture(self._scene, "svg").decode()
        except UsageError:  # no matplotlib: a notebook shows the text
            return None

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Picture({self._scene.output} over {' and '.join(self._scene.names)})"


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
    axes = _axes(net, varied, ranges, seen)
    rest = _rest(net, varied, x, seen)
    level = level_of(net, k, level)
    marks = None if points is None else _marks(net, k, varied, points, y, classes, level)
    return Picture(scene_of(net, k, net.input_names, axes, rest, marks, level, arrows, jobs))


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
) -> dict[int, Axis]:
    if ranges is None:
        return dict(zip(over, axes_of(None, over, net, seen), strict=True))
    ends = np.atleast_2d(np.asarray(ranges, np.float64))
    if ends.shape not in ((1, 2), (len(over), 2)):
        raise UsageError(f"ranges are (low, high) for {counted(len(over), 'input')}, not {excerpt(str(ranges))}")
    axes = [Axis(*map(float, pair)) for pair in np.broadcast_to(ends, (len(over), 2))]
    for axis in axes:
        if not has_room(*axis):
            raise UsageError(
                f"ranges: low must be less than high, and a float64 needs room between them: {tuple(axis)}"
            )
    return dict(zip(over, axes, strict=True))


def _rest(net: Network, over: tuple[int, ...], x: Numbers | None, seen: Moments | None) -> tuple[Array, str]:
    fixed = None
    if x is not None:
        fixed = points_of(net, np.atleast_2d(rows_of(net, x)[0]))[0]
    elif seen is None and net.scaling is None and len(over) < net.sizes[0]:
        raise UsageError("the inputs that do not vary need values: a point x, or points X for their mean")
    return others_of(fixed if len(over) < net.sizes[0] else None, over, net.input_names, net, seen)


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
    return marks_of(rows[:, over], shown, named, "y", net.output_names, k, len(X), level)
