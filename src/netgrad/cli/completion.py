"""`netgrad completion`."""

import click

from netgrad.cli.commands import Command


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
