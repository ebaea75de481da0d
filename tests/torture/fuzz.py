"""Random bytes, random CSV and random borders of blocks, for as long as one likes.

    python tests/torture/fuzz.py [--seconds 60] [--seed 1]

Every input is answered in one piece, in random pieces, byte by byte, on three threads and compiled; the answers must
be the same and those of the oracle in tests/answers.py. Sound tables are answered with comments in them and with
decimal commas too. Large tables are made of the same shards, so that all ways of reading run.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from answers import Answer, answer, cut, equal, expected, one_by_one
from codecs_of_sweeps import COMPILED

from netgrad.stream import engine

TEXT = [b"x", b"e", b".", b"-", b"_", b"\xff", b"\xc3\xa9", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"nan", b"1e999"]
MARKS = [b",", b",", b",", b";", b'"', b'""', b"\n", b"\n", b"\r\n", b"\r", b"\0", b" ", b"\t"]
SHARDS = [*TEXT, *MARKS, b"1", b"2.5", b"-3e2", b"7"]
NUMBERS = [
    b"1",
    b"-2.5",
    b".5",
    b"1.",
    b"1e-3",
    b" 7\t",
    b"0012",
    b"+1E5",
    b"1e308",
    b"4.9e-324",
    b"-0",
    b'"3"',
    b'" 4"',
]
CELLS = [*NUMBERS, *NUMBERS, b"", b" ", b'""', b'"\n"', b'"a""b"', b"x", b"0,5", b'"0,5"', b"0;5"]
TEXTS = [b"a", b'"a"', b'"a,b"', b'"a\n;b"', b'"a\r\nb"', b'"say ""a"""', b'""', b'"3"', b"\xff", b'"\xff"']
EOLS = [b"\n", b"\n", b"\n", b"\r\n"]


def rubbish(rng: random.Random) -> bytes:
    if rng.random() < 0.1:
        return rng.randbytes(rng.randrange(40))
    return b"".join(rng.choices(SHARDS, k=rng.randrange(40)))


def table(rng: random.Random, delimiter: bytes, n: int, cells: list[bytes]) -> bytes:
    width = n + rng.choice([0, 0, 0, 1, 2])
    m = rng.choice([1, 5, 5, 700])
    plain = rng.random() < 0.5
    rows = [delimiter.join(rng.choices(NUMBERS[:7] if plain else cells, k=width)) for _ in range(m)]
    if plain and rng.random() < 0.5:  # text beside the inputs
        rows = [delimiter.join([*rng.choices(NUMBERS[:7], k=n), *rng.choices(TEXTS, k=width - n)]) for _ in range(m)]
    if plain and rng.random() < 0.5:  # one odd cell among many plain ones
        rows[rng.randrange(m)] = delimiter.join(rng.choices(cells, k=width))
    header = delimiter.join(b"c%d" % k for k in range(width))
    return b"".join(row + rng.choice(EOLS if m < 100 else EOLS[:1]) for row in [header, *rows])


def said_otherwise(rng: random.Random, data: bytes, n: int, said: dict, whole: Answer) -> bool:
    """Whether a sound table gives the same with comments in it, and with decimal commas."""
    if whole.error is not None or b'"' in data:
        return True
    lines = data.splitlines(keepends=True)
    for _ in range(rng.randrange(4)):
        lines.insert(rng.randrange(len(lines) + 1), b"#" + rubbish(rng).replace(b"\n", b"").replace(b"\r", b"") + b"\n")
    commented = b"".join(line if line.endswith(b"\n") else line + b"\n" for line in lines)
    ended = whole.out if data.endswith(b"\n") else whole.out + b"\n"
    is_same = answer(cut(commented, [rng.randrange(len(data))]), n, comment=b"#", **said).out == ended
    if said["delimiter"] == b"," or b"," in data:
        return is_same
    commas = answer(data.replace(b".", b","), n, decimal=b",", **said)
    return is_same and commas.out == whole.out.replace(b".", b",")


def is_answered(rng: random.Random, data: bytes, is_table: bool, n: int, said: dict, inputs) -> tuple[bool, Answer]:
    """Whether every way to answer gives what the oracle gives, and the answer in one piece."""
    whole = answer(data, n, **said)
    pieces = cut(data, [rng.randrange(len(data) + 1) for _ in range(rng.randrange(9))])
    others = [answer(pieces, n, **said), answer(pieces, n, codec=COMPILED, **said)]
    if len(data) < 1000:
        others.append(answer(one_by_one(data), n, **said))
    plenty, engine.PLENTY = engine.PLENTY, 0
    others.append(answer(pieces, n, jobs=3, **said))
    engine.PLENTY = plenty
    is_same = all(other == whole for other in others) and (not is_table or said_otherwise(rng, data, n, said, whole))
    return is_same and equal(whole, expected(data, n, said["header"], inputs, said["delimiter"])), whole


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng, end, seen, finds = random.Random(args.seed), time.monotonic() + args.seconds, Counter[str](), 0
    while time.monotonic() < end and finds < 20:
        delimiter, n = rng.choice([b",", b",", b";", b"\t", b" "]), rng.choice([1, 2, 3])
        is_table = rng.random() < 0.6
        data = table(rng, delimiter, n, CELLS) if is_table else rubbish(rng)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        said = {"header": is_table or rng.random() < 0.5, "delimiter": delimiter}
        inputs = tuple(rng.sample(range(n), n)) if is_table and rng.random() < 0.7 else None
        if inputs:
            said["columns"] = ",".join(str(i + 1) for i in inputs)
        is_right, whole = is_answered(rng, data, is_table, n, said, inputs)
        seen["table" if is_table else "rubbish"] += 1
        seen["of them with an error"] += whole.error is not None
        if not is_right:
            finds += 1
            print(f"FIND {data[:300]!r} {n} {said} {inputs}\n  {whole}"[:2000], flush=True)
    print(f"{seen['table'] + seen['rubbish']:,} inputs {dict(seen)}, {finds} finds")
    return bool(finds)


if __name__ == "__main__":
    raise SystemExit(main())
