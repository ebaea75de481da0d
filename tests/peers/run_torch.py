"""Live PyTorch modules and graphs of them against PyTorch's own float64 values and gradients, and the time to open.

pip install torch==2.13.0 numpy
PYTHONPATH=src:tests python tests/peers/run_torch.py
"""

import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import torch
from nets_of_peers import network
from torch import nn
from torch.nn.utils import parametrizations

from netgrad.core.activations import SIGMA
from netgrad.core.backprop import value_and_grad
from netgrad.formats import pytorch
from netgrad.formats.pytorch.modules import from_torch

warnings.simplefilter("ignore")
torch.manual_seed(1)
TOLERANCE = 1e-12

ACTIVATIONS = [
    *(nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.SiLU(), nn.SELU(), nn.Softsign(), nn.GELU(), nn.GELU("tanh"), nn.ELU()),
    *(nn.ELU(0.5), nn.LeakyReLU(), nn.LeakyReLU(0.2), nn.PReLU(), nn.CELU(2.0), nn.Softplus(), nn.Softplus(2.0)),
    *(nn.ReLU6(), nn.Hardtanh(-2.0, 3.0), nn.Mish(), nn.Hardswish(), nn.LogSigmoid(), nn.Identity()),
]
THEIRS = """
import sys, numpy as np, torch
from torch import nn
net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 1))
net.load_state_dict(torch.load(sys.argv[1], weights_only=True))
x = torch.ones(1, 3, requires_grad=True)
y = net(x)
y.sum().backward()
print(y.item(), x.grad.tolist())
"""
OURS = """
import sys, numpy as np, netgrad
net = netgrad.load(sys.argv[1], activation="tanh,relu,identity")
print(netgrad.value_and_grad(net, np.ones((1, 3))))
"""


def nets():
    for sigma in ACTIVATIONS:
        yield nn.Sequential(nn.Linear(3, 4), sigma, nn.Sequential(nn.Linear(4, 1), nn.Dropout()))
    bn = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.BatchNorm1d(4, affine=False), nn.Linear(4, 1))
    bn(torch.randn(50, 3))
    yield bn
    yield nn.Sequential(parametrizations.weight_norm(nn.Linear(3, 4)), nn.Tanh(), nn.Linear(4, 1, bias=False))


def error(draft, net):
    """Largest difference of values and gradients, relative to the largest."""
    x = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    y = net(x)
    y.sum().backward()
    ours, grads = value_and_grad(network(draft), x.detach().numpy())
    if draft.output_scaling is not None:
        mean, std = draft.output_scaling
        ours, grads = mean + std * ours, std * grads
    differences = (ours - y.detach().numpy().ravel(), grads - x.grad.numpy())
    return max(np.abs(d).max() for d in differences) / max(1, np.abs(grads).max())


def best(command, path):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", command, path], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


for net in nets():
    net = net.double().eval()
    with tempfile.TemporaryDirectory() as folder:
        torch.export.save(torch.export.export(net, (torch.randn(5, 3).double(),)), f"{folder}/net.pt2")
        drafts = from_torch(net), pytorch.read(f"{folder}/net.pt2")
    if all(layer.activation in SIGMA for layer in drafts[0].layers):
        errors = [error(draft, net) for draft in drafts]
        print(*(f"{e:.1e}" for e in errors), net[1])
        assert max(errors) < TOLERANCE, net
    else:
        print([layer.activation for layer in drafts[0].layers], net[1])
        assert [y.activation for y in drafts[0].layers] == [y.activation for y in drafts[1].layers]
net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 1))
with tempfile.TemporaryDirectory() as folder:
    path = str(Path(folder) / "net.pt")
    torch.save(net.state_dict(), path)
    theirs, ours = best(THEIRS, path), best(OURS, path)
print(f"open a .pt and evaluate a point: torch {theirs:.2f} s, netgrad {ours:.2f} s, ratio {theirs / ours:.1f}")
