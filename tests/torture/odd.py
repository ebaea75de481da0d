"""Odd networks, tables and options put together at random: every run ends as every run must.

    python tests/torture/odd.py [--cases 3000] [--seed 1]

Networks with extreme weights, odd names and every activation; tables with odd headers, classes, dialects, numbers at
the ends of float64 and cells of all kinds; commands with options that go together and that do not. A find is a
traceback or a warning, a signal, an exit code other than 0, 1, 2 (and 3 of `check`), an error of other than one
printable line, JSON that a strict reader refuses, an input that has changed, or 10 s.
"""

import argparse
import json
import random
import sys
import tempfile
import warnings
from collections import Counter
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from fuzz_points import SECONDS, run

warnings.simplefilter("error")

NAMES = [
    "x1",
    "x2",
    "u",
    "U",
    "flow rate",
    "a",
    "a,b",
    'say "a"',
    "[/]",
    "\x1b[31m",
    "=1+1",
    "é",
    "x1 ",
    "1",
    "-x",
    "d2a",
]
CELLS = ["0", "1", "-1", "0.5", "1e308", "-1e308", "5e-324", "1e-300", "1e16", " 7 ", "+3", "007"]
BAD = ["", "NA", "nan", "inf", "1e999", "0,5", "x", "0x1c", "1_000", "1 2", '"', "\x00", "é"]
CLASSES = ["0", "1", "yes", "no", "Yes", "A", "B", "b", "2", "0.5", ""]
WEIGHTS = [0.0, 1.0, -1.0, 0.3, 20.0, -20.0, 1e5, 1e160, -1e200, 1e300, 5e-324, 1e-200]
SIGMAS = [
    "sigmoid",
    "tanh",
    "relu",
    "gelu",
    "softplus",
    "identity",
    "exp",
    "mish",
    "leaky_relu(0.2)",
    "elu",
    "hard_swish",
]


def network(rng):
    """A network as a document, and its numbers of inputs and outputs."""
    sizes = [rng.choice([1, 2, 2, 3]) for _ in range(rng.choice([1, 2, 3]))] + [rng.choice([1, 1, 2])]
    some = rng.choice([WEIGHTS[:7], WEIGHTS])
    layers = []
    for below, n in pairwise(sizes):
        W = [[rng.choice(some) for _ in range(below)] for _ in range(n)]
        layers.append({"W": W, "b": [rng.choice(some) for _ in range(n)], "activation": rng.choice(SIGMAS)})
    if sizes[-1] == 2 and rng.random() < 0.5:
        layers[-1]["activation"] = "softmax"
    document = {"layers": layers}
    if rng.random() < 0.5:
        document["inputs"] = rng.sample(NAMES, sizes[0])
    if rng.random() < 0.5:
        names = rng.sample(["A", "B", "yes", "a", "x1"], sizes[-1])
        document["output"] = names if len(names) > 1 else names[0]
    if rng.random() < 0.3:
        document["scaling"] = {
            "mean": [rng.choice([0.0, 1e308, 0.5])] * sizes[0],
            "std": [rng.choice([1.0, 1e-300])] * sizes[0],
        }
    return document, sizes[0], sizes[-1]


def table(rng, document, n):
    """A table for a network with n inputs, and options that say of it what is so, as a rule."""
    delimiter, options = rng.choice(
        [(",", []), (",", []), (",", []), (";", ["-d", ";"]), ("\t", ["-d", "tab"]), (",", ["-d", ";"])]
    )
    names = list(document.get("inputs", NAMES[:n]))
    rng.shuffle(names)
    names += rng.choice([["y"], ["y"], ["y"], ["y", "y"], ["A", "B"], [rng.choice(NAMES)]])
    options = [*options, *rng.choice([[], [], ["--header"]])]
    cells = CELLS if rng.random() < 0.8 else CELLS[:5] + BAD
    kinds = rng.choice([CLASSES[:2], CLASSES[:4], CLASSES, CELLS])
    rows = [
        [*rng.choices(cells, k=n), *rng.choices(kinds, k=len(names) - n)] for _ in range(rng.choice([0, 1, 3, 3, 20]))
    ]
    if rng.random() < 0.1 and rows:
        rows[-1].append("1")
    header = [] if rng.random() < 0.1 else [names]
    end = rng.choice(["\n"] * 8 + ["\r\n", "\r"])
    quoted = [
        [f'"{c}"' if set(c) & {delimiter, '"'} and rng.random() < 0.8 else c for c in row] for row in header + rows
    ]
    return "".join(delimiter.join(row) + end for row in quoted).encode(), options


def words(rng, n_L):
    """A command and options, some of which contradict each other."""
    command = rng.choice(["grad", "grad", "eval", "hess", "sens", "attr", "loss", "loss", "plot", "check"])
    said = ["-c", rng.choice(["1", "1-2", "1,2", "x1,x2", "2-1", "9"])] if rng.random() < 0.15 else []
    if rng.random() < 0.5:
        said += ["--bad-rows", rng.choice(["skip", "nan", "fail"])]
    if command not in ("loss", "plot") and "--keep" not in said and rng.random() < 0.5:
        said += ["--prefix", "p_"] if command not in ("sens", "check") else []
    if n_L > 1 and rng.random() < 0.9 and command != "loss":
        said += ["--output", rng.choice(["1", "2", "A", "all"])]
    own = {
        "grad": [[], ["--bounds"], ["--precise"], ["--condition"], ["--along", "1,1"], ["--at", "pre"]],
        "hess": [[], ["--eigen"], ["--along", "1,1"]],
        "sens": [[], ["--scaled"], ["--json"]],
        "attr": [[], ["--method", "saliency"], ["--method", "smooth"], ["--baseline", "mean"], ["--tol", "0.1"]],
        "loss": [
            ["--target", t, *more] for t in ("y", "2", "A,B", "3-4", "u") for more in ([], ["--each"], ["--json"])
        ],
        "plot": [[], ["--target", "y"], ["--over", "1"], ["--format", "picture"], ["--level", "1e300"]],
        "check": [[], ["--expect", "y"], ["--sample", "2"]],
    }
    said += rng.choice(own.get(command, [[]]))
    if command not in ("plot", "check") and "--json" not in said:
        said += rng.choice([[], ["--format", "jsonl"], ["--format", "table"], ["--format", "json"], ["--digits", "3"]])
    return command, said


def is_json(text):
    """Whether every line, or the whole, is JSON without NaN and Infinity."""

    def refuse(name):
        raise ValueError(name)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        try:
            for line in text.splitlines():
                json.loads(line, parse_constant=refuse)
        except ValueError:
            return False
    return True


def fault(command, code, err, out, seconds):
    """What is wrong with a run, or nothing."""
    lines = err.decode("utf-8", "surrogateescape").split("\n")
    if code not in (0, 1, 2) and not (code == 3 and command == "check"):
        return f"code {code}"
    if not all(line.isprintable() for line in lines) or b"Warning" in err or b"Traceback" in err:
        return "what is said is not printable, or a warning"
    said = [line for line in lines if line and "outside the scaling's range" not in line]
    if code in (1, 2) and len(said) != 1 and not (code == 1 and out):
        return "not one line"
    return f"{seconds:.0f} s" if seconds > SECONDS else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    folder, seen, finds = Path(tempfile.mkdtemp()), Counter(), 0
    net, points = folder / "net.json", folder / "points.csv"
    for seed in range(said.seed, said.seed + said.cases):
        rng = random.Random(seed)
        document, n, n_L = network(rng)
        data, of_table = table(rng, document, n)
        command, options = words(rng, n_L)
        net.write_text(json.dumps(document))
        points.write_bytes(data)
        asked = [command, str(net), str(points), *of_table, *options]
        code, err, seconds, _ = run(asked, "/dev/null", folder)
        out = (folder / "stdout").read_bytes().decode("utf-8", "surrogateescape")
        wrong = fault(command, code, err, out, seconds)
        if not wrong and code == 0 and {"--json", "jsonl", "json"} & set(options) and not is_json(out):
            wrong = "no JSON"
        if points.read_bytes() != data or json.loads(net.read_text()) != document:
            wrong = "an input has changed"
        seen[f"{command} {code}"] += 1
        if wrong:
            finds += 1
            print(f"FIND seed {seed}: {wrong}: {asked[3:]} {command} {data[:200]!r} {err[-300:]!r}", flush=True)
            (folder / f"find{seed}.json").write_text(json.dumps(document))
    print(", ".join(f"{count} {what}" for what, count in sorted(seen.items())))
    print(f"{said.cases} runs, {finds} finds")
    return bool(finds)


if __name__ == "__main__":
    sys.exit(main())
