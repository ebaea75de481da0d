"""Random bytes, random CSV and random borders of blocks, for as long as one likes.

    python tests/torture/fuzz.py [--seconds 60] [--seed 1]

Every input is answered in one piece, in random pieces, byte by byte and on three threads; the answers must be the same
and those of the oracle in tests/tables.py. Large tables are made of the same shards, so that all ways of reading run.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tables import answer, cut, equal, expected, one_by_one

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
    if plain and rows:  # one odd cell among many plain ones
        rows[rng.randrange(m)] = delimiter.join(rng.choices(cells, k=width))
    header = delimiter.join(b"c%d" % k for k in range(width))
    return b"".join(row + rng.choice(EOLS if m < 100 else EOLS[:1]) for row in [header, *rows])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng, end, seen, finds = random.Random(args.seed), time.monotonic() + args.seconds, Counter[str](), 0
    plenty = engine.PLENTY
    while time.monotonic() < end:
        delimiter, n = rng.choice([b",", b",", b";", b"\t", b" "]), rng.choice([1, 2, 3])
        is_table = rng.random() < 0.6
        data = table(rng, delimiter, n, CELLS) if is_table else rubbish(rng)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        header = is_table or rng.random() < 0.5
        inputs = tuple(rng.sample(range(n), n)) if rng.random() < 0.3 else None
        said = {"header": header, "delimiter": delimiter}
        if inputs:
            if not is_table:
                continue
            said["columns"] = ",".join(str(i + 1) for i in inputs)
        whole = answer(data, n, **said)
        wanted = expected(data, n, header, inputs, delimiter)
        pieces = cut(data, [rng.randrange(len(data) + 1) for _ in range(rng.randrange(9))])
        others = [answer(pieces, n, **said)]
        if len(data) < 1000:
            others.append(answer(one_by_one(data), n, **said))
        engine.PLENTY = 0
        others.append(answer(pieces, n, jobs=3, **said))
        engine.PLENTY = plenty
        seen["table" if is_table else "rubbish"] += 1
        seen["of them with an error"] += whole.error is not None
        if not equal(whole, wanted) or any(other != whole for other in others):
            finds += 1
            print(f"FIND {data[:300]!r} {n} {said} {inputs}\n  {whole}\n  {wanted}\n  {others}"[:2000], flush=True)
            if finds == 20:
                break
    print(f"{seen['table'] + seen['rubbish']:,} inputs {dict(seen)}, {finds} finds")
    return bool(finds)


if __name__ == "__main__":
    raise SystemExit(main())
