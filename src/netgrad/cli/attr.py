"""`netgrad attr`."""

import os
import stat
from typing import TYPE_CHECKING, Any

import click

from netgrad.cli.commands import Command
from netgrad.cli.options import cluster_options, network_argument, points_options
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource
from netgrad.errors import UsageError, excerpt

if TYPE_CHECKING:
    from netgrad.core.network import Array, Network
    from netgrad.results.values import Results

# Options that are for one method, and what they are where nothing is said.
DEFAULTS: dict[str, dict[str, Any]] = {
    "integrated": {"baseline": "zeros", "tol": 1e-9},
    "saliency": {},
    "gradient-x-input": {},
    "smooth": {"noise": 0.1, "samples": 50, "seed": 0},
}


@click.command("attr", cls=Command, short_help="What each input has to do with the output.")
@network_argument
@points_options
@cluster_options
@click.option("--method", type=click.Choice(list(DEFAULTS)), default="integrated", help="Default: integrated.")
@click.option("--baseline", metavar="POINT", help="integrated: zeros (default), mean, or a point X1,X2,...")
@click.option("--tol", type=float, metavar="TOL", help="integrated: the error allowed, absolute (default: 1e-9).")
@click.option(
    "--noise",
    type=click.FloatRange(0),
    metavar="STD",
    help="smooth: standard deviation of the noise, in units of x, or where the network scales, of its std "
    "(default: 0.1).",
)
@click.option("--samples", type=click.IntRange(1), metavar="N", help="smooth: draws of the noise (default: 50).")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="smooth: the same seed, the same noise (default: 0).")
def attr_command(network: NetworkSource, request: Request, method: str, **given: Any) -> None:
    """Attribution of the output at every point to its inputs, by one of four methods.

    \b
    integrated        ig_i = (x_i - x0_i) * integral of da/dx_i from x0 to x
    gradient-x-input  gxi_i = x_i da/dx_i
    saliency          da/dx_i, with its sign
    smooth            sg_i = mean of da/dx_i at x + noise (SmoothGrad)

    Integrated gradients (Sundararajan, Taly & Yan, 2017) run along the straight line from the baseline x0 and add up to
    a(x) - a(x0). The integral is by Gauss-Legendre quadrature, refined for each row until the errors of all ig_i
    together are proved to be within --tol. The column gap is |ig_1 + ... + ig_n - (a(x) - a(x0))|; where rounding or a
    limit of 4096 panels a row does not allow the proof, one line on standard error counts the rows. The baseline
    zeros is x0 = 0 in units of x, for a network that scales its inputs too; mean takes one more pass over the points.

    The noise of smooth is drawn once and serves every point. Streams: memory does not grow with the number of points.

    \b
    Examples:
      netgrad attr sample_nets/xor.yaml --x 0.2,0.9 --x 0.9,0.8
      netgrad attr sample_nets/breast_cancer.npz sample_nets/breast_cancer.csv --baseline mean -o ig.csv
      netgrad attr sample_nets/paper_2_2_3_2.yaml sample_nets/paper_points.csv --output A --method gradient-x-input
      netgrad attr sample_nets/paper_2_2_3_2.yaml --x 0.1,0.1 --at 'margin A,B'
      netgrad attr sample_nets/xor.yaml --x 0.1,0.2 --method smooth --noise 0.05 --seed 1
    """
    from netgrad.cli.answering import apply
    from netgrad.cli.process import say

    if request.dtype != "float64":
        raise UsageError("attributions are computed in float64: leave --dtype out")
    options = _options(method, given)
    net, request = network.asked(request)
    gaps = apply(net, _results(net, request, method, options), request).note
    message = gaps and gaps.message()
    if message and not request.quiet:
        say(f"netgrad: {message}")


def _options(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """The method's own options, with defaults where nothing is given."""
    for name, value in given.items():
        if value is not None and name not in DEFAULTS[method]:
            (owner,) = (owner for owner, own in DEFAULTS.items() if name in own)
            raise UsageError(f"--{name} is for --method {owner}, not {method}")
    return {name: default if given[name] is None else given[name] for name, default in DEFAULTS[method].items()}


def _results(net: "Network", request: Request, method: str, options: dict[str, Any]) -> "Results":
    from netgrad.results import attributions

    output, prefix = request.output, request.prefix
    if method == "saliency":
        return attributions.saliencies(net, output, prefix)
    if method == "gradient-x-input":
        return attributions.gradients_times_inputs(net, output, prefix)
    if method == "smooth":
        return attributions.smooth_gradients(net, **options, output=output, prefix=prefix)
    baseline, tol = options["baseline"], options["tol"]
    return attributions.integrals(net, lambda: _baseline(net, request, baseline), tol, output, prefix)


def _baseline(net: "Network", request: Request, said: str) -> "Array | None":
    """The point that --baseline says; None means zeros."""
    if said == "mean":
        return _mean(net, request)
    if said == "zeros":
        return None
    from netgrad.cli.points import one_point

    if not any(c.isdigit() for c in said):
        raise UsageError(f"--baseline takes zeros, mean or a point X1,X2,..., not {excerpt(said)}")
    return one_point(net, said, "--baseline")


def _mean(net: "Network", request: Request) -> "Array":
    """Mean of all points, shape (n_1,), in a pass of its own; bad records are left out unless they end the run."""
    from netgrad.analysis.moments import merged
    from netgrad.cli.clustering import running
    from netgrad.cli.points import points_of
    from netgrad.results.adding import input_moments
    from netgrad.stream.fold import begun

    if not request.x and not all(map(_is_file, request.points or ("-",))):
        raise UsageError("--baseline mean reads the points twice, and a pipe has them once: give a file, or a point")
    policy = "fail" if request.bad_rows == "fail" else "skip"
    request = request._replace(bad_rows=policy, keep="none", quiet=True)
    with running(points_of(net, request), request) as points:
        _, total = begun(points)
        mean: Array = total(input_moments, merged).mean
    return mean


def _is_file(path: str) -> bool:
    """True where `path` can be read twice; one that cannot be read at all is another's to report."""
    try:
        return path != "-" and not stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return path != "-"
