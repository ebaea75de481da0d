"""Points in a picture."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.arrays import Array
from netgrad.plot.grid import Axis
from netgrad.plot.ticks import short

GLYPHS = ("×", "●", "•")  # noqa: RUF001 - a point with y below the middle, with another y, without y


class Marks(NamedTuple):
    """Points, as far as they are drawn, with the target where it is known."""

    V: Array  # (m, d), along the axes; each beginning of it is a fair sample
    y: Array | None = None  # (m,)
    classes: tuple[str, str] = ("", "")  # what y < middle and y >= middle are called
    total: int = 0  # how many there are
    taken: int = 0  # how many of them these are
    middle: float = 0.5

    def inside(self, axes: tuple[Axis, ...], most: int) -> "Marks":
        """Of the first `most` points, those on the axes."""
        V, y = self.V[:most], None if self.y is None else self.y[:most]
        low, high = [axis.low for axis in axes], [axis.high for axis in axes]
        within = ((low <= V) & (high >= V)).all(axis=1)
        return self._replace(V=V[within], y=None if y is None else y[within], taken=len(V))

    @property
    def above(self) -> NDArray[np.bool_]:
        """Points of the second class, shape (m,); all where there are no targets."""
        return np.ones(len(self.V), np.bool_) if self.y is None else np.asarray(self.y >= self.middle)

    @property
    def glyphs(self) -> list[str]:
        """The character of each point."""
        return [GLYPHS[2]] * len(self.V) if self.y is None else [GLYPHS[int(above)] for above in self.above]

    @property
    def signs(self) -> list[str]:
        """Legend of the characters."""
        classes = enumerate(map(short, self.classes))
        signs = [f"{GLYPHS[2]} points"] if self.y is None else [f"{GLYPHS[k]} {name}" for k, name in classes]
        return [*signs, self.share] if self.share else signs

    @property
    def share(self) -> str:
        """Words for how many of the points are drawn, where that is not all."""
        return f"{self.taken:,} of {self.total:,} points" if self.taken < self.total else ""


class Labels(NamedTuple):
    """Names of a target's classes, and where targets that are no classes are told apart."""

    named: Mapping[int, str]  # of y = 0 and y = 1, or of the numbers of the outputs
    column: str  # of the target
    outputs: Sequence[str]
    level: float | None = 0.5  # None: at their median


def marks_of(V: Array, Y: Array | None, labels: Labels, k: int, total: int) -> Marks:
    """Points V, shape (m, d), along the axes; with targets Y, y >= 1/2 is the class of output k.

    Y has shape (m, 1) or (m, n_L), or is None. Targets that are no classes are told apart at the level of the contour.
    """
    named, column, outputs, level = labels
    if Y is None:
        return Marks(V, total=total)
    output = outputs[k]
    if Y.shape[1] > 1:
        y, classes = Y[:, k], (f"not {output}", output)
    elif len(outputs) > 1:
        other = named[1 - k] if len(named) == 2 else f"not {named[k]}"
        y, classes = (Y[:, 0] == k).astype(float), (other, named[k])
    elif named:
        y, classes = Y[:, 0], (named.get(0, f"not {named[1]}"), named[1])
    else:
        y = Y[:, 0]
        if not np.isin(y, (0.0, 1.0)).all():
            return _of_numbers(V, y, column, total, level)
        classes = f"{column} = 0", f"{column} = 1"
    return Marks(V, y, classes, total)


def _of_numbers(V: Array, y: Array, column: str, total: int, level: float | None) -> Marks:
    middle = float(np.median(y)) if level is None else level
    return Marks(V, y, (f"{column} < {middle:g}", f"{column} >= {middle:g}"), total, middle=middle)
