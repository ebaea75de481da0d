"""`netgrad check`."""

import shlex
from typing import TYPE_CHECKING

import click

from netgrad.cli.commands import Command
from netgrad.cli.options import Request, at_option, network_argument, summary_options
from netgrad.cli.source import NetworkSource
from netgrad.errors import DisagreementError, UsageError

if TYPE_CHECKING:
    from netgrad.cli.checked import Checked
    from netgrad.core.network import Network
    from netgrad.results.report import Cell
    from netgrad.show.console import Parts

MADE = 100  # points where none are given


@click.command("check", cls=Command, short_help="Is the gradient right, and the network the one you meant?")
@network_argument
@summary_options
@at_option
@click.option("--expect", metavar="COLUMN", help="Compare the value with this column, another program's output.")
@click.option("--suggest", is_flag=True, help="Rank other readings of the network by how well they give --expect.")
@click.option("--read", metavar="READING", default="", help="Read the network as --suggest has it in its column read.")
@click.option("--tol", type=float, default=1e-10, metavar="T", help="Of the gradient, relative (default: 1e-10).")
@click.option("--expect-tol", type=float, default=1e-6, metavar="T", help="Of the value (default: 1e-6).")
@click.option("--sample", type=click.IntRange(1), default=1000, metavar="N", help="Points to check (default: 1000).")
def check_command(
    network: NetworkSource,
    request: Request,
    as_json: bool,
    at: str,
    expect: str | None,
    suggest: bool,
    read: str,
    tol: float,
    expect_tol: float,
    sample: int,
) -> None:
    """Check the gradient, and with --expect the value, at the points or at a fair sample of them.

    The gradient is held against complex step, which is exact to rounding where units saturate too; gelu against
    Ridders' extrapolated differences, whose expected error is said. Without POINTS and --x, 100 points are made, normal
    and scaled as the network scales. --expect finds a transposed square layer, a wrong activation, a forgotten scaling,
    and --suggest ranks readings of the network that may be meant, and ends with the command that would say so.
    Exit code 3 where something is off by more than its tolerance. Reads the points once and holds --sample of them.

    \b
    Examples:
      netgrad check sample_nets/xor.yaml --x 0.1,0.2 --tol 1e-12
      netgrad check sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --sample 100
    """
    from netgrad.analysis.suggestions import readings, suggestions
    from netgrad.cli.checked import checked_points
    from netgrad.cli.summary import Summary, summing
    from netgrad.core import logits
    from netgrad.results import check_report as checking
    from netgrad.results.values import one_output

    if suggest and expect is None:
        raise UsageError("--suggest ranks readings by --expect COLUMN: name the column of known values")
    saved = network.load().astype(request.dtype)
    points = checked_points(saved, request, expect, sample, MADE)
    net = checking.chosen(read, list(readings(saved, points.X))) if read else saved
    asked = logits.at(net, at)
    k = one_output(asked, request.output)
    rows, failed = _rows(asked, k, points, tol, expect_tol)
    found = suggestions(asked, points.X, points.expected, k) if suggest and points.expected is not None else None
    table = checking.table_of(rows) if found is None else checking.suggestions_table(found)

    def show() -> "Parts":
        from netgrad.show.checking import parts

        command = f"netgrad check {shlex.join([network.path, *request.points, '--expect', expect or ''])}"
        return parts(rows, found, request.digits, command)

    with summing(net, request, as_json, reads=False) as (_, _, write):
        write(Summary(table, checking.record(rows, found), show))
    if failed:
        raise DisagreementError(failed)


def _rows(net: "Network", k: int, points: "Checked", tol: float, expect_tol: float) -> "tuple[list[list[Cell]], str]":
    from netgrad.analysis.checks import check_gradient, check_values
    from netgrad.core.backprop import evaluate
    from netgrad.results.check_report import row

    checks = [("gradient", check_gradient(net, points.X, k, tol))]
    if points.expected is not None:
        checks.append(("value", check_values(evaluate(net, points.X)[:, k], points.expected, expect_tol)))
    bad = ", ".join(f"{what} at {c.disagreements} of {c.points} points" for what, c in checks if c.disagreements)
    rows = [row(what, c, points.names, points.total) for what, c in checks]
    return rows, f"disagreement: {bad}" if bad else ""
