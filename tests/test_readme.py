"""The README and the help are run, not believed."""

import os
import re
import shutil
from pathlib import Path

import click
import pytest
import shell

from netgrad.cli.main import COMMANDS, netgrad

PATH = shell.ROOT / "README.md"
README = PATH.read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=[block.splitlines()[0] for block in BLOCKS])
def test_a_console_block_shows_what_a_terminal_shows(block: str, tmp_path: Path) -> None:
    shutil.copytree(shell.ROOT / "sample_nets", tmp_path / "sample_nets")
    shown = "".join(_session(line[2:], tmp_path) for line in block.splitlines() if line.startswith("$ "))
    if os.environ.get("REWRITE_README"):
        PATH.write_text(PATH.read_text().replace(f"```console\n{block}```", f"```console\n{shown}```"))
    else:
        assert shell.same(shown, block), shown


def _session(command: str, cwd: Path) -> str:
    return f"$ {command}\n{shell.terminal(command, cwd=cwd, NO_COLOR='1').out}"


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
        notes = [line for line in ran.err.splitlines() if " outside the scaling's range, " not in line]
        assert (notes, ran.code) == ([], 0)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    options = [p for p in command(name).params if isinstance(p, click.Option)]
    assert [o.name for o in options if not o.help] == []
