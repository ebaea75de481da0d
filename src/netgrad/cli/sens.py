"""`netgrad sens`."""

from functools import partial, reduce
from typing import TYPE_CHECKING

import click

from netgrad.cli.commands import Command
from netgrad.cli.options import cluster_options, network_argument, summary_options
from netgrad.cli.parameters import FILE
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource
from netgrad.errors import PointsError, counted

if TYPE_CHECKING:
    from netgrad.analysis.sensitivity import Part, Sums
    from netgrad.cli.summary import Summary
    from netgrad.results.sens_report import Report
    from netgrad.show.console import Parts


@click.command("sens", cls=Command, short_help="How the output changes with each input, over all points.")
@network_argument
@summary_options
@cluster_options
@click.option("--scaled", is_flag=True, help="Of da/dx_i times the standard deviation of x_i over the same points.")
@click.option("--second", is_flag=True, help="Rank second derivatives, too: how much pairs of inputs work together.")
@click.option(
    "--sobol",
    metavar="LAW",
    help="Bounds on total Sobol indices, for inputs of this law: data, normal, scaling, or LO:HI[,LO:HI...].",
)
@click.option(
    "--merge",
    multiple=True,
    metavar="FILE",
    type=FILE,
    help="Add the sums of earlier runs, as --json printed them; may be given several times. Without POINTS "
    "standard input is not read then; - reads it.",
)
def sens_command(
    network: NetworkSource,
    request: Request,
    as_json: bool,
    scaled: bool,
    second: bool,
    sobol: str | None,
    merge: tuple[str, ...],
) -> None:
    """Sensitivity of the output to each input over all points.

    For each input x_i, of da/dx_i over the m points: mean, standard deviation (with m - 1), root of the mean square
    (rms), mean of |da/dx_i|, minimum, maximum, and the shares that are positive and zero; the largest rms comes
    first. Points at which one is not finite are left out, and counted on standard error. For each layer, on a
    terminal and in --json, the shares of units that are saturated, 0 < |sigma'(z)| < 0.001, and dead, sigma'(z) = 0,
    where softmax takes the diagonal of its Jacobian. With --output all every output is ranked.
    mean_error is the standard error of a mean, std / sqrt(m), for points drawn independently.

    --second ranks d2a/dx_i dx_j over the points by their rms, with mean, standard error, and the shares that are
    positive and zero; --scaled times both standard deviations. In csv, tsv and jsonl they are the rows. Of up to 99
    inputs.

    --sobol adds sobol_total_max, a bound on the share of the variance D of a that has to do with x_i at all, from the
    mean square nu of da/dx_i: nu (hi-lo)^2 / (pi^2 D) for inputs that are uniform on lo:hi (data: between the least and
    the largest at the points), nu std^2 / D for normal ones (normal: with the points' std; scaling: the network's). The
    inputs are independent and the points are drawn by that law; nu and D have the errors of their samples (Kucherenko &
    Sobol, Derivative based global sensitivity measures and their link with global sensitivity indices, 2009).

    One pass: memory does not grow with the number of points. What --json prints holds all sums, so that runs over
    parts of the points can be merged.

    \b
    Examples:
      netgrad sens sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --scaled --digits 3
      netgrad sens sample_nets/paper_2_2_3_2.yaml sample_nets/paper_points.csv --output all
      netgrad sens sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --at pre --format csv
      netgrad sens sample_nets/paper_2_3_3_1.yaml sample_nets/paper_points.csv --second --format csv
      netgrad sens sample_nets/paper_2_3_3_1.yaml sample_nets/paper_points.csv --sobol 0:1 --format csv
      netgrad sens sample_nets/xor.yaml --x 0,0.1 --x 1,0.9 --json -o part.json
      netgrad sens sample_nets/xor.yaml --x 0.5,0.5 --merge part.json
    """
    from netgrad.analysis.sensitivity import Part, merged_parts
    from netgrad.cli.process import say
    from netgrad.cli.summary import summing
    from netgrad.results.adding import sensitivities
    from netgrad.results.sens_report import Wish, check_second, report
    from netgrad.results.shards import check_inputs, check_second_in, read_shards, subject_of
    from netgrad.results.values import chosen_outputs

    net, request = network.asked(request._replace(files=(*request.files, *merge)))
    outputs, wish = chosen_outputs(net, request.output), Wish(scaled, second, sobol)
    if second:
        check_second(net)
    subject = subject_of(net, outputs)
    shards = [shard for path in merge for shard in read_shards(path, net, subject)]
    reads = bool(request.points or request.x or not shards)
    with summing(net, request, as_json, reads=reads) as (layout, total, write):
        inputs = shards[0].inputs if layout is None else layout.names
        check_inputs(shards, inputs)
        shards = check_second_in(shards, second)
        parts = [Part(shard.sums) for shard in shards]
        parts += [total(partial(sensitivities, net, outputs, second), merged_parts)] if reads else []
        found = reduce(merged_parts, parts)
        write(_summary(report(net, subject, inputs, _sums(found), wish), request))
    if found.left_out and not request.quiet:
        say(f"netgrad: {counted(found.left_out, 'point')} left out, where a derivative is not finite")


def _sums(found: "Part") -> "Sums":
    if found.sums is None:
        raise PointsError(
            f"no point is left: {counted(found.left_out, 'point')} left out, where a derivative is not finite"
        )
    return found.sums


def _summary(found: "Report", request: Request) -> "Summary":
    from netgrad.cli.summary import Summary
    from netgrad.results.sens_report import record, table_of

    def show() -> "Parts":
        from netgrad.show.ranking import parts

        return parts(found, request.digits, request.rows)

    return Summary(table_of(found), record(found), show)
