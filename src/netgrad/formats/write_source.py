"""A network as a Python source, for numpy, torch or keras: its numbers, and the lines that compute with them."""

from typing import Literal

import numpy as np

from netgrad.core.network import Array, Network
from netgrad.formats import file
from netgrad.formats.sigma_sources import notation

Style = Literal["numpy", "torch", "keras"]

_NUMPY = '''

def network(x):
    """Outputs (m, {n_out}) of the points x (m, {n_in})."""
    a = {scaled}
    for (W, b), sigma in zip(LAYERS, SIGMA, strict=True):
        a = sigma(a @ np.array(W).T + np.array(b))
    return {result}
'''
_TORCH = '''

class Function(nn.Module):
    """A function as a module."""

    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, z):
        return self.f(z)


def linear(W, b):
    """An affine layer with the weights W and the biases b."""
    layer = nn.Linear(len(W[0]), len(W), dtype=torch.float64)
    layer.weight.data, layer.bias.data = torch.tensor(W, dtype=torch.float64), torch.tensor(b, dtype=torch.float64)
    return layer


network = nn.Sequential(
    {steps},
)
'''
_KERAS = """
keras.config.set_floatx("float64")
network = keras.Sequential([
    {steps},
])
for layer, (W, b) in zip([y for y in network.layers if isinstance(y, layers.Dense)], LAYERS, strict=True):
    layer.set_weights([np.array(W).T, np.array(b)])
"""
_IMPORTS = {
    "numpy": "import math\n\nimport numpy as np\n",
    "torch": "import torch\nfrom torch import nn\n",
    "keras": "import keras\nimport numpy as np\nfrom keras import layers\n",
}


STYLES: tuple[Style, ...] = ("numpy", "torch", "keras")


def write(net: Network, path: str, style: Style = "numpy") -> None:
    """Save a network as a Python source in which `network` is a function, a torch module or a keras model."""
    body = {"numpy": _numpy, "torch": _torch, "keras": _keras}[style](net)
    sizes = "-".join(map(str, net.sizes))
    data = "".join(f"    ({_rows(layer.W)},\n     {_numbers(layer.b)}),\n" for layer in net.layers)
    text = f'"""A network {sizes}, written by netgrad."""\n\n{_IMPORTS[style]}\n'
    file.write(path, f"{text}LAYERS = [  # W, n_l rows of n_(l-1) numbers, and b\n{data}]\n{body}".encode())


def _numpy(net: Network) -> str:
    sigma = "".join(f"    lambda z: {notation(layer.activation).numpy},\n" for layer in net.layers)
    scaled, result = "np.asarray(x, float)", "a"
    if net.scaling is not None:
        scaled = f"({scaled} - np.array({_numbers(net.scaling.mean)})) / np.array({_numbers(net.scaling.std)})"
    if (scaling := net.output_scaling) is not None:
        result = f"np.array({_numbers(scaling.mean)}) + np.array({_numbers(scaling.std)}) * a"
    return f"SIGMA = [\n{sigma}]\n" + _NUMPY.format(
        n_in=net.sizes[0], n_out=net.sizes[-1], scaled=scaled, result=result
    )


def _torch(net: Network) -> str:
    def affine(x: str, first: str, a: Array, second: str, b: Array) -> str:
        numbers = (f"torch.tensor({_numbers(v)}, dtype=torch.float64)" for v in (a, b))
        return "Function(lambda {0}: ({0} {1} {3}) {2} {4})".format(x, first, second, *numbers)

    steps = [] if net.scaling is None else [affine("x", "-", net.scaling.mean, "/", net.scaling.std)]
    for k, layer in enumerate(net.layers):
        steps += [f"linear(*LAYERS[{k}])", notation(layer.activation).torch]
    if (scaling := net.output_scaling) is not None:
        steps.append(affine("a", "*", scaling.std, "+", scaling.mean))
    return _TORCH.format(steps=",\n    ".join(steps))


def _keras(net: Network) -> str:
    steps = [f"keras.Input(({net.sizes[0]},))"]
    if (scaling := net.scaling) is not None:
        scale = 1 / np.asarray(scaling.std)
        steps.append(f"layers.Rescaling(np.array({_numbers(scale)}), np.array({_numbers(-scaling.mean * scale)}))")
    for layer in net.layers:
        steps.append(f"layers.Dense({layer.W.shape[0]}, {notation(layer.activation).keras})")
    if (scaling := net.output_scaling) is not None:
        steps.append(f"layers.Rescaling(np.array({_numbers(scaling.std)}), np.array({_numbers(scaling.mean)}))")
    return _KERAS.format(steps=",\n    ".join(steps))


def _rows(W: Array) -> str:
    return "[" + ",\n      ".join(_numbers(row) for row in W) + "]"


def _numbers(values: Array) -> str:
    return repr(np.asarray(values, np.float64).tolist())
