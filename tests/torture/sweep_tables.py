"""CSV files of a corpus: the answer is that of an oracle, whatever form the file comes in."""

import bz2
import csv
import gzip
import lzma
import re
import tempfile
from pathlib import Path

import rfc4180
from answers import answer, cut, equal, expected, one_by_one
from codecs_of_sweeps import COMPILED
from finds import check, rng

from netgrad.stream.sources import open_source

MARK = b"\xef\xbb\xbf"
SMALL = 3000  # bytes, up to which a file is read byte by byte
COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def files(corpora: Path) -> None:
    with (corpora / "MANIFEST.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        data = (corpora / row["path"]).read_bytes()
        delimiter = delimiter_of(row["flags"])
        check_manifest(row, data, delimiter)
        check_compressed(row["path"], data, delimiter)
        for D in {delimiter, b","}:
            for name, variant in variants(data, D):
                check_table(f"{row['path']} {name}", variant, D)


def delimiter_of(flags: str) -> bytes:
    found = re.search(r"sep=(\\t|.)", flags)
    return b"," if found is None else found[1].replace("\\t", "\t").encode()


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
        check(
            "table with the compiled codec", answer(pieces, len(inputs), codec=COMPILED, **said) == whole, (name, said)
        )
        if len(data) <= SMALL:
            check("table byte by byte", answer(one_by_one(data), len(inputs), **said) == whole, (name, said))


def check_compressed(name: str, data: bytes, delimiter: bytes) -> None:
    """A compressed file is answered as the file is."""
    suffix = rng.choice(sorted(COMPRESS))
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(COMPRESS[suffix](data))
        file.flush()
        said = {"header": True, "delimiter": delimiter, "columns": "1"}
        got = answer(open_source(file.name, rng.randrange(1, 999)).blocks, 1, **said)
    check("compressed table", got == answer(data, 1, **said), (name, suffix, got))


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
