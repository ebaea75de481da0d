"""Layers behind their matrix product: the bias, sigma and sigma' in one pass.

For each activation that cannot overflow a loop in float64 and one in float32, called NAME_float64 and NAME_float32,
with the same bits as `core.activations.formulas` gives.
"""

from typing import Any

import numpy as np
from numba.extending import register_jitable

from netgrad.compiled import numbers as numbers
from netgrad.compiled.loop import Floats, Singles, f32, f64, i64, loop, part
from netgrad.core.activations import piecewise, smooth
from netgrad.core.activations.constants import constants
from netgrad.core.activations.record import Formula

FORMULAS: tuple[Formula, ...] = (
    *(smooth.sigmoid, smooth.tanh, smooth.gelu, smooth.gelu_tanh, smooth.silu, smooth.softplus, smooth.log_sigmoid),
    *(smooth.arctan, smooth.mish, piecewise.relu, piecewise.clipped_relu, piecewise.leaky_relu, piecewise.elu),
    *(
        piecewise.selu,
        piecewise.softsign,
        piecewise.hard_sigmoid,
        piecewise.hard_tanh,
        piecewise.hard_swish,
        piecewise.identity,
    ),
)
for _part in (smooth.softplus, piecewise.elu):  # others are made of them
    register_jitable(_part)


def _layer(formula: Formula, dtype: Any, Numbers: Any, number: Any) -> Any:
    """The loop of one activation in one type.

    z, of n units with m points each side by side, is W a; it becomes a, and dsigma, unless there is none to fill,
    sigma'. Returns 1 if z + b is finite everywhere, else 0; then it is to be done again with the care of `overflow`.
    """
    c, largest, sigma = constants(np.dtype(dtype)), np.finfo(dtype).max, part(formula)

    def layer(z: Any, b: Any, dsigma: Any, m: int, n: int, with_slopes: int, p: Any) -> int:
        beyond = 0
        for j in range(n):
            start, bias = j * m, b[j]
            if with_slopes:
                for i in range(start, start + m):
                    t = z[i] + bias
                    beyond += not abs(t) <= largest
                    z[i], dsigma[i] = sigma(t, p, c)
            else:
                for i in range(start, start + m):
                    t = z[i] + bias
                    beyond += not abs(t) <= largest
                    z[i] = sigma(t, p, c)[0]
        return 1 if beyond == 0 else 0

    layer.__name__ = layer.__qualname__ = f"{formula.__name__}_{dtype.__name__}"
    return loop(i64, Numbers, Numbers, Numbers, i64, i64, i64, number)(layer)


for _formula in FORMULAS:
    for _loop in (_layer(_formula, np.float64, Floats, f64), _layer(_formula, np.float32, Singles, f32)):
        globals()[_loop.__name__] = _loop
