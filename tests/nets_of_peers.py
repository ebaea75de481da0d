"""Networks that frameworks wrote, as lists of steps, and their values and gradients to 50 digits.

A step is {"W", "b", "activation"}, {"activation"}, {"sub" | "div" | "mul" | "add": numbers}, or a batch normalization
{"mean", "var", "gamma", "beta", "eps"}. The scripts in tests/peers write them beside the files.
"""

import json
import re
import tarfile
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from oracle import ACTIVATIONS, mp, mpf, softmax

from netgrad.core.activations import SIGMA
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Layer, Network, Scaling

DATA = Path(__file__).parent / "data" / "nets"
TOLERANCE = 1e-12  # relative to the largest: some hundred roundings of what is folded


_UNPACKED = tempfile.TemporaryDirectory()  # as long as the process


@cache
def files(name):
    """Folder of the files that the script of `name` wrote, which are kept packed."""
    folder = Path(_UNPACKED.name) / name
    with tarfile.open(DATA / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def expected(name):
    """What the script of `name` wrote of each file."""
    return json.loads((files(name) / "expected.json").read_text())


def values(steps, x):
    """a[L] and its Jacobian at x, by tangents, in 50 digits."""
    a = [mpf(v) for v in x]
    J = [[mpf(i == j) for j in range(len(x))] for i in range(len(x))]
    for step in steps:
        a, J = _step(step, a, J)
    return a, J


def assert_reads(draft, told):
    """`draft` has the values and gradients of the steps that were `told`, and so has the network made of it."""
    a, J = values(told["layers"], told["x"])
    b, K = values(steps_of(draft), told["x"])
    assert_close(b, a)
    for row, exact in zip(K, J, strict=True):
        assert_close(row, exact)
    if told.get("outputs"):
        assert list(draft.outputs) == told["outputs"]
    if told.get("inputs"):
        assert list(draft.inputs) == told["inputs"]
    if all(layer.activation in SIGMA for layer in draft.layers):
        net, X = network(draft), np.array([told["x"]])
        mean, std = draft.output_scaling or (np.zeros(len(a)), np.ones(len(a)))
        for k, exact in enumerate(a):
            value, grad = value_and_grad(net, X, k)
            scale = max(abs(exact), max(map(abs, J[k])))
            assert abs(mean[k] + std[k] * value[0] - exact) <= TOLERANCE * scale
            assert max(abs(std[k] * g - e) for g, e in zip(grad[0], J[k], strict=True)) <= TOLERANCE * scale


def steps_of(draft):
    """The steps that a draft says, its activations known."""
    steps = []
    if draft.scaling is not None:
        steps += [{"sub": draft.scaling[0].tolist()}, {"div": draft.scaling[1].tolist()}]
    for layer in draft.layers:
        W, b = _out_in(layer)
        steps.append({"W": W.tolist(), "b": b.tolist(), "activation": layer.activation})
    if draft.output_scaling is not None:
        steps += [{"mul": draft.output_scaling[1].tolist()}, {"add": draft.output_scaling[0].tolist()}]
    return steps


def network(draft):
    """The core's network of a draft whose activations are known; without the scaling of its outputs."""
    layers = tuple(Layer(*_out_in(layer), layer.activation) for layer in draft.layers)
    scaling = draft.scaling and Scaling(*draft.scaling)
    return Network(layers, draft.inputs, draft.outputs, scaling, draft.name)


def assert_close(found, exact):
    scale = max([abs(v) for v in exact] + [mpf(1e-300)])
    assert max(abs(f - e) for f, e in zip(found, exact, strict=True)) <= TOLERANCE * scale


def _out_in(layer):
    W = np.asarray(layer.W, np.float64)
    W = W if layer.orientation == "out-in" else W.T
    return W, np.zeros(len(W)) if layer.b is None else np.asarray(layer.b, np.float64)


def _step(step, a, J):
    if "W" in step:
        rows = [[mpf(w) for w in row] for row in step["W"]]
        columns = list(zip(*J, strict=True))
        a = [mp.fdot(row, a) + mpf(b) for row, b in zip(rows, step["b"], strict=True)]
        J = [[mp.fdot(row, column) for column in columns] for row in rows]
    for key, numbers in step.items():
        if key in ("sub", "add"):
            a = [v + mpf(c) * (1 if key == "add" else -1) for v, c in zip(a, numbers, strict=True)]
        if key in ("mul", "div"):
            factors = [mpf(c) if key == "mul" else 1 / mpf(c) for c in numbers]
            a, J = _scaled(a, J, factors)
    if "gamma" in step:
        a = [v - mpf(m) for v, m in zip(a, step["mean"], strict=True)]
        spread = [mp.sqrt(mpf(v) + mpf(step["eps"])) for v in step["var"]]
        a, J = _scaled(a, J, [mpf(g) / s for g, s in zip(step["gamma"], spread, strict=True)])
        a = [v + mpf(b) for v, b in zip(a, step["beta"], strict=True)]
    if step.get("activation") == "softmax":
        p = softmax(a)
        mixed = [mp.fsum(q * v for q, v in zip(p, column, strict=True)) for column in zip(*J, strict=True)]
        return p, [[q * (v - m) for v, m in zip(row, mixed, strict=True)] for q, row in zip(p, J, strict=True)]
    if "activation" in step:
        pairs = [_activation(step["activation"], v) for v in a]
        return [v for v, _ in pairs], [[d * v for v in row] for (_, d), row in zip(pairs, J, strict=True)]
    return a, J


def _scaled(a, J, factors):
    return [v * f for v, f in zip(a, factors, strict=True)], [
        [v * f for v in row] for f, row in zip(factors, J, strict=True)
    ]


def _activation(name, z):
    if name in ACTIVATIONS:
        return ACTIVATIONS[name](z)
    if name == "exp":
        return mp.exp(z), mp.exp(z)
    if name == "relu6":
        return _clipped(z, 0, 6)
    kind, parameter = re.fullmatch(r"(\w+)\((.*)\)", name).groups()
    if kind == "relu":
        return _clipped(z, 0, mpf(float(parameter)))
    if kind == "clip":
        return _clipped(z, *map(mpf, parameter.split(",")))
    slope = mpf(float(parameter))
    if z > 0:
        return z, mpf(1)
    return (slope * z, slope) if kind == "leaky_relu" else (slope * mp.expm1(z), slope * mp.exp(z))


def _clipped(z, low, high):
    return min(max(z, mpf(low)), mpf(high)), mpf(low < z < high)
