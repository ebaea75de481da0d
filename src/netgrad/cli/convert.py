"""`netgrad convert`."""

import os
import stat

import click

from netgrad.cli.options import saved_network
from netgrad.cli.parameters import FILE
from netgrad.cli.source import NetworkSource
from netgrad.errors import NetworkError, OutputError, UsageError


@click.command("convert", short_help="Write a network in another format.")
@saved_network("SRC")
@click.argument("target", metavar="DST", type=FILE)
@click.option("--read", metavar="READING", help="Read SRC as check --suggest has it: hidden=tanh,transpose=3, ...")
@click.option("--source", type=click.Choice(["numpy", "torch", "keras"]), help="What a .py is for (default: numpy).")
def convert_command(network: NetworkSource, target: str, read: str | None, source: str | None) -> None:
    """Write the network SRC to DST, in the format that the suffix of DST names.

    .yaml, .json, .npz, .safetensors, .onnx and .mat read back bit for bit; .py is a Python source for numpy, torch or
    keras, and .h a C header. DST is never left torn. Memory: the weights twice.

    --read changes what SRC says, by commas: hidden=NAME and output=NAME are activations, transpose=L+L turns square
    layers, scaling=none and output_scaling=none leave a scaling out, and scaling='MEAN/STD MEAN/STD ...' is another.

    \b
    Examples:
      netgrad convert sample_nets/xor.yaml xor.onnx
      netgrad convert sample_nets/xor.yaml xor.py --source torch
      netgrad convert sample_nets/xor.yaml tanh.yaml --read hidden=tanh
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
    net = network.load()
    if read is not None:
        from netgrad.analysis.readings import read_as, reading_of

        net = read_as(net, reading_of(read))
    formats.save(net, target, source=source)


def _refuse_itself(path: str, target: str) -> None:
    """Refuse a target that is the file at `path`, by whatever name."""
    try:
        found, old = os.stat(path), os.stat(target)
    except (OSError, ValueError):
        return  # whoever opens it says what is wrong
    if stat.S_ISREG(old.st_mode) and (found.st_dev, found.st_ino) == (old.st_dev, old.st_ino):
        raise OutputError(f"the output is the input {path}: choose another file", file=target)
