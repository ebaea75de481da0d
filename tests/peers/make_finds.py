"""Files of torch, ONNX, Keras and scikit-learn as people save them, with values and Jacobians by the frameworks in float64.

    pip install torch==2.13.0 onnx==1.23.2 keras==3.15.1 scikit-learn==1.9.1 skops==0.16.0
    python tests/peers/make_finds.py /tmp/finds

tests/peers/pack.py packs the folder.

Weights are rounded to float16 first, so that arithmetic in float64 begins with what is stored in any type.
"""

import copy
import json
import os
import re
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import onnx
import skops.io
import torch
from onnx import TensorProto, helper, numpy_helper
from sklearn.compose import TransformedTargetRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

FOLDER = Path(sys.argv[1])
TOLD = {}
rng = np.random.default_rng(5)
torch.manual_seed(5)


def tell(name, function, n, **options):
    """Note value and Jacobian (central differences of fourth order) of `function`, points (m, n) -> outputs."""
    x, h = rng.normal(size=n), 1e-3
    steps = [np.tile(x, (n, 1)) + k * h * np.eye(n) for k in (1, -1, 2, -2)]
    a, b, c, d = (np.asarray(function(X), float).reshape(n, -1) for X in steps)
    y = np.asarray(function(x[None]), float).reshape(-1)
    J = (8 * (a - b) - (c - d)) / (12 * h)
    TOLD[name] = {"x": x.tolist(), "y": y.tolist(), "J": J.T.tolist(), "options": options}


def of_torch(module):
    double = copy.deepcopy(module).double().eval()
    return lambda X: double(torch.tensor(X)).detach().numpy()


def rounded(module):
    for tensor in module.state_dict().values():
        tensor.copy_(tensor.half())
    return module.eval()


def mlp(*sizes, sigma=nn.Tanh):
    layers = [part for a, b in zip(sizes, sizes[1:], strict=False) for part in (nn.Linear(a, b), sigma())]
    return rounded(nn.Sequential(*layers[:-1]))


def state_dicts():
    tanh = {"activation": "tanh", "output_activation": "identity"}
    actor, critic = mlp(4, 5, 4), mlp(4, 5, 1)
    optimizer = torch.optim.Adam(actor.parameters())
    both = {"actor": actor.state_dict(), "critic": critic.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(both, FOLDER / "actor_critic.pt")
    tell("actor_critic.pt", of_torch(critic), 4, **tanh, key="critic")
    flat = OrderedDict((f"{key}.{name}", value) for key in ("critic", "actor") for name, value in both[key].items())
    torch.save(flat, FOLDER / "flat.pt")
    tell("flat.pt", of_torch(actor), 4, **tanh, key="actor")
    history = {"model": actor.state_dict(), "history": {"loss": torch.randn(3, 3)}}
    torch.save({"run": {"best": history}}, FOLDER / "history.ckpt")
    tell("history.ckpt", of_torch(actor), 4, **tanh)

    class Backwards(nn.Module):
        def __init__(self):
            super().__init__()
            self.head, self.middle, self.stem = nn.Linear(6, 2), nn.Linear(5, 6), nn.Linear(3, 5)

        def forward(self, x):
            return self.head(torch.tanh(self.middle(torch.tanh(self.stem(x)))))

    module = rounded(Backwards())
    torch.save(module.state_dict(), FOLDER / "backwards.pt")
    tell("backwards.pt", of_torch(module), 3, **tanh)
    module = mlp(*[3] * 8)
    torch.save(dict(sorted(module.state_dict().items())), FOLDER / "sorted.pt")
    tell("sorted.pt", of_torch(module), 3, **tanh, order=[str(k) for k in range(0, 14, 2)])


class Scaled(nn.Module):
    """A network with its normalization in forward."""

    def __init__(self, forward):
        super().__init__()
        self.net, self.f = mlp(3, 4, 2), forward
        for name, n in (("mean", 3), ("std", 3), ("size", 2)):
            self.register_buffer(name, torch.rand(n).half().float() + 0.5)

    def forward(self, x):
        return self.f(self, x)


FORWARDS = {
    "epsilon": lambda m, x: m.net((x - m.mean) / (m.std + 1e-8)),
    "exponential": lambda m, x: m.net(x / torch.sqrt(m.std)) * m.size.exp(),
    "shape": lambda m, x: m.net(x.view(x.shape[0], -1)),
}


def without_paths(path):
    """Take out where on this machine each node was made."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            if name.endswith("models/model.json"):
                data = re.sub(rb'"stack_trace": "(?:[^"\\]|\\.)*"', b'"stack_trace": ""', data)
            if not name.endswith("sample_inputs/model.pt"):
                archive.writestr(name, data)


def graphs():
    for name, forward in FORWARDS.items():
        module = Scaled(forward)
        batch = {"x": {0: torch.export.Dim("batch")}}
        program = torch.export.export(module, (torch.randn(2, 3),), dynamic_shapes=batch)
        torch.export.save(program, FOLDER / f"{name}.pt2")
        without_paths(FOLDER / f"{name}.pt2")
        tell(f"{name}.pt2", of_torch(module), 3)
    double = Scaled(FORWARDS["shape"]).double()
    axes = {"input_names": ["x"], "dynamic_axes": {"x": {0: "batch"}}, "dynamo": False}
    torch.onnx.export(double, (torch.randn(2, 3).double(),), FOLDER / "shape.onnx", **axes)
    tell("shape.onnx", of_torch(double), 3)
    for name, sigma in (("log_sigmoid", nn.LogSigmoid), ("hard_swish", nn.Hardswish)):
        double = mlp(3, 4, 2, sigma=sigma).double()
        opset = {"opset_version": 13} if name == "hard_swish" else {}
        torch.onnx.export(double, (torch.randn(2, 3).double(),), FOLDER / f"{name}.onnx", **axes, **opset)
        tell(f"{name}.onnx", of_torch(double), 3)


def by_hand():
    """Graphs whose points are columns."""
    W, b, V, c = rng.normal(size=(4, 3)), rng.normal(size=(4, 1)), rng.normal(size=(2, 4)), rng.normal(size=(2, 1))
    matmul = [
        ("MatMul", "W x", "p"),
        ("Add", "p b", "z"),
        ("Tanh", "z", "a"),
        ("MatMul", "V a", "q"),
        ("Add", "q c", "y"),
    ]
    gemm = [("Gemm", "W x b", "z"), ("Tanh", "z", "a"), ("Gemm", "V a c", "q"), ("Transpose", "q", "y")]

    def save(name, nodes, shape, **attributes):
        made = [
            helper.make_node(op, i.split(), [o], **(attributes if k == 0 else {})) for k, (op, i, o) in enumerate(nodes)
        ]
        x, y = (
            helper.make_tensor_value_info(key, TensorProto.DOUBLE, size) for key, size in (("x", shape), ("y", None))
        )
        tensors = [numpy_helper.from_array(value, key) for key, value in zip("WbVc", (W, b, V, c), strict=True)]
        opset = [helper.make_opsetid("", 17)]
        onnx.save(
            helper.make_model(helper.make_graph(made, "g", [x], [y], tensors), opset_imports=opset), FOLDER / name
        )
        tell(name, lambda X: (V @ np.tanh(W @ X.T + b) + c).T, 3)

    save("column.onnx", matmul, [3, 1])
    save("columns.onnx", matmul, [3, "N"])
    save("turned.onnx", gemm, ["N", 3], transB=1)


def of_keras():
    keras.utils.set_random_seed(1)
    layers = keras.layers

    def known(model, W, sigmas):
        def values(X):
            for k, sigma in enumerate(sigmas):
                X = sigma(X @ W[2 * k] + W[2 * k + 1])
            return X

        return values

    def weights(model):
        found = [np.asarray(w.value.detach()).astype(np.float16).astype(np.float32) for w in model.trainable_weights]
        return [w + 0.5 * (w.ndim == 1) for w in found]

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.stem, self.head = layers.Dense(4, "tanh"), layers.Dense(2)

        def call(self, x):
            return self.head(self.stem(x))

    model = Own()
    model(np.zeros((1, 3)))
    W = weights(model)
    model.set_weights(W)
    model.save_weights(FOLDER / "own.weights.h5")
    tanh = {"activation": "tanh", "output_activation": "identity"}
    tell("own.weights.h5", known(model, W, (np.tanh, lambda z: z)), 3, **tanh)

    x = keras.Input((3,))
    hidden = keras.activations.tanh(layers.Dense(4)(x))
    model = keras.Model(x, keras.activations.sigmoid(layers.Dense(2)(hidden)))
    W = weights(model)
    model.set_weights(W)
    model.save(FOLDER / "functions.keras")
    tell("functions.keras", known(model, W, (np.tanh, lambda z: 1 / (1 + np.exp(-z)))), 3)

    prelu = layers.PReLU(shared_axes=[1], alpha_initializer=keras.initializers.Constant(0.25))
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), prelu, layers.Dense(2)])
    W = weights(model)
    W[2][:] = 0.25
    model.set_weights(W)
    model.save(FOLDER / "prelu.keras")
    del W[2]
    tell("prelu.keras", known(model, W, (lambda z: np.maximum(z, 0.25 * z), lambda z: z)), 3)


def of_sklearn():
    X = rng.normal(size=(60, 3)) * [1, 10, 0.1] + [0, 3, 1]
    y = X @ [1, 0.2, -3] + rng.normal(size=60)
    scaled = TransformedTargetRegressor(
        MLPRegressor(hidden_layer_sizes=4, max_iter=30, solver="lbfgs"), transformer=StandardScaler()
    )
    model = make_pipeline(StandardScaler(), scaled).fit(X, y)
    skops.io.dump(model, FOLDER / "inner_target.skops")
    tell("inner_target.skops", model.predict, 3)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in (state_dicts, graphs, by_hand, of_keras, of_sklearn):
        make()
    (FOLDER / "expected.json").write_text(json.dumps(TOLD))
