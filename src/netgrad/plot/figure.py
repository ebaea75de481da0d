"""The same pictures as SVG, PNG or PDF, by matplotlib."""

import io
import logging
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from netgrad.core.arrays import Array
from netgrad.errors import UsageError
from netgrad.plot.colours import BLUE, RED, ROSE, SKY, Scale, anchor, scale_of
from netgrad.plot.grid import Grid
from netgrad.plot.marks import Marks
from netgrad.plot.scene import Scene
from netgrad.plot.ticks import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")
DPI = 200
SIZE = (1160, 1000)  # pixels
FINE, COARSE = 256, 17  # points along an axis of the map, and arrows
CURVE = 1025  # points of a curve
LETTERS = 11  # of a title to an inch
INK = 9000  # square points, that all points take together where they are many
FAINT = 0.02  # of the steepest gradient, below which there is no arrow
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "netgrad",  # the same names of parts in every run
    "svg.fonttype": "path",
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.linewidth": 0.6,
    "axes.unicode_minus": False,
    "text.parse_math": False,
    "savefig.dpi": DPI,
}
UNDATED = {"svg": {"Creator": "netgrad", "Date": None}, "png": {"Software": "netgrad"}, "pdf": {"CreationDate": None}}


def check_installed(form: str) -> None:
    """Raise UsageError where matplotlib is not installed."""
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)  # it speaks of its caches and of others' settings
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise UsageError(f"a picture as {form} needs the extra plot: pip install 'netgrad[plot]'") from None


def picture(scene: Scene, form: str, width: int | None = None, height: int | None = None) -> bytes:
    """A scene as a file in the format `form`, of so many pixels; the same bytes in every run.

    Raises
    ------
    UsageError
        matplotlib is not installed.
    """
    check_installed(form)
    import matplotlib

    size = (width or SIZE[0]) / DPI, (height or SIZE[1]) / DPI
    written = io.BytesIO()
    with matplotlib.rc_context(), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font has not, a figure too small for its labels
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        figure(scene, size).savefig(written, format=form, metadata=UNDATED[form])
    return written.getvalue()


def figure(scene: Scene, size: tuple[float, float]) -> "Figure":
    """A scene as a figure of so many inches, without a display and without matplotlib's state."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=size, layout="compressed" if len(scene.axes) == 2 else "constrained")
    drawn.suptitle("\n".join(scene.title(int(size[0] * LETTERS))), fontsize=10)
    panels = _curves(drawn, scene) if len(scene.axes) == 1 else [_map(drawn, scene)]
    handles, names = panels[0].get_legend_handles_labels()
    if names:
        share = scene.marks.inside(scene.axes, len(scene.marks.V)).share if scene.marks is not None else ""
        place: dict[str, Any] = {"loc": "outside lower center", "ncols": len(names)}
        drawn.legend(handles, names, title=share or None, frameon=False, handletextpad=0.4, **place)
    return drawn


def _map(drawn: "Figure", scene: Scene) -> "Axes":
    axes = drawn.add_subplot(box_aspect=1)
    grid = scene.even(FINE, FINE)
    scale = scale_of(grid.a, scene.level, scene.whole)
    (left, right), (bottom, top) = scene.axes
    w, h = (right - left) / (2 * FINE - 2), (top - bottom) / (2 * FINE - 2)  # half a pixel, with a point in its middle
    extent = left - w, right + w, bottom - h, top + h
    axes.imshow(scale.colours(grid.a), origin="lower", extent=extent, aspect="auto", interpolation="none")
    if scene.marks is not None:
        _scatter(axes, scene.marks.inside(scene.axes, len(scene.marks.V)), None)
    if scale.level is not None:
        axes.contour(*grid.at, grid.a, levels=[scale.level], colors="black", linewidths=1.2)
        axes.plot([], [], color="black", linewidth=1.2, label=f"{short(scene.output)} = {scale.level:g}")
    if scene.arrows:
        _quiver(axes, scene)
    axes.set(xlim=(left, right), ylim=(bottom, top), xlabel=short(scene.names[0]), ylabel=short(scene.names[1]))
    _bar(drawn, axes, scale, short(scene.output))
    return axes


def _bar(drawn: "Figure", axes: "Axes", scale: Scale, name: str) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize

    colours = scale.colours(np.linspace(scale.low, scale.high, 256)) / 255
    mappable = ScalarMappable(Normalize(scale.low, scale.high), ListedColormap(colours))
    bar = drawn.colorbar(mappable, ax=axes, label=name, fraction=0.05, aspect=30)
    if scale.level is not None:
        bar.ax.axhline(scale.level, color="black", linewidth=1.2)


def _quiver(axes: "Axes", scene: Scene) -> None:
    """Arrows up the gradient, as steep in the picture as the value is, longer where it is steeper."""
    grid = scene.centred(COARSE, COARSE)
    steps = grid.grad * [axis.high - axis.low for axis in scene.axes]
    steepness = np.hypot(steps[..., 0], steps[..., 1])
    if not steepness.max():
        return
    seen = steepness > FAINT * steepness.max()
    lengths = (steepness[seen] / steepness.max()) ** 0.25  # or the faint would be heads alone
    U = steps[seen] * (lengths / steepness[seen])[:, np.newaxis]
    X, Y = np.meshgrid(*grid.at)
    style: dict[str, Any] = {"units": "width", "scale": COARSE, "width": 0.0032, "headwidth": 4.2, "headlength": 4.5}
    ink: dict[str, Any] = {"color": "black", "edgecolor": "white", "linewidth": 0.3}
    axes.quiver(X[seen], Y[seen], U[:, 0], U[:, 1], angles="uv", pivot="mid", **style, **ink)
    axes.plot([], [], color="black", linestyle="none", marker=">", markersize=4, label="up the gradient")


def _curves(drawn: "Figure", scene: Scene) -> list["Axes"]:
    value, derivative = drawn.subplots(2, sharex=True)
    axis, grid = scene.axes[0], scene.even(CURVE)
    output, name = short(scene.output), short(scene.names[0])
    value.plot(grid.at[0], grid.a, color=anchor(RED) / 255)
    derivative.plot(grid.at[0], grid.grad[:, 0], color=anchor(BLUE) / 255)
    if scene.level is not None and grid.a.min() < scene.level < grid.a.max():
        value.axhline(scene.level, color="black", linewidth=0.6, linestyle=":", label=f"{output} = {scene.level:g}")
    derivative.axhline(0.0, color="black", linewidth=0.6, linestyle=":")
    value.set(ylabel=output, xlim=axis)
    derivative.set(ylabel=f"d{output}/d{name}", xlabel=name)
    if scene.marks is not None:
        _scatter(value, scene.marks.inside(scene.axes, len(scene.marks.V)), grid)
    return [value, derivative]


def _scatter(axes: "Axes", marks: Marks, curve: Grid | None) -> None:
    """The points, those of each class with a sign of their own."""
    V = marks.V if marks.V.shape[1] == 2 else np.column_stack([marks.V, _heights(marks, curve)])
    is_in = marks.above
    size = min(max(INK / max(len(V), 1), 5.0), 50.0)
    edge = 0.8 if size > 12 else 0.4
    outline: dict[str, Any] = {"s": size, "edgecolors": "black", "linewidths": edge, "zorder": 3}
    if marks.y is None:
        axes.scatter(*V.T, marker="o", color="white", label="points", **outline)
        return
    for members, marker, tint, name in ((is_in, "o", ROSE, marks.classes[1]), (~is_in, "X", SKY, marks.classes[0])):
        axes.scatter(*V[members].T, marker=marker, color=anchor(tint) / 255, label=short(name), **outline)


def _heights(marks: Marks, curve: Grid | None) -> Array:
    if marks.y is not None or curve is None:
        return marks.y if marks.y is not None else np.zeros(len(marks.V))
    return np.interp(marks.V[:, 0], curve.at[0], curve.a)
