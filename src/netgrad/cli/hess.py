"""`netgrad hess`."""

import click

from netgrad.cli.commands import Command
from netgrad.cli.options import Request, at_option, network_argument, points_options
from netgrad.cli.source import NetworkSource
from netgrad.errors import UsageError


@click.command("hess", cls=Command, short_help="Second derivatives.")
@network_argument
@points_options
@at_option
@click.option("--along", metavar="V", help="H v for a direction: numbers by commas, or NAME=NUMBER by commas.")
@click.option("--eigen", is_flag=True, help="The largest curvature and its direction.")
def hess_command(network: NetworkSource, request: Request, at: str, along: str | None, eigen: bool) -> None:
    """Hessian of one output with respect to the input at every point, in the columns d2a_dx1dx1, d2a_dx1dx2, ...

    It is symmetric to the last bit, and right where units saturate. Off their kinks piecewise linear activations add
    nothing to it. --along V gives v^T H v and H v at the cost of some gradients, whatever n_1; --eigen the eigenvalue
    that is largest in size and its unit vector. Streams: memory grows with n_1^2, not with the number of points.

    \b
    Examples:
      netgrad hess sample_nets/xor.yaml --x 0.1,0.2
      netgrad hess sample_nets/paper_2_3_3_1.yaml sample_nets/paper_points.csv --eigen --keep none
      netgrad hess sample_nets/xor.yaml --x 0.1,0.2 --along x1=1,x2=-1
    """
    from netgrad.cli.answering import apply
    from netgrad.core import logits
    from netgrad.results.second import direction, hessians, hessians_along, largest_curvatures

    if along is not None and eigen:
        raise UsageError("--along and --eigen are two questions: ask one at a time")
    net = logits.at(network.load().astype(request.dtype), at)
    if along is not None:
        results = hessians_along(net, direction(along, net), request.output, request.prefix)
    else:
        results = (largest_curvatures if eigen else hessians)(net, request.output, request.prefix)
    apply(net, results, request)
