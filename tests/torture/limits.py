"""Hostile and odd tables against the promises of the README: 10 s of a processor and 300 MB, whatever comes.

    python tests/torture/limits.py [--only WORD ...] [--size MIB] [--full]

Every table goes through every kind of command, both codecs and every policy for bad rows (`--full`; else through a
choice of them). Printed are the tables' worst time and peak of resident memory; the code is 1 where one is over the
limits, the run does not end, or what is said is not one line. Where bad rows are left out, and where there are none,
time is limited only by PATIENCE, since all is read.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from shell import BIN, environment

SECONDS, MEGABYTES, PATIENCE = 10, 300, 100
NET = "layers:\n  - W: [[1{zeros}]]\n    b: [0]\n"
COMMANDS = {
    "eval": ["eval"],
    "grad": ["grad"],
    "grad jsonl": ["grad", "--format", "jsonl"],
    "attr": ["attr"],
    "sens": ["sens"],
    "plot": ["plot", "--format", "csv", "--over", "1", "--range", "0:1"],
    "table": ["eval", "--format", "table"],
}
FEW = {("grad", "numpy", "fail"), ("grad", "compiled", "skip")}
POLICIES, CODECS = ("fail", "skip", "nan"), ("numpy", "compiled")

Parts = Iterator[bytes]


class Table(NamedTuple):
    """A hostile table: what it holds, in parts of some MiB at most, and options that go with it."""

    parts: Callable[[int], Parts]  # of about so many MiB
    inputs: int = 1
    options: tuple[str, ...] = ()
    is_sound: bool = False  # all of it is answered, and only memory is limited


class Run(NamedTuple):
    """What a command took."""

    seconds: float
    megabytes: float
    code: int
    err: bytes

    @property
    def is_ended(self) -> bool:
        """Whether it ended by itself."""
        return self.code >= 0


def filled(*parts: bytes | tuple[bytes, float]) -> Callable[[int], Parts]:
    """Parts as they are, and pairs of a text and a share of the size that it fills."""

    def made(size: int) -> Parts:
        for part in parts:
            if isinstance(part, bytes):
                yield part
                continue
            text, share = part
            block = text * max(1, (1 << 20) // len(text))
            for _ in range(max(1, round(size * share))):
                yield block

    return made


TABLES = {
    "an error, then blank lines": Table(filled(b"x\nno\n", (b"\n", 1 / 8))),
    "an error, then rows": Table(filled(b"x\nno\n", (b"1\n", 1))),
    "an error, then faulty rows": Table(filled(b"x\nno\n", (b"no\n", 1 / 12))),
    "ragged rows": Table(filled(b"x\n", (b"1,2\n", 1 / 8))),
    "carriage returns alone": Table(filled(b"x\r1\r", (b"1\r", 3))),
    "a header, then carriage returns": Table(filled(b"x\n", (b"1\r", 3))),
    "carriage returns between lines": Table(filled(b"x\n", (b"1\r" * 9 + b"\n", 1 / 4))),
    "zeros": Table(filled((b"\0", 3))),
    "a header, then zeros": Table(filled(b"x\n", (b"\0", 3))),
    "zeros in lines": Table(filled(b"x\n", (b"\0\n", 1 / 12))),
    "a long cell": Table(filled(b"x,y\n1,", (b"a", 15 / 8), b"\n2,b\n"), options=("-c", "x")),
    "a long cell in quotes": Table(filled(b'x,y\n1,"', (b"a\n", 15 / 8), b'"\n2,b\n'), options=("-c", "x")),
    "a long cell of quotes": Table(filled(b'x,y\n1,"', (b'""', 15 / 8), b'"\n2,b\n'), options=("-c", "x")),
    "a long number": Table(filled(b"x\n", (b"1", 15 / 8), b"\n2\n")),
    "a long text as a number": Table(filled(b"x\n", (b"a", 15 / 8), b"\n2\n")),
    "a record too long": Table(filled(b"x\n1\n", (b"1", 3), b"\n", (b"1\n", 1))),
    "a first record too long": Table(filled((b"1", 3), b"\n", (b"1\n", 1))),
    "a header of many cells": Table(filled((b"x,", 1), b"x\n1\n")),
    "a header of many names": Table(filled(*(b"name%d," % i for i in range(40_000)), b"x\n1\n")),
    "a record of many cells": Table(filled(b"x\n", (b"1,", 15 / 8), b"1\n", (b"1\n", 1 / 6))),
    "records of many cells": Table(filled(b"x\n", (b"1," * 99_999 + b"1\n", 1))),
    "a quote never closed": Table(filled(b'x\n1\n"', (b"1\n", 4))),
    "a quote never closed at first": Table(filled(b'"', (b"1\n", 4))),
    "quotes never closed": Table(filled(b"x\n", (b'1"\n', 1 / 12))),
    "quotes doubled": Table(filled(b"x\n", (b'"1""', 1))),
    "blank lines": Table(filled((b"\n", 4))),
    "blank lines before data": Table(filled((b"\n", 4), b"1\n2\n")),
    "blank lines before a header": Table(filled((b"\n", 1 / 2), b"x\n1\n2\n")),
    "blank lines in two columns": Table(filled(b"x,y\n", (b"\n", 1), b"1,2\n"), 2),
    "comments": Table(filled((b"#\n", 4)), options=("--comment", "#")),
    "a comment too long": Table(filled(b"x\n1\n#", (b"c", 4), b"\n1\n"), options=("--comment", "#")),
    "comments between rows": Table(filled(b"x\n", (b"#\n1\n", 1 / 3)), options=("--comment", "#"), is_sound=True),
    "rows of a digit": Table(filled((b"1\n", 1)), is_sound=True),
    "rows of a quoted digit": Table(filled((b'"1"\n', 1)), is_sound=True),
    "rows of a digit, CRLF": Table(filled((b"1\r\n", 1)), is_sound=True),
    "rows of a digit, ends mixed": Table(filled((b"1\r\n1\n", 1 / 2)), is_sound=True),
    "rows of 17 digits": Table(filled((b"0.12345678901234567,0.2,0.3\n", 1)), 3, is_sound=True),
    "rows of text": Table(filled(b"x,t\n", (b"1," + b"t" * 60 + b"\n", 1)), options=("-c", "x"), is_sound=True),
}


def measured(arguments: list[str]) -> Run:
    """What the installed command takes."""
    with tempfile.TemporaryFile() as err, open(os.devnull, "wb") as nothing:
        limited = f'ulimit -v 6000000; ulimit -t {PATIENCE}; exec "$0" "$@"'
        command = ["bash", "-c", limited, str(Path(BIN) / "netgrad"), *arguments]
        process = subprocess.Popen(command, stdout=nothing, stderr=err, stdin=subprocess.DEVNULL, env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        said = err.read(10_000)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, process.returncode, said)


def faults(table: Table, run: Run, policy: str) -> list[str]:
    """What of the promises is not kept."""
    lines = run.err.decode("utf-8", "surrogateescape").split("\n")
    is_told = run.code in (0, 1, 2) and (len(lines) == 2 and lines[0].isprintable() if run.err else run.code == 0)
    found = {
        "does not end": not run.is_ended,
        f"{run.seconds:.0f} s": run.seconds > SECONDS and policy == "fail" and not table.is_sound,
        f"{run.megabytes:.0f} MB": run.megabytes > MEGABYTES,
        f"code {run.code}, {run.err[-200:]!r}": not is_told and run.is_ended,
    }
    return [what for what, is_so in found.items() if is_so]


def ways(full: bool) -> Iterator[tuple[str, str, str]]:
    """Commands, codecs and policies."""
    for command, codec, policy in product(COMMANDS, CODECS, POLICIES):
        if policy == "nan" and command in ("sens", "plot"):
            continue
        if full or (command, codec, policy) in FEW:
            yield command, codec, policy


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[""], metavar="WORD", help="tables that have one of these words")
    parser.add_argument("--size", type=int, default=8, metavar="MIB", help="about how large they are (default: 8)")
    parser.add_argument("--full", action="store_true", help="every command with every codec and policy")
    args = parser.parse_args()
    wrong = runs = 0
    print(f"{'table':34} {'runs':>5} {'s':>6} {'MB':>6}  worst")
    with tempfile.TemporaryDirectory() as folder:
        for name, table in TABLES.items():
            if not any(word in name for word in args.only):
                continue
            path, net = Path(folder) / "t.csv", Path(folder) / "net.yaml"
            with path.open("wb") as file:
                file.writelines(table.parts(args.size))
            net.write_text(NET.format(zeros=", 0" * (table.inputs - 1)))
            seen: list[tuple[str, Run]] = []
            for command, codec, policy in ways(args.full):
                options = [*COMMANDS[command][1:], *table.options, "--codec", codec, "--bad-rows", policy]
                run = measured([COMMANDS[command][0], str(net), str(path), *options])
                seen.append((f"{command} {codec} {policy}", run))
            slow, large = (max(seen, key=lambda s: s[1][i]) for i in (0, 1))
            print(f"{name:34} {len(seen):5} {slow[1].seconds:6.1f} {large[1].megabytes:6.0f}  {slow[0]}; {large[0]}")
            for way, run in seen:
                for fault in faults(table, run, way.split()[-1]):
                    wrong += 1
                    print(f"    {way}: {fault}")
            sys.stdout.flush()
            runs += len(seen)
    print(f"{runs} runs, {wrong} promises broken")
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
