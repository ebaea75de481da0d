"""Hard decimals and naughty strings, as cells and as names."""

import json
import math
import re
import struct
from pathlib import Path

import rfc4180
from answers import answer, cut, equal, expected, one_by_one
from codecs_of_sweeps import COMPILED, NUMPY
from finds import check, rng


def decimals(corpora: Path) -> None:
    wanted: list[tuple[str, float]] = []
    for path in sorted((corpora / "parse-number-fxx").glob("*.txt")):
        for line in path.read_text().splitlines():
            *_, bits, text = line.split(" ", 3)
            wanted.append((text, struct.unpack(">d", bytes.fromhex(bits))[0]))
    sound = [(t, v) for t, v in wanted if rfc4180.is_number(t) and math.isfinite(v)]
    for t, v in wanted:
        is_sound = rfc4180.is_number(t) and math.isfinite(v)
        for codec in (NUMPY, COMPILED):
            got = answer(t.encode() + b"\n", 1, header=False, codec=codec)
            check("decimal alone", same_value(got, v) if is_sound else got.error is not None, (t, v, got))
    for width in (1, 4):
        used = sound[: len(sound) // width * width]
        rows = [used[i : i + width] for i in range(0, len(used), width)]
        data = "".join(",".join(t for t, _ in row) + "\n" for row in rows).encode()
        for name, table in (("plain", data), ("quoted", re.sub(rb"[^,\n]+", rb'"\g<0>"', data))):
            for codec in (NUMPY, COMPILED):
                pieces = cut(table, [rng.randrange(len(table)) for _ in range(20)])
                check_rows(name, answer(pieces, width, header=False, codec=codec), rows)


def check_rows(name: str, got, rows) -> None:
    """Decimals in a table are read as what they are."""
    width, lines = len(rows[0]), got.out.decode().splitlines()[1:]
    check("decimals in a table", len(lines) == len(rows) and not got.error, (name, width, got.error))
    for line, row in zip(lines, rows, strict=False):
        values = list(map(float, line.split(",")[width:]))
        check("decimal in a table", [x.hex() for x in values] == [v.hex() for _, v in row], (row, values))


def same_value(got, value: float) -> bool:
    line = got.out.decode().splitlines()
    return got.error is None and len(line) == 2 and float(line[1].rsplit(",", 1)[1]).hex() == value.hex()


def strings(corpora: Path) -> None:
    for s in json.loads((corpora / "blns/blns.json").read_text()):
        raw = s.encode("utf-8", "surrogatepass")
        for cell in {raw, wire(raw)}:
            for data in (b"x," + cell + b"\n1," + cell + b"\n", cell + b",x\r\n" + cell + b",1"):
                at = (0,) if data.startswith(b"x,") else (1,)
                got = answer(data, 1, header=True, columns=str(at[0] + 1))
                ok = s.strip(" \t") in ("1", "2") or equal(got, expected(data, 1, True, at))
                check(
                    "string as name and cell",
                    ok and answer(one_by_one(data), 1, header=True, columns=str(at[0] + 1)) == got,
                    (s, got),
                )
            data = b"x\n" + cell + b"\n"
            check("string as number", equal(answer(data, 1), expected(data, 1, True)), (s, answer(data, 1)))


def wire(cell: bytes) -> bytes:
    return b'"' + cell.replace(b'"', b'""') + b'"'
