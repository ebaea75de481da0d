"""Analytic activation functions sigma and their derivatives sigma', right to the last digits for every finite z.

With e = exp(-|z|) nothing overflows. a (1 - a) would lose every digit as a rounds to 1 (N. Higham, Accuracy and
Stability of Numerical Algorithms, 2nd ed., section 1.7); sigma' is even, so s (1 - s) with
s = sigma(-|z|) <= 1/2 loses none.
"""

import math

import numpy as np

from netgrad.core.activations.record import Activation
from netgrad.core.arrays import Array
from netgrad.core.exponential import NEAR, exp_of_minus

# Hendrycks & Gimpel, Gaussian Error Linear Units (2016): Phi(z) ~ (1 + tanh(c (z + 0.044715 z^3))) / 2.
GELU_C, GELU_CUBIC = math.sqrt(2 / math.pi), 0.044715


def sigmoid(z: Array, d: Array | None) -> None:
    """1/(1+exp(-z)); sigma' = s - s^2 with s = sigma(-|z|), the smaller of sigma(z) and sigma(-z)."""
    far = None if not z.size or (z.max() <= NEAR and z.min() >= -NEAR) else np.abs(z) > NEAR  # nan is neither
    z_far = None if far is None else z[far]
    with np.errstate(over="ignore", invalid="ignore"):  # where z is far
        s = exp_of_minus(z)
        np.add(s, 1, out=z)
        np.divide(1, z, out=z)
        s *= z  # = sigma(-z)
    if d is not None:
        np.minimum(s, z, out=s)
        np.multiply(s, s, out=d)
        np.subtract(s, d, out=d)
    if z_far is not None:
        s = np.exp(-np.abs(z_far))
        s /= 1 + s
        z[far] = np.where(z_far < 0, s, 1 - s)
        if d is not None:
            d[far] = s - np.square(s)


def tanh(z: Array, d: Array | None) -> None:
    """tanh(z); sigma' = 4 (s - s^2) with s = e/(1+e), e = exp(-2|z|)."""
    if d is not None:
        s = np.exp(-2 * np.minimum(np.abs(z), 400))  # 0 beyond; 2|z| could overflow
        s /= 1 + s
        np.multiply(4, s - np.square(s), out=d)
    np.tanh(z, out=z)


def gelu(z: Array, d: Array | None) -> None:
    """z Phi(z), Phi the normal distribution function; sigma' = Phi(z) + z phi(z)."""
    Phi = np.fromiter(map(math.erfc, (z * -math.sqrt(0.5)).flat), z.dtype, z.size).reshape(z.shape) / 2
    if d is not None:
        tail = np.clip(z, -40, 40)  # phi underflows beyond; z^2 would overflow
        np.add(Phi, tail * np.exp(-np.square(tail) / 2) / math.sqrt(2 * math.pi), out=d)
    z *= Phi


def gelu_tanh(z: Array, d: Array | None) -> None:
    """Gelu with Phi(z) ~ sigma(2u), u = c (z + 0.044715 z^3); sigma' = Phi + z Phi'."""
    bounded = np.clip(z, -40, 40)  # Phi is 0 or 1 beyond; z^3 would overflow
    Phi = 2 * GELU_C * (bounded + GELU_CUBIC * bounded**3)
    dPhi = np.empty_like(Phi)
    sigmoid(Phi, dPhi)
    if d is not None:
        du = GELU_C * (1 + 3 * GELU_CUBIC * np.square(bounded))
        np.add(Phi, bounded * 2 * dPhi * du, out=d)
    z *= Phi


def silu(z: Array, d: Array | None) -> None:
    """z sigma(z), sigma the sigmoid; the derivative is sigma(z) (1 + z sigma(-z))."""
    s, mirrored = z.copy(), -z
    sigmoid(s, None)
    if d is not None:
        sigmoid(mirrored, None)
        np.multiply(s, 1 + z * mirrored, out=d)
    z *= s


def softplus(z: Array, d: Array | None) -> None:
    """log(1+exp(z)) = max(z, 0) + log(1+e); the derivative is the sigmoid."""
    e = np.exp(-np.abs(z))
    if d is not None:
        d[...] = z
        sigmoid(d, None)
    np.maximum(z, 0, out=z)
    z += np.log1p(e)


def arctan(z: Array, d: Array | None) -> None:
    """arctan(z); sigma' = 1/(1+z^2)."""
    if d is not None:
        np.square(1 / np.hypot(1, z), out=d)  # 1 + z^2 would overflow
    np.arctan(z, out=z)


def log_sigmoid(z: Array, d: Array | None) -> None:
    """-log(1+exp(-z)) = min(z, 0) - log(1+e); the derivative is sigma(-z), sigma the sigmoid."""
    e = np.exp(-np.abs(z))
    if d is not None:
        np.negative(z, out=d)
        sigmoid(d, None)
    np.minimum(z, 0, out=z)
    z -= np.log1p(e)


def mish(z: Array, d: Array | None) -> None:
    """z T(z) with T = tanh(log(1+exp(z))); the derivative is T (1 + z T'/T).

    With w = exp(z), T = n/(n+2) for n = w (w+2) and T'/T = 4 (w+1)/((w+2)(n+2)) (Misra, Mish, 2019); for z > 0
    both are written in 1/w.
    """
    w, positive = np.exp(-np.abs(z)), z > 0
    n = w * np.where(positive, 2 * w, w + 2)
    T = np.where(positive, (1 + 2 * w) / (1 + 2 * w + n), n / (n + 2))
    if d is not None:
        rate = np.where(positive, w * w * (1 + w) / ((1 + 2 * w) * (1 + 2 * w + n)), (w + 1) / ((w + 2) * (n + 2)))
        np.multiply(T, 1 + 4 * rate * z, out=d)
    z *= T


def exp(z: Array, d: Array | None) -> None:
    """exp(z), which is its derivative; infinite beyond 709.78 (88.7 in float32), where it is too large for a number."""
    np.exp(z, out=z)
    if d is not None:
        d[...] = z


RECORDS = (
    Activation(
        *("sigmoid", sigmoid, ("logistic", "logsig", "sigm")),
        values=(0, 1),
        probability=True,
        in_a="a(1-a)",
        limits=(0, 1),
    ),
    Activation("tanh", tanh, ("tansig",), values=(-1, 1), in_a="1-a^2", limits=(-1, 1)),
    Activation("gelu", gelu, values=(-0.17, math.inf), monotone=False),
    Activation(
        *("gelu_tanh", gelu_tanh, ("gelunew", "geluapprox", "geluapproximate", "gelupytorchtanh")),
        values=(-0.171, math.inf),
        monotone=False,
    ),
    Activation("silu", silu, ("swish",), values=(-0.2785, math.inf), monotone=False),
    Activation("mish", mish, values=(-0.3089, math.inf), monotone=False),
    Activation("softplus", softplus, values=(0, math.inf)),
    Activation("log_sigmoid", log_sigmoid, values=(-math.inf, 0)),
    Activation("arctan", arctan, ("atan",), values=(-math.pi / 2, math.pi / 2)),
    Activation("exp", exp, ("exponential",), values=(0, math.inf), overflows=True),
)
