"""`netgrad trace`."""

import os

import click

from netgrad.cli.commands import Command
from netgrad.cli.completion import assigned_inputs
from netgrad.cli.options import at_option, color_option, digits_option, json_option, network_argument, output_option
from netgrad.cli.parameters import FILE, only_one
from netgrad.cli.source import NetworkSource
from netgrad.errors import UsageError, visible


@click.command("trace", cls=Command, short_help="Algorithm 1 at one point, step by step.")
@network_argument
@click.option(
    "-x",
    "--x",
    required=True,
    multiple=True,
    callback=only_one,
    metavar="X1,X2,...",
    shell_complete=assigned_inputs,
    help="The point, or NAME=NUMBER,... of some inputs: the others are at the scaling's mean, or 0.",
)
@output_option
@digits_option
@json_option
@color_option
@at_option
@click.option("--latex", metavar="FILE|-", type=FILE, help="Write the steps as a document for pdflatex.")
@click.option("--html", metavar="FILE|-", type=FILE, help="Write a page in which the point can be moved.")
def trace_command(
    network: NetworkSource,
    x: str,
    output: str | None,
    digits: int | None,
    as_json: bool,
    color: str,
    at: str,
    latex: str | None,
    html: str | None,
) -> None:
    """Algorithm 1 of Higham & Higham (2019) at one point, layer by layer.

    Forward z[l], a[l] and sigma'(z[l]); backward Delta[l-1] = W[l]^T D[l] Delta[l], from Delta[L] = 1 to the
    gradient Delta[1]. A unit is marked dead where sigma'(z) = 0, and saturated where it is below 0.001; where
    a has rounded to 0 or 1 as well, a(1-a) would give 0. Holds the network in memory, nothing else.

    \b
    Examples:
      netgrad trace sample_nets/xor.yaml --x 0.1,0.2
      netgrad trace sample_nets/paper_2_2_3_2.yaml --x 0.5,0.6 --output 1 --json
      netgrad trace sample_nets/xor.yaml --x 0.1,0.2 --latex -
      netgrad trace sample_nets/paper_2_3_3_1.yaml --x 0.3,0.4 --html page.html
    """
    from netgrad.cli.points import one_point
    from netgrad.core import logits
    from netgrad.core.tracing import trace
    from netgrad.results.values import one_output
    from netgrad.show import steps as shown
    from netgrad.show.console import rendered
    from netgrad.show.table import DIGITS
    from netgrad.stream.json_lines import json_line
    from netgrad.stream.sinks import standard_output

    if as_json and (latex is not None or html is not None):
        raise UsageError("--json is an answer of its own: leave --latex and --html out")
    if latex is not None and latex == html:
        where = "standard output" if latex == "-" else visible(latex)
        raise UsageError(f"--latex and --html would both go to {where}: name another file")
    saved = network.load()
    net = logits.at(saved, at)
    k, point = one_output(net, logits.output_at(saved, at, output)), one_point(net, x)
    steps = trace(net, point, k)
    if latex is not None or html is not None:
        from netgrad.show.latex import document
        from netgrad.show.page import page

        if latex is not None:
            _write(network.path, latex, document(net, steps, k, point, digits))
        if html is not None:
            _write(network.path, html, page(net, k, point))
    elif as_json:
        standard_output(json_line(shown.record(net, steps, k, point)), network.path)
    else:
        digits = digits or (DIGITS if os.isatty(1) else None)
        standard_output(rendered(*shown.steps(net, steps, k, point, digits), colour=color), network.path)


def _write(network: str, path: str, text: str) -> None:
    """`text` to the file at `path`, which may not be the network."""
    from netgrad.files import file_at
    from netgrad.stream.sinks import open_sink

    with open_sink(path, [file_at(network)]) as write:
        write(text.encode())
