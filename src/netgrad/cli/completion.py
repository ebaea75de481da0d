"""`netgrad completion`, and the names that a shell completes: of inputs, outputs, and columns of points.

They are read from the files on the command line, as far as these are plain and small; there is never an error.
"""

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import click

from netgrad.cli.commands import Command

SMALL = 16 << 20  # bytes of a network that is read for the sake of its names
START = 1 << 16  # bytes of a table, in which its header is

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


@click.command("completion", cls=Command, short_help="Completion script for a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the script that completes commands and options in SHELL.

    \b
    Examples:
      netgrad completion bash > ~/.local/share/bash-completion/completions/netgrad
      netgrad completion zsh > ~/.zfunc/_netgrad
      netgrad completion fish > ~/.config/fish/completions/netgrad.fish
    """
    from click.shell_completion import get_completion_class

    root = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(root, {}, "netgrad", "_NETGRAD_COMPLETE").source())


def outputs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of the outputs, or their numbers, and all."""
    named = _network_names(ctx)
    return _beginning(incomplete, [*named[1], "all"]) if named else []


def inputs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of the inputs, in a list by commas."""
    named = _network_names(ctx)
    return _in_list(incomplete, named[0]) if named else []


def assigned_inputs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """NAME= for each input, in a list by commas."""
    named = _network_names(ctx)
    return _in_list(incomplete, [f"{name}=" for name in named[0]]) if named else []


def columns(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Columns of the first file of points, in a list by commas."""
    header: list[str] = []
    with suppress(Exception):
        header = _header(_files(ctx)[1], ctx.params.get("delimiter"))
    return _in_list(incomplete, header)


def _files(ctx: click.Context) -> list[str]:
    """The network, then the points; click leaves them unparsed where the last option has no value yet."""
    return ctx.args if ctx.params["path"] is None else [ctx.params["path"], *ctx.params["points"]]


def _network_names(ctx: click.Context) -> tuple[Sequence[str], Sequence[str]] | None:
    with suppress(Exception):
        from netgrad.formats import load

        path = _files(ctx)[0]
        if _is_plain(path) and os.path.getsize(path) <= SMALL:
            net = load(path)
            return net.input_names, net.outputs or [str(k) for k in range(1, net.sizes[-1] + 1)]
    return None


def _header(path: str, delimiter: str | None) -> list[str]:
    """Cells of the first record, where they are text and the file is not compressed."""
    import csv

    if not _is_plain(path):
        return []
    with open(path, "rb") as file:
        text = file.read(START).decode("utf-8-sig", "ignore")
    between = delimiter or ("\t" if path.lower().endswith(".tsv") else ",")
    cells = [cell.strip() for cell in next(csv.reader(text.splitlines(), delimiter=between))]
    return [cell for cell in cells if cell.isprintable()]


def _is_plain(path: str) -> bool:
    return stat.S_ISREG(os.stat(path).st_mode)


def _in_list(incomplete: str, names: Iterable[str]) -> list[str]:
    """Completions of what follows the last comma of a list, with all that stands before it."""
    before, comma, last = incomplete.rpartition(",")
    return [before + comma + name for name in _beginning(last, names) if "," not in name]


def _beginning(start: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(start)]
