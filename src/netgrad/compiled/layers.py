"""Layers behind their matrix product: the bias, sigma and sigma' in one pass.

For each activation a loop in float64 and one in float32, called NAME_float64 and NAME_float32, with the same bits as
`core.activations.formulas` and `core.activations.rows` give.
"""

from typing import Any

import numpy as np
from numba.extending import register_jitable

from netgrad.compiled import numbers as numbers
from netgrad.compiled.loop import Floats, Singles, f32, f64, i64, loop, part
from netgrad.core.activations import ACTIVATIONS, activation, piecewise, rows, smooth
from netgrad.core.activations.constants import constants
from netgrad.core.activations.record import Formula

# Of all activations that take units one by one, and relu with a limit, which has a formula of its own.
SIGMAS = {sigma.formula: sigma for sigma in (*ACTIVATIONS.values(), activation("relu(6)")) if sigma.formula is not None}
for _part in (smooth.softplus, piecewise.elu):  # others are made of them
    register_jitable(_part)


def _layer(formula: Formula, overflows: bool, dtype: Any, Numbers: Any, number: Any) -> Any:
    """The loop of one activation in one type.

    z, of n units with m points each side by side, is W a; it becomes a, and dsigma, unless there is none to fill,
    sigma'. Returns 1 if z + b is finite everywhere, and a where sigma overflows, else 0; then it is to be done again
    with the care of `overflow`.
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
                    if overflows:
                        beyond += not z[i] <= largest
            else:
                for i in range(start, start + m):
                    t = z[i] + bias
                    beyond += not abs(t) <= largest
                    z[i] = sigma(t, p, c)[0]
                    if overflows:
                        beyond += not z[i] <= largest
        return 1 if beyond == 0 else 0

    return _marked(layer, formula.__name__, dtype, Numbers, number)


def _rows(dtype: Any, Numbers: Any, number: Any) -> Any:
    """The loop of softmax in one type, as `_layer`; the sums of a point's units are in their order."""
    c, largest, exp = constants(np.dtype(dtype)), np.finfo(dtype).max, part(rows.falling)

    def layer(z: Any, b: Any, dsigma: Any, m: int, n: int, with_slopes: int, p: Any) -> int:
        beyond = 0
        for j in range(n):
            for i in range(j * m, j * m + m):
                z[i] += b[j]
                beyond += not abs(z[i]) <= largest
        for i in range(m):
            top = z[i]
            for j in range(1, n):
                top = max(top, z[j * m + i])
            for j in range(n):
                z[j * m + i] = top - z[j * m + i]
        for i in range(n * m):
            z[i] = exp(z[i], p, c)[0]
        for i in range(m):
            whole = z[i]
            for j in range(1, n):
                whole += z[j * m + i]
            for j in range(n):
                z[j * m + i] /= whole
        if with_slopes:
            for i in range(m):
                before = number(0)
                for j in range(n):
                    dsigma[j * m + i] = before
                    before += z[j * m + i]
                behind = number(0)
                for j in range(n - 1, -1, -1):
                    a = z[j * m + i]
                    dsigma[j * m + i] = a * (dsigma[j * m + i] + behind)
                    behind += a
        return 1 if beyond == 0 else 0

    return _marked(layer, rows.softmax.__name__, dtype, Numbers, number)


def _marked(layer: Any, name: str, dtype: Any, Numbers: Any, number: Any) -> Any:
    layer.__name__ = layer.__qualname__ = f"{name}_{dtype.__name__}"
    return loop(i64, Numbers, Numbers, Numbers, i64, i64, i64, number)(layer)


for _kind in ((np.float64, Floats, f64), (np.float32, Singles, f32)):
    for _loop in (*(_layer(_formula, _sigma.overflows, *_kind) for _formula, _sigma in SIGMAS.items()), _rows(*_kind)):
        globals()[_loop.__name__] = _loop
