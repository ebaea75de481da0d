"""Values and derivatives, as a user calls them: each is a function below, at one point or at many."""

from netgrad.bounds.certified import value_and_grad_bounds
from netgrad.bounds.condition import condition as _condition
from netgrad.core import backprop, directions
from netgrad.core import hessian as second
from netgrad.core.arguments import at_points

evaluate = at_points(backprop.evaluate)
value_and_grad = at_points(backprop.value_and_grad)
jacobian = at_points(backprop.jacobian)
bounds = at_points(value_and_grad_bounds, "bounds")
condition = at_points(_condition)
directional = at_points(directions.directional)
hessian = at_points(second.hessian)
hessian_times = at_points(directions.hessian_times)
