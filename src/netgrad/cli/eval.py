"""`netgrad eval`."""

import click

from netgrad.cli.commands import Command
from netgrad.cli.options import cluster_options, network_argument, points_options
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource


@click.command("eval", cls=Command, short_help="Value only.")
@network_argument
@points_options
@cluster_options
def eval_command(network: NetworkSource, request: Request) -> None:
    """Value a[L] at every point: all outputs, or the one that --output picks.

    --at pre gives the logits z[L] instead, and --at 'margin K,J' the difference of two of them.

    Points and results go the ways that `netgrad grad --help` describes. Streams: memory does not grow with
    the number of points.

    \b
    Examples:
      netgrad eval sample_nets/xor.yaml --x 0,1 --x 1,1
      netgrad eval sample_nets/paper_2_2_3_2.yaml --x 0.1,0.1 --at pre
      netgrad eval sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --keep id,diagnosis
    """
    from netgrad.cli.answering import apply
    from netgrad.results.values import values

    net, request = network.asked(request)
    apply(net, values(net, request.output, request.prefix), request)
