"""A network at a glance."""

import numpy as np
from rich.console import RenderableType

from netgrad.core.network import Layer, Network
from netgrad.errors import counted
from netgrad.show.console import plain
from netgrad.show.table import table


def description(net: Network, file: str, form: str, size: int, sha256: str) -> dict[str, object]:
    """What `netgrad info --json` prints."""
    scaling = net.scaling
    return {
        "name": net.name,
        "file": file,
        "format": form,
        "bytes": size,
        "sha256": sha256,
        "L": net.L,
        "sizes": list(net.sizes),
        "parameters": net.parameters,
        "inputs": None if net.inputs is None else list(net.inputs),
        "outputs": None if net.outputs is None else list(net.outputs),
        "scaling": None if scaling is None else {"mean": scaling.mean.tolist(), "std": scaling.std.tolist()},
        "layers": [_layer(l, layer) for l, layer in enumerate(net.layers, start=2)],
    }


def _layer(l: int, layer: Layer) -> dict[str, object]:
    return {
        "l": l,
        "activation": layer.activation,
        "n_l": layer.W.shape[0],
        "n_below": layer.W.shape[1],
        "parameters": layer.W.size + layer.b.size,
        "max_abs_W": float(np.abs(layer.W).max()),
        "max_abs_b": float(np.abs(layer.b).max()),
    }


def overview(net: Network, file: str, form: str, size: int, sha256: str) -> list[RenderableType]:
    """What `netgrad info` shows: facts, layers, and the names and scaling of the inputs."""
    facts = [
        ("file", file),
        ("format", f"{form}, {counted(size, 'byte')}"),
        ("sha256", sha256),
        ("sizes", "-".join(map(str, net.sizes)) + f"  (L = {net.L})"),
        ("parameters", str(net.parameters)),
    ]
    if net.name is not None:
        facts.insert(0, ("name", net.name))
    if net.outputs is not None:
        facts.append(("output" if len(net.outputs) == 1 else "outputs", ", ".join(net.outputs)))
    width = max(len(key) for key, _ in facts)
    parts: list[RenderableType] = [plain(f"{key:<{width}}  {value}") for key, value in facts]
    return [*parts, "", *_layers(net), *_inputs(net)]


def _layers(net: Network) -> list[RenderableType]:
    rows = [
        [
            str(l),
            layer.activation,
            f"{layer.W.shape[0]} x {layer.W.shape[1]}",
            str(layer.W.size + layer.b.size),
            f"{np.abs(layer.W).max():.3g}",
            f"{np.abs(layer.b).max():.3g}",
        ]
        for l, layer in enumerate(net.layers, start=2)
    ]
    return table(["l", "activation", "W[l]", "parameters", "max |W|", "max |b|"], rows)


def _inputs(net: Network) -> list[RenderableType]:
    if net.inputs is None and net.scaling is None:
        return []
    names = net.input_names
    if net.scaling is None:
        return ["", *table(["input"], [[name] for name in names])]
    pairs = zip(names, net.scaling.mean.tolist(), net.scaling.std.tolist(), strict=True)
    return ["", *table(["input", "mean", "std"], [[name, repr(mean), repr(std)] for name, mean, std in pairs])]
