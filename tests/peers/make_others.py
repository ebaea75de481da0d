"""PMML, MATLAB and flax files, and what was in them, for tests/formats/test_formats_others.py.

pip install scikit-learn==1.9.0 sklearn2pmml==0.133.1 && python tests/peers/make_others.py OUT pmml   (needs Java)
pip install scipy==1.17.1 h5py==3.16.0 flax==0.12.8 && python tests/peers/make_others.py OUT arrays

tests/peers/pack.py packs the folder.
"""

import json
import sys
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")
OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
FILE = OUT / "expected.json"
EXPECTED = json.loads(FILE.read_text()) if FILE.exists() else {}
RNG = np.random.default_rng(1)


def pmml():
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import MinMaxScaler, StandardScaler
    from sklearn2pmml import sklearn2pmml
    from sklearn2pmml.pipeline import PMMLPipeline

    X = RNG.normal(size=(50, 3)) * [1, 5, 0.2] + [0, 3, 1]
    targets = {"regressor": X[:, 0] + X[:, 1], "multi": RNG.integers(0, 3, 50)}
    for name, y in targets.items():
        for scaler in (None, StandardScaler(), MinMaxScaler()):
            for activation in ("tanh", "relu", "logistic") if scaler is None else ("tanh",):
                kind = MLPRegressor if name == "regressor" else MLPClassifier
                mlp = kind(hidden_layer_sizes=(4,), activation=activation, max_iter=60, random_state=1)
                model = PMMLPipeline([("scaler", scaler)] * (scaler is not None) + [("mlp", mlp)]).fit(X, y)
                file = f"{name}_{activation}_{type(scaler).__name__}.pmml"
                sklearn2pmml(model, str(OUT / file))
                steps = []
                if isinstance(scaler, StandardScaler):
                    steps = [{"sub": scaler.mean_.tolist()}, {"div": scaler.scale_.tolist()}]
                if isinstance(scaler, MinMaxScaler):
                    steps = [{"mul": scaler.scale_.tolist()}, {"add": scaler.min_.tolist()}]
                sigma = {"logistic": "sigmoid"}
                names = [sigma.get(activation, activation), mlp.out_activation_]
                steps += [
                    {"W": W.T.tolist(), "b": b.tolist(), "activation": a}
                    for W, b, a in zip(mlp.coefs_, mlp.intercepts_, names, strict=True)
                ]
                EXPECTED[file] = {"layers": steps, "x": X[0].tolist(), "inputs": ["x1", "x2", "x3"]}


def cell(*items, shape=None):
    found = np.empty(len(items), object)
    for k, item in enumerate(items):
        found[k] = item
    return found.reshape(shape or (1, -1))


def arrays():
    import flax.linen as fnn
    import flax.serialization
    import jax
    from scipy.io import savemat

    sizes = [3, 4, 5, 2]
    W = [RNG.normal(size=(b, a)) for a, b in pairwise(sizes)]
    b = [RNG.normal(size=(n, 1)) for n in sizes[1:]]
    x = RNG.normal(size=3).tolist()

    def steps(names):
        return [
            {"W": u.tolist(), "b": v.reshape(-1).tolist(), "activation": a} for u, v, a in zip(W, b, names, strict=True)
        ]

    paper = {
        f"{key}{k}": v for k, pair in enumerate(zip(W, b, strict=True), 2) for key, v in zip("Wb", pair, strict=True)
    }
    one = {
        f"{key}{k}": v for k, pair in enumerate(zip(W, b, strict=True), 1) for key, v in zip("Wb", pair, strict=True)
    }
    workspace = {
        "eta": 0.05,
        "i": 100,
        "Niter": 1e6,
        "x1": RNG.normal(size=(1, 10)),
        "savecost": RNG.normal(size=(1, 30)),
    }
    files = {
        "v4": ({**paper, **workspace}, {"format": "4"}),
        "v5": ({**paper, **workspace}, {}),
        "v7": ({**paper, **workspace}, {"do_compression": True}),
        "one": (one, {}),
        "cells": ({"W": cell(*W), "b": cell(*b), "n": 3}, {}),
    }
    for name, (content, more) in files.items():
        savemat(OUT / f"{name}.mat", content, **more)
        EXPECTED[f"{name}.mat"] = {"layers": steps([None] * 3), "x": x}
    empty = np.zeros((0, 0))
    lw = cell(*[empty] * 9, shape=(3, 3))
    lw[1, 0], lw[2, 1] = W[1], W[2]
    low, high = np.array([[0.0], [1], [-2]]), np.array([[2.0], [4], [5]])
    minmax = {
        "xmin": low,
        "xmax": high,
        "ymin": -1.0,
        "ymax": 1.0,
        "gain": 2 / (high - low),
        "xoffset": low,
        "no_change": 0.0,
    }
    deviation = {"xmean": np.array([[1.0], [2]]), "xstd": np.array([[0.5], [3]]), "ymean": 0.0, "ystd": 1.0}
    net = {
        "IW": cell(W[0], empty, empty, shape=(3, 1)),
        "LW": lw,
        "b": cell(*b, shape=(3, 1)),
        "layers": cell(*[{"transferFcn": f} for f in ("tansig", "satlins", "purelin")], shape=(3, 1)),
        "inputs": cell(
            {
                "processFcns": cell("removeconstantrows", "mapminmax"),
                "processSettings": cell({"no_change": 1.0}, minmax),
            }
        ),
        "outputs": cell(empty, empty, {"processFcns": cell("mapstd"), "processSettings": cell(deviation)}),
    }
    savemat(OUT / "net.mat", {"net": net, "tr": 1.0})
    scaled = [{"sub": low.reshape(-1).tolist()}, {"div": ((high - low) / 2).reshape(-1).tolist()}, {"add": [-1.0] * 3}]
    unscaled = [{"mul": [0.5, 3.0]}, {"add": [1.0, 2.0]}]
    EXPECTED["net.mat"] = {"layers": scaled + steps(["tanh", "clip(-1,1)", "identity"]) + unscaled, "x": x}
    hdf5(paper, W, b)
    for name in ("v73", "v73_cells"):
        EXPECTED[f"{name}.mat"] = EXPECTED["v5.mat"]

    class Net(fnn.Module):
        @fnn.compact
        def __call__(self, x):
            for n in (4,) * 11:
                x = fnn.tanh(fnn.Dense(n)(x))
            return fnn.Dense(2)(x)

    params = Net().init(jax.random.key(1), np.zeros((1, 3)))
    (OUT / "net.msgpack").write_bytes(flax.serialization.to_bytes(params))
    modules = [params["params"][f"Dense_{k}"] for k in range(12)]
    layers = [
        {"W": np.asarray(m["kernel"], float).T.tolist(), "b": np.asarray(m["bias"], float).tolist(), "activation": None}
        for m in modules
    ]
    EXPECTED["net.msgpack"] = {"layers": layers, "x": x}


def hdf5(paper, W, b):
    """As MATLAB writes v7.3: a user block, arrays transposed, cells as references."""
    import h5py

    head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM"
    for name in ("v73", "v73_cells"):
        with h5py.File(OUT / f"{name}.mat", "w", userblock_size=512) as f:
            if name == "v73":
                for key, value in paper.items():
                    f.create_dataset(key, data=value.T).attrs["MATLAB_class"] = np.bytes_("double")
            else:
                for key, items in (("W", W), ("b", b)):
                    refs = [f.create_dataset(f"#refs#/{key}{k}", data=item.T).ref for k, item in enumerate(items)]
                    d = f.create_dataset(key, data=np.array(refs, h5py.ref_dtype).reshape(-1, 1), dtype=h5py.ref_dtype)
                    d.attrs["MATLAB_class"] = np.bytes_("cell")
        with open(OUT / f"{name}.mat", "r+b") as f:
            f.write(head)


{"pmml": pmml, "arrays": arrays}[sys.argv[2]]()
FILE.write_text(json.dumps(EXPECTED))
