"""The commands' own kind: options under headings in the help, and hints where a slip is a common one."""

import os
from collections.abc import Iterator
from itertools import pairwise

import click

from netgrad.errors import UsageError, visible

NETWORK, POINTS, RESULTS, RUN = "Network", "Points", "Results", "Run"
OWN = "Of this command"
HEADINGS = {
    **dict.fromkeys(("activation", "output_activation", "layout", "order", "key"), NETWORK),
    **dict.fromkeys(
        ("x", "fixed", "columns", "header", "delimiter", "decimal", "comment", "encoding", "target", "classes"), POINTS
    ),
    **dict.fromkeys(("input_format", "bad_rows", "rejects", "range_check"), POINTS),
    **dict.fromkeys(("output", "at", "format", "out", "digits", "rows", "color", "keep", "prefix", "as_json"), RESULTS),
    **dict.fromkeys(("codec", "dtype", "jobs", "cluster", "split", "quiet"), RUN),
}
ARGS = "netgrad.args"  # in the context's meta: the arguments as they were typed
FEW = 8  # options that need no headings
OUTPUT_FILE = ("--output-file", "--output-path", "--outfile", "--out-file", "--outputfile", "--file")


class Command(click.Command):
    """A command with its own options first in the help, then those that it shares, by what they are about."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A section for each heading that has an option; one for all where they are few."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        own = OWN if len(options) > FEW else "Options"
        sections: dict[str, list[tuple[str, str]]] = {heading: [] for heading in (own, NETWORK, POINTS, RESULTS, RUN)}
        for option in options:
            heading = RUN if "--help" in option.opts else HEADINGS.get(option.name or "", OWN)
            record = option.get_help_record(ctx)
            if record is not None:
                sections[heading if len(options) > FEW else own].append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records, col_max=24)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with hints.

        Raises
        ------
        UsageError
            The numbers of a point stand apart.
        click.UsageError
            As click does.
        """
        if not ctx.resilient_parsing:
            _check_together(args)
        ctx.meta[ARGS] = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if _means_out(error.option_name) and any(param.name == "out" for param in self.params):
                hint = f"no such option {error.option_name}: -o FILE is where results go"
                raise click.UsageError(hint, ctx) from None
            raise


def _means_out(option: str) -> bool:
    from difflib import get_close_matches

    return bool(get_close_matches(option, OUTPUT_FILE, 1, cutoff=0.9))


def _check_together(args: list[str]) -> None:
    """Raise UsageError where the numbers of a point are arguments of their own, as in --x 0.1 0.2."""
    for (option, x), more in zip(pairwise(args), _tails(args), strict=False):
        if option == "--":
            return
        if option in ("-x", "--x") and _is_number(x) and more:
            point = ",".join((x, *more))
            raise UsageError(f"the numbers of a point go together, with commas: --x {visible(point)}")


def _tails(args: list[str]) -> Iterator[list[str]]:
    """Numbers behind each argument and the next that are no files."""
    for i in range(2, len(args) + 1):
        stop = next((k for k in range(i, len(args)) if not _is_number(args[k]) or os.path.exists(args[k])), len(args))
        yield args[i:stop]


def _is_number(text: str) -> bool:
    from netgrad.numerals.number import NUMBER

    return NUMBER.fullmatch(text) is not None
