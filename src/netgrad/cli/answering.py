"""Commands that answer every point: from a request to its answers, in its format, where it says."""

import os
from contextlib import closing

from netgrad.cli.clustering import output, running
from netgrad.cli.points import check_rejects, inputs_of, points_of, say_left_out, told
from netgrad.cli.request import Request
from netgrad.core.network import Network
from netgrad.results.values import Results
from netgrad.stream.engine import Tally, answers
from netgrad.stream.forms import form_called, form_of_file
from netgrad.stream.tasks import Task
from netgrad.stream.writers import Form
from netgrad.tables.codecs import Codec
from netgrad.tables.targets import Target


def apply(net: Network, results: Results, request: Request, target: Target | None = None) -> Tally:
    """Write `results` at the points of the request, in its format, to where it says."""
    name = format_of(request)
    points = points_of(net, request, target)
    check_rejects(request)
    form, terminal = _form(name, results, request, points.codec), _on_terminal(request)
    with (
        output(request, inputs_of(request, points), form) as (put, sink),
        running(points, request, sink) as points,
        told(points, request, terminal) as points,
    ):
        task = Task(points.codec, points.policy, results.f, form.encode, results.note, results.hidden, form.most)
        with closing(answers(points, task)) as found:
            form.write(found, put)
    say_left_out(points, request)
    return points.tally


def _on_terminal(request: Request) -> bool:
    """True where the results go to the terminal, where a progress bar would stand among them."""
    return request.out in (None, "-") and os.isatty(1)


def format_of(request: Request) -> str | None:
    """The format asked for, or that of the file; None means CSV with the delimiter of the input.

    Raises
    ------
    UsageError
        The file's suffix says nothing, or something else than what is asked for.
    """
    if request.out not in (None, "-"):
        return form_of_file(request.out or "", request.format)
    return request.format or ("table" if os.isatty(1) else None)


def _form(name: str | None, results: Results, request: Request, codec: Codec) -> Form:
    if name != "table":
        return form_called(name, results.names, request.digits, codec)
    from netgrad.show.first_rows import table_form

    return table_form(results, request.digits, request.color, request.rows)
