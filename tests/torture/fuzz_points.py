"""Files of points with bytes changed: each is answered as some table, or refused in one line.

    python tests/torture/fuzz_points.py [--cases 5000] [--seed 1]

Good `.npy`, Parquet, JSON Lines and CSV files, those compressed in four ways, are changed and answered by the command,
each in a process forked from this one, as they are and by standard input, under every policy. A find is a traceback,
death by a signal, a message of several lines, an exit code other than 0, 1 and 2, an output file beside exit code 1,
over 10 s, or over 300 MB.
"""

import argparse
import bz2
import gzip
import io
import lzma
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import pyarrow
import pyarrow.parquet
from shell import ROOT

from netgrad.cli.main import main as command
from netgrad.stream.packing import PACKERS

SECONDS, MEGABYTES = 10, 300
XOR = str(ROOT / "sample_nets" / "xor.yaml")
SPICE = [
    b"\0",
    b"\xff",
    b'"',
    b",",
    b"\n",
    b"\r",
    b"{",
    b"}",
    b"-1",
    b"9" * 30,
    b"1e999",
    b"null",
    b"NaN",
    b"\xef\xbb\xbf",
]
TEXT = b"x1,x2,id\n" + b"".join(b"0.%d,-%d.5,id %d\n" % (i, i, i) for i in range(200))


def npy(array, version=None):
    content = io.BytesIO()
    np.lib.format.write_array(content, array, version)
    return content.getvalue()


def parquet(**options):
    content, texts = io.BytesIO(), ["a", None, "b,c", "é"] * 25
    columns = {"x1": np.arange(100.0), "x2": np.arange(100, dtype=np.int32), "t": texts, "b": [True] * 100}
    pyarrow.parquet.write_table(pyarrow.table(columns), content, **options)
    return content.getvalue()


def corpus():
    """Suffixes and contents of good files."""
    X = np.arange(60.0).reshape(30, 2)
    arrays = [X, np.asfortranarray(X), X.astype(">f4"), X.astype(np.int64), X.astype(np.float16)]
    yield from ((".npy", npy(array)) for array in arrays)
    yield ".npy", npy(X, (2, 0))
    for options in ({}, {"compression": "gzip"}, {"use_dictionary": False}, {"row_group_size": 10}, {"version": "1.0"}):
        yield ".parquet", parquet(**options)
    lines = b"".join(b'{"x1": 0.%d, "x2": %d, "t": "\\u00e9%d"}\n' % (i, i, i) for i in range(50))
    yield ".jsonl", lines
    yield ".csv", TEXT
    for suffix, pack in (*PACKERS.items(), (".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)):
        yield f".csv{suffix}", pack(TEXT)
    yield ".csv.gz", gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:])


def changed(rng, data):
    content = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        at, way = rng.randrange(len(content) + 1), rng.randrange(5)
        if way == 0 and at < len(content):
            content[at] ^= 1 << rng.randrange(8)
        elif way == 1:
            content[at : at + rng.choice([0, 1, 4])] = rng.choice(SPICE)
        elif way == 2:
            del content[at : at + rng.choice([1, 4, 30])]
        elif way == 3:
            content[at:at] = content[at : at + rng.choice([1, 8, 60])]
        elif rng.random() < 0.2:
            del content[at:]
    return bytes(content)


def run(words, stdin, folder):
    """Exit code or minus the signal, what is on standard error, seconds and megabytes of the command in a fork."""
    out, err = folder / "stdout", folder / "stderr"
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        for fd, path, flags in ((0, stdin, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
            os.dup2(os.open(path, flags | (os.O_CREAT | os.O_TRUNC if fd else 0), 0o600), fd)
        signal.alarm(3 * SECONDS)
        sys.argv = ["netgrad", *words]
        command()
    _, status, used = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), err.read_bytes(), time.monotonic() - begun, used.ru_maxrss / 1000


def fault(code, err, seconds, megabytes, has_output):
    """What is wrong with a run, or nothing."""
    lines = err.decode("utf-8", "surrogateescape").split("\n")
    if code not in (0, 1, 2):
        return f"code {code}"
    if code and (len(lines) != 2 or not lines[0].isprintable()):
        return f"no one line: {err[-300:]!r}"
    if code and has_output:
        return "an output beside an error"
    if megabytes > MEGABYTES:
        return f"{megabytes:.0f} MB"
    return f"{seconds:.0f} s" if seconds > SECONDS else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    rng, files, seen, finds = random.Random(said.seed), list(corpus()), Counter(), 0
    folder = Path(tempfile.mkdtemp())
    for number in range(said.cases):
        suffix, good = files[number % len(files)]
        data = good if number < len(files) else changed(rng, good)
        path, out = folder / f"points{suffix}", folder / "out.csv"
        path.write_bytes(data)
        out.unlink(missing_ok=True)
        policy = rng.choice([[], ["--bad-rows", "skip"], ["--bad-rows", "nan", "--rejects", str(folder / "bad.csv")]])
        by_pipe = suffix.startswith(".csv") and rng.random() < 0.3
        words = [rng.choice(["grad", "eval"]), XOR, "-" if by_pipe else str(path), "-c", "1-2", "-o", str(out), *policy]
        code, err, *took = run(words, path if by_pipe else "/dev/null", folder)
        wrong = fault(code, err, *took, out.exists())
        if number < len(files) and code:
            wrong = f"a good file is refused: {err!r}"
        seen[f"{suffix} {('read', 'refused', 'usage')[code] if code in (0, 1, 2) else 'died'}"] += 1
        if wrong:
            finds += 1
            kept = folder / f"find{finds}{suffix}"
            kept.write_bytes(data)
            print(f"FIND {wrong} {kept} {words[0]} {policy}", flush=True)
    print(", ".join(f"{count} {what}" for what, count in sorted(seen.items())))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(f"{said.cases} files, {finds} finds, peak {peak:.0f} MB")
    return bool(finds)


if __name__ == "__main__":
    sys.exit(main())
