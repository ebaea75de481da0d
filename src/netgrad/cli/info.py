"""`netgrad info`."""

import click

from netgrad.cli.commands import Command
from netgrad.cli.options import color_option, json_option, network_argument


@click.command("info", cls=Command, short_help="Layers, sizes, names, provenance.")
@network_argument
@json_option
@color_option
def info_command(network: str, as_json: bool, color: str) -> None:
    """What a saved network is: layers, sizes, activations, names, scaling, and the file's SHA-256.

    Holds the network in memory, nothing else.

    \b
    Examples:
      netgrad info sample_nets/xor.yaml
      netgrad info sample_nets/breast_cancer.npz --json
    """
    import hashlib
    import os

    from netgrad.formats import load
    from netgrad.stream.sinks import standard_output

    net = load(network)
    with open(network, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    facts = (network, os.path.splitext(network)[1][1:].lower(), os.path.getsize(network), sha256)
    if as_json:
        from netgrad.show.overview import description
        from netgrad.stream.json_lines import json_line

        standard_output(json_line(description(net, *facts)))
    else:
        from netgrad.show.console import rendered
        from netgrad.show.overview import overview

        standard_output(rendered(*overview(net, *facts), colour=color))
