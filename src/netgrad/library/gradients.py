"""Values and derivatives, as a user calls them: each is a function below, at one point or at many."""

from netgrad.analysis import checks
from netgrad.bounds import hessians
from netgrad.bounds.certified import value_and_grad_bounds
from netgrad.bounds.condition import condition as _condition
from netgrad.core import backprop, directions, tracing
from netgrad.core import hessian as second
from netgrad.core.arguments import Which, at_points, rows_of
from netgrad.core.arrays import Numbers
from netgrad.core.network import Network
from netgrad.errors import UsageError

evaluate = at_points(backprop.evaluate)
value_and_grad = at_points(backprop.value_and_grad)
jacobian = at_points(backprop.jacobian)
bounds = at_points(value_and_grad_bounds, "bounds")
condition = at_points(_condition)
directional = at_points(directions.directional)
hessian = at_points(second.hessian)
hessian_bounds = at_points(hessians.hessian_bounds)
hessian_times = at_points(directions.hessian_times)
hessian_times_bounds = at_points(hessians.hessian_times_bounds)
check_gradient = at_points(checks.check_gradient, sums_up=True)


def trace(net: Network, x: Numbers, k: Which = None) -> list[tracing.Step]:
    """Algorithm 1 at one point: z, a, sigma'(z) and Delta of layers 1 to L.

    Of layer 1, z = a = x (scaled, where the network scales), sigma' = 1, and Delta[1] is with respect to that.
    The numbers are those that `value_and_grad` computes with; an output scaling comes behind them.

    Parameters
    ----------
    x : (n_1,)
        Or a row of a DataFrame, whose entries are found by the names of the network's inputs.
    k
        Which output, from 0 or by its name; None where n_L = 1.

    Returns
    -------
    A step for each layer, with arrays of shape (n_l,).

    Raises
    ------
    UsageError
        x is not one point; as `value_and_grad`.

    Examples
    --------
    >>> net = Network.of([([[4.0, -8.0]], [0.0])])
    >>> [step.delta.tolist() for step in trace(net, [1.0, 0.5])]
    [[1.0, -2.0], [1.0]]
    """
    rows, _ = rows_of(net, x)
    if rows.shape[:1] != (1,):
        raise UsageError(f"a trace is of one point, but x has shape {rows.shape}")
    return tracing.trace(net, rows[0], k)
