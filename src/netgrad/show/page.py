"""Algorithm 1 as one self-contained HTML page: the network drawn, the point as sliders, every number recomputed."""

import json
import math
from importlib.resources import files
from typing import Any

from netgrad.core.network import Array, Layer, Network
from netgrad.errors import UsageError

LARGEST = 200_000  # weights and biases; a page with more is slow to move
REACH = 3  # standard deviations to both sides of a slider's middle


def page(net: Network, k: int, x: Array) -> str:
    """The page for output k, from 0, that begins at x, shape (n_1,); it loads nothing and needs no server.

    Raises
    ------
    UsageError
        The network has too many weights for a page.
    """
    if net.parameters > LARGEST:
        raise UsageError(f"a page holds up to {LARGEST:,} weights and biases, and the network has {net.parameters:,}")
    template = files("netgrad.show").joinpath("page.html").read_text(encoding="utf-8")
    # no tag can end the data early
    data = json.dumps(content(net, k, x), ensure_ascii=True).replace("<", "\\u003c").replace("&", "\\u0026")
    return template.replace("@DATA@", data)


def content(net: Network, k: int, x: Array) -> dict[str, Any]:
    """Data that the page computes with; floats are shortest round-trip, so that it has the very weights."""
    scaling, of_output = net.scaling, net.output_scaling
    names, outputs = net.input_names, net.output_names
    return {
        "name": net.name,
        "inputs": list(names),
        "outputs": list(outputs),
        "k": k,
        "x": x.tolist(),
        "ranges": [list(_range(net, i, float(x[i]))) for i in range(net.sizes[0])],
        "mean": None if scaling is None else scaling.mean.tolist(),
        "std": None if scaling is None else scaling.std.tolist(),
        "outMean": None if of_output is None else float(of_output.mean[k]),
        "outStd": None if of_output is None else float(of_output.std[k]),
        "layers": [_layer(layer) for layer in net.layers],
    }


def _layer(layer: Layer) -> dict[str, Any]:
    sigma = layer.sigma
    finite = sigma.parameter is not None and math.isfinite(sigma.parameter)
    return {
        "W": layer.W.tolist(),
        "b": layer.b.tolist(),
        "activation": layer.activation,
        "sigma": sigma.name,
        "parameter": sigma.parameter if finite else None,
    }


def _range(net: Network, i: int, x: float) -> tuple[float, float]:
    """Ends of a slider: around the scaling's mean, or around 0 or x; x is always between them."""
    if net.scaling is None:
        low, high = (0.0, 1.0) if 0 <= x <= 1 else (x - max(1, abs(x)), x + max(1, abs(x)))
        return low, high
    mean, reach = float(net.scaling.mean[i]), REACH * float(net.scaling.std[i])
    return min(mean - reach, x), max(mean + reach, x)
