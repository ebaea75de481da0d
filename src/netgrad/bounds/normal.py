"""The normal distribution to the precision of extended numbers.

Midpoint rule for Phi(-t) = (t exp(-t^2/2) / 2 pi) int exp(-s^2/2) / (s^2 + t^2) ds over the line, with what its poles
at +-it leave behind (Chiarella & Reichel, Mathematics of Computation 22, 1968):

    Phi(-t) = (H t exp(-t^2/2) / pi) sum_{n >= 0} exp(-s_n^2/2) / (s_n^2 + t^2) + 1 / (1 + exp(2 pi t / H))

with s_n = (n + 1/2) H, to a relative error of some 20 exp(-2 pi^2 / H^2). All terms are positive for t > 0. The last
term is there for t < 2 pi / H only.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.bounds.balls import unit_roundoff

PI = "3.14159265358979323846264338327950288419716939937510582"
ROOT_2PI = "2.50662827463100050241576528481104525300698674060993832"
FARTHEST = 200  # exp(-t^2/2) underflows beyond, to 113 bits too


def normal_tail(t: NDArray[Any]) -> NDArray[Any]:
    """Phi(-t) for t >= 0, to a relative error of u (36 + t^2).

    In units of u: exp(-t^2/2) is off by 4 + t^2/2, a term of the sum by 4 + 2 + 1, 16 additions by 16, H t / pi by 3
    and products by 2; the last term by 8 of Phi(-t), y exp(-y) being at most 1/e; their sum by 1.
    """
    H, nodes = _rule(unit_roundoff(t))
    pi = t.dtype.type(PI)
    t = np.minimum(t, FARTHEST)
    square, total = t * t, np.zeros_like(t)
    for n in range(nodes):
        s_squared = t.dtype.type(((n + 0.5) * H) ** 2)  # of few bits: exact
        total += np.exp(-s_squared / 2) / (s_squared + square)
    of_poles = np.where(t < 6.28 / H, 1 / (1 + np.exp(2 * pi * t / H)), 0)
    tail: NDArray[Any] = H * t / pi * np.exp(-square / 2) * total + of_poles
    return tail


def normal_density(t: NDArray[Any]) -> NDArray[Any]:
    """exp(-t^2/2) / sqrt(2 pi), to a relative error of u (8 + t^2/2)."""
    t = np.minimum(abs(t), FARTHEST)
    density: NDArray[Any] = np.exp(-t * t / 2) / t.dtype.type(ROOT_2PI)
    return density


def _rule(u: float) -> tuple[float, int]:
    """H and how many nodes, so that what is left out is below u / 10 of Phi(-t)."""
    return (0.625, 16) if u > 2.0**-70 else (0.46875, 29)
