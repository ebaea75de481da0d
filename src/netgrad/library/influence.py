"""Attributions and sensitivities, at one point or over many: `netgrad attr` and `netgrad sens` as calls."""

from typing import NamedTuple

from netgrad.analysis import attribution, integrated
from netgrad.analysis.sensitivity import finite_sums
from netgrad.core.arguments import Which, at_points, output_of, points_of, rows_of
from netgrad.core.arrays import Numbers
from netgrad.core.network import Network
from netgrad.errors import PointsError, counted
from netgrad.results.sens_report import Saturation, Sensitivity, report
from netgrad.results.shards import subject_of

integrated_gradients = at_points(integrated.integrated_gradients)
smooth_gradient = at_points(attribution.smooth_gradient)


class Sensitivities(NamedTuple):
    """Sensitivities of an output to each input, over many points."""

    points: int  # at which all gradients are finite
    left_out: int  # at which one is not
    inputs: list[Sensitivity]  # the largest rms first
    layers: list[Saturation]  # layer 2 first


def sensitivities(net: Network, X: Numbers, k: Which = None, scaled: bool = False, jobs: int = 1) -> Sensitivities:
    """Sensitivity of the output to each input over all points, ranked.

    For each input, of da_k/dx_i over the m points: mean, standard deviation (with m - 1), root of the mean square
    (rms), mean size, minimum, maximum, and the shares that are positive and zero; for each layer, the shares of its
    units that are saturated, 0 < |sigma'(z)| < 0.001, and dead.

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

    Raises
    ------
    UsageError
        X is not of shape (m, n_1); n_L > 1 and k is None; there is no output k.
    PointsError
        There is no point with a finite gradient, or one only to scale with.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])], "identity")
    >>> [(row.input, row.rms) for row in sensitivities(net, [[1.0, 0.5], [0.0, 0.0]]).inputs]
    [('x2', 8.0), ('x1', 4.0)]
    """
    k, X = output_of(net, k), points_of(net, rows_of(net, X)[0])
    if not len(X):
        raise PointsError("there are no points")
    found = finite_sums(net, X, [k], jobs)
    if found.sums is None:
        raise PointsError(f"no gradient is finite at {counted(found.left_out, 'point')}")
    said = report(net, subject_of(net, [k]), net.input_names, found.sums, scaled)
    return Sensitivities(said.points, found.left_out, said.rows, said.layers)
