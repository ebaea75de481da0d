"""A network at a glance."""

import numpy as np
from rich.console import RenderableType

from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import LISTED, counted, visible
from netgrad.formats.origin import Opened, Origin
from netgrad.show.console import plain
from netgrad.show.table import table


def description(found: Opened, file: str, size: int, sha256: str) -> dict[str, object]:
    """Record that `netgrad info --json` prints."""
    net, origin = found.network, found.origin
    return {
        "name": net.name,
        "file": file,
        "format": origin.form,
        "bytes": size,
        "sha256": sha256,
        "L": net.L,
        "sizes": list(net.sizes),
        "parameters": net.parameters,
        "inputs": None if net.inputs is None else list(net.inputs),
        "outputs": None if net.outputs is None else list(net.outputs),
        "scaling": _scaling(net.scaling),
        "output_scaling": _scaling(net.output_scaling),
        "layers": [
            {**_layer(l, layer), "activation_from": decided.how, "place": decided.place}
            for l, (layer, decided) in enumerate(zip(net.layers, origin.activations, strict=True), start=2)
        ],
        "origin": {
            "container": origin.container,
            "writer": origin.writer,
            "orientation": origin.orientation,
            "order": origin.order,
            "dtype": origin.dtype,
            "used": list(origin.used),
            "passed": dict(origin.passed),
            "remarks": list(origin.remarks),
        },
    }


def _scaling(scaling: Scaling | None) -> dict[str, list[float]] | None:
    return None if scaling is None else {"mean": scaling.mean.tolist(), "std": scaling.std.tolist()}


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


def overview(found: Opened, file: str, size: int, sha256: str) -> list[RenderableType]:
    """Tables that `netgrad info` shows: facts, origin, layers, and the names and scaling of the inputs."""
    net, origin = found.network, found.origin
    facts = [
        ("file", file),
        ("format", f"{origin.form}, {counted(size, 'byte')}"),
        ("sha256", sha256),
        ("sizes", "-".join(map(str, net.sizes)) + f"  (L = {net.L})"),
        ("parameters", str(net.parameters)),
    ]
    if net.name is not None:
        facts.insert(0, ("name", net.name))
    if net.outputs is not None:
        facts.append(("output" if len(net.outputs) == 1 else "outputs", ", ".join(net.outputs)))
    facts += _origin(origin)
    width = max(len(key) for key, _ in facts)
    parts: list[RenderableType] = [plain(f"{key:<{width}}  {value}") for key, value in facts]
    return [*parts, "", *_layers(found), *_inputs(net), *_output_scaling(net)]


def _origin(origin: Origin) -> list[tuple[str, str]]:
    """Facts of the origin, each thing passed over and each remark on a line of its own."""
    by = "" if origin.writer is None else f", {origin.writer}"
    keys = [("used", counted(len(origin.used), "key"))] if origin.used else []
    return [
        ("container", visible(f"{origin.container}{by}, {origin.dtype}")),
        ("W", visible(origin.orientation)),
        ("order", origin.order),
        *keys,
        *(("passed", visible(f"{key}: {why}")) for key, why in list(origin.passed.items())[:LISTED]),
        *([("passed", f"… ({len(origin.passed)} in all)")] if len(origin.passed) > LISTED else []),
        *(("remark", visible(remark)) for remark in origin.remarks),
    ]


def _layers(found: Opened) -> list[RenderableType]:
    decided, is_own = found.origin.activations, found.origin.container.startswith("netgrad ")
    rows = [
        [
            str(l),
            layer.activation,
            decided[l - 2].how,
            f"{layer.W.shape[0]} x {layer.W.shape[1]}",
            str(layer.W.size + layer.b.size),
            f"{np.abs(layer.W).max():.3g}",
            f"{np.abs(layer.b).max():.3g}",
            *([] if is_own else [visible(decided[l - 2].place)]),
        ]
        for l, layer in enumerate(found.network.layers, start=2)
    ]
    place = [] if is_own else ["in the file"]
    return table(["l", "activation", "from", "W[l]", "parameters", "max |W|", "max |b|", *place], rows)


def _inputs(net: Network) -> list[RenderableType]:
    if net.inputs is None and net.scaling is None:
        return []
    names = net.input_names
    if net.scaling is None:
        return ["", *table(["input"], [[name] for name in names])]
    pairs = zip(names, net.scaling.mean.tolist(), net.scaling.std.tolist(), strict=True)
    return ["", *table(["input", "mean", "std"], [[name, repr(mean), repr(std)] for name, mean, std in pairs])]


def _output_scaling(net: Network) -> list[RenderableType]:
    scaling: Scaling | None = net.output_scaling
    if scaling is None:
        return []
    pairs = zip(net.output_names, scaling.mean.tolist(), scaling.std.tolist(), strict=True)
    return ["", *table(["output", "mean", "std"], [[name, repr(mean), repr(std)] for name, mean, std in pairs])]
