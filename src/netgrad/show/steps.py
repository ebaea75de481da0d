"""Algorithm 1 at one point, step by step, in the paper's notation."""

import numpy as np
from rich.console import RenderableType

from netgrad.analysis.saturation import dead, rounded, saturated
from netgrad.core.activations import Activation, activation
from netgrad.core.network import Array, Network
from netgrad.core.tracing import Step, outcome
from netgrad.show.console import plain
from netgrad.show.table import number, table


def remarks(sigma: Activation, step: Step) -> list[str]:
    """Remarks on units: that little or nothing of the gradient passes them."""
    found = np.where(saturated(step.dsigma), "saturated", np.where(dead(step.dsigma), "dead", "")).tolist()
    lost = rounded(sigma, step.a, step.dsigma).tolist()
    return [f"{word}, {sigma.in_a} = 0" if zero else word for word, zero in zip(found, lost, strict=True)]


def steps(net: Network, trace: list[Step], k: int, x: Array, digits: int | None) -> list[RenderableType]:
    """Forward z[l], a[l] and sigma'(z[l]), backward Delta[l], a table for each layer, and the gradient."""
    names = net.input_names
    parts = _inputs(net, names, trace[0], x, digits)
    for layer, step in zip(net.layers, trace[1:], strict=True):
        n_l, n_below = layer.W.shape
        title = f"l = {step.l}: {layer.activation}, W[{step.l}] is {n_l} x {n_below}"
        parts += ["", plain(title, "bold"), *_layer(layer.sigma, step, digits)]
    output, (value, gradient) = net.output_names[k], outcome(net, trace, k)
    parts += _output_scaling(net, trace[-1], k, digits)
    parts += ["", plain(f"gradient of {output} = {number(value, digits)}", "bold")]
    rows = [[name, number(g, digits)] for name, g in zip(names, gradient.tolist(), strict=True)]
    return [*parts, *table(["input", f"d{output}/dx"], rows)]


def _output_scaling(net: Network, last: Step, k: int, digits: int | None) -> list[RenderableType]:
    """The output as mean + std a[L], where the network scales it."""
    scaling = net.output_scaling
    if scaling is None:
        return []
    mean, std, a = (number(float(v), digits) for v in (scaling.mean[k], scaling.std[k], last.a[k]))
    return ["", plain(f"{net.output_names[k]} = mean + std a[{net.L}] = {mean} + {std} * {a}", "bold")]


def _inputs(net: Network, names: tuple[str, ...], first: Step, x: Array, digits: int | None) -> list[RenderableType]:
    if net.scaling is None:
        return table(["l = 1", "x = a[1]"], [[n, number(v, digits)] for n, v in zip(names, x.tolist(), strict=True)])
    rows = zip(names, x.tolist(), first.a.tolist(), strict=True)
    header = ["l = 1", "x", "a[1] = (x - mean)/std"]
    return table(header, [[name, number(v, digits), number(u, digits)] for name, v, u in rows])


def _layer(sigma: Activation, step: Step, digits: int | None) -> list[RenderableType]:
    l = step.l
    units = zip(step.z.tolist(), step.a.tolist(), step.dsigma.tolist(), step.delta.tolist(), strict=True)
    rows = [
        [str(j), *(number(v, digits) for v in values), remark]
        for j, (values, remark) in enumerate(zip(units, remarks(sigma, step), strict=True), start=1)
    ]
    shown = 6 if any(row[-1] for row in rows) else 5
    header = ["j", f"z[{l}]", f"a[{l}]", f"sigma'(z[{l}])", f"Delta[{l}]", ""]
    return table(header[:shown], [row[:shown] for row in rows])


def record(net: Network, trace: list[Step], k: int, x: Array) -> dict[str, object]:
    """Record that `netgrad trace --json` prints."""
    value, gradient = outcome(net, trace, k)
    return {
        "x": x.tolist(),
        "output": k + 1,
        "layers": [
            {
                "l": step.l,
                "z": step.z.tolist(),
                "a": step.a.tolist(),
                "dsigma": step.dsigma.tolist(),
                "delta": step.delta.tolist(),
                "remarks": remarks(sigma, step),
            }
            for sigma, step in zip([activation("identity"), *(layer.sigma for layer in net.layers)], trace, strict=True)
        ],
        "value": value,
        "gradient": gradient.tolist(),
    }
