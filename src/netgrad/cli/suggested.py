"""The command line that reads a network as a suggestion has it."""

import os
import shlex
from collections.abc import Sequence

from netgrad.analysis.fingerprint import fingerprint
from netgrad.analysis.readings import AS_SAVED, NONE, Reading, read_as
from netgrad.cli.source import NetworkSource
from netgrad.core.network import Network
from netgrad.errors import NetgradError
from netgrad.files import near

ABOUT_NETWORK = ("--activation", "--output-activation", "--layout", "--order")
LARGE = 100_000  # weights and biases: as YAML they are slow to read


def command(source: NetworkSource, saved: Network, args: Sequence[str], reading: Reading, at: str) -> str:
    """`netgrad check` with the arguments `args`, but for --suggest, and the network as the reading has it.

    Where a logit is meant, --at pre says so; where the file leaves open what it is read as, an option of the network
    does; else a new file is written first.
    """
    again = _without(args, ("--read",), ("--suggest",))
    if not reading.changes:
        return _text("check", again)
    kept = AS_SAVED if saved.output_scaling is None else NONE
    if at == "post" and reading == Reading(output="identity", output_scaling=kept):
        return _text("check", [*again, "--at", "pre"])
    bare = _without(again, ABOUT_NETWORK)
    options = _options(source, read_as(saved, reading))
    if options is not None:
        return _text("check", [*bare, *options])
    target = _new_name(source.path, saved)
    own = [part for name, value in source.options().items() if value for part in (_option(name), value)]
    written = _text("convert", [source.path, target, *own, "--read", reading.text])
    anew = [target if near(arg) == source.path else arg for arg in _without(bare, ("--key",))]
    return f"{written} && {_text('check', anew)}"


def _text(name: str, args: Sequence[str]) -> str:
    return shlex.join(["netgrad", name, *args])


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _without(args: Sequence[str], with_value: Sequence[str], flags: Sequence[str] = ()) -> list[str]:
    """Arguments without these options and their values."""
    left, rest = [], iter(args)
    for arg in rest:
        if arg in with_value:
            next(rest, None)
        elif arg.partition("=")[0] not in with_value and arg not in flags:
            left.append(arg)
    return left


def _options(source: NetworkSource, meant: Network) -> list[str] | None:
    """Options with which the file is read as the network that is meant, or None."""
    if not os.path.isfile(source.path):
        return None  # a pipe is read once
    layers = [layer.activation for layer in meant.layers]
    hidden = set(layers[:-1])
    named = {"activation": ",".join(layers)}
    if len(hidden) <= 1:
        named = {"activation": "".join(hidden), "output_activation": layers[-1]}
    order = {"order": source.order} if source.order else {}
    for layout in (source.layout, "out-in", "in-out"):
        for more in (named, {"activation": ",".join(layers)}, {}):
            options = {key: value for key, value in {**order, **more, "layout": layout}.items() if value}
            if _is_read_as(source.path, options, meant):
                return [part for key, value in options.items() for part in (_option(key), value)]
    return None


def _is_read_as(path: str, options: dict[str, str], meant: Network) -> bool:
    from netgrad.formats import load

    try:
        found = load(path, **options)
    except NetgradError:
        return False
    return fingerprint(found) == fingerprint(meant)


def _new_name(path: str, net: Network) -> str:
    """A file in this folder that is not there yet, named after the network's."""
    stem = os.path.splitext(os.path.basename(path))[0] or "network"
    suffix = ".npz" if net.parameters > LARGE else ".yaml"
    names = (f"{stem}-read{n or ''}{suffix}" for n in range(10_000))
    return next(name for name in names if not os.path.lexists(name))
