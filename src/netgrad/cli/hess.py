"""`netgrad hess`."""

import click

from netgrad.cli.commands import Command
from netgrad.cli.options import network_argument, points_options
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource
from netgrad.errors import UsageError


@click.command("hess", cls=Command, short_help="Second derivatives.")
@network_argument
@points_options
@click.option("--along", metavar="V", help="H v for a direction: numbers by commas, or NAME=NUMBER by commas.")
@click.option("--eigen", is_flag=True, help="The largest curvature and its direction.")
@click.option(
    "--bounds", is_flag=True, help="Append rigorous bounds on the rounding errors; tables show only certain digits."
)
def hess_command(network: NetworkSource, request: Request, along: str | None, eigen: bool, bounds: bool) -> None:
    """Hessian of one output with respect to the input at every point, in the columns d2a_dx1dx1, d2a_dx1dx2, ...

    It is symmetric to the last bit, and right where units saturate. Off their kinks piecewise linear activations add
    nothing to it. --along V gives v^T H v and H v at the cost of some gradients, whatever n_1; --eigen the eigenvalue
    that is largest in size and its unit vector. --bounds
    costs some 20 times the Hessian. Streams: memory grows with n_1^2, not with the number of points.

    \b
    Examples:
      netgrad hess sample_nets/xor.yaml --x 0.1,0.2
      netgrad hess sample_nets/paper_2_3_3_1.yaml sample_nets/paper_points.csv --eigen --keep none
      netgrad hess sample_nets/xor.yaml --x 0.1,0.2 --along x1=1,x2=-1
      netgrad hess sample_nets/xor.yaml --x 0.1,0.2 --at pre --bounds
    """
    from netgrad.cli.answering import apply
    from netgrad.results.second import direction, hessians, hessians_along, largest_curvatures

    if along is not None and eigen:
        raise UsageError("--along and --eigen are two questions: ask one at a time")
    if eigen and bounds:
        raise UsageError("--eigen has no bounds: ask for those of the Hessian")
    net, request = network.asked(request)
    if along is not None:
        results = hessians_along(net, direction(along, net), request.output, request.prefix, bounds)
    elif eigen:
        results = largest_curvatures(net, request.output, request.prefix)
    else:
        results = hessians(net, request.output, request.prefix, bounds)
    apply(net, results, request)
