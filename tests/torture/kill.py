"""Kill runs at random moments: the output must be the old file or the whole new one, with nothing beside it.

    python tests/torture/kill.py [--runs 200]

Each run writes a table over an older one, or where there was none, and gets SIGKILL, SIGTERM or SIGINT between its
start and a little after its usual end, by either codec. In every other run the system has no nameless files (O_TMPFILE), so that the
new file has a name from the start; SIGKILL may leave that one behind, and nothing else. A Ctrl-C before the first line
of the program runs is told by Python itself, and counted apart.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from shell import ROOT, environment

XOR = str(ROOT / "sample_nets" / "xor.yaml")
ROWS = 150_000
NAMED = "import os; del os.O_TMPFILE; "
MAIN = "import sys; sys.argv[0] = 'netgrad'; from netgrad.cli.main import main; main()"


def start(folder: Path, has_names: bool, codec: str = "numpy") -> "subprocess.Popen[bytes]":
    words = ["eval", XOR, "in.csv", "-c", "x1,x2", "-o", "out.csv", "--codec", codec]
    script = (NAMED if has_names else "") + MAIN
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", script, *words], cwd=folder, env=environment(), stderr=pipe)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    folder, rng = Path(tempfile.mkdtemp()), random.Random(4)
    table, out = folder / "in.csv", folder / "out.csv"
    table.write_text("id,x1,x2\n" + "".join(f"{i},{i % 9},0.{i}\n" for i in range(ROWS)))
    begun = time.monotonic()
    start(folder, False).wait()
    usual = time.monotonic() - begun
    whole = out.read_bytes()
    seen, torn = Counter[str](), 0
    for k in range(runs):
        for path in set(folder.iterdir()) - {table}:
            path.unlink()
        old = b"old\n" if rng.random() < 0.5 else None
        if old:
            out.write_bytes(old)
        number, has_names = rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]), k % 2 == 1
        process = start(folder, has_names, ("numpy", "compiled")[k // 2 % 2])
        time.sleep(rng.uniform(0, 1.2 * usual))
        process.send_signal(number)
        err = process.communicate()[1]
        left = {p.name for p in folder.iterdir()} - {"in.csv", "out.csv"}
        found = out.read_bytes() if out.exists() else None
        litter = left if not (has_names and number == signal.SIGKILL) else set()
        what = {whole: "new", old: "old"}.get(found, "TORN")
        is_early = number == signal.SIGINT and err.rstrip().endswith(b"KeyboardInterrupt")
        wrong = what == "TORN" or litter or not (is_early or (process.returncode in (0, -number) and not err))
        if wrong:
            torn += 1
            print(f"run {k}: {number.name} {what} {left} code {process.returncode} {err[-300:]!r}")
        words = [number.name, what, "with a name" * has_names, "litter" * bool(left), "early" * is_early]
        seen[" ".join(filter(None, words))] += 1
    for what, count in sorted(seen.items()):
        print(f"{count:5} {what}")
    print(f"{runs} runs, usual time {usual:.2f} s, {torn} wrong")
    return bool(torn)


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    raise SystemExit(main())
