"""Scene of a picture, whatever it is drawn with."""

from collections.abc import Callable, Iterator
from functools import partial
from textwrap import wrap
from typing import NamedTuple

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.network import Network
from netgrad.errors import UsageError, visible
from netgrad.plot.grid import Axis, Grid, Strip, gathered, strips
from netgrad.plot.marks import Marks
from netgrad.plot.section import Section, whole_range

LARGEST = 1e300  # of what is drawn, so that differences are finite


class Scene(NamedTuple):
    """The value of one output over one or two inputs."""

    output: str
    axes: tuple[Axis, ...]
    names: tuple[str, ...]  # of the inputs along the axes
    others: str  # what the other inputs are, or nothing
    level: float | None  # of the contour
    whole: tuple[float, float] | None  # between what all values of such an output lie
    marks: Marks | None
    points: Callable[[tuple[Array, ...]], Iterator[Strip]]  # of the grid with such coordinates
    arrows: bool = True

    def strips(self, *shape: int) -> Iterator[Strip]:
        """The grid of so many points along each axis, from end to end, some of it at a time."""
        return self.points(tuple(axis.ends(n) for axis, n in zip(self.axes, shape, strict=True)))

    @property
    def columns(self) -> list[str]:
        """Names of what a strip holds."""
        return [*self.names, self.output, *(f"d{self.output}_d{name}" for name in self.names)]

    def centred(self, *shape: int) -> Grid:
        """The grid in the centres of so many cells along each axis."""
        return self._finite(tuple(axis.centres(n) for axis, n in zip(self.axes, shape, strict=True)))

    def even(self, *shape: int) -> Grid:
        """The grid of so many points along each axis, from end to end."""
        return self._finite(tuple(axis.ends(n) for axis, n in zip(self.axes, shape, strict=True)))

    def _finite(self, at: tuple[Array, ...]) -> Grid:
        with np.errstate(all="ignore"):
            grid = gathered(at, self.points(at))
        if all((np.abs(values) < LARGEST).all() for values in (grid.a, grid.grad)):
            return grid
        raise UsageError("the value or its gradient is too large to draw in this range: choose a smaller --range")

    def title(self, width: int) -> list[str]:
        """Title of the picture, in lines of at most so many characters."""
        over = f"{self.output} over {' and '.join(self.names)}"
        return wrap(visible(", ".join(filter(None, (over, self.others)))), max(width, 1))


def level_of(net: Network, k: int, said: float | None) -> float | None:
    """Level of the contour: as said, or in the middle of all values that output k can have, where there is one."""
    whole = whole_range(net, k)
    return sum(whole) / 2 if said is None and whole is not None else said


def scene_of(net: Network, k: int, section: Section, marks: Marks | None, level: float | None, jobs: int) -> Scene:
    """Scene of output k over a section, with the contour where `level_of` has it."""
    over, axes, names, x, others = section
    whole, level = whole_range(net, k), level_of(net, k, level)
    points = partial(strips, net, k, x, over, jobs=jobs)
    return Scene(net.output_names[k], axes, names, others, level, whole, marks, points)
