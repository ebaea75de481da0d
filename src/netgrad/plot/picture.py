"""A picture as Python has it: shown by a notebook, drawn in characters by print, saved as a file."""

import os
from typing import TYPE_CHECKING

from netgrad.errors import UsageError, excerpt
from netgrad.files import written
from netgrad.plot.scene import Scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
