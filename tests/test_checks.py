"""Lint, format and types, as anyone can run them."""

import subprocess
import sys

import pytest
import shell


@pytest.mark.parametrize(
    "check",
    [
        ["ruff", "check", "src", "tests", "sample_nets"],
        ["ruff", "format", "--check", "src", "tests", "sample_nets"],
        ["mypy"],
    ],
    ids=" ".join,
)
def test_check_has_nothing_to_say(check: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *check], cwd=shell.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
