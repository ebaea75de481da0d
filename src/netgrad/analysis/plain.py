"""The network as its definition has it, for complex points too: slow, and on purpose nothing of `core` in it.

Evaluated at x + i h e_j, the imaginary part over h is da/dx_j without a difference (Squire & Trapp, Using complex
variables to estimate derivatives of real functions, SIAM Review 40(1), 1998). Piecewise sigmas are those of the piece
that the real part is in. gelu, whose error function numpy has for real numbers only, is for real points.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.core.activations import Activation
from netgrad.core.activations.facts import Varied, fact
from netgrad.core.network import Network

Numbers = NDArray[Any]  # float64 or complex128

SELU = 1.0507009873554804934193349852946
SELU_BELOW = SELU * 1.6732632423543772848170429916717


def value(net: Network, X: Numbers) -> Numbers:
    """a[L] at real or complex points X, shape (m, n_1) -> (m, n_L).

    >>> net = Network.of([([[2.0]], [0.0])], "identity")
    >>> value(net, np.array([[1 + 1e-30j]])).imag / 1e-30
    array([[2.]])
    """
    a = X if net.scaling is None else (X - net.scaling.mean) / net.scaling.std
    with np.errstate(all="ignore"):
        for layer in net.layers:
            a = sigma_of(layer.sigma)(a @ layer.W.T + layer.b)
        return a if net.output_scaling is None else net.output_scaling.mean + net.output_scaling.std * a


def takes_complex(net: Network) -> bool:
    """True where every sigma of the network is known at complex points."""
    return all(layer.sigma.name not in REAL for layer in net.layers)


def _sigmoid(z: Numbers) -> Numbers:
    e = np.exp(np.where(z.real < 0, z, -z))
    found: Numbers = np.where(z.real < 0, e, 1) / (1 + e)
    return found


def _tanh(z: Numbers) -> Numbers:
    e = np.exp(-2 * np.where(z.real < 0, -z, z))
    t = (1 - e) / (1 + e)
    near = np.abs(z.real) < 1
    return np.where(near, np.tanh(np.where(near, z, 0)), np.where(z.real < 0, -t, t))


def _below(z: Numbers) -> Numbers:
    """exp(z) - 1 for z of real part <= 0; z itself is kept above."""
    low = np.where(z.real > 0, 0, z)
    found: Numbers = np.expm1(low.real) + (np.exp(low) - np.exp(low.real))
    return found


def _softplus(z: Numbers) -> Numbers:
    e = np.exp(np.where(z.real < 0, z, -z))
    log = np.log1p(e.real) + (1j * np.arctan2(e.imag, 1 + e.real) if np.iscomplexobj(z) else 0)
    found: Numbers = np.where(z.real < 0, 0, z) + log
    return found


def _hard_swish(z: Numbers) -> Numbers:
    found: Numbers = z * np.where(np.abs(z.real) < 3, (z + 3) / 6, z.real > 0)
    return found


def _mish(z: Numbers) -> Numbers:
    e = np.exp(np.where(z.real < 0, z, -z))
    n = e * (e + 2)
    found: Numbers = z * np.where(z.real < 0, n / (n + 2), (1 + 2 * e) / (1 + 2 * e + 2 * e * e))
    return found


def _relu(largest: float) -> Callable[[Numbers], Numbers]:
    return lambda z: np.where(z.real >= largest, largest, np.where(z.real > 0, z, 0))


def _leaky_relu(slope: float) -> Callable[[Numbers], Numbers]:
    return lambda z: np.where(z.real > 0, z, slope * z)


def _elu(alpha: float) -> Callable[[Numbers], Numbers]:
    return lambda z: np.where(z.real > 0, z, alpha * _below(z))


def _gelu(z: Numbers) -> Numbers:
    found: Numbers = z * np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2)) / 2
    return found


def _gelu_tanh(z: Numbers) -> Numbers:
    t = np.where(np.abs(z.real) > 40, np.sign(z.real) * 40, z)
    return z * _sigmoid(2 * math.sqrt(2 / math.pi) * (t + 0.044715 * t**3))


def _softmax(z: Numbers) -> Numbers:
    top = np.take_along_axis(z, z.real.argmax(axis=1)[:, np.newaxis], axis=1)
    e = np.exp(z - top)  # exactly 1 at the top: what is left of 1 keeps its imaginary part
    found: Numbers = e / e.sum(axis=1, keepdims=True)
    return found


SIGMA: Mapping[str, Callable[[Numbers], Numbers]] = MappingProxyType(
    {
        "sigmoid": _sigmoid,
        "tanh": _tanh,
        "selu": lambda z: np.where(z.real > 0, SELU * z, SELU_BELOW * _below(z)),
        "gelu": _gelu,
        "gelu_tanh": _gelu_tanh,
        "silu": lambda z: z * _sigmoid(z),
        "softplus": _softplus,
        "softsign": lambda z: z / (1 + np.where(z.real < 0, -z, z)),
        "arctan": np.arctan,
        "hard_sigmoid": lambda z: np.where(np.abs(z.real) < 3, (z + 3) / 6, z.real > 0),
        "hard_tanh": lambda z: np.where(np.abs(z.real) < 1, z, np.sign(z.real)),
        "hard_swish": _hard_swish,
        "exp": np.exp,
        "log_sigmoid": lambda z: -_softplus(-z),
        "mish": _mish,
        "identity": lambda z: z,
        "softmax": _softmax,
    }
)
VARIED: Varied[Callable[[Numbers], Numbers]] = MappingProxyType({"relu": _relu, "leaky_relu": _leaky_relu, "elu": _elu})
REAL = frozenset({"gelu"})


def sigma_of(sigma: Activation) -> Callable[[Numbers], Numbers]:
    """An activation as its definition has it.

    Raises
    ------
    UsageError
        It is not here.
    """
    return fact(SIGMA, VARIED, sigma, "there is no check for {}")
