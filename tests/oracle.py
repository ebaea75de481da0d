"""The right answers to 50 digits, from the definitions and by other ways than those of `netgrad.core`.

Every float64 is exact as an mpf. Derivatives are closed forms free of cancellation; the Jacobian of a network
is carried forwards, as tangents. `test_oracle.py` holds both against numerical differentiation.
"""

import math

import mpmath

mp = mpmath.MPContext()  # of its own: the precision of mpmath's other users stays what it is
mp.dps = 50
mpf = mp.mpf

# The fixed point of mean 0 and variance 1, in the closed form of Klambauer et al. (2017), equation (14).
_q = mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e)
SELU_ALPHA = mp.sqrt(2 / mp.pi) / (1 - _q)
SELU_SCALE = (1 - _q) * mp.sqrt(
    2 * mp.pi / (2 * mp.erfc(mp.sqrt(2)) * mp.e**2 + mp.pi * _q**2 - 2 * (2 + mp.pi) * _q + mp.pi + 2)
)


def _sigmoid(z):
    s = 1 / (1 + mp.exp(-z))
    return s, s / (1 + mp.exp(z))


def _elu(z):
    return (z, mpf(1)) if z > 0 else (mp.expm1(z), mp.exp(z))


def _selu(z):
    a, da = (z, mpf(1)) if z > 0 else (SELU_ALPHA * mp.expm1(z), SELU_ALPHA * mp.exp(z))
    return SELU_SCALE * a, SELU_SCALE * da


def _gelu(z):
    Phi = mp.erfc(-z / mp.sqrt(2)) / 2 if abs(z) < 1e6 else mpf(z > 0)  # mp.erfc ends near 1e150
    return z * Phi, Phi + z * mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)


def _gelu_tanh(z):
    cubic, c = mpf("0.044715"), mp.sqrt(2 / mp.pi)
    s, ds = _sigmoid(2 * c * (z + cubic * z**3))  # (1 + tanh u)/2 = sigma(2u)
    return z * s, s + z * ds * 2 * c * (1 + 3 * cubic * z**2)


def _silu(z):
    s, ds = _sigmoid(z)
    return z * s, s + z * ds


def _hard_sigmoid(z):
    return min(max((z + 3) / 6, mpf(0)), mpf(1)), mpf(1) / 6 if abs(z) < 3 else mpf(0)


def _hard_swish(z):
    a = z * min(max(z / 6 + mpf(1) / 2, mpf(0)), mpf(1))
    return a, z / 3 + mpf(1) / 2 if -3 < z <= 3 else mpf(z > 3)


def _mish(z):
    if z < -5000:
        return mpf(0), mpf(0)
    y = mp.log1p(mp.exp(z)) if z < 5000 else z
    return z * mp.tanh(y), mp.tanh(y) + z * mp.sech(y) ** 2 / (1 + mp.exp(-z))


def _leaky_relu(slope):
    return lambda z: (z, mpf(1)) if z > 0 else (z * mpf(slope), mpf(slope))


def _elu_of(alpha):
    return lambda z: (z, mpf(1)) if z > 0 else (mpf(alpha) * mp.expm1(z), mpf(alpha) * mp.exp(z))


def _clip(low, high):
    return lambda z: (min(max(z, mpf(low)), mpf(high)), mpf(low < z < high))


ACTIVATIONS = {
    "sigmoid": _sigmoid,
    "tanh": lambda z: (mp.tanh(z), mp.sech(z) ** 2),
    "relu": lambda z: (z, mpf(1)) if z > 0 else (mpf(0), mpf(0)),
    "leaky_relu": lambda z: (z, mpf(1)) if z > 0 else (z / 100, mpf(1) / 100),
    "elu": _elu,
    "selu": _selu,
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "silu": _silu,
    "softplus": lambda z: (mp.log1p(mp.exp(z)), _sigmoid(z)[0]),
    "softsign": lambda z: (z / (1 + abs(z)), 1 / (1 + abs(z)) ** 2),
    "arctan": lambda z: (mp.atan(z), 1 / (1 + z * z)),
    "hard_sigmoid": _hard_sigmoid,
    "identity": lambda z: (z, mpf(1)),
    "exp": lambda z: (mp.exp(z), mp.exp(z)),
    "log_sigmoid": lambda z: (-mp.log1p(mp.exp(-z)), _sigmoid(-z)[0]),
    "mish": _mish,
    "hard_tanh": _clip(-1, 1),
    "hard_swish": _hard_swish,
    "relu(6)": _clip(0, 6),
    "leaky_relu(0.2)": _leaky_relu(0.2),
    "leaky_relu(-0.5)": _leaky_relu(-0.5),
    "elu(0.3)": _elu_of(0.3),
    "elu(2)": _elu_of(2),
}


def activation(name, z):
    """sigma(z) and sigma'(z) at the float or mpf z."""
    return ACTIVATIONS[name](mpf(z))


def softmax(z):
    """exp(z_j) / sum_k exp(z_k)."""
    e = [mp.exp(z_j) for z_j in z]
    return [e_j / mp.fsum(e) for e_j in e]


def layers(net, x):
    """(z, a, dsigma) of the input and of each layer at the point x of floats or mpfs, as lists.

    The input's z = a is x, scaled where the network scales. For softmax, dsigma is its Jacobian's diagonal.
    """
    u = [mpf(v) for v in x]
    if net.scaling is not None:
        u = [(v - mpf(m)) / mpf(s) for v, m, s in zip(u, net.scaling.mean, net.scaling.std, strict=True)]
    steps = [(u, u, [mpf(1)] * len(u))]
    for layer in net.layers:
        z = [mp.fdot(w, steps[-1][1]) + mpf(b) for w, b in zip(_exact(layer.W), layer.b, strict=True)]
        if layer.activation == "softmax":
            a = softmax(z)
            dsigma = [a_j * mp.fsum(a_k for k, a_k in enumerate(a) if k != j) for j, a_j in enumerate(a)]
        else:
            a, dsigma = zip(*(activation(layer.activation, z_j) for z_j in z), strict=True)
        steps.append((z, list(a), list(dsigma)))
    return steps


def value_and_jacobian(net, x):
    """a[L] and its n_L x n_1 Jacobian, by tangents carried forwards: no Delta, no transpose."""
    n = net.sizes[0]
    std = [1] * n if net.scaling is None else net.scaling.std
    J = [[1 / mpf(std[i]) if i == j else mpf(0) for j in range(n)] for i in range(n)]
    steps = layers(net, x)
    for layer, (_, a, dsigma) in zip(net.layers, steps[1:], strict=True):
        columns = list(zip(*J, strict=True))
        J = [[mp.fdot(w, column) for column in columns] for w in _exact(layer.W)]
        if layer.activation == "softmax":
            J = _through_softmax(a, J)
        else:
            J = [[d * v for v in row] for d, row in zip(dsigma, J, strict=True)]
    if net.output_scaling is None:
        return steps[-1][1], J
    mean, std = ([mpf(v) for v in part.tolist()] for part in (net.output_scaling.mean, net.output_scaling.std))
    a = [m + s * a_k for m, s, a_k in zip(mean, std, steps[-1][1], strict=True)]
    return a, [[s * v for v in row] for s, row in zip(std, J, strict=True)]


def value_and_grad(net, x, k=0):
    """a_k[L] and its gradient with respect to x: an mpf and a list of n_1 mpfs."""
    a, J = value_and_jacobian(net, x)
    return a[k], J[k]


def ulps(computed, exact):
    """|computed - exact| in units in the last place of `exact` as a float64; 5e-324 where it is subnormal."""
    return float(abs(mpf(float(computed)) - exact) / mpf(math.ulp(float(exact))))


def relative_error(computed, exact):
    """max_i |computed_i - exact_i| / max_i |exact_i|, as a float."""
    error = max(abs(mpf(float(c)) - v) for c, v in zip(computed, exact, strict=True))
    return float(error / max(abs(v) for v in exact))


def _through_softmax(a, J):
    """da_i = a_i sum_j a_j (dz_i - dz_j), which holds since the a_j sum to 1."""
    columns = list(zip(*J, strict=True))
    return [
        [
            a_i * mp.fsum(a_j * (dz_i - dz_j) for a_j, dz_j in zip(a, column, strict=True))
            for dz_i, column in zip(row, columns, strict=True)
        ]
        for a_i, row in zip(a, J, strict=True)
    ]


def _exact(W):
    return [[mpf(w) for w in row] for row in W.tolist()]
