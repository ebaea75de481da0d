"""Numbers that the formulas of activation functions need, in the type that they compute in.

Polynomials have their highest coefficient first. They interpolate in Chebyshev nodes, which is within a factor of two
of the best there is; what is stated is how far the rounded coefficients are from the function, in units u of the type.
"""

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np

# Klambauer et al., Self-Normalizing Neural Networks (2017), equation (14), with the digits of a float64.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
# Hendrycks & Gimpel, Gaussian Error Linear Units (2016): Phi(z) ~ (1 + tanh(c (z + 0.044715 z^3))) / 2.
GELU_C, GELU_CUBIC = math.sqrt(2 / math.pi), 0.044715


class Constants(NamedTuple):
    """Small numbers, so that a formula in float32 stays in float32, and what belongs to its precision."""

    zero: Any
    sixth: Any
    half: Any
    one: Any
    two: Any
    three: Any
    four: Any
    six: Any
    per_ln2: Any  # -1 / log 2
    ln2_high: Any  # minus log 2, with so few digits that its multiples by k are exact
    ln2_low: Any  # log 2 + ln2_high
    whole: Any  # adding it rounds to an integer k, and leaves the exponent of 2^k / unit in the lowest bits
    unit: Any  # a power of two: 2^k / unit is no subnormal number while exp is a number
    farthest: Any  # exp(-t) underflows to 0 beyond
    highest: Any  # exp(t) overflows beyond
    exp: tuple[Any, ...]  # (r coth(r/2) - 2) / r^2 in r^2 for |r| <= log(2) / 2: within u/25
    log: tuple[Any, ...]  # (2 artanh(w/2) / w - 1) / w^2 in w^2 for |w| <= 2/3: within u/15
    arctan: tuple[Any, ...]  # (arctan(x) / x - 1) / x^2 in x^2 for |x| <= tan(pi/8): within u/15
    tan_eighth: Any  # tan(pi/8)
    quarter_pi: Any
    half_pi: Any
    grid: Any  # adding it rounds to a multiple of 1/32
    tails: Any  # the normal density underflows beyond
    density: Any  # 1 / sqrt(2 pi)
    mills: tuple[Any, ...]  # P and
    of_mills: tuple[Any, ...]  # Q, where P(t)/Q(t) is the normal distribution's tail over exp(-t^2/2): within u/3
    gelu_c: Any
    gelu_cubic: Any
    gelu_far: Any  # the tanh form is 0 or z beyond, to all digits
    selu_scale: Any
    selu_alpha: Any


_SAME = {"zero": 0, "sixth": 1 / 6, "half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6} | {
    "per_ln2": -1 / math.log(2),
    "tan_eighth": math.tan(math.pi / 8),
    "quarter_pi": math.pi / 4,
    "half_pi": math.pi / 2,
    "density": 1 / math.sqrt(2 * math.pi),
    "gelu_c": GELU_C,
    "gelu_cubic": GELU_CUBIC,
    "gelu_far": 40,
    "selu_scale": SELU_SCALE,
    "selu_alpha": SELU_ALPHA,
}

_DOUBLE = {
    "ln2_high": -0.693147180559663,
    "ln2_low": 2.8235290563031577e-13,
    "whole": 1.5 * 2**52 + 1023 + 54,
    "unit": 2.0**-54,
    "farthest": 745.5,
    "highest": 720.0,
    "exp": (
        *(4.143646749194716e-08, -1.6534057515757058e-06, 6.613756469998891e-05),
        *(-0.0027777777777561142, 0.1666666666666666),
    ),
    "log": (
        *(
            1.8633100749162258e-08,
            3.572532556319602e-08,
            2.068553618408206e-07,
            8.9525444498468e-07,
            4.069573556960833e-06,
        ),
        *(
            1.8779960894605164e-05,
            8.877841747052107e-05,
            0.00043402777730931194,
            0.0022321428571562578,
            0.012499999999999852,
        ),
        0.08333333333333333,
    ),
    "arctan": (
        *(-0.019162068915902573, 0.03921955253255129, -0.05085030492810941, 0.058580687568615106),
        *(-0.06664502215671447, 0.07692182535116648, -0.09090904549884611, 0.11111111014561013),
        *(-0.14285714284657894, 0.1999999999999548, -0.3333333333333333),
    ),
    "grid": 1.5 * 2**52 / 32,
    "tails": 38.6,
    "mills": (
        *(0.39894228040146423, 12.109793557481082, 181.27864903782685, 1737.8407076874491, 11722.26690721225),
        *(57880.6489901884, 211524.4690895923, 565507.7396194509, 1062962.6836022467, 1279807.8135073602),
        763038.9383623041,
    ),
    "of_mills": (
        *(1.0, 30.354750931146008, 455.39818726290474, 4386.475405778733, 29835.76385238638, 149380.6827173471),
        *(558697.7776468543, 1554194.404974637, 3140366.492077855, 4376695.569722558, 3777249.603436105),
        1526077.8767246082,
    ),
}

_SINGLE = {
    "ln2_high": -0.693145751953125,
    "ln2_low": 1.4286068e-06,
    "whole": 1.5 * 2**23 + 127 + 25,
    "unit": 2.0**-25,
    "farthest": 104.5,
    "highest": 95.0,
    "exp": (-0.0027698229532688856, 0.16666655242443085),
    "log": (
        0.00011340004857629538,
        0.0004239565460011363,
        0.002233777893707156,
        0.012499907985329628,
        0.0833333358168602,
    ),
    "arctan": (
        *(-0.06449835002422333, 0.10743099451065063, -0.14263896644115448, 0.19999538362026215),
        -0.3333333134651184,
    ),
    "grid": 1.5 * 2**23 / 32,
    "tails": 14.4,
    "mills": (0.39894688, 3.9484482, 17.831656, 42.699757, 48.764694),
    "of_mills": (1.0, 9.897918, 45.682716, 117.12634, 163.21674, 97.529388),
}


@cache
def constants(dtype: "np.dtype[Any]") -> Constants:
    """The constants for float64 or float32."""
    of = dtype.type
    values = _SAME | (_DOUBLE if of is np.float64 else _SINGLE)
    return Constants(**{k: tuple(map(of, v)) if isinstance(v, tuple) else of(v) for k, v in values.items()})
