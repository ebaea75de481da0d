"""The first use of compiled loops on a machine: the same bytes at once, and loops for those who come later."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
import shell

from netgrad.compiled import files
from netgrad.tables.codecs import PAYS

pytestmark = [pytest.mark.slow, pytest.mark.skipif(files.absence() != "", reason=files.absence())]
LINE = (
    "0.{:018d},-1.5e-3," + "x" * 250 + "\n"
)  # so many bytes that the text pays, so few rows that the network does not


@pytest.fixture(scope="module")
def points(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("first") / "points.csv"
    lines = "".join(LINE.format(k) for k in np.random.default_rng(3).integers(0, 10**18, 5000).tolist())
    path.write_text("x1,x2,t\n" + lines * (PAYS // len(lines) + 1))
    return path


def answers(points: Path, out: str, codec: str = "auto", **env: str) -> bytes:
    command = f"netgrad eval sample_nets/xor.yaml {points} -c 1-2 --codec {codec} -o {points.parent / out}"
    done = shell.run(command, **env)
    assert (done.code, done.err) == (0, "")
    return (points.parent / out).read_bytes()


def test_the_first_user_waits_for_no_compiler_and_the_second_has_loops(points, tmp_path):
    cache = tmp_path / "cache"
    wanted = answers(points, "numpy.csv", "numpy")
    assert answers(points, "first.csv", NUMBA_CACHE_DIR=str(cache)) == wanted
    for _ in range(600):
        if any(name.endswith(".loops") for name in os.listdir(cache)):
            break
        time.sleep(0.2)
    else:
        pytest.fail(f"nothing was compiled: {os.listdir(cache)}")
    assert answers(points, "second.csv", "compiled", NUMBA_CACHE_DIR=str(cache)) == wanted


def test_a_missing_home_and_a_folder_that_cannot_be_written_are_no_error(points):
    env = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/proc/none", "NUMBA_CACHE_DIR": "/dev/null"}
    assert answers(points, "third.csv", **env) == answers(points, "numpy.csv", "numpy")
