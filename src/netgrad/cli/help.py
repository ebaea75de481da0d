"""`netgrad help`."""

import click

from netgrad.cli.commands import Command


@click.command("help", cls=Command, short_help="Help of a command.")
@click.argument("command", required=False)
def help_command(command: str | None) -> None:
    """Print the help of COMMAND, as netgrad COMMAND --help does; without one, that of netgrad.

    \b
    Example:
      netgrad help grad
    """
    root = click.get_current_context().find_root()
    group = root.command
    assert isinstance(group, click.Group)
    if command is None:
        click.echo(group.get_help(root))
        return
    name, found, _ = group.resolve_command(root, [command])
    assert found is not None
    click.echo(found.get_help(found.context_class(found, info_name=name, parent=root)))
