"""What whole processes need: time, CPU and memory."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Taken(NamedTuple):
    """What a process needed."""

    seconds: float
    cpu: float  # seconds of all cores
    mebibytes: float  # at its peak


def taken(argv: list[str], out: Path) -> Taken:
    """Run a process from its start to its end, its standard output in the file `out`."""
    with open(out, "wb") as file:
        start = time.perf_counter()
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed with {process.returncode}: {' '.join(argv)[:300]}")
    cpu = usage.ru_utime + usage.ru_stime
    return Taken(seconds, cpu, usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def in_turns(ways: dict[str, Callable[[], Taken]], rounds: int) -> dict[str, list[Taken]]:
    """What each way needed, `rounds` times."""
    runs: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            runs[name].append(way())
    return runs


def fastest(runs: list[Taken]) -> float:
    return min(run.seconds for run in runs)


def median(runs: list[Taken]) -> float:
    return statistics.median(run.seconds for run in runs)
