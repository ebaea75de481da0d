"""Attributions and sensitivities, at one point or over many: `netgrad attr` and `netgrad sens` as calls."""

from typing import NamedTuple

from netgrad.analysis import attribution, integrated
from netgrad.analysis.sensitivity import finite_sums
from netgrad.core.arguments import Which, at_points, output_of, points_of, rows_of
from netgrad.core.arrays import Numbers
from netgrad.core.network import Network
from netgrad.errors import PointsError, counted
from netgrad.results.sens_report import Interaction, Saturation, Sensitivity, Wish, check_second, report
from netgrad.results.shards import subject_of

integrated_gradients = at_points(integrated.integrated_gradients)
smooth_gradient = at_points(attribution.smooth_gradient)


class Sensitivities(NamedTuple):
    """Sensitivities of an output to each input, over many points."""

    points: int  # at which all gradients are finite
    left_out: int  # at which one is not
    inputs: list[Sensitivity]  # the largest rms first
    layers: list[Saturation]  # layer 2 first
    second: list[Interaction]  # second derivatives, the largest rms first, where they are asked for


def sensitivities(
    net: Network,
    X: Numbers,
    k: Which = None,
    scaled: bool = False,
    jobs: int = 1,
    second: bool = False,
    sobol: str | None = None,
) -> Sensitivities:
    """Sensitivity of the output to each input over all points, ranked.

    For each input, of da_k/dx_i over the m points: mean, standard deviation (with m - 1), root of the mean square
    (rms), mean size, minimum, maximum, the shares that are positive and zero, and the standard error of the mean for
    points drawn independently; for each layer, the shares of its units that are saturated, 0 < |sigma'(z)| < 0.001,
    and dead.

    Parameters
    ----------
    X : (m, n_1), m > 0
        Or a DataFrame with columns called as the network's inputs.
    k
        Which output, from 0 or by its name; None where n_L = 1.
    scaled
        Of da_k/dx_i times the standard deviation of x_i over the points, in units of the output; else in units of the
        output per unit of x_i.
    jobs
        Threads; the result does not depend on it.
    second
        Whether second derivatives are ranked, too: of up to 99 inputs, in one pass.
    sobol
        The law of independent inputs, for bounds on total Sobol indices (Kucherenko & Sobol, 2009), as
        `netgrad sens --sobol` takes it: "data" and ranges such as "0:1" are uniform, "normal" and "scaling" normal.

    Raises
    ------
    UsageError
        X is not of shape (m, n_1); n_L > 1 and k is None; there is no output k; `sobol` is no law.
    PointsError
        There is no point with finite derivatives, or one only to scale with.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])], "identity")
    >>> [(row.input, row.rms) for row in sensitivities(net, [[1.0, 0.5], [0.0, 0.0]]).inputs]
    [('x2', 8.0), ('x1', 4.0)]
    """
    k, X = output_of(net, k), points_of(net, rows_of(net, X)[0])
    if not len(X):
        raise PointsError("there are no points")
    if second:
        check_second(net)
    found = finite_sums(net, X, [k], jobs, second)
    if found.sums is None:
        raise PointsError(f"no derivative is finite at {counted(found.left_out, 'point')}")
    said = report(net, subject_of(net, [k]), net.input_names, found.sums, Wish(scaled, second, sobol))
    return Sensitivities(said.points, found.left_out, said.rows, said.layers, said.second)
