"""`netgrad loss`."""

from functools import partial
from typing import TYPE_CHECKING

import click

from netgrad.cli.commands import Command
from netgrad.cli.completion import columns
from netgrad.cli.options import cluster_options, network_argument, target_options
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource
from netgrad.errors import UsageError, counted

if TYPE_CHECKING:
    from netgrad.core.network import Network
    from netgrad.show.console import Parts
    from netgrad.tables.targets import Target


@click.command("loss", cls=Command, short_help="Squared error and cross-entropy on your data, side by side.")
@network_argument
@target_options
@cluster_options
@click.option(
    "--target",
    required=True,
    metavar="LIST",
    shell_complete=columns,
    help="The target's column, or the n_L columns, as in -c.",
)
@click.option("--classes", metavar="NAMES", help="Names by commas: of y = 0 and y = 1, or of the n_L outputs.")
@click.option("--each", is_flag=True, help="Append the losses to each record, instead of a summary.")
@click.option("--wrt", type=click.Choice(["x"]), help="x: the losses' gradients with respect to the inputs, too.")
@click.option(
    "--loss",
    type=click.Choice(["both", "squared", "cross-entropy"]),
    default="both",
    help="Which (default: both). Cross-entropy is for outputs of sigmoid or softmax; of others both is squared.",
)
@click.option(
    "--confident",
    type=click.FloatRange(0, 1),
    default=0.9,
    metavar="P",
    help="Count wrong predictions of at least this probability (default: 0.9).",
)
def loss_command(
    network: NetworkSource,
    request: Request,
    as_json: bool,
    target: str,
    classes: str | None,
    each: bool,
    wrt: str | None,
    loss: str,
    confident: float,
) -> None:
    """Squared error |a - y|^2/2 and cross-entropy of the network's outputs a on data with targets y.

    A target is a number from 0 to 1, a class's name or one column for each output. The one name that means y = 1
    is the output's own, unless --classes says otherwise. Both losses are computed from z[L], so they are right
    where a rounds to 0 or 1. The summary has their means, the norms of the mean losses' gradients with respect to
    W[l] and b[l], the accuracy, the points that are confidently wrong and how much smaller the error signal
    delta[L] = sigma'(z) (a - y) of squared error is on those than a - y of cross-entropy, and calibration in ten
    bins. Where outputs are no probabilities, targets may be any numbers, and the summary has for each output the mean
    squared and the mean absolute error, R^2, quantiles of the residuals y - a within 0.12 %, and the worst rows.
    Streams: memory does not grow with the number of points.

    \b
    Examples:
      netgrad loss sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --target diagnosis
      netgrad loss sample_nets/paper_2_3_3_1.yaml sample_nets/paper_points.csv --target y --each
      netgrad loss sample_nets/paper_2_2_3_2.yaml sample_nets/paper_points.csv --target class --wrt x --json
    """
    from netgrad.results.loss_report import chosen_losses
    from netgrad.tables.targets import Target

    net = network.load()
    asked = Target(target, net.sizes[-1], net.outputs, classes, not net.layers[-1].sigma.probability)
    losses = chosen_losses(net, loss)
    if each:
        _each(net, request, as_json, asked, losses, wrt == "x")
    else:
        _summary(net, request, as_json, asked, losses, wrt == "x", confident)


def _each(net: "Network", request: Request, as_json: bool, target: "Target", losses: list[str], wrt_x: bool) -> None:
    from netgrad.cli.answering import apply
    from netgrad.results.loss_report import losses_of_points

    if as_json:
        raise UsageError("--json is for the summary: with --each say --format jsonl")
    results = losses_of_points(net, losses, wrt_x, request.prefix, nan=request.bad_rows == "nan")
    apply(net, results, request, target)


def _summary(
    net: "Network", request: Request, as_json: bool, target: "Target", losses: list[str], wrt_x: bool, confident: float
) -> None:
    from netgrad.analysis.risk import merged
    from netgrad.cli.process import say
    from netgrad.cli.summary import Summary, summing
    from netgrad.results.adding import risks
    from netgrad.results.loss_report import Report, class_names, measures, record

    if request.keep != "all" or request.prefix:
        raise UsageError("--keep and --prefix are for the records of --each")
    with summing(net, request, as_json, target) as (layout, total, write):
        assert layout is not None
        found = total(partial(risks, net, losses, confident, wrt_x), merged)
        classes = class_names(target, layout.target_names)
        report = Report(losses, found, classes, layout.names, confident, net.output_names)

        def show() -> "Parts":
            from netgrad.show.loss_summary import summary

            return summary(report, target.n, request.digits)

        write(Summary(measures(report), record(report), show))
    if found.odd and not request.quiet:
        say(f"netgrad: {found.odd:,} of {counted(found.m, 'point')} with a loss that is not finite")
