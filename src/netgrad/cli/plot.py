"""`netgrad plot`."""

from typing import Any

import click

from netgrad.cli.commands import Command
from netgrad.cli.completion import assigned_inputs, columns, inputs
from netgrad.cli.options import network_argument, picture_options
from netgrad.cli.parameters import only_one
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource


@click.command("plot", cls=Command, short_help="Value and gradient over one or two inputs, as a picture.")
@network_argument
@picture_options
@click.option(
    "--over", metavar="LIST", shell_complete=inputs, help="The one or two inputs that vary: names or numbers from 1."
)
@click.option(
    "--range",
    "spans",
    metavar="LO:HI[,LO:HI]",
    help="Between what; one may hold for both (default: over the points; else mean +- 3 std of the scaling; else 0:1).",
)
@click.option(
    "-x",
    "--x",
    "fixed",
    multiple=True,
    callback=only_one,
    metavar="X1,X2,...",
    shell_complete=assigned_inputs,
    help="A point, or NAME=NUMBER,...: what the other inputs are.",
)
@click.option(
    "--target",
    metavar="LIST",
    shell_complete=columns,
    help="The points' target column, or the n_L columns, as in -c.",
)
@click.option("--classes", metavar="NAMES", help="Names by commas: of y = 0 and y = 1, or of the n_L outputs.")
@click.option(
    "--level", type=float, metavar="A", help="Where the contour is (default: 1/2; of tanh, logits, margins 0)."
)
@click.option("--arrows/--no-arrows", default=True, help="Arrows up the gradient (default: yes).")
@click.option("--width", type=click.IntRange(2, 10_000), metavar="N", help="Characters, pixels, or points of the grid.")
@click.option("--height", type=click.IntRange(2, 10_000), metavar="N", help="Lines, pixels, or points of the grid.")
@click.option(
    "--format",
    type=click.Choice(["picture", "csv", "tsv", "jsonl", "svg", "png", "pdf"]),
    help="Default: a picture on a terminal; by the suffix of FILE; else the grid as CSV.",
)
def plot_command(network: NetworkSource, request: Request, **given: Any) -> None:
    """Draw the value a[L] of one output and its gradient da[L]/dx over one or two inputs.

    Over one input: a curve, and under it the derivative. Over two: a map of the value in colours, or in shades
    where there are none, with the contour a = 1/2, arrows up the gradient, and POINTS (- is standard input, which is
    not read otherwise). Arrows go the steepest way in the picture as it is drawn. The other inputs are fixed by --x
    or at their mean over POINTS. In a pipe the grid comes out instead, as CSV: x1, x2, a, da_dx1, da_dx2. Files
    that end in .svg, .png or .pdf need the extra plot. Streams: memory does not grow with the number of points;
    a fair sample of 2000 is drawn at most.

    \b
    Examples:
      netgrad plot sample_nets/xor.yaml
      netgrad plot sample_nets/paper_2_3_3_1.yaml sample_nets/paper_points.csv --target y --format picture
      netgrad plot sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --over 'worst area' -o curve.txt
      netgrad plot sample_nets/paper_2_2_3_2.yaml --at 'margin A,B' --format picture
      netgrad plot sample_nets/paper_2_2_3_2.yaml --output A --over x1 --x 0,0.5 --width 11
    """
    from netgrad.cli.drawing import Wish, draw

    draw(network.load(), request, Wish(**given))
