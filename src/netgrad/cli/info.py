"""`netgrad info`."""

import click

from netgrad.cli.options import color_option, json_option, network_argument


@click.command("info", short_help="Layers, sizes, names, provenance.")
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
        import json

        from netgrad.show.network import description

        standard_output(json.dumps(description(net, *facts)).encode() + b"\n")
    else:
        from netgrad.show.console import rendered
        from netgrad.show.network import overview

        standard_output(rendered(*overview(net, *facts), colour=color))
