"""The command `convert`: a saved network in another format, or as a source."""

import os

import click

from netgrad.errors import UsageError, excerpt, nearest

SOURCES = ("numpy", "torch", "keras")
WRITERS = {
    ".safetensors": "write_safetensors",
    ".onnx": "write_onnx",
    ".mat": "write_mat",
    ".py": "write_source",
    ".h": "write_c",
}


@click.command("convert", short_help="Write a network in another format.")
@click.argument("network", metavar="SRC", type=click.Path())
@click.argument("target", metavar="DST", type=click.Path())
@click.option("--source", type=click.Choice(SOURCES), help="What a .py is written for (default: numpy).")
def convert_command(network: str, target: str, source: str | None) -> None:
    """Write the network SRC to DST, in the format that the suffix of DST names.

    .yaml, .json, .npz, .safetensors, .onnx and .mat read back bit for bit; .py is a Python source for numpy, torch or
    keras, and .h a C header. DST is never left torn. Memory: the weights twice.

    \b
    netgrad convert sample_nets/xor.yaml xor.onnx
    netgrad convert sample_nets/xor.yaml xor.py --source torch
    """
    from importlib import import_module

    from netgrad import formats

    suffix = os.path.splitext(target)[1].lower()
    known = {*WRITERS, ".yaml", ".yml", ".json", ".npz"}
    if suffix not in known:
        hint = nearest(suffix, known) or f"; known are {', '.join(sorted(known))}"
        raise UsageError(f"DST: a network is not written as {excerpt(suffix)}{hint}")
    if source is not None and suffix != ".py":
        raise UsageError("--source is for a DST that ends in .py")
    if os.path.exists(target) and os.path.exists(network) and os.path.samefile(network, target):
        raise UsageError(f"DST {excerpt(target)} is SRC itself")
    net = formats.load(network)
    if suffix not in WRITERS:
        return formats.save(net, target)
    writer = import_module(f"netgrad.formats.{WRITERS[suffix]}")
    writer.write(net, target, *([source] if source else []))
