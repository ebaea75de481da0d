"""Every option that commands share, once."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from netgrad.cli import completion
from netgrad.cli.parameters import FILE, PATTERN, CodecName, Size
from netgrad.cli.request import Request
from netgrad.cli.source import NetworkSource
from netgrad.stream.forms import FORMS

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def cores() -> int:
    """Number of cores that the process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _of_network(metavar: str) -> tuple[Decorator, ...]:
    """The argument of a saved network, and the options that say of it what its file does not hold."""
    hidden = f"Activations that {metavar} does not hold: one for each layer, or one for the hidden layers."
    last = f"Activation of the last layer, where {metavar} does not hold it."
    layout = f"Whether W has a row or a column for each neuron, where {metavar} does not tell."
    order = f"Layers of {metavar} in their order, where {metavar} does not tell."
    key = f"Which network, where {metavar} holds several."
    return (
        click.argument("path", metavar=metavar, type=FILE),
        click.option("--activation", metavar="A,B,...", help=hidden),
        click.option("--output-activation", metavar="A", help=last),
        click.option("--layout", type=click.Choice(["out-in", "in-out"]), help=layout),
        click.option("--order", metavar="A,B,...", help=order),
        click.option("--key", metavar="NAME", help=key),
    )


def saved_network(metavar: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give `command(network, ...)` the argument `metavar`, and the options that say what its file does not hold."""

    def decorator(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def packed(**given: Any) -> None:
            found = {field: given.pop(field) for field in NetworkSource._fields}
            command(network=NetworkSource(**found), **given)

        decorated: Callable[..., None] = packed
        for option in reversed(_of_network(metavar)):
            decorated = option(decorated)
        return decorated

    return decorator


network_argument = saved_network("NET")

x_option = click.option(
    "-x",
    "--x",
    multiple=True,
    metavar="X1,X2,...",
    shell_complete=completion.assigned_inputs,
    help="A point, or NAME=NUMBER,... of some inputs: the others are at the scaling's mean, or 0. May be given "
    "several times. Standard input is not read then.",
)
output_option = click.option(
    "--output",
    metavar="K|NAME",
    shell_complete=completion.outputs,
    help="Which output of several: its number from 1 or its name, or all. (Where results go: -o.)",
)
digits_option = click.option(
    "--digits",
    type=click.IntRange(1, 17),
    metavar="N",
    help="Significant digits of results; of summaries, in tables (default: 6 in tables on a terminal, else all).",
)
rows_option = click.option(
    "--rows", "--head", "rows", type=click.IntRange(1), default=50, metavar="N", help="Rows of a table (default: 50)."
)
range_option = click.option(
    "--range-check",
    default="4",
    metavar="K|off",
    help="Count the rows with an input more than K standard deviations of the network's scaling from its mean, on "
    "standard error (default: 4).",
)
color_option = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours in tables."
)
dtype_option = click.option(
    "--dtype",
    type=click.Choice(["float64", "float32"]),
    default="float64",
    help="What to compute in (default: float64).",
)
format_option = click.option(
    "--format",
    type=click.Choice(["table", *FORMS]),
    help="Default: a table on a terminal; by the suffix of FILE; else CSV as the input is. npy: results only.",
)
at_option = click.option(
    "--at",
    default="post",
    metavar="post|pre|'margin K,J'",
    help="Of the output a (default), of the logit z before the last activation, or of the margin z_K - z_J.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

_READ: tuple[Decorator, ...] = (
    click.argument("points", nargs=-1, metavar="[POINTS]...", type=PATTERN),
    x_option,
    click.option(
        "-c",
        "--columns",
        metavar="LIST",
        shell_complete=completion.columns,
        help="The inputs' columns: names, positions from 1, ranges 2-4.",
    ),
    click.option("--header/--no-header", default=None, help="Whether files begin with a header (default: see)."),
    click.option(
        "--input-format",
        type=click.Choice(["csv", "jsonl"]),
        help="Of POINTS (default: jsonl for .jsonl and .ndjson, else CSV).",
    ),
    click.option("-d", "--delimiter", metavar="CHAR", help="Between cells (default: a comma; a tab for .tsv)."),
    click.option("--decimal", default=".", metavar="CHAR", help="Decimal mark in files: . (default) or a comma."),
    click.option("--comment", default="", metavar="TEXT", help="Skip lines that begin with TEXT, such as '#'."),
    click.option("--encoding", metavar="NAME", help="Encoding of files (default: UTF-8). The output is UTF-8."),
)
_ECHO: tuple[Decorator, ...] = (
    click.option(
        "--keep",
        default="all",
        metavar="all|none|LIST",
        shell_complete=completion.columns,
        help="Which columns to echo (default: all).",
    ),
    click.option("--prefix", default="", metavar="TEXT", help="Put before the names of the results."),
)
_RESULTS: tuple[Decorator, ...] = (
    output_option,
    at_option,
    format_option,
    click.option("-o", "--out", metavar="FILE", type=FILE, help="Write to FILE; it is never left torn."),
    digits_option,
    rows_option,
    color_option,
    range_option,
    click.option(
        "--bad-rows",
        type=click.Choice(["fail", "skip", "nan"]),
        default="fail",
        help="Records that cannot be read: stop at the first (default), leave them out, or keep them with nan results.",
    ),
    click.option(
        "--rejects", metavar="FILE", type=FILE, help="Write the bad records and what is wrong to FILE, as CSV."
    ),
    click.option(
        "--codec",
        type=CodecName(["auto", "numpy", "compiled"]),
        default="auto",
        help="What reads and writes CSV; compiled comes with the extra fast. The output is the same.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="No progress and no summary on standard error."),
    dtype_option,
    click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1),
        default=cores,
        metavar="N",
        help="Threads (default: all cores that the process may use). The results do not depend on it.",
    ),
)


def cluster_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command(network, request, ...)` the options that say where it runs; they go into its request."""
    address = click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Run on a Dask scheduler: tcp://HOST:PORT, tls://HOST:PORT, its FILE.json, or env for the address in "
        "DASK_SCHEDULER_ADDRESS; local does the same in this process. The output is the same.",
    )
    split = click.option(
        "--split", type=Size(), metavar="SIZE", help="Of a task on a cluster (default: 64MiB, more for large files)."
    )
    return address(split(command))


def points_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command(network, request, ...)` the options of a command that answers every point."""
    return _with((*_READ, *_ECHO, *_RESULTS), command)


def summary_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command(network, request, ...)` the options of a command that sums points up."""
    return _with((*_READ, *_RESULTS, json_option), command)


def target_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command(network, request, ...)` the options of one that compares all outputs with targets in a file."""
    of_others = (x_option, output_option, at_option, dtype_option)
    beside = [option for option in (*_READ, *_ECHO, *_RESULTS) if option not in of_others]
    return _with((*beside, json_option), command)


def picture_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command(network, request, ...)` the options of one that draws, with points or without."""
    of_others = (x_option, format_option, digits_option, rows_option, dtype_option)
    return _with(tuple(option for option in (*_READ, *_RESULTS) if option not in of_others), command)


def _with(options: tuple[Decorator, ...], command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def packed(network: NetworkSource, **given: Any) -> None:
        found = {field: given.pop(field) for field in Request._fields if field in given}
        command(network, Request(**found, files=(network.path,)), **given)

    decorated: Callable[..., None] = packed
    for option in reversed(options):
        decorated = option(decorated)
    return decorated
