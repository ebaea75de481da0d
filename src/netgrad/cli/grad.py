"""`netgrad grad`."""

import click

from netgrad.cli.commands import Command
from netgrad.cli.options import cluster_options, network_argument, points_options
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource
from netgrad.errors import UsageError


@click.command("grad", cls=Command, short_help="Value and input gradient.")
@network_argument
@points_options
@cluster_options
@click.option(
    "--bounds", is_flag=True, help="Append rigorous bounds on the rounding errors; tables show only certain digits."
)
@click.option(
    "--precise",
    is_flag=True,
    help="In extended precision, rounded once: as a rule right to the last digit, at 8 to 50 times the cost.",
)
@click.option("--along", metavar="V", help="da/dv alone: numbers by commas, or NAME=NUMBER by commas; forward mode.")
@click.option("--condition", is_flag=True, help="Append |x| |J|/|a|, and a bound on the backward error of a.")
def grad_command(
    network: NetworkSource, request: Request, bounds: bool, precise: bool, along: str | None, condition: bool
) -> None:
    """Value a[L] and gradient da[L]/dx at every point, by Algorithm 1 of Higham & Higham (2019).

    The points are those of --x, of the files POINTS (- is standard input), or of standard input. Records
    come out as they came in, with the columns a, da_dx1, da_dx2, ... appended: as a table on a terminal,
    as CSV in a pipe or with -o. Streams: memory does not grow with the number of points.

    \b
    Examples:
      netgrad grad sample_nets/xor.yaml --x 0.1,0.2
      netgrad grad sample_nets/xor.yaml --x 0.1,0.2 --bounds
      netgrad grad sample_nets/xor.yaml --x 1,1 --precise --digits 17
      netgrad grad sample_nets/xor.yaml --x 0.1,0.2 --at pre --condition
      netgrad grad sample_nets/paper_2_2_3_2.yaml --x 0.1,0.1 --at 'margin A,B' --along x1=1,x2=-1
      netgrad grad sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv -o out.csv
      netgrad grad sample_nets/paper_2_2_3_2.yaml --output 1 < sample_nets/paper_points.csv
    """
    from netgrad.cli.answering import apply
    from netgrad.cli.process import say
    from netgrad.results import values

    if sum((bounds, condition, along is not None)) > 1:
        raise UsageError("--bounds, --along and --condition are three questions: ask one at a time")
    if precise and (condition or along is not None):
        raise UsageError("--precise is of the value and the gradient alone, not with --along or --condition")
    net, request = network.asked(request)
    asked = (request.output, request.prefix)
    if along is not None or condition:
        from netgrad.results import second  # takes longer to import than a point takes
    if along is not None:
        results = second.along(net, second.direction(along, net), *asked)
    elif bounds:
        results = values.bounded_values_and_gradients(net, *asked, precise)
    else:
        results = (values.precise_values_and_gradients if precise else values.values_and_gradients)(net, *asked)
    doubts = apply(net, second.with_condition(net, results, *asked) if condition else results, request).note
    message = doubts and doubts.message()
    if message and not request.quiet:
        say(f"netgrad: {message}")
