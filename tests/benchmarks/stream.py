"""Tables through netgrad as whole processes: against polars + torch, polars alone, and pandas + torch.

    pip install -e '.[bench]' && python tests/benchmarks/stream.py [--rows N] [--rounds N] [--large]

A network 8-16-16-1 of sigmoids is applied to CSV files with 8 columns of random numbers; value and gradient are
appended. Every run is a new process, from its start to its end, and writes to a file; the ways take turns. Ratios
are of the fastest runs, those of the medians stand beside them; on a busy machine look at the CPU time. A peer that
can be written in several ways counts with its fastest. --large adds the memory at 10 M rows: some minutes, and 5 GB
of disk.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from peers import SCRIPTS
from processes import Taken, fastest, in_turns, median, taken

SAMPLE = Path(__file__).parents[2] / "sample_nets" / "xor.yaml"
SIZES = (8, 16, 16, 1)
NETGRAD = (sys.executable, "-m", "netgrad")
START_UPS = 15
TRICKLES = 50


def line(what: str, found: str, wanted: str) -> None:
    print(f"{what:58}{found:>34}   {wanted}", flush=True)


def compared(what: str, own: list[Taken], peers: list[list[Taken]], wanted: str, inverse: bool = False) -> None:
    """A line with the ratio to the fastest peer: its time over netgrad's, or inversely."""
    peer = min(peers, key=fastest)
    ratios = [f(peer) / f(own) for f in (fastest, median)]
    if inverse:
        ratios = [1 / ratio for ratio in ratios]
    seconds = f"{fastest(own):.2f} s, {fastest(peer):.2f} s"
    line(what, f"{ratios[0]:.2f} ({ratios[1]:.2f})   {seconds:>16}", wanted)


def table(folder: Path, rows: int) -> Path:
    """A file with `rows` rows of eight columns, written in parts."""
    import polars as pl

    path = folder / f"{rows}.csv"
    rng = np.random.default_rng(2019)
    with open(path, "wb") as file:
        for first in range(0, rows, 100_000):
            X = rng.standard_normal((min(100_000, rows - first), SIZES[0]))
            frame = pl.DataFrame(X, schema=[f"x{k}" for k in range(1, SIZES[0] + 1)])
            frame.write_csv(file, include_header=first == 0)
    return path


def network(folder: Path) -> Path:
    rng = np.random.default_rng(1)
    path = folder / "net.npz"
    parts = {}
    for l, (k, n) in enumerate(pairwise(SIZES), start=2):
        parts[f"W{l}"], parts[f"b{l}"] = rng.standard_normal((n, k)) / np.sqrt(k), rng.standard_normal(n)
    np.savez(path, **parts)
    return path


def own(codec: str, net: Path, points: Path, out: Path) -> Callable[[], Taken]:
    return lambda: taken([*NETGRAD, "grad", str(net), str(points), "--format", "csv", "--codec", codec], out)


def script(text: str, net: Path, points: Path, out: Path) -> Callable[[], Taken]:
    return lambda: taken([sys.executable, "-c", text, str(net), str(points), str(out)], out)


def throughput(folder: Path, net: Path, rows: int, rounds: int) -> None:
    points, out = table(folder, rows), folder / "out.csv"
    ways = {"fast": own("compiled", net, points, out), "base": own("numpy", net, points, out)}
    ways |= {name: script(text, net, points, out) for name, text in SCRIPTS.items()}
    runs = in_turns(ways, rounds)
    for name, found in runs.items():
        cpu, peak = min(run.cpu for run in found), max(run.mebibytes for run in found)
        print(f"    {name:30}{fastest(found):7.2f} s   median{median(found):7.2f} s   CPU{cpu:7.2f} s{peak:8.0f} MiB")

    def of(peer: str) -> list[list[Taken]]:
        return [found for name, found in runs.items() if name == peer or name.startswith(f"{peer}, ")]

    print(f"\n{'whole processes':58}{'ratio (medians)  times':>34}   promise")
    compared(f"polars + torch / compiled codec, {rows:,} rows", runs["fast"], of("polars + torch"), "at least 2.5")
    compared("compiled codec / polars reads 8, writes 17", runs["fast"], of("polars"), "at most 1", inverse=True)
    compared(f"pandas + torch / base packages, {rows:,} rows", runs["base"], of("pandas + torch"), "at least 2")


def memory(folder: Path, net: Path, numbers: list[int]) -> None:
    out = folder / "out.csv"
    peaks: dict[str, list[float]] = {"compiled": [], "numpy": []}
    for rows in numbers:
        points = table(folder, rows)
        for codec, found in peaks.items():
            found.append(own(codec, net, points, out)().mebibytes)
        points.unlink()
    shown = " / ".join(f"{rows // 1000:,} k" for rows in numbers)
    for codec, found in peaks.items():
        more = f"{found[-1] - found[0]:+.0f}"
        line(
            f"peak memory, {codec} codec, MiB at {shown} rows",
            " / ".join(f"{peak:.0f}" for peak in found),
            f"{more}, at most +50 at 10 M",
        )


def start_up(folder: Path) -> None:
    out = folder / "out"
    runs = in_turns(
        {
            "netgrad": lambda: taken([*NETGRAD, "grad", str(SAMPLE), "--x", "0.1,0.2"], out),
            "numpy": lambda: taken([sys.executable, "-c", "import numpy"], out),
        },
        START_UPS,
    )
    compared("one point / import numpy", runs["netgrad"], [runs["numpy"]], "at most 1.25", inverse=True)


def trickle(net: Path) -> None:
    """Time from the writing of a row to the reading of its answer, rows coming one by one."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    argv = [*NETGRAD, "grad", str(net)]
    waits = []
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"x1,x2,x3,x4,x5,x6,x7,x8\n")
        header = b""
        while not header.endswith(b"\n"):
            header += process.stdout.read(1 << 16)
        for _ in range(TRICKLES):
            time.sleep(0.02)
            start = time.perf_counter()
            process.stdin.write(b"1,2,3,4,5,6,7,8\n")
            answer = b""
            while not answer.endswith(b"\n"):
                answer += process.stdout.read(1 << 16)
            waits.append(1e3 * (time.perf_counter() - start))
        process.stdin.close()
    found = f"{statistics.median(waits):.2f} / {max(waits):.2f} (first {waits[0]:.2f})"
    line(f"answer to one row in a pipe, ms, median / worst of {TRICKLES}", found, "first at most 50")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="memory at 10 M rows, too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        net = network(folder)
        throughput(folder, net, asked.rows, asked.rounds)
        memory(folder, net, [100_000, 1_000_000, *([10_000_000] if asked.large else [])])
        start_up(folder)
        trickle(net)


if __name__ == "__main__":
    main()
