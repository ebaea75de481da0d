"""What a run takes of memory, as the system counts it."""

import os
import subprocess

import pytest
from shell import BIN, ROOT, environment

pytestmark = pytest.mark.slow

MEBIBYTE = 1 << 10  # in units of ru_maxrss on Linux
XOR = str(ROOT / "sample_nets" / "xor.yaml")


def peak(points, out):
    """MiB that `netgrad grad` takes at most."""
    words = [f"{BIN}/netgrad", "grad", XOR, str(points), "-o", str(out), "--codec", "numpy"]
    process = subprocess.Popen(words, env=environment())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / MEBIBYTE


def test_ten_times_the_rows_take_no_more_memory(tmp_path):
    rows = "".join(f"0.{i},-{i}.25\n" for i in range(50_000))
    (tmp_path / "few.csv").write_text(rows)
    (tmp_path / "many.csv").write_text(10 * rows)
    few, many = (peak(tmp_path / name, tmp_path / "out.csv") for name in ("few.csv", "many.csv"))
    assert many < few + 50  # pieces on every core, and what the allocator keeps
