"""Sweep over public corpora of hard CSV files, decimals and strings, with the invariants that hold for any of them.

    python tests/torture/sweep.py CORPORA [--commands N]

CORPORA is a folder with MANIFEST.tsv (path, bytes, flags, records, columns, verdict of each CSV file), the files,
parse-number-fxx/*.txt (https://github.com/nigeltao/parse-number-fxx-test-data) and blns/blns.json (the Big List of
Naughty Strings). It is run by hand; its finds stand as small cases in the tests.

Every file is read in process with and without a header, from several columns, as it is and with CRLF, a byte-order
mark and all cells quoted, in one piece, in random pieces and byte by byte. Output, and the place of the error, must be
those of the oracle in tests/tables.py; the oracle itself must agree with the manifest. N of the files, and all
strings, go through the installed command, as files and as standard input.
"""

import argparse
import csv
import json
import math
import random
import re
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import rfc4180
from shell import BIN, environment
from tables import answer, cut, equal, expected, one_by_one

NETGRAD = str(Path(BIN) / "netgrad")
MARK = b"\xef\xbb\xbf"
SMALL = 3000  # bytes, up to which a file is read byte by byte
LIMITS = "ulimit -v 4000000; ulimit -t 60; "
cases, finds = Counter[str](), []
rng = random.Random(2019)


def check(kind: str, holds: bool, what: object) -> None:
    cases[kind] += 1
    if not holds:
        finds.append((kind, what))
        print(f"FIND {kind}: {what!r}"[:400], flush=True)


def delimiter_of(flags: str) -> bytes:
    found = re.search(r"sep=(\\t|.)", flags)
    return b"," if found is None else found[1].replace("\\t", "\t").encode()


def files(corpora: Path) -> None:
    with (corpora / "MANIFEST.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        data = (corpora / row["path"]).read_bytes()
        delimiter = delimiter_of(row["flags"])
        check_manifest(row, data, delimiter)
        for D in {delimiter, b","}:
            for name, variant in variants(data, D):
                check_table(f"{row['path']} {name}", variant, D)


def check_manifest(row: dict[str, str], data: bytes, delimiter: bytes) -> None:
    if "utf16" in row["flags"]:
        return
    body = data.removeprefix(MARK)
    records, fault = rfc4180.read(body, delimiter)
    filled = [r for r in records if r.end > r.start]
    verdict = row["verdict"]
    if verdict.startswith("syntax"):  # the manifest counts bytes; a NUL or a bare CR is no fault to it
        place = tuple(map(int, verdict.split()[1].split(":")))
        found = fault and rfc4180.place(body.decode("latin-1").encode("ascii", "replace"), fault.at)
        is_same = found == place or (fault and fault.what in ("NUL", "bare CR"))
        check("oracle and manifest", bool(is_same), (row, found, fault))
    elif fault is None:  # some of the manifest's counts have blank lines in them
        check(
            "oracle and manifest", int(row["records"]) in (len(filled), len(records)), (row, len(filled), len(records))
        )


def variants(data: bytes, delimiter: bytes):
    yield "as it is", data
    yield "CRLF", re.sub(rb"\r?\n", b"\r\n", data)
    yield "LF", data.replace(b"\r\n", b"\n")
    yield "with a mark", MARK + data.removeprefix(MARK)
    records, fault = rfc4180.read(data.removeprefix(MARK), delimiter)
    if fault is None:
        quoted = (
            [b'"' + c.says.replace(b'"', b'""') + b'"' for c in r.cells] if r.end > r.start else [b""] for r in records
        )
        yield "quoted", b"".join(delimiter.join(q) + r.eol for q, r in zip(quoted, records, strict=True))


def check_table(name: str, data: bytes, delimiter: bytes) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        got = answer(data, 1, header=True, delimiter=delimiter)
        check("UTF-16", got.place == (1, 1), (name, got))
        return
    for header, inputs in choices(data.removeprefix(MARK), delimiter):
        columns = ",".join(str(i + 1) for i in inputs)
        said = {"header": header, "delimiter": delimiter, "columns": columns}
        wanted = expected(data, len(inputs), header, inputs, delimiter)
        whole = answer(data, len(inputs), **said)
        check("table in one piece", equal(whole, wanted), (name, said, whole, wanted))
        pieces = cut(data, [rng.randrange(len(data) + 1) for _ in range(5)])
        check("table in random pieces", answer(pieces, len(inputs), **said) == whole, (name, said, pieces[:9]))
        if len(data) <= SMALL:
            check("table byte by byte", answer(one_by_one(data), len(inputs), **said) == whole, (name, said))


def choices(body: bytes, delimiter: bytes):
    """Header or none, and inputs: the first, the last, and all columns of numbers."""
    records, _ = rfc4180.read(body, delimiter)
    filled = [r for r in records if r.end > r.start]
    if not filled:
        yield from ((h, (0,)) for h in (True, False))
        return
    first = [c.says.decode("utf-8", "surrogateescape").strip(" \t") for c in filled[0].cells]
    for header in (True, False):
        rows = filled[header:]
        taken = {k for k in map(str, range(1, len(first) + 1)) if header and k in first}
        if taken:  # a position that is also a name means the name
            continue
        sound = [i for i in range(len(first)) if all(len(r.cells) > i and number(r.cells[i].says) for r in rows)]
        yield from ((header, i) for i in {(0,), (len(first) - 1,), tuple(sound) or (0,)})


def number(says: bytes) -> bool:
    return rfc4180.parsed(says.decode("utf-8", "surrogateescape"))[0] is not None


def decimals(corpora: Path) -> None:
    wanted: list[tuple[str, float]] = []
    for path in sorted((corpora / "parse-number-fxx").glob("*.txt")):
        for line in path.read_text().splitlines():
            *_, bits, text = line.split(" ", 3)
            wanted.append((text, struct.unpack(">d", bytes.fromhex(bits))[0]))
    sound = [(t, v) for t, v in wanted if rfc4180.is_number(t) and math.isfinite(v)]
    for t, v in wanted:
        got = answer(t.encode() + b"\n", 1, header=False)
        is_sound = rfc4180.is_number(t) and math.isfinite(v)
        check("decimal alone", same_value(got, v) if is_sound else got.error is not None, (t, v, got))
    for width in (1, 4):
        used = sound[: len(sound) // width * width]
        rows = [used[i : i + width] for i in range(0, len(used), width)]
        data = "".join(",".join(t for t, _ in row) + "\n" for row in rows).encode()
        for name, table in (("plain", data), ("quoted", re.sub(rb"[^,\n]+", rb'"\g<0>"', data))):
            got = answer(cut(table, [rng.randrange(len(table)) for _ in range(20)]), width, header=False)
            lines = got.out.decode().splitlines()[1:]
            check("decimals in a table", len(lines) == len(rows) and not got.error, (name, width, got.error))
            for line, row in zip(lines, rows, strict=False):
                values = list(map(float, line.split(",")[width:]))
                check("decimal in a table", [x.hex() for x in values] == [v.hex() for _, v in row], (row, values))


def same_value(got, value: float) -> bool:
    line = got.out.decode().splitlines()
    return got.error is None and len(line) == 2 and float(line[1].rsplit(",", 1)[1]).hex() == value.hex()


def wire(cell: bytes) -> bytes:
    return b'"' + cell.replace(b'"', b'""') + b'"'


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


def command(*args: bytes | str, stdin: bytes = b"") -> tuple[bytes, bytes, int]:
    words = [a.encode("utf-8", "surrogateescape") if isinstance(a, str) else a for a in args]
    shell = [b"bash", b"-c", LIMITS.encode() + b'exec "$0" "$@"', NETGRAD.encode(), *words]
    done = subprocess.run(shell, input=stdin, capture_output=True, env=environment(), timeout=120, check=False)
    return done.stdout, done.stderr, done.returncode


def told(out: bytes, err: bytes, code: int) -> bool:
    """Whether a run ended as every run must: done, or with one line of printable text."""
    lines = err.decode("utf-8", "surrogateescape").split("\n")
    return code in (0, 1, 2) and (not err if code == 0 else len(lines) == 2 and lines[0].isprintable())


def commands(corpora: Path, n: int) -> None:
    folder = Path(tempfile.mkdtemp())
    net = folder / "net.yaml"
    net.write_text("layers:\n  - W: [[1]]\n    b: [0]\n    activation: identity\n")
    paths = [p for p in sorted(corpora.glob("*/**/*")) if p.is_file() and p.suffix in (".csv", ".tsv", ".txt")]
    for path in rng.sample(paths, min(n, len(paths))):
        data = path.read_bytes()
        options = ["-c", "1", "-d", ",", "--header"]
        ran = command("eval", net, path, *options)
        piped = command("eval", net, "-", *options, stdin=data)
        check("command", told(*ran), (path, ran[1:]))
        check("command on stdin", (piped[0], piped[2]) == (ran[0], ran[2]), (path, ran[1:], piped[1:]))
        check(
            "command on stdin says the same",
            piped[1].replace(b"<stdin>", str(path).encode()) == ran[1],
            (ran[1], piped[1]),
        )
        check("command with one thread", command("eval", net, path, *options, "-j", "1") == ran, path)
    for s in json.loads((corpora / "blns/blns.json").read_text()):
        if "\0" in s:
            continue
        value, _ = rfc4180.parsed(s)
        out, err, code = command("eval", net, f"--x={s}")
        check("string as --x", told(out, err, code) and (code == 0) == (value is not None), (s, out, err, code))
        name = s.replace("/", "_")[:60]
        if name and name not in (".", "..", "-"):
            (folder / name).write_bytes(b"x\n1\nno\n")
            out, err, code = command("eval", net, folder / name, "--format", "csv")
            check(
                "string as file name", told(out, err, code) and (out, code) == (b"x,a\n1,1.0\n", 1), (s, out, err, code)
            )
            out, err, code = command("eval", net, "--x=1", "-o", folder / f"{name}.csv")
            check("string as output", (out, err, code) == (b"", b"", 0), (s, out, err, code))
            check("string in --prefix", told(*command("eval", net, "--x=1", f"--prefix={s}")), s)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--commands", type=int, default=150, metavar="N", help="files that go through the command")
    args = parser.parse_args()
    files(args.corpora)
    decimals(args.corpora)
    strings(args.corpora)
    if args.commands:
        commands(args.corpora, args.commands)
    for kind, count in cases.items():
        print(f"{count:9,} {kind}: {sum(k == kind for k, _ in finds)} finds")
    print(f"{cases.total():9,} cases, {len(finds)} finds")
    return bool(finds)


if __name__ == "__main__":
    raise SystemExit(main())
