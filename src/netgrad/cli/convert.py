"""`netgrad convert`."""

import os
import stat

import click

from netgrad.cli.options import FILE, saved_network
from netgrad.cli.source import NetworkSource
from netgrad.errors import NetworkError, OutputError, UsageError


@click.command("convert", short_help="Write a network in another format.")
@saved_network("SRC")
@click.argument("target", metavar="DST", type=FILE)
@click.option("--source", type=click.Choice(["numpy", "torch", "keras"]), help="What a .py is for (default: numpy).")
def convert_command(network: NetworkSource, target: str, source: str | None) -> None:
    """Write the network SRC to DST, in the format that the suffix of DST names.

    .yaml, .json, .npz, .safetensors, .onnx and .mat read back bit for bit; .py is a Python source for numpy, torch or
    keras, and .h a C header. DST is never left torn. Memory: the weights twice.

    \b
    Examples:
      netgrad convert sample_nets/xor.yaml xor.onnx
      netgrad convert sample_nets/xor.yaml xor.py --source torch
    """
    from netgrad import formats
    from netgrad.formats.registry import format_to_write

    suffix = os.path.splitext(target)[1].lower()
    try:
        format_to_write(suffix)
    except NetworkError as error:
        raise UsageError(f"DST: {error.message}") from None
    if source is not None and suffix != ".py":
        raise UsageError("--source is for a DST that ends in .py")
    _refuse_itself(network.path, target)
    formats.save(network.load(), target, source=source)


def _refuse_itself(path: str, target: str) -> None:
    """Refuse a target that is the file at `path`, by whatever name."""
    try:
        found, old = os.stat(path), os.stat(target)
    except (OSError, ValueError):
        return  # whoever opens it says what is wrong
    if stat.S_ISREG(old.st_mode) and (found.st_dev, found.st_ino) == (old.st_dev, old.st_ino):
        raise OutputError(f"the output is the input {path}: choose another file", file=target)
