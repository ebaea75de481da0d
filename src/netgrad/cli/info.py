"""`netgrad info`."""

import click

from netgrad.cli.commands import ARGS, Command
from netgrad.cli.options import color_option, json_option, network_argument
from netgrad.cli.source import NetworkSource
from netgrad.errors import UsageError


def _say_versions(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Print what computes here, and leave."""
    if not value:
        return
    if len(ctx.meta[ARGS]) > 1:
        raise UsageError("--versions is of no network, and takes no other option")
    from netgrad.show.console import rendered
    from netgrad.show.versions import versions
    from netgrad.stream.sinks import standard_output

    standard_output(rendered(*versions(), colour="never"))
    ctx.exit()


@click.command("info", cls=Command, short_help="Layers, sizes, names, provenance.")
@network_argument
@json_option
@color_option
@click.option(
    "--versions",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_versions,
    help="What computes here: versions, and whether large tables go through machine code. No NETWORK.",
)
def info_command(network: NetworkSource, as_json: bool, color: str) -> None:
    """Description of a saved network: layers, sizes, activations, names, scaling, its file's SHA-256, its origin.

    The origin is what decided orientation, order and activations, which keys of the file were used, which were
    passed over and why, and what was folded. A pipe is read once.

    Holds the network in memory, nothing else.

    \b
    Examples:
      netgrad info sample_nets/xor.yaml
      netgrad info sample_nets/breast_cancer.npz --json
      netgrad info --versions
    """
    import hashlib
    import os

    from netgrad.formats import read
    from netgrad.formats.opening import regular
    from netgrad.formats.overrides import options
    from netgrad.stream.sinks import standard_output

    with network.local() as local, regular(local) as path:
        found = read(path, network.path, options(**network.options()))
        with open(path, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        facts = (network.path, os.path.getsize(path), sha256)
    if as_json:
        from netgrad.show.overview import description
        from netgrad.stream.json_lines import json_line

        standard_output(json_line(description(found, *facts)))
    else:
        from netgrad.show.console import rendered
        from netgrad.show.overview import overview

        standard_output(rendered(*overview(found, *facts), colour=color))
