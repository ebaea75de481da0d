"""A network as a notebook shows it: a line of names and a table of layers."""

from html import escape

from netgrad.core.network import Network
from netgrad.errors import counted, listed, visible


def table_of(net: Network) -> str:
    """The network as HTML; names are text and nothing else.

    >>> "<td>2</td><td>1</td><td>sigmoid</td><td>3</td>" in table_of(Network.of([([[4.0, -8.0]], [0.0])]))
    True
    """
    rows = [
        f"<tr><td>{l}</td><td>{layer.W.shape[0]}</td><td>{escape(layer.activation)}</td>"
        f"<td>{layer.W.size + layer.b.size}</td></tr>"
        for l, layer in enumerate(net.layers, start=2)
    ]
    scaled = [word for word, s in (("inputs", net.scaling), ("outputs", net.output_scaling)) if s is not None]
    ends = (
        visible(net.name or "network"),
        f"inputs {listed(net.input_names)}",
        f"outputs {listed(net.output_names)}",
        *([f"{' and '.join(scaled)} scaled"] if scaled else []),
        counted(net.parameters, "parameter"),
    )
    return (
        f"<p>{escape('; '.join(ends))}</p>"
        "<table><thead><tr><th>l</th><th>n_l</th><th>activation</th><th>parameters</th></tr></thead>"
        f"<tbody><tr><td>1</td><td>{net.sizes[0]}</td><td></td><td></td></tr>{''.join(rows)}</tbody></table>"
    )
