"""Activation functions made of pieces: formulas f(z, p, c) as in `smooth`, p the parameter.

At a kink the derivative is the one of the left-hand piece, so relu'(0) = 0, except that functions which are cut to an
interval (hard_sigmoid, hard_tanh, relu with an upper limit) are flat at both of its ends.
"""

import math

from netgrad.core.activations.arithmetic import Reals, exp_of_minus, indicator, pick, smaller
from netgrad.core.activations.constants import SELU_ALPHA, SELU_SCALE, Constants
from netgrad.core.activations.record import Activation, Pair

LEAKY_SLOPE = 0.01


def relu(z: Reals, p: Reals, c: Constants) -> Pair:
    """max(z, 0)."""
    return pick(z < c.zero, c.zero, z), indicator(z > c.zero, c)


def clipped_relu(z: Reals, p: Reals, c: Constants) -> Pair:
    """Z cut to [0, p]."""
    return smaller(pick(z < c.zero, c.zero, z), p), indicator((z > c.zero) & (z < p), c)


def leaky_relu(z: Reals, p: Reals, c: Constants) -> Pair:
    """Z for z > 0, else p z."""
    slope = pick(z > c.zero, c.one, p)
    return z * slope, slope


def elu(z: Reals, p: Reals, c: Constants) -> Pair:
    """Z for z > 0, else p (exp(z) - 1).

    With exp(z) = S (R + r) / (R - r), exp(z) - 1 = ((S - 1) R + (S + 1) r) / (R - r).
    """
    positive = z > c.zero
    S, R, r = exp_of_minus(pick(positive, c.zero, -z), c)
    B = R - r
    a = pick(positive, z, p * (((S - c.one) * R + (S + c.one) * r) / B))
    return a, pick(positive, c.one, p * (S * (R + r) / B))


def selu(z: Reals, p: Reals, c: Constants) -> Pair:
    """A constant times: z for z > 0, else alpha (exp(z) - 1)."""
    a, d = elu(z, c.selu_alpha, c)
    return c.selu_scale * a, c.selu_scale * d


def softsign(z: Reals, p: Reals, c: Constants) -> Pair:
    """z/(1+|z|); sigma' = 1/(1+|z|)^2."""
    r = c.one / (c.one + abs(z))
    return z * r, r * r


def hard_sigmoid(z: Reals, p: Reals, c: Constants) -> Pair:
    """z/6 + 1/2 cut to [0, 1]; z + 3 is exact where z/6 + 1/2 would cancel."""
    t = z + c.three
    a = pick(t < c.zero, c.zero, pick(t > c.six, c.one, t / c.six))
    return a, pick(abs(z) < c.three, c.sixth, c.zero)


def hard_tanh(z: Reals, p: Reals, c: Constants) -> Pair:
    """Z cut to [-1, 1]."""
    return pick(z < -c.one, -c.one, pick(z > c.one, c.one, z)), indicator(abs(z) < c.one, c)


def hard_swish(z: Reals, p: Reals, c: Constants) -> Pair:
    """z (z/6 + 1/2), its second factor cut to [0, 1]; sigma' = (2z + 3)/6 between -3 and 3."""
    t = z + c.three
    inside = pick(abs(z) < c.four, z, c.zero)
    d = pick(z > c.three, c.one, pick(z > -c.three, (c.two * inside + c.three) / c.six, c.zero))
    return z * (pick(t < c.zero, c.zero, pick(t > c.six, c.six, t)) / c.six), d


def identity(z: Reals, p: Reals, c: Constants) -> Pair:
    """z."""
    return z, c.one


def _relu(largest: float) -> Activation:
    if not largest > 0:
        raise ValueError("the largest value must be positive")
    ends = (0.0, largest) if math.isfinite(largest) else (0.0,)
    return Activation(
        *("relu", clipped_relu if math.isfinite(largest) else relu, ("rectifier", "poslin", "rectifiedlinear")),
        values=(0, largest),
        kinks=ends,
        breaks=ends,
        parameter=largest,
        default=math.inf,
        vary=_relu,
    )


def _leaky_relu(slope: float) -> Activation:
    return Activation(
        *("leaky_relu", leaky_relu, ("lrelu",)),
        values=(-math.inf if slope > 0 else 0, math.inf),
        kinks=(0.0,),
        breaks=(0.0,),
        monotone=slope >= 0,
        parameter=slope,
        default=LEAKY_SLOPE,
        vary=_leaky_relu,
    )


def _elu(alpha: float) -> Activation:
    return Activation(
        *("elu", elu),
        values=(min(-alpha, 0), math.inf),
        kinks=() if alpha == 1 else (0.0,),
        breaks=(0.0,),
        monotone=alpha >= 0,
        parameter=alpha,
        default=1.0,
        vary=_elu,
    )


RECORDS = (
    _relu(math.inf),
    _leaky_relu(LEAKY_SLOPE),
    _elu(1.0),
    Activation("selu", selu, values=(-SELU_SCALE * SELU_ALPHA, math.inf), kinks=(0.0,), breaks=(0.0,)),
    Activation("softsign", softsign, values=(-1, 1), breaks=(0.0,)),
    Activation("hard_sigmoid", hard_sigmoid, values=(0, 1), kinks=(-3.0, 3.0), breaks=(-3.0, 3.0)),
    Activation("hard_tanh", hard_tanh, ("satlins",), values=(-1, 1), kinks=(-1.0, 1.0), breaks=(-1.0, 1.0)),
    Activation(
        *("hard_swish", hard_swish, ("hardsilu",)),
        values=(-3 / 8, math.inf),
        kinks=(-3.0, 3.0),
        breaks=(-3.0, 3.0),
        monotone=False,
    ),
    Activation("identity", identity, ("linear", "none", "purelin")),
)
