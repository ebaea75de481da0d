"""The README and the help are run, not believed."""

import re
import shutil
from pathlib import Path

import click
import pytest
import shell

from netgrad.cli.main import COMMANDS, netgrad

README = (shell.ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SESSIONS = [
    (block.strip().splitlines()[0], steps)
    for block in BLOCKS
    if (steps := re.findall(r"^\$ (.*(?:\\\n.*)*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE))
]


@pytest.mark.parametrize("steps", [s for _, s in SESSIONS], ids=[first for first, _ in SESSIONS])
def test_a_console_block_shows_what_a_terminal_shows(steps: list[tuple[str, str]], tmp_path: Path) -> None:
    shutil.copytree(shell.ROOT / "sample_nets", tmp_path / "sample_nets")
    for command, expected in steps:
        assert shell.terminal(command, cwd=tmp_path, NO_COLOR="1").out.rstrip() == expected.rstrip()


@pytest.mark.parametrize("block", re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
def test_a_python_block_is_a_doctest(block: str) -> None:
    import doctest

    example = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_ci_runs_the_command_of_the_readme() -> None:
    (command,) = re.findall(r"^python3 -m venv .*pytest.*$", README, re.MULTILINE)
    assert command in (shell.ROOT / ".ci" / "run").read_text()


def command(name: str) -> click.Command:
    found = netgrad.get_command(click.Context(netgrad), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_has_examples_that_run(name: str, tmp_path: Path) -> None:
    assert f"netgrad {name}" in README
    (tmp_path / "sample_nets").symlink_to(shell.ROOT / "sample_nets")
    examples = re.findall(r"^ +(?:\S+ \| )?(netgrad .*)$", command(name).help or "", re.MULTILINE)
    assert examples
    for example in examples:
        ran = shell.run(re.sub(r"> ~/.*", "> script", example), cwd=tmp_path)
        assert (ran.err, ran.code) == ("", 0)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    options = [p for p in command(name).params if isinstance(p, click.Option)]
    assert [o.name for o in options if not o.help] == []
