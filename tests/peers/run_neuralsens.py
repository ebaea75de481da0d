"""Sensitivities by NeuralSens (Pizarroso, Portela & Munoz), recorded for the tests, and netgrad beside them.

In an environment of its own, since the package needs more than it asks for:

    python3 -m venv ns && ns/bin/pip install . neuralsens seaborn 'setuptools<81'
    ns/bin/python tests/peers/run_neuralsens.py

writes tests/data/neuralsens.json and prints the versions and the largest relative differences, those on NeuralSens' own
rows included. They are not kept here: the package is under the GPL.

NeuralSens computes in double precision with numpy (and in float32 with torch). Its std divides by m, not by m - 1.
Its sigma' is a(1-a), which loses digits as a rounds to 1: hence networks here that are not saturated. Its softmax does
not take several points. With several outputs it asks `y` for what no pandas object has, so `y` is none here.
"""

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import numpy as np

import netgrad
from netgrad.analysis.sensitivity import sums

ROOT = Path(__file__).parents[2]
OUT = ROOT / "tests" / "data" / "neuralsens.json"
POINTS = ROOT / "sample_nets" / "paper_points.csv"
ROWS = 40  # of the random networks
# Sizes, activation of the hidden layers and of the last, factor of the weights.
NETWORKS = {
    "sigmoid": ((3, 5, 1), "sigmoid", "sigmoid", 1.0),
    "deep": ((4, 6, 6, 5, 1), "sigmoid", "sigmoid", 1.5),
    "outputs": ((3, 4, 2), "sigmoid", "sigmoid", 1.0),
    "linear output": ((2, 8, 1), "tanh", "identity", 1.0),
    "relu": ((5, 7, 1), "relu", "identity", 1.0),
}


def random_case(name):
    """Network and rows, from a fixed seed."""
    sizes, hidden, last, factor = NETWORKS[name]
    rng = np.random.default_rng([7, *map(ord, name)])
    pairs = zip(sizes[1:], sizes, strict=False)
    weights = [(factor * rng.normal(size=(n, below)), factor * rng.normal(size=n)) for n, below in pairs]
    activations = [hidden] * (len(weights) - 1) + [last]
    layers = tuple(netgrad.Layer(W, b, s) for (W, b), s in zip(weights, activations, strict=True))
    return netgrad.Network(layers), rng.normal(size=(ROWS, sizes[0]))


def peer(net, X):
    """(mean, std with m, root of the mean square) of da_k/dx_i, each of shape (n_L, n_1), by NeuralSens."""
    import pandas
    from neuralsens.partial_derivatives import jacobian_mlp

    frame = pandas.DataFrame(X, columns=[f"x{i}" for i in range(1, X.shape[1] + 1)])
    outputs = Outputs(net.sizes[-1])
    wts, bias = [layer.W.T for layer in net.layers], [layer.b for layer in net.layers]
    found = jacobian_mlp(wts, bias, ["identity", *(layer.activation for layer in net.layers)], frame, outputs)
    return [np.array([s[column] for s in found.sens]) for column in ("mean", "std", "mean_squared")]


class Outputs:
    """What NeuralSens asks of its argument y: a DataFrame's columns, and a Series' name and levels."""

    name = "a"

    def __init__(self, n):
        self.names = [str(k) for k in range(1, n + 1)]
        self.columns = self

    def to_list(self):
        """Names of the columns."""
        return self.names

    def unique(self):
        """Names of the levels."""
        return self.names


def ours(net, X):
    """The same by netgrad."""
    found = sums(net, X, list(range(net.sizes[-1]))).gradients
    return [np.array(v) for v in zip(*((g.mean, g.spread / np.sqrt(g.m), g.rms) for g in found), strict=True)]


def difference(net, X):
    """Largest relative difference of the two."""
    return max(float(np.max(np.abs(a - b) / np.abs(b))) for a, b in zip(ours(net, X), peer(net, X), strict=True))


def own_rows():
    """NeuralSens' daily demand of electricity: working-day index and temperature, standardised."""
    text = (files("neuralsens") / "data" / "daily_demand_tr.csv").read_text().splitlines()[1:]
    X = np.array([[float(cell) for cell in line.split(";")[2:]] for line in text])
    return (X - X.mean(axis=0)) / X.std(axis=0)


def cases():
    """Name, network and rows of what is recorded."""
    points = np.loadtxt(POINTS, delimiter=",", skiprows=1, usecols=(0, 1))
    yield "paper_2_3_3_1.yaml", netgrad.load(ROOT / "sample_nets" / "paper_2_3_3_1.yaml"), points
    for name in NETWORKS:
        yield name, *random_case(name)


def main():
    """Record, and compare."""
    names = ("neuralsens", "numpy", "scipy", "pandas")
    record = {"versions": {name: version(name) for name in names}, "cases": {}}
    print(record["versions"])
    for name, net, X in cases():
        mean, std, rms = (v.tolist() for v in peer(net, X))
        weights = [{"W": y.W.tolist(), "b": y.b.tolist(), "activation": y.activation} for y in net.layers]
        record["cases"][name] = {"layers": weights, "X": X.tolist(), "mean": mean, "std": std, "rms": rms}
        print(f"{name:20} {len(X):5} rows   largest relative difference {difference(net, X):.1e}")
    demand, X = random_case("linear output")[0], own_rows()
    print(f"{'daily demand':20} {len(X):5} rows   largest relative difference {difference(demand, X):.1e}")
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in record["cases"].items())
    OUT.write_text(f'{{"versions": {json.dumps(record["versions"])},\n"cases": {{\n{lines}\n}}}}\n')


if __name__ == "__main__":
    main()
