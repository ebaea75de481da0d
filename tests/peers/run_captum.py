"""Attributions by Captum, recorded for the tests.

In an environment of its own:

    python3 -m venv ca && ca/bin/pip install captum==0.9.0 torch==2.13.0
    ca/bin/python tests/peers/run_captum.py

writes tests/data/captum.json and prints the versions, and how far Captum's integrated gradients are from adding up.

Everything is in float64: a network of sigmoids with weights of two decimals from a fixed seed, and as `saturated` the
same with W and b of layer 2 times 100.
"""

import json
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np

OUT = Path(__file__).parents[1] / "data" / "captum.json"
SIZES = (3, 5, 4, 1)
STEPS = 50  # Captum's default


def layers(steep=1.0):
    """(W, b) of each layer."""
    rng = np.random.default_rng(2017)
    pairs = [(np.round(rng.normal(size=(n, m)), 2), np.round(rng.normal(size=n), 2)) for m, n in pairwise(SIZES)]
    return [(steep * W, steep * b) if l == 2 else (W, b) for l, (W, b) in enumerate(pairs, start=2)]


def network(pairs):
    """The same network in torch."""
    import torch

    modules = []
    for W, b in pairs:
        linear = torch.nn.Linear(W.shape[1], W.shape[0], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W))
            linear.bias.copy_(torch.from_numpy(b))
        modules += [linear, torch.nn.Sigmoid()]
    return torch.nn.Sequential(*modules)


def figures(pairs, X, x0):
    """What Captum says at the rows of X, from the baseline x0."""
    import torch
    from captum.attr import InputXGradient, IntegratedGradients, Saliency

    net, points, baseline = network(pairs), torch.from_numpy(X), torch.from_numpy(x0)[None]
    integrated, delta = IntegratedGradients(net).attribute(
        points, baseline, target=0, n_steps=STEPS, method="gausslegendre", return_convergence_delta=True
    )
    return {
        "layers": [{"W": W.tolist(), "b": b.tolist()} for W, b in pairs],
        "x": X.tolist(),
        "x0": x0.tolist(),
        "saliency": Saliency(net).attribute(points.clone().requires_grad_(), 0, abs=False).tolist(),
        "input_x_gradient": InputXGradient(net).attribute(points.clone().requires_grad_(), 0).tolist(),
        "integrated": integrated.tolist(),
        "delta": delta.tolist(),
    }


def main():
    """Write the file and print the versions."""
    rng = np.random.default_rng(50)
    X, x0 = np.round(rng.normal(size=(6, 3)), 2), np.array([0.1, -0.2, 0.05])
    versions = {name: version(name) for name in ("captum", "torch", "numpy")}
    record = {
        "versions": versions,
        "steps": STEPS,
        "smooth": figures(layers(), X, x0),
        "saturated": figures(layers(100.0), X, x0),
    }
    OUT.write_text(json.dumps(record, indent=1) + "\n")
    print(*(f"{name} {number}" for name, number in versions.items()))
    for name in ("smooth", "saturated"):
        print(f"{name}: largest |delta| {max(map(abs, record[name]['delta'])):.2g}")


if __name__ == "__main__":
    main()
