"""`netgrad sens`."""

from typing import TYPE_CHECKING

import click

from netgrad.cli.options import Request, network_argument, summary_options

if TYPE_CHECKING:
    from netgrad.cli.summary import Summary
    from netgrad.core.arrays import Array
    from netgrad.show.console import Parts
    from netgrad.stream.sensitivity import Report


@click.command("sens", short_help="How the output changes with each input, over all points.")
@network_argument
@summary_options
@click.option("--scaled", is_flag=True, help="Of da/dx_i times the standard deviation of x_i over the same points.")
@click.option(
    "--merge",
    multiple=True,
    metavar="FILE",
    type=click.Path(),
    help="Add the sums of earlier runs, as --json printed them; may be given several times. Without POINTS "
    "standard input is not read then; - reads it.",
)
def sens_command(network: str, request: Request, as_json: bool, scaled: bool, merge: tuple[str, ...]) -> None:
    """Sensitivity of the output to each input over all points.

    For each input x_i, of da/dx_i over the m points: mean, standard deviation (with m - 1), root of the mean square
    (rms), mean of |da/dx_i|, minimum, maximum, and the shares that are positive and zero; the largest rms comes
    first. For each layer, on a terminal and in --json, the shares of units that are saturated, 0 < |sigma'(z)| < 0.001,
    and dead, sigma'(z) = 0, where softmax takes the diagonal of its Jacobian. With --output all every output is ranked.

    One pass: memory does not grow with the number of points. What --json prints holds all sums, so that runs over
    parts of the points can be merged.

    \b
    Examples:
      netgrad sens sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --scaled --digits 3
      netgrad sens sample_nets/paper_2_2_3_2.yaml sample_nets/paper_points.csv --output all
      netgrad sens sample_nets/xor.yaml --x 0,0.1 --x 1,0.9 --json -o part.json
      netgrad sens sample_nets/xor.yaml --x 0.5,0.5 --merge part.json
    """
    from netgrad.analysis.sensitivity import sums, total
    from netgrad.cli.summary import summarise, write_alone
    from netgrad.formats import load
    from netgrad.stream.results import chosen_outputs
    from netgrad.stream.sensitivity import report
    from netgrad.stream.shards import check_inputs, read_shards, subject_of

    net = load(network).astype(request.dtype)
    outputs = chosen_outputs(net, request.output)
    subject = subject_of(net, outputs)
    shards = [shard for path in merge for shard in read_shards(path, net, subject)]
    parts = [shard.sums for shard in shards]

    def add(X: "Array") -> None:
        parts[:] = [total([*parts, sums(net, X, outputs, request.jobs)])]

    def summary(inputs: tuple[str, ...]) -> "Summary":
        return _summary(report(net, subject, inputs, total(parts), scaled), request.digits)

    def begin(inputs: tuple[str, ...]) -> None:
        check_inputs(shards, inputs)

    if shards and not request.points and not request.x:
        begin(shards[0].inputs)
        write_alone(summary(shards[0].inputs), request, as_json)
    else:
        summarise(net, request, as_json, add, lambda y: summary(y.names), begin=lambda y: begin(y.names))


def _summary(found: "Report", digits: int | None) -> "Summary":
    from netgrad.cli.summary import Summary
    from netgrad.stream.sensitivity import record, table_of

    def show() -> "Parts":
        from netgrad.show.sens import parts

        return parts(found, digits)

    return Summary(table_of(found), record(found), show)
