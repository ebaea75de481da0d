"""From a request to a picture, or to the grid that it would show."""

import os
from functools import partial
from typing import NamedTuple

from netgrad.cli.drawn import Drawn, drawn
from netgrad.cli.points import inputs_of, one_point, points_of, say_left_out, told
from netgrad.cli.request import Request
from netgrad.cli.summary import check_bad_rows
from netgrad.core.network import Network
from netgrad.errors import UsageError, excerpt
from netgrad.plot.grid import write_grid
from netgrad.plot.scene import Scene, level_of, scene_of
from netgrad.plot.section import axes_of, over_of, section_of
from netgrad.plot.survey import Survey, marks_in, survey
from netgrad.stream.engine import Points
from netgrad.stream.sinks import open_sink
from netgrad.tables.columns import Layout
from netgrad.tables.targets import Target

GRIDS = ("csv", "tsv", "jsonl")
FIGURES = ("svg", "png", "pdf")
SUFFIXES = {**{form: form for form in (*GRIDS, *FIGURES)}, "txt": "picture", "": "csv"}
CHARACTERS = 1000  # of a picture, across or down
EVEN = {1: (101,), 2: (41, 41)}  # points of a grid that is written, by the number of axes


class Wish(NamedTuple):
    """Wish for a picture, as the options have it."""

    over: str | None
    spans: str | None
    fixed: str | None
    target: str | None
    classes: str | None
    level: float | None
    arrows: bool
    width: int | None
    height: int | None


def draw(saved: Network, request: Request, wish: Wish) -> None:
    """Write the picture of one output, or its grid, in the format of the request and to where it says."""
    form, asked = form_of(request), drawn(saved, request)
    if form in FIGURES:
        from netgrad.plot.figure import check_installed

        check_installed(form)
    points = _points(saved, request, wish)
    with open_sink(request.out, inputs_of(request, points)) as write:
        seen = _survey(saved, request, wish, points) if points else None
        names = seen.layout.names if seen else saved.input_names
        scene = _scene(asked, wish, names, seen, request.jobs)
        if form == "picture":
            write(_picture(scene, wish, request.color))
        elif form in FIGURES:
            from netgrad.plot.figure import picture

            write(picture(scene, form, wish.width, wish.height))
        else:
            shape = (given or n for given, n in zip((wish.width, wish.height), EVEN[len(scene.axes)], strict=False))
            write_grid(scene.strips(*shape), scene.columns, form, write)


def form_of(request: Request) -> str:
    """The format asked for; else by the suffix of -o; else a picture on a terminal and CSV elsewhere.

    Raises
    ------
    UsageError
        The suffix says nothing, or a picture in bytes would go to a terminal.
    """
    to_terminal = request.out in (None, "-") and os.isatty(1)
    if request.format is not None:
        if request.format in FIGURES and to_terminal:
            raise UsageError(f"a terminal does not show {request.format}: say -o FILE")
        return request.format
    if request.out is None or request.out == "-":
        return "picture" if to_terminal else "csv"
    suffix = os.path.splitext(request.out)[1][1:].lower()
    if suffix not in SUFFIXES:
        known = ", ".join(f".{form}" for form in SUFFIXES if form)
        raise UsageError(f"-o takes a file that ends in {known}, or --format, not {excerpt(request.out)}")
    return SUFFIXES[suffix]


def _points(net: Network, request: Request, wish: Wish) -> Points | None:
    if request.points:
        check_bad_rows(request)
        any_number = not net.layers[-1].sigma.probability
        target = (
            None if wish.target is None else Target(wish.target, net.sizes[-1], net.outputs, wish.classes, any_number)
        )
        return points_of(net, request._replace(keep="none"), target)
    for option, given in (("--target", wish.target), ("-c", request.columns), ("--rejects", request.rejects)):
        if given is not None:
            raise UsageError(f"{option} is for POINTS, and there are none (- is standard input)")
    return None


def _survey(net: Network, request: Request, wish: Wish, points: Points) -> Survey:
    with told(points, request) as told_of:
        seen = survey(told_of, partial(_check, net, wish))
    say_left_out(points, request)
    return seen


def _check(net: Network, wish: Wish, layout: Layout) -> None:
    """Raise UsageError where --over and --range make no sense, before the points are read."""
    over = over_of(wish.over, layout.names)
    axes_of(wish.spans, over, net, None)


def _scene(asked: Drawn, wish: Wish, names: tuple[str, ...], seen: Survey | None, jobs: int) -> Scene:
    net, k = asked.net, asked.k
    moments, over = seen and seen.moments, over_of(wish.over, names)
    axes = axes_of(wish.spans, over, net, moments)
    fixed = None if wish.fixed is None else one_point(net, wish.fixed)
    section = section_of(net, names, over, axes, fixed, moments)
    level = asked.level if wish.level is None else wish.level
    split = level if net is asked.saved else level_of(asked.saved, asked.marked, None)
    marks = seen and marks_in(seen, over, asked.saved.output_names, asked.marked, split)
    return scene_of(net, k, section, marks, level, jobs)._replace(arrows=wish.arrows)


def _picture(scene: Scene, wish: Wish, colour: str) -> bytes:
    from netgrad.plot.curve import curve
    from netgrad.plot.heatmap import heatmap
    from netgrad.show import console

    colours = console.palette(colour)
    width, height = wish.width or console.columns(), wish.height or console.lines() - 1
    if max(width, height) > CHARACTERS:
        raise UsageError(f"a picture of characters has at most {CHARACTERS} by {CHARACTERS} of them")
    drawn = (curve if len(scene.axes) == 1 else heatmap)(scene, width, height, colours)
    return console.rendered(*drawn, colour=colour, colours=colours or "standard")
