"""Networks as PyTorch saves them, and what was in them, for tests/formats/test_formats_pytorch.py.

    pip install torch==2.13.0 numpy
    python tests/peers/make_torch.py FOLDER && python tests/peers/pack.py FOLDER tests/data/nets/torch.tar.xz

The expected values are those of tests/nets_of_peers.py in 50 digits, from the weights as they are stored. A state dict
holds no activations: those that are meant stand in "given".
"""

import argparse
import io
import json
import sys
import warnings
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrizations

warnings.simplefilter("ignore")
torch.manual_seed(1)
OUT = Path(sys.argv[1])
EXPECTED = {}


def layer(linear, activation="identity", W=None):
    b = [0.0] * linear.out_features if linear.bias is None else linear.bias.detach().double().tolist()
    W = linear.weight if W is None else W
    return {"W": W.detach().double().tolist(), "b": b, "activation": activation}


def norm(bn):
    fields = {"mean": bn.running_mean, "var": bn.running_var, "gamma": bn.weight, "beta": bn.bias}
    return {"eps": bn.eps, **{key: value.detach().double().tolist() for key, value in fields.items()}}


def mlp(dtype=torch.float32, n=3):
    return nn.Sequential(nn.Linear(n, 4), nn.Tanh(), nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 1)).to(dtype)


def steps(net):
    return [layer(net[0], "tanh"), layer(net[2], "relu"), layer(net[4])]


def told(name, layers, given=("tanh", "relu", "identity"), **more):
    EXPECTED[name] = {"layers": layers, "x": torch.randn(3).double().tolist(), "given": list(given), **more}


def save(name, value, layers, given=("tanh", "relu", "identity"), options=None, **more):
    torch.save(value, OUT / name, **(options or {}))
    told(name, layers, given, **more)


def rewritten(name, target, change, method=zipfile.ZIP_STORED):
    """The archive `name` as `target`, each member's content changed."""
    with zipfile.ZipFile(OUT / name) as source, zipfile.ZipFile(OUT / target, "w", method) as copy:
        for member in source.infolist():
            copy.writestr(zipfile.ZipInfo(member.filename), change(member.filename, source.read(member)), method)


def state_dicts():
    net = mlp()
    save("plain.pt", net.state_dict(), steps(net))
    save("parameters.pt", dict(net.named_parameters()), steps(net))
    save("plain_dict.pt", dict(net.state_dict()), steps(net))
    for protocol in (3, 4, 5):
        save(f"protocol{protocol}.pt", net.state_dict(), steps(net), options={"pickle_protocol": protocol})
    save("legacy.pt", net.state_dict(), steps(net), options={"_use_new_zipfile_serialization": False})
    for prefix in ("module.", "_orig_mod.", "model.", "_orig_mod.module."):
        state = OrderedDict((prefix + key, value) for key, value in net.state_dict().items())
        save(f"prefix_{prefix.replace('.', '_')}.pt", state, steps(net))
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        typed = mlp(dtype)
        save(f"{str(dtype).removeprefix('torch.')}.pt", typed.state_dict(), steps(typed))
    rewritten("plain.pt", "cuda.pt", lambda name, data: data.replace(b"X\3\0\0\0cpu", b"X\6\0\0\0cuda:0"))
    told("cuda.pt", steps(net))
    rewritten("plain.pt", "deflated.pt", lambda name, data: data, zipfile.ZIP_DEFLATED)
    told("deflated.pt", steps(net))
    rewritten("plain.pt", "big_endian.pt", swapped)
    told("big_endian.pt", steps(net))


def swapped(name, data):
    if name.endswith("byteorder"):
        return b"big"
    return np.frombuffer(data, "<f4").astype(">f4").tobytes() if "/data/" in name else data


def parts_of_storages():
    square = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3))
    square[4].weight = square[0].weight
    layers = [layer(square[0], "tanh"), layer(square[2], "tanh"), layer(square[4])]
    save("tied.pt", square.state_dict(), layers, ("tanh", "tanh", "identity"))
    net = mlp()
    state = net.state_dict()
    turned = OrderedDict((key, value.T.contiguous().T) for key, value in state.items())
    save("transposed.pt", turned, steps(net))
    base = torch.randn(8, 7)
    base[2:6, 1:4] = state["0.weight"]
    sliced = OrderedDict(state)
    sliced["0.weight"] = base[2:6, 1:4]
    save("sliced.pt", sliced, steps(net))
    flat = torch.cat([value.reshape(-1) for value in state.values()])
    views, at = OrderedDict(), 0
    for key, value in state.items():
        views[key] = flat[at : at + value.numel()].view(value.shape)
        at += value.numel()
    save("views.pt", views, steps(net))
    save("repeated_bias.pt", {**state, "2.bias": torch.tensor([0.5]).expand(2)}, [
        steps(net)[0], {**steps(net)[1], "b": [0.5, 0.5]}, steps(net)[2]])  # fmt: skip


def checkpoints():
    net = mlp()
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.randn(5, 3)).sum().backward()
    optimizer.step()
    beside = {
        "epoch": 7,
        "optimizer": optimizer.state_dict(),
        "best_loss": torch.tensor(0.5),
        "rng": torch.get_rng_state(),
    }
    for key in ("model", "state_dict", "model_state_dict", "net"):
        save(f"checkpoint_{key}.pt", {**beside, key: net.state_dict()}, steps(net), passed=sorted(beside))
    options = argparse.Namespace(lr=0.1, sizes=[3, 4], path=Path("a") / "b", step=np.float64(0.5), grid=np.arange(3.0))
    save("namespace.pt", {"args": options, "model": net.state_dict(), "loss": np.float32(2)}, steps(net),
         passed=["args", "loss"])  # fmt: skip
    lightning = {
        "epoch": 1, "global_step": 10, "pytorch-lightning_version": "2.4.0", "loops": {"fit_loop": {"state_dict": {}}},
        "state_dict": OrderedDict((f"model.{key}", value) for key, value in net.state_dict().items()),
        "callbacks": {}, "optimizer_states": [optimizer.state_dict()], "lr_schedulers": [],
        "hparams_name": "kwargs",
        "hyper_parameters": {"lr": 0.1, "dtype": torch.float32, "device": torch.device("cpu")},
    }  # fmt: skip
    save("lightning.ckpt", lightning, steps(net), passed=["epoch", "hyper_parameters", "optimizer_states"])


def normalized():
    for old in (True, False):
        for dim in (0, 1, None):
            net = mlp()
            wrap = nn.utils.weight_norm if old else parametrizations.weight_norm
            if dim is None and not old:
                continue  # its g is no tensor
            wrap(net[2], dim=dim)
            g, v = (net[2].weight_g, net[2].weight_v) if old else net[2].parametrizations.weight.parameters()
            with torch.no_grad():
                g.mul_(1.5)
            v64 = v.detach().double()
            length = v64.norm() if dim is None else v64.norm(dim=1 - dim, keepdim=True)
            layers = [layer(net[0], "tanh"), layer(net[2], "relu", g.detach().double() * v64 / length), layer(net[4])]
            save(f"weight_norm_{'old' if old else 'new'}_{dim}.pt", net.state_dict(), layers)
    before = nn.Sequential(nn.Linear(3, 4), trained(4), nn.Tanh(), nn.Linear(4, 1))
    save("batch_norm_before.pt", before.state_dict(), [
        layer(before[0]), norm(before[1]), {"activation": "tanh"}, layer(before[3])], ("tanh", "identity"))  # fmt: skip
    after = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), trained(4), nn.Linear(4, 1))
    save("batch_norm_after.pt", after.state_dict(), [
        layer(after[0], "tanh"), norm(after[2]), layer(after[3])], ("tanh", "identity"))  # fmt: skip


def trained(n):
    bn = nn.BatchNorm1d(n)
    bn.running_mean, bn.running_var = torch.randn(n), torch.rand(n) + 0.5
    bn.weight.data, bn.bias.data = torch.randn(n), torch.randn(n)
    return bn


class Stack(nn.Module):
    def __init__(self, function, last=None, bias=True):
        super().__init__()
        self.first, self.second = nn.Linear(3, 4, bias=bias), nn.Linear(4, 2, bias=bias)
        self.function, self.last = function, last

    def forward(self, x):
        x = self.second(self.function(self.first(x)))
        return x if self.last is None else self.last(x)

    def steps(self, name, last="identity"):
        return [layer(self.first, name), layer(self.second, last)]


def export(name, net, layers, n=(5, 3), decompose=False, dynamic=False, **more):
    shapes = ({0: torch.export.Dim("batch")},) if dynamic else None
    program = torch.export.export(net.eval(), (torch.randn(*n),), dynamic_shapes=shapes)
    written = io.BytesIO()
    torch.export.save(program.run_decompositions() if decompose else program, written)
    (OUT / "raw.zip").write_bytes(written.getvalue())
    rewritten("raw.zip", f"{name}.pt2", untraced)
    (OUT / "raw.zip").unlink()
    told(f"{name}.pt2", layers, [], **more)


def untraced(name, data):
    """Without the places of the source, and small."""
    if not name.endswith(".json"):
        return data
    value = json.loads(data)
    for node in value.get("graph_module", {}).get("graph", {}).get("nodes", []):
        node["metadata"] = {}
    return json.dumps(value).encode()


F = nn.functional
FUNCTIONS = {
    "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "silu": F.silu, "softplus": F.softplus,
    "gelu": F.gelu, "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"), "elu": F.elu, "elu(0.5)": nn.ELU(0.5),
    "selu": F.selu, "leaky_relu": F.leaky_relu, "leaky_relu(0.2)": nn.LeakyReLU(0.2), "softsign": F.softsign,
    "arctan": torch.atan, "hard_sigmoid": F.hardsigmoid, "relu6": F.relu6, "clip(-2,3)": nn.Hardtanh(-2.0, 3.0),
}  # fmt: skip


def graphs():
    for name, function in FUNCTIONS.items():
        net = Stack(function)
        file = name.translate(str.maketrans("(,", "__", ")"))
        export(f"graph_{file}", net, net.steps(name))
        export(f"decomposed_{file}", net, net.steps(name), decompose=True)
    net = Stack(torch.tanh, nn.Softmax(-1))
    export("graph_softmax", net, net.steps("tanh", "softmax"), dynamic=True)
    net = Stack(torch.tanh, lambda z: torch.sigmoid(z).squeeze(-1), bias=False)
    export("graph_no_bias", net, net.steps("tanh", "sigmoid"))
    net = Stack(lambda z: z * torch.sigmoid(z))
    export("graph_by_hand", net, net.steps("silu"))
    net = Stack(nn.Softplus(2.0))
    slopes = [{"mul": [2.0] * 4}, {"activation": "softplus"}, {"div": [2.0] * 4}]
    export("graph_softplus_2", net, [layer(net.first), *slopes, layer(net.second)])
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.Dropout(0.5), nn.ReLU(), nn.Linear(3, 1), nn.Flatten(0))
    export("graph_flat", net, [layer(net[1], "relu"), layer(net[4])], n=(5, 2, 2))
    EXPECTED["graph_flat.pt2"]["x"].append(0.25)
    net = nn.Sequential(nn.Linear(3, 4), trained(4), nn.Tanh(), trained(4), nn.Linear(4, 1))
    layers = [layer(net[0]), norm(net[1]), {"activation": "tanh"}, norm(net[3]), layer(net[4])]
    export("graph_batch_norm", net, layers)
    export("decomposed_batch_norm", net, layers, decompose=True)
    net = Scaled()
    ends = [{key: net.state_dict()[name].double().tolist()} for key, name in
            (("sub", "m"), ("div", "s"), ("mul", "ym"), ("add", "ys"))]  # fmt: skip
    layers = [*ends[:2], layer(net.a, "tanh"), layer(net.b), *ends[2:], {"div": [0.5] * 2}, {"sub": [3.0] * 2}]
    export("graph_scaled", net, layers)


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 4), nn.Linear(4, 2)
        for key, n in (("m", 3), ("s", 3), ("ym", 2), ("ys", 2)):
            self.register_buffer(key, torch.rand(n) + 0.5)

    def forward(self, x):
        x = self.b(torch.tanh(self.a((x - self.m) / self.s)))
        return (self.ys + x * self.ym) / 0.5 - 3


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(4, 4)

    def forward(self, z):
        return z + torch.tanh(self.inner(z))


def refused():
    """Files that hold no plain network, and a part of the message."""
    net, lines = mlp(), 'torch.save(model.state_dict(), "net.pt")'
    files = {
        "module.pt": (net, lines),
        "two.pt": ({"model": net.state_dict(), "ema": mlp().state_dict()}, "model, ema"),
        "tensor.pt": (torch.ones(3, 3), "a single tensor"),
        "list.pt": ([torch.ones(3, 3)], "a list"),
        "embedding.pt": (nn.Sequential(OrderedDict(emb=nn.Embedding(9, 3), a=nn.Linear(3, 1))).state_dict(), "'emb'"),
        "layer_norm.pt": (nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 1)).state_dict(), "LayerNorm"),
        "lstm.pt": (nn.LSTM(3, 4).state_dict(), "weight_ih_l0"),
        "conv.pt": (nn.Conv1d(3, 4, 2).state_dict(), "convolution"),
        "complex.pt": (nn.Linear(3, 4, dtype=torch.complex64).state_dict(), "ComplexFloat"),
        "sparse.pt": ({"0.weight": torch.eye(3).to_sparse()}, "_rebuild_sparse_tensor"),
        "quantized.pt": ({"0.weight": torch.quantize_per_tensor(torch.eye(3), 0.1, 0, torch.qint8)}, "rebuild_qtensor"),
        "meta.pt": (nn.Linear(3, 4, device="meta").state_dict(), "_rebuild_meta_tensor_no_storage"),
        "optimizer.pt": ({"optimizer": torch.optim.SGD(net.parameters()).state_dict()}, "no state_dict"),
        "spectral.pt": (nn.Sequential(parametrizations.spectral_norm(nn.Linear(3, 2))).state_dict(), "'0'"),
    }  # fmt: skip
    for name, (value, message) in files.items():
        torch.save(value, OUT / name)
        EXPECTED[name] = {"refusal": message}
    torch.jit.script(net).save(str(OUT / "raw.zip"))
    with zipfile.ZipFile(OUT / "raw.zip") as source, zipfile.ZipFile(OUT / "script.pt", "w") as copy:
        for member in source.infolist():
            if not member.filename.endswith(".debug_pkl"):
                copy.writestr(zipfile.ZipInfo(member.filename), source.read(member))
    (OUT / "raw.zip").unlink()
    EXPECTED["script.pt"] = {"refusal": lines}
    for name, function, message in (
        ("residual", Residual(), "joins two paths"),
        ("layer_norm", nn.LayerNorm(4), "LayerNorm"),
        ("sine", torch.sin, "aten.sin"),
    ):
        export(f"refused_{name}", Stack(function), [])
        EXPECTED[f"refused_{name}.pt2"] = {"refusal": message}


OUT.mkdir(parents=True, exist_ok=True)
for make in (state_dicts, parts_of_storages, checkpoints, normalized, graphs, refused):
    make()
(OUT / "expected.json").write_text(json.dumps(EXPECTED))
