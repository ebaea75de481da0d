"""The same command on a scheduler with two workers on loopback, and on two threads: CPU seconds, and the same bytes.

    python tests/benchmarks/cluster.py [GIGABYTES]

Then a model of more cores, by discrete events, with what was measured.
"""

import filecmp
import heapq
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
from distributed import Client
from processes import taken

TASKS = 2000  # empty ones, for the scheduler's time
ROWS = 50_000  # that are different
BYTES = 10e12  # of the model's input
NETWORK = 1.25e9 / 8  # bytes a second of a core: 10 Gbit/s for 8 cores
LATENCY = 0.15  # seconds of a task, for the first byte in and the last one out of an object store


class Measured(NamedTuple):
    """What the model needs."""

    rate: float  # bytes of input in a second of a core
    out: float  # bytes of output for one of input
    scheduler: float  # seconds of a task
    driver: float


def main(gigabytes: float) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as (file, processes):
        folder = Path(name)
        size = make(folder, gigabytes)
        found = {what: compared(folder, file, processes, what, size) for what in ("grad", "sens")}
        rate, out = found["grad"]
        model(Measured(rate, out, *each_task(file, processes)))


def make(folder: Path, gigabytes: float) -> int:
    """A network of 8-16-16-1 and a table for it; returns the size of the table."""
    draw = np.random.default_rng(1)
    arrays = {"activation": np.array("sigmoid")}
    for l, (n, m) in enumerate([(16, 8), (16, 16), (1, 16)], start=2):
        arrays |= {f"W{l}": draw.standard_normal((n, m)), f"b{l}": draw.standard_normal(n)}
    np.savez(folder / "net.npz", **arrays)
    rows = draw.standard_normal((ROWS, 8)) * 10
    block = "".join(",".join(f"{x:.16g}" for x in row) + "\n" for row in rows.tolist()).encode()
    with open(folder / "points.csv", "wb") as file:
        file.write(b"x1,x2,x3,x4,x5,x6,x7,x8\n")
        while file.tell() < gigabytes * 1e9:
            file.write(block)
        return file.tell()


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """A scheduler and two workers: where they are, and their processes."""
    file, found = str(folder / "scheduler.json"), []
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}

    def start(what: str, *args: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", file, *args]
        found.append(psutil.Popen([*command, "--no-dashboard"], env=environment, stderr=subprocess.DEVNULL))

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0")
        for _ in range(2):
            start("worker", "--nthreads", "1", "--no-nanny")
        while not os.path.exists(file):
            time.sleep(0.1)
        with Client(scheduler_file=file) as client:
            client.wait_for_workers(2, timeout=60)
        yield file, found
    finally:
        for process in found:
            process.kill()
            process.wait()


def cpu(processes: list[psutil.Process]) -> np.ndarray:
    """CPU seconds of each until now."""
    return np.array([sum(process.cpu_times()[:2]) for process in processes])


def idling(processes: list[psutil.Process], seconds: float = 5.0) -> float:
    """CPU seconds in a second of the processes when they have nothing to do."""
    before = cpu(processes)
    time.sleep(seconds)
    return float((cpu(processes) - before).sum()) / seconds


def compared(folder: Path, file: str, processes: list[psutil.Process], what: str, size: int) -> tuple[float, float]:
    """Run one command in both ways; returns bytes in a second of a core, and bytes out for one in."""
    form = "json" if what == "sens" else "csv"
    command = [sys.executable, "-m", "netgrad", what, f"{folder}/net.npz", f"{folder}/points.csv", "--format", form]
    here = taken([*command, "-o", f"{folder}/here", "-j", "2"], folder / "log")
    print(f"{what} of {size / 1e9:.2f} GB, -j 2: {here.seconds:.1f} s, CPU {here.cpu:.1f} s, {here.mebibytes:.0f} MiB")
    idle = idling(processes)
    for out in ("there", "there/") if what == "grad" else ("there",):
        before = cpu(processes)
        driver = taken([*command, "-o", f"{folder}/{out}", "--cluster", file], folder / "log")
        scheduler, *workers = cpu(processes) - before
        total, waiting = driver.cpu + scheduler + sum(workers), idle * driver.seconds
        ratio, busy = total / here.cpu, (total - waiting) / here.cpu
        print(
            f"  two workers, -o {out}: {driver.seconds:.1f} s, CPU {total:.1f} s, {ratio:.2f} times, {busy:.2f} without"
        )
        print(
            f"    the {waiting:.1f} s that idle processes take in that time; workers {sum(workers):.1f}, driver",
            end=" ",
        )
        print(
            f"{driver.cpu:.1f}, scheduler {scheduler:.1f}; driver {driver.mebibytes:.0f} MiB; the same bytes:", end=" "
        )
        print(is_same(folder / "here", folder / "there"), flush=True)
        shutil.move(folder / "there", folder / f"seen-{what}-{len(os.listdir(folder))}")
    return size / here.cpu, os.path.getsize(folder / "here") / size


def is_same(here: Path, there: Path) -> bool:
    """Whether a file, or the files of a folder without their headers, have the same bytes."""
    if there.is_file():
        return filecmp.cmp(here, there, False)
    with open(here, "rb") as whole:
        head = whole.readline()
        for path in sorted(there.glob("part-*")):
            part = path.read_bytes()
            if not part.startswith(head) or whole.read(len(part) - len(head)) != part[len(head) :]:
                return False
        return not whole.read(1)


def each_task(file: str, processes: list[psutil.Process]) -> tuple[float, float]:
    """CPU seconds that an empty task takes of the scheduler and of its client."""
    with Client(scheduler_file=file) as client:
        before, own = cpu(processes[:1]), time.process_time()
        client.gather([client.submit(int, k, pure=False) for k in range(TASKS)])
        scheduler, driver = float((cpu(processes[:1]) - before)[0]) / TASKS, (time.process_time() - own) / TASKS
    print(f"an empty task: scheduler {1e3 * scheduler:.2f} ms, client {1e3 * driver:.2f} ms")
    return scheduler, driver


def model(it: Measured) -> None:
    """Hours for the model's input on more cores, and what is busy then."""
    print(f"\nmodel of {BYTES / 1e12:.0f} TB: {it.rate / 1e6:.0f} MB/s a core, {it.out:.2f} bytes out for one in")
    print("cores   split MB    tasks   hours: to a store  through the driver  sums   efficiency  scheduler busy")
    for cores in (10, 100, 1000):
        for split in (64e6, 256e6, 1024e6):
            store, efficiency, busy = simulated(it, cores, split, it.out)
            piped = max(store, BYTES * it.out / (8 * NETWORK) / 3600)
            sums, _, _ = simulated(it, cores, split, 0)
            row = f"{cores:5} {split / 1e6:10.0f} {BYTES / split:8.0f} {store:20.2f} {piped:19.2f} {sums:5.2f}"
            print(f"{row} {efficiency:11.0%} {busy:15.0%}")


def simulated(it: Measured, cores: int, split: float, out: float) -> tuple[float, float, float]:
    """Hours; share of the cores' time that is work; share of the scheduler's."""
    draw, n = random.Random(0), int(BYTES / split)
    work = max(split / it.rate, split * (1 + out) / NETWORK) + LATENCY
    free, scheduler, end, busy = [0.0] * cores, 0.0, 0.0, 0.0
    for _ in range(n):
        scheduler = max(scheduler, heapq.heappop(free)) + it.scheduler + it.driver  # one process after the other
        took = work * max(0.5, draw.gauss(1, 0.15))
        heapq.heappush(free, scheduler + took)
        busy, end = busy + took, max(end, scheduler + took)
    return end / 3600, busy / cores / end, n * it.scheduler / end


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
