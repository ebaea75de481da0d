"""What starts with the program: no module that the command does not need, as far as numpy allows."""

import subprocess
import sys

import pytest
import shell

pytestmark = pytest.mark.slow  # processes


def imported(*args):
    """Modules that `python ARGS` imports."""
    command = [sys.executable, "-X", "importtime", *args]
    pipes = {"stdin": subprocess.DEVNULL, "capture_output": True}
    done = subprocess.run(command, cwd=shell.ROOT, env=shell.environment(), check=True, timeout=60, **pipes)
    lines = done.stderr.decode().splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["grad", "--help"], ["completion", "bash"]])
def test_help_needs_neither_numpy_nor_yaml_nor_rich(args):
    found = imported("-m", "netgrad", *args)
    assert "click" in found
    assert {name for name in found if name.split(".")[0] in ("numpy", "yaml", "rich")} == set()


def heavy(found):
    """Modules that take their time, and that a point does not need."""
    return found & {
        "rich", "rich.console", "json", "asyncio", "concurrent.futures", "concurrent.futures.thread", "multiprocessing",
        "logging", "unittest", "http", "ssl", "socket", "email", "importlib.metadata", "inspect", "zipfile", "hashlib",
        "decimal", "fractions", "csv", "gzip", "bz2", "lzma", "tempfile", "difflib", "numpy.ma", "numpy.random",
        "numba", "llvmlite", "llvmlite.binding", "pandas", "scipy", "torch",
    }  # fmt: skip


def test_a_small_file_imports_no_compiler():
    found = imported("-m", "netgrad", "grad", "sample_nets/breast_cancer.npz", "sample_nets/breast_cancer.csv", "-q")
    assert {name.split(".")[0] for name in found} & {"numba", "llvmlite"} == set()


@pytest.mark.parametrize("command", ["grad", "eval"])
def test_a_point_into_a_pipe_imports_little_beyond_numpy(command):
    by_numpy = imported("-c", "import numpy")
    found = imported("-m", "netgrad", command, "sample_nets/xor.yaml", "--x", "0.1,0.2")
    assert "numpy" in found
    assert heavy(found - by_numpy) == set()
