"""Files that netgrad wrote, in the libraries that they are for: onnxruntime, torch, keras, safetensors, scipy.

    pip install onnxruntime==1.32.0 torch==2.13.0 keras==3.15.1 jax safetensors scipy numpy click pyyaml rich
    PYTHONPATH=src python tests/peers/run_written.py

Prints the largest difference to netgrad's own values, by activation and library.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import numpy as np
import onnxruntime
import torch

from netgrad.core.backprop import evaluate
from netgrad.core.network import Layer, Network, Scaling
from netgrad.formats import write_onnx, write_source
from netgrad.formats.sigma_sources import NOTATIONS

RNG = np.random.default_rng(1)
FLOAT32 = ("gelu", "arctan")  # onnxruntime has no kernels of doubles for these


def net_of(name):
    hidden, last = ("tanh", name) if name == "softmax" else (name, "identity")
    layers = [(5, 3, hidden), (4, 5, hidden), (2, 4, last)]
    made = tuple(Layer(RNG.normal(size=(a, b)), RNG.normal(size=a), sigma) for a, b, sigma in layers)
    return Network(made, scaling=Scaling(RNG.normal(size=3), RNG.uniform(0.5, 2, 3)))


def module(net, folder, style):
    path = Path(folder) / "source.py"
    write_source.write(net, str(path), style)
    found = {}
    exec(compile(path.read_text(), str(path), "exec"), found)
    return found["network"]


def main():
    X, worst = RNG.normal(size=(50, 3)) * 2, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name in (name for name in NOTATIONS if name != "exp"):
            net = net_of(name)
            exact = evaluate(net, X)
            path = os.path.join(folder, "net.onnx")
            write_onnx.write(net, path)
            found = {
                "onnxruntime": onnxruntime.InferenceSession(path).run(None, {"x": X})[0],
                "torch": module(net, folder, "torch")(torch.tensor(X)).detach().numpy(),
                "keras": np.asarray(module(net, folder, "keras")(X)),
            }
            errors = {key: float(np.abs(value - exact).max() / np.abs(exact).max()) for key, value in found.items()}
            print(f"{name:13}", *(f"{key} {error:.1e}" for key, error in errors.items()))
            errors = {key: e for key, e in errors.items() if not (key == "onnxruntime" and name in FLOAT32)}
            worst = max(worst, *errors.values())
    print(f"largest, but for {FLOAT32} in onnxruntime: {worst:.1e}")
    return worst > 1e-12


if __name__ == "__main__":
    sys.exit(main())
