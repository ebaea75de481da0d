"""The group of commands, and the single place where an error becomes a message and an exit code."""

import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from netgrad import __version__
from netgrad.cli.process import die_by, leave, prepare, say
from netgrad.errors import NetgradError, nearest, visible
from netgrad.signals import Interrupted

OF_POINTS = ("grad", "eval", "trace", "hess", "check", "sens", "loss", "attr", "plot")
COMMANDS = (*OF_POINTS, "info", "convert", "completion", "help")


class Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command from its own module, `cli/NAME.py`."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"netgrad.cli.{cmd_name}"), f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a did-you-mean."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"no such command {args[0]!r}{nearest(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="netgrad", message="%(prog)s %(version)s")
def netgrad() -> None:
    """Saved feed-forward networks and the gradient of their output with respect to the input.

    \b
    netgrad grad net.yaml --x 0.1,0.2        value and gradient at a point
    netgrad grad net.npz points.csv -o out.csv
    cat points.csv | netgrad eval net.npz | head
    """


def main() -> NoReturn:
    """Run the command line and leave the process with the code that the README documents."""
    prepare()
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except NetgradError as error:
        code = _fail(error.exit_code, str(error), has_place=error.file is not None)
    except click.ClickException as error:
        code = _fail(2, _usage(error))
    except BrokenPipeError:
        die_by(signal.SIGPIPE)
    except Interrupted as signalled:
        die_by(signalled.number)
    except MemoryError:
        code = _fail(1, "out of memory")
    except OSError as error:
        from netgrad.files import reason

        code = _fail(1, f"{error.filename or '<stdout>'}: {reason(error)}")
    leave(code)


def _run(args: list[str]) -> int:
    # Not click's own main: it turns EPIPE and Ctrl-C into exit code 1.
    if "_NETGRAD_COMPLETE" in os.environ:
        from click.shell_completion import shell_complete

        return shell_complete(netgrad, {}, "netgrad", "_NETGRAD_COMPLETE", os.environ["_NETGRAD_COMPLETE"])
    try:
        with netgrad.make_context("netgrad", args) as ctx:
            netgrad.invoke(ctx)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    return 0


def _usage(error: click.ClickException) -> str:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "netgrad"
    return f"{message.rstrip('.')} (see {path} --help)"


def _fail(code: int, message: str, has_place: bool = False) -> int:
    text = message if has_place or "\n" in message else f"netgrad: {visible(message)}"
    with suppress(OSError):  # the help, on a full disk
        sys.stdout.flush()
    say(text)
    return code
