"""The command, thousands of times under load: every run of every way to ask gives the same bytes as the first.

    python tests/torture/stress.py [--runs 3000] [--together 6] [--seed 0]

The sample networks and random ones answer their points from a file, through a pipe that trickles, with -j 1 and 2,
with both codecs, into a file, and in a terminal, so many processes at a time. Within a way to ask, all answers must be
equal to the last byte; all CSV of a question must be, whatever the way; and a table in a terminal has the numbers of
the CSV.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from nets import random_net, random_points
from shell import BIN, ROOT, environment, terminal

import netgrad

NETGRAD = f"{BIN}/netgrad"
SHAPES = [(2, 3, 2, 1), (8, 64, 64, 1), (30, 100, 96, 1), (5, 7, 3), (1, 1), (64, 200, 1)]
COMMANDS = ["eval", "grad", "grad --along {v}", "grad --bounds", "hess", "attr", "sens --json"]
NAMES = {"out": count()}


class Question(NamedTuple):
    net: str
    points: str
    words: str


class Way(NamedTuple):
    name: str
    kind: str  # those of one kind have the same answer
    line: str  # of the shell; {ask} is the command, {net} {points}


WAYS = [
    Way("file", "csv", "{ask} {net} {points}"),
    Way("-j 1", "csv", "{ask} {net} {points} -j 1"),
    Way("-j 2", "csv", "{ask} {net} {points} -j 2"),
    Way("numpy", "csv", "{ask} {net} {points} --codec numpy"),
    Way("compiled", "csv", "{ask} {net} {points} --codec compiled"),
    Way("pipe", "csv", "cat {points} | {ask} {net}"),
    Way("trickle", "csv", "{trickle} | {ask} {net}"),
    Way("-o", "csv", "{ask} {net} {points} -o {out} && cat {out}; rm -f {out}"),
    Way("jsonl", "jsonl", "{ask} {net} {points} --format jsonl"),
    Way("table", "table", "{ask} {net} {points} --format table --digits 17 --rows 100"),
    Way("terminal", "terminal", "{ask} {net} {points} -q --digits 17 --rows 60"),
]
TRICKLE = """
import pathlib, random, sys, time
data = pathlib.Path(sys.argv[1]).read_bytes()
while data:
    n = random.choice([1, 7, 100, 5000, 70000])
    sys.stdout.buffer.write(data[:n])
    sys.stdout.buffer.flush()
    data = data[n:]
    time.sleep(random.choice([0, 0, 0.001, 0.01]))
"""


def questions(folder: Path) -> list[Question]:
    samples = ROOT / "sample_nets"
    found = [
        Question(str(samples / "breast_cancer.npz"), str(samples / "breast_cancer.csv"), c) for c in ("grad", "eval")
    ]
    (folder / "trickle.py").write_text(TRICKLE)
    for k, shape in enumerate(SHAPES):
        net, m = random_net(shape, 2.0, k, "tanh" if k % 2 else "sigmoid"), 3000 if max(shape) < 50 else 700
        netgrad.save(net, folder / f"{k}.npz")
        np.savetxt(folder / f"{k}.csv", random_points(m, shape[0], k), delimiter=",", fmt="%.17g")
        np.savetxt(folder / f"{k}.few.csv", random_points(25, shape[0], k), delimiter=",", fmt="%.17g")
        for command in COMMANDS:
            some = "few." if command in ("attr", "grad --bounds", "hess") else ""
            if len(command.split()) == 1 and shape[0] > 9 and command in ("hess", "attr"):
                continue
            words = command.format(v=",".join(["1"] * shape[0])) + (" --output 2" if shape[-1] > 1 else "")
            found.append(Question(str(folder / f"{k}.npz"), str(folder / f"{k}.{some}csv"), words))
    return found


def answer(question: Question, way: Way, folder: Path) -> bytes:
    words = {"ask": f"{NETGRAD} {question.words}", "net": question.net, "points": question.points}
    words["out"] = str(folder / f"out{next(NAMES['out'])}.csv")
    words["trickle"] = f"{sys.executable} {folder / 'trickle.py'} {question.points}"
    line = "set -o pipefail; " + way.line.format(**words)
    if way.kind == "terminal":
        ran = terminal(line, width=200)
        return f"{ran.code} {ran.out}".encode()
    done = subprocess.run(["bash", "-c", line], capture_output=True, env=environment(), timeout=300, check=False)
    return b"%d " % done.returncode + done.stdout + done.stderr.replace(question.points.encode(), b"<stdin>")


def ways_of(question: Question) -> Iterator[Way]:
    for way in WAYS:
        if "sens" not in question.words or (way.kind == "csv" and way.name != "-o"):
            yield way


def numbers_differ(csv: bytes, table: bytes) -> bool:
    """Whether rows of a table, side by side or one value a line, have numbers that the CSV has not."""
    cells = set(csv.decode().replace("\n", ",").split(","))
    words = [word for line in table.decode().splitlines() for word in line.split() if "." in word]
    return any(word not in cells and repr(float(word)) not in cells for word in words if word[-1].isdigit())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--together", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    said = parser.parse_args()
    folder, rng, begun = Path(tempfile.mkdtemp()), random.Random(said.seed), time.monotonic()
    asked = [(question, way) for question in questions(folder) for way in ways_of(question)]
    runs = asked + rng.choices(asked, k=max(0, said.runs - len(asked)))
    first: dict[tuple[Question, str], tuple[str, bytes]] = {}
    seen, wrong = Counter[str](), 0
    with ThreadPoolExecutor(said.together) as pool:
        answers = pool.map(lambda pair: answer(*pair, folder), runs)
        for (question, way), got in zip(runs, answers, strict=True):
            seen[way.name] += 1
            name, whole = first.setdefault((question, way.kind), (way.name, got))
            if got != whole or not got.startswith(b"0 "):
                wrong += 1
                kept = folder / f"find{wrong}"
                kept.write_bytes(got)
                print(
                    f"FIND {question} by {way.name} is not as by {name}: {kept} {sha256(whole).hexdigest()[:8]}",
                    flush=True,
                )
    for (question, kind), (_, whole) in first.items():
        if kind == "terminal" and "bounds" not in question.words:
            wrong += numbers_differ(first[question, "csv"][1], whole)
    print(", ".join(f"{number} {what}" for what, number in seen.most_common()))
    print(f"{len(runs)} runs of {len(asked)} ways in {time.monotonic() - begun:.0f} s, {wrong} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
