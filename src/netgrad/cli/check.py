"""`netgrad check`."""

import math
from typing import TYPE_CHECKING

import click

from netgrad.cli.commands import ARGS, Command
from netgrad.cli.options import network_argument, summary_options
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource
from netgrad.errors import DisagreementError, UsageError

if TYPE_CHECKING:
    from netgrad.cli.checked import Checked
    from netgrad.core.network import Network
    from netgrad.results.check_report import Outcome, Suggested
    from netgrad.show.console import Parts


@click.command("check", cls=Command, short_help="Is the gradient right, and the network the one you meant?")
@network_argument
@summary_options
@click.option("--expect", metavar="COLUMN", help="Compare the value with this column, another program's output.")
@click.option("--suggest", is_flag=True, help="Rank other readings of the network by how well they give --expect.")
@click.option("--read", metavar="READING", help="Read the network otherwise, as netgrad convert --read does.")
@click.option("--tol", type=float, default=1e-10, metavar="T", help="Of the gradient, relative (default: 1e-10).")
@click.option("--expect-tol", type=float, default=1e-6, metavar="T", help="Of the value (default: 1e-6).")
@click.option("--sample", type=click.IntRange(1), default=1000, metavar="N", help="Points to check (default: 1000).")
def check_command(
    network: NetworkSource,
    request: Request,
    as_json: bool,
    expect: str | None,
    suggest: bool,
    read: str | None,
    tol: float,
    expect_tol: float,
    sample: int,
) -> None:
    """Check the gradient, and with --expect the value, at the points or at a fair sample of them.

    The gradient is held against complex step, which is exact to rounding where units saturate too; that of gelu against
    Ridders' extrapolated differences, whose expected error is said. Errors are relative to the largest component, or of
    a value v to max(1, |v|). Without POINTS and --x, 100 points are made, normal and scaled as the network scales.

    --expect finds a transposed square layer, a wrong activation, a forgotten scaling, logits in place of
    probabilities; --suggest ranks readings of the network that may be meant, and ends with the command that would say
    so. Exit code 3 where something is off by more than its tolerance.

    Takes some seconds whatever the network and the file: it reads 1 GiB of points at most and decodes about --sample of
    them; of a wide network the gradient is checked at fewer, and with respect to some inputs.

    \b
    Examples:
      netgrad check sample_nets/xor.yaml --x 0.1,0.2 --tol 1e-12
      netgrad check sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --sample 100
    """
    from netgrad.analysis.readings import read_as, reading_of
    from netgrad.cli.checked import checked_points
    from netgrad.cli.summary import Summary, summing
    from netgrad.core import logits
    from netgrad.results import check_report as checking
    from netgrad.results.values import one_output

    if suggest and expect is None:
        raise UsageError("--suggest ranks readings by --expect COLUMN: name the column of known values")
    for name, value in (("--tol", tol), ("--expect-tol", expect_tol)):
        if not 0 <= value < math.inf:
            raise UsageError(f"{name} must be finite and not negative, not {value:g}")
    saved = network.load().astype(request.dtype)
    net = saved if read is None else read_as(saved, reading_of(read))
    asked = logits.at(net, request.at)
    k = one_output(asked, logits.output_at(net, request.at, request.output))
    points = checked_points(net, request, expect, sample)
    outcomes = _outcomes(asked, k, points, tol, expect_tol)
    found = _suggested(network, saved, request, points, k) if suggest else None

    def show() -> "Parts":
        from netgrad.show.checking import parts

        return parts(outcomes, found, request.digits, expect_tol)

    hint = "" if not found or request.quiet else f"{_praise(found[0], expect_tol)}: {found[0].command}"
    table = checking.table_of(outcomes) if found is None else checking.suggestions_table(found)
    with summing(net, request, as_json, reads=False) as (_, _, write):
        write(Summary(table, checking.record(outcomes, found), show, hint))
    _raise_where_off(outcomes)


def _praise(best: "Suggested", tol: float) -> str:
    gives = best.suggestion.largest <= tol
    return "the best reading" if gives else "no reading gives the column within --expect-tol; the nearest"


def _outcomes(net: "Network", k: int, points: "Checked", tol: float, expect_tol: float) -> "list[Outcome]":
    from netgrad.analysis.checks import affordable, check_gradient, check_values
    from netgrad.core.backprop import evaluate
    from netgrad.results.check_report import Outcome

    at, inputs = affordable(net, len(points.X))
    places = [points.places[i] for i in at]
    gradient = check_gradient(net, points.X[at], k, tol, inputs)
    found = [Outcome("gradient", gradient, places, points.total, points.names)]
    if points.expected is not None:
        value = check_values(evaluate(net, points.X)[:, k], points.expected, expect_tol)
        found.append(Outcome("value", value, points.places, points.total, points.names))
    return found


def _suggested(
    network: NetworkSource, saved: "Network", request: Request, points: "Checked", k: int
) -> "list[Suggested]":
    from netgrad.analysis.suggestions import suggestions
    from netgrad.cli.suggested import command
    from netgrad.results.check_report import Suggested

    assert points.expected is not None
    args = click.get_current_context().meta[ARGS]
    found = suggestions(saved, points.X, points.expected, k, at=request.at)
    return [Suggested(s, command(network, saved, args, s.reading, request.at)) for s in found]


def _raise_where_off(outcomes: "list[Outcome]") -> None:
    off = [(o.what, o.check) for o in outcomes if o.check.disagreements]
    bad = ", ".join(f"{what} at {c.disagreements:,} of {c.points:,} points" for what, c in off)
    if bad:
        raise DisagreementError(f"disagreement: {bad}")
