"""The README, the other pages and the help are run, not believed."""

import doctest
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import shell
from test_bare_install import BARE

from netgrad import __all__ as public
from netgrad.cli.main import COMMANDS, netgrad

PAGES = [
    "README.md",
    "sample_nets/README.md",
    "sample_nets/library.md",
    "sample_nets/losses.md",
    "sample_nets/clusters.md",
    "sample_nets/tables.md",
    "tests/benchmarks/README.md",
    ".github/CONTRIBUTING.md",
    ".github/CHANGELOG.md",
]
README = (shell.ROOT / "README.md").read_text("utf-8")

pytestmark = pytest.mark.slow


def blocks(language: str) -> list[Any]:
    """A page and one of its blocks, for each block of all pages, named by its first line."""
    found = []
    for page in PAGES:
        text = (shell.ROOT / page).read_text("utf-8")
        for block in re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            found.append(pytest.param(page, block, id=f"{page} {block.splitlines()[0]}"))
    return found


@pytest.mark.parametrize(("page", "block"), blocks("console"))
def test_a_console_block_shows_what_a_terminal_shows(page: str, block: str, tmp_path: Path) -> None:
    shutil.copytree(shell.ROOT / "sample_nets", tmp_path / "sample_nets")
    path = f"{_bare(tmp_path)}:{os.environ['PATH']}" if page == "README.md" else f"{shell.BIN}:{os.environ['PATH']}"
    shown = "".join(_session(line[2:], tmp_path, path) for line in block.splitlines() if line.startswith("$ "))
    if os.environ.get("REWRITE_PAGES"):
        file = shell.ROOT / page
        file.write_text(file.read_text("utf-8").replace(f"```console\n{block}```", f"```console\n{shown}```"), "utf-8")
    else:
        assert shell.same(shown, block), shown


def _bare(folder: Path) -> Path:
    """A folder with a netgrad that has no extras: what the README's install command gives."""
    command = folder / ".bin" / "netgrad"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\n{BARE}")
    command.chmod(0o755)
    return command.parent


def _session(command: str, cwd: Path, path: str) -> str:
    return f"$ {command}\n{shell.terminal(command, cwd=cwd, NO_COLOR='1', PATH=path).out}"


@pytest.mark.parametrize("page", PAGES)
def test_python_blocks_of_a_page_are_a_doctest(page: str) -> None:
    text = "\n".join(param.values[1] for param in blocks("python") if param.values[0] == page)
    example = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_repository_lead_somewhere(page: str) -> None:
    text = (shell.ROOT / page).read_text("utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, heading = link.partition("#")
        target = (shell.ROOT / page).parent / path if path else shell.ROOT / page
        assert target.exists(), link
        headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {title.lower().replace(" ", "-").rstrip("?") for title in headings}, link


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


def test_every_public_name_is_on_the_page_of_the_library() -> None:
    words = set(re.findall(r"\w+", (shell.ROOT / "sample_nets" / "library.md").read_text("utf-8")))
    assert [name for name in public if name not in words] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    options = [p for p in command(name).params if isinstance(p, click.Option)]
    assert [o.name for o in options if not o.help] == []
