"""Networks as ONNX files, by the exporters that people use, and what was in them.

    pip install torch==2.13.0 onnx==1.23.2 onnxscript onnxruntime==1.32.0 scikit-learn==1.9.1 skl2onnx==1.20.0
    python tests/peers/make_onnx.py /tmp/onnx

The expected values are those of tests/nets_of_peers.py in 50 digits, from the weights as they are stored.

tests/peers/pack.py packs the folder.
"""

import json
import sys
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from torch import nn

warnings.simplefilter("ignore")
torch.manual_seed(1)
OUT = Path(sys.argv[1])
EXPECTED = {}


def entry(net, x, **more):
    return {"layers": net, "x": x, **more}


def layer(linear, activation="identity"):
    b = [0.0] * linear.out_features if linear.bias is None else linear.bias.detach().double().tolist()
    return {"W": linear.weight.detach().double().tolist(), "b": b, "activation": activation}


def export(name, module, described, dynamo, n=3, opset=20, **more):
    x = torch.randn(1, n)
    path = OUT / f"{name}.onnx"
    module.eval()
    if dynamo:
        torch.onnx.export(
            module, (x,), path, dynamo=True, verbose=False, external_data=False, opset_version=opset, **more
        )
        strip(path)
    else:
        torch.onnx.export(module, (x,), str(path), dynamo=False, opset_version=opset, **more)
    EXPECTED[path.name] = entry(described, x.double().tolist()[0])


def strip(path):
    """Without the places of the source that the exporter writes down."""
    import onnx

    model = onnx.load(path)
    for node in model.graph.node:
        del node.metadata_props[:]
    onnx.save(model, path)


class Stack(nn.Module):
    def __init__(self, n, widths, function, last=None, bias=True):
        super().__init__()
        sizes = [n, *widths]
        self.linears = nn.ModuleList(nn.Linear(a, b, bias=bias) for a, b in pairwise(sizes))
        self.function, self.last = function, last

    def forward(self, x):
        for linear in self.linears[:-1]:
            x = self.function(linear(x))
        x = self.linears[-1](x)
        return x if self.last is None else self.last(x)


FUNCTIONS = {
    "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "silu": nn.functional.silu,
    "softplus": nn.functional.softplus, "gelu": nn.functional.gelu, "elu": nn.functional.elu,
    "gelu_tanh": lambda z: nn.functional.gelu(z, approximate="tanh"), "selu": nn.functional.selu,
    "leaky_relu(0.2)": lambda z: nn.functional.leaky_relu(z, 0.2), "softsign": nn.functional.softsign,
    "elu(0.5)": lambda z: nn.functional.elu(z, 0.5), "arctan": torch.atan, "hard_sigmoid": nn.functional.hardsigmoid,
    "relu6": nn.functional.relu6,
}  # fmt: skip


def torch_nets():
    for dynamo in (False, True):
        way = "dynamo" if dynamo else "script"
        for name, function in FUNCTIONS.items():
            net = Stack(3, [4, 2], function)
            described = [layer(net.linears[0], name), layer(net.linears[1])]
            for opset in {20, 18 if dynamo else 17} if "gelu" in name else {20}:
                file = f"{way}_{name.replace('(', '_').replace(')', '')}_{opset}"
                export(file, net, described, dynamo, opset=opset)
        net = Stack(3, [3, 1], torch.relu, torch.sigmoid, bias=False)
        export(f"{way}_nobias", net, [layer(net.linears[0], "relu"), layer(net.linears[1], "sigmoid")], dynamo)
        net = Stack(3, [5, 3], torch.tanh, lambda z: torch.softmax(z, 1))
        export(f"{way}_softmax", net, [layer(net.linears[0], "tanh"), layer(net.linears[1], "softmax")], dynamo)
    net = Stack(3, [3, 2], torch.tanh)
    export("script_inputs", net, [layer(net.linears[0], "tanh"), layer(net.linears[1])], False,
           keep_initializers_as_inputs=True, do_constant_folding=False)  # fmt: skip


def normalized():
    bn = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2), nn.Tanh(), nn.BatchNorm1d(2), nn.Linear(2, 1)
    )
    for k in (1, 5):
        bn[k].running_mean = torch.randn_like(bn[k].running_mean)
        bn[k].running_var = torch.rand_like(bn[k].running_var) + 0.5
        bn[k].weight.data = torch.randn_like(bn[k].weight)
        bn[k].bias.data = torch.randn_like(bn[k].bias)
    steps = [layer(bn[0]), norm(bn[1]), {"activation": "relu"}, layer(bn[3], "tanh"), norm(bn[5]), layer(bn[6])]
    export("script_batchnorm", bn, steps, False, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)


def norm(bn):
    fields = {"mean": bn.running_mean, "var": bn.running_var, "gamma": bn.weight, "beta": bn.bias}
    return {"eps": bn.eps, **{key: value.detach().double().tolist() for key, value in fields.items()}}


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 4), nn.Linear(4, 2)
        for key, n in (("m", 3), ("s", 3), ("ym", 2), ("ys", 2)):
            self.register_buffer(key, torch.rand(n) + 0.5)

    def forward(self, x):
        return self.b(torch.tanh(self.a((x - self.m) / self.s))) * self.ys + self.ym


def scaled():
    for dynamo in (False, True):
        net = Scaled()
        m, s, ym, ys = (getattr(net, key).double().tolist() for key in ("m", "s", "ym", "ys"))
        steps = [{"sub": m}, {"div": s}, layer(net.a, "tanh"), layer(net.b), {"mul": ys}, {"add": ym}]
        export("dynamo_scaled" if dynamo else "script_scaled", net, steps, dynamo)


def sklearn_nets():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 3)) * [1, 5, 0.2] + [0, 3, 1]
    targets = {
        "regressor": X[:, 0] + X[:, 1],
        "regressor2": X[:, :2],
        "binary": X[:, 0] > 0,
        "multi": np.array(["a", "b", "c"])[rng.integers(0, 3, 60)],
    }
    for name, y in targets.items():
        kind = MLPRegressor if "reg" in name else MLPClassifier
        mlp = kind(hidden_layer_sizes=(4,), activation="tanh", max_iter=60, random_state=1)
        for scaler in (None, StandardScaler(), MinMaxScaler()):
            model = (mlp if scaler is None else make_pipeline(scaler, mlp)).fit(X, y)
            for zipmap in (True, False) if kind is MLPClassifier and scaler is None else (False,):
                options = {id(mlp): {"zipmap": zipmap}} if kind is MLPClassifier else None
                onx = to_onnx(model, X[:1].astype(np.float32), options=options)
                file = f"skl_{name}_{type(scaler).__name__ if scaler else 'plain'}{'_zipmap' if zipmap else ''}.onnx"
                (OUT / file).write_bytes(onx.SerializeToString())
                EXPECTED[file] = entry(described(mlp, scaler), X[0].tolist(), outputs=outputs(mlp))


def described(mlp, scaler):
    """The float32 that the converter stores of everything."""

    def f32(a):
        return np.asarray(a).astype(np.float32).astype(float).tolist()

    last = {"identity": "identity", "logistic": "sigmoid", "softmax": "softmax"}[mlp.out_activation_]
    steps = []
    if isinstance(scaler, StandardScaler):
        steps = [{"sub": f32(scaler.mean_)}, {"mul": f32(1 / scaler.scale_)}]
    if isinstance(scaler, MinMaxScaler):
        steps = [{"mul": f32(scaler.scale_)}, {"add": f32(scaler.min_)}]
    names = ["tanh"] * (len(mlp.coefs_) - 1) + [last]
    for W, b, name in zip(mlp.coefs_, mlp.intercepts_, names, strict=True):
        steps.append({"W": f32(W.T), "b": f32(b), "activation": name})
    return steps


def outputs(mlp):
    if not hasattr(mlp, "classes_"):
        return None
    names = [str(int(v)) if v in (True, False) else str(v) for v in mlp.classes_]
    return names[1:] if len(names) == 2 else names


OUT.mkdir(parents=True, exist_ok=True)
torch_nets()
normalized()
scaled()
sklearn_nets()
(OUT / "expected.json").write_text(json.dumps(EXPECTED))
