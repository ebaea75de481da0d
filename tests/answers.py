"""The engine run on bytes, in pieces of any size, and what it must answer by an oracle of its own."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import rfc4180

from netgrad.errors import NetgradError
from netgrad.results.values import Results
from netgrad.stream.engine import Points, answers
from netgrad.stream.sinks import Write
from netgrad.stream.sources import Source
from netgrad.stream.tasks import Task
from netgrad.stream.writers import Form, csv_form
from netgrad.tables.codecs import Codec
from netgrad.tables.columns import Choice
from netgrad.tables.records import Dialect


class Answer(NamedTuple):
    out: bytes
    place: tuple[int, int] | None = None  # of the error
    error: str | None = None


def same_numbers(n: int) -> Results:
    """Results that are the points themselves, as they were read."""
    return Results(lambda X, *more: X, lambda inputs: [f"got{k}" for k in range(1, n + 1)])


def choice(n: int, inputs: tuple[str, ...] | None = None, **said: Any) -> Choice:
    """What is said of the columns of a table for a network with n inputs, which may have names."""
    dialect = Dialect(**{name: said.pop(name) for name in Dialect._fields if name in said})
    names = inputs or tuple(f"x{k}" for k in range(1, n + 1))
    return Choice(names, inputs is not None, dialect=dialect, **said)


def run(points: Points, results: Results, form: Form, write: Write) -> None:
    """Write results of all points."""
    form.write(answers(points, Task(points.codec, points.policy, results.f, form.encode)), write)


def answer(
    blocks: Iterable[bytes] | bytes,
    n: int,
    policy: str = "fail",
    jobs: int = 1,
    codec: Codec = Codec(),
    **said: Any,
) -> Answer:
    """What comes out for a table that arrives in such blocks, and the error it ends with."""
    out = bytearray()
    results = same_numbers(n)
    source = Source("p.csv", [blocks] if isinstance(blocks, bytes) else blocks)
    try:
        points = Points([source], choice(n, **said), codec, policy, jobs)
        run(points, results, csv_form(results.names, codec=codec, delimiter=None), out.extend)
    except NetgradError as error:
        at = (error.line, error.column) if error.line and error.column else None
        return Answer(bytes(out), at, str(error))
    return Answer(bytes(out))


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """`data` in pieces that end at these bytes."""
    ends = sorted({p % (len(data) + 1) for p in places} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(ends)]


def one_by_one(data: bytes) -> Iterator[bytes]:
    return (data[i : i + 1] for i in range(len(data)))


def expected(
    data: bytes, n: int, header: bool, inputs: tuple[int, ...] | None = None, delimiter: bytes = b","
) -> Answer:
    """The answer by the rules of the README, from the oracle's own reading; `inputs` are cells from 0."""
    D = delimiter
    mark = b"\xef\xbb\xbf"
    body = data.removeprefix(mark)

    def stop(at: int) -> Answer:
        return Answer(bytes(out), rfc4180.place(body, at), "")

    out = bytearray()
    records, fault = rfc4180.read(body, D)
    filled = [r for r in records if r.end > r.start]
    if not filled:
        return stop(fault.at) if fault else Answer(b"", None, "")
    first = filled[0]
    width = len(first.cells)
    if inputs is None and width != n:
        return Answer(b"", (rfc4180.place(body, first.start)[0], 1), "")
    inputs = inputs or tuple(range(n))
    names = D.join(b"got%d" % k for k in range(1, n + 1))
    kept = body[first.start : first.end] if header else D.join(_names(width, inputs))
    out += kept + D + names + (first.eol or b"\n")
    # With one column and no header, blank lines before the first value are missing values too.
    start = first.start + 1 if header else 0
    rows = [r for r in records if r.start >= start]
    for r in rows:
        if r.end == r.start and width > 1:
            continue
        if len(r.cells) != width:
            return stop(r.end if len(r.cells) < width else r.cells[width].start)
        values = []
        for i in sorted(inputs):
            value, at = rfc4180.parsed(_text(r.cells[i].says))
            if value is None:
                return stop(_byte_of(r.cells[i], at))
            values.append((inputs.index(i), value))
        written = [repr(value).encode() for _, value in sorted(values)]
        out += D.join([body[r.start : r.end], *written]) + r.eol
    return stop(fault.at) if fault else Answer(bytes(out))


def _names(width: int, inputs: tuple[int, ...]) -> list[bytes]:
    return [b"x%d" % (inputs.index(i) + 1) if i in inputs else b"c%d" % (i + 1) for i in range(width)]


def _text(says: bytes) -> str:
    return says.decode("utf-8", "surrogateescape")


def _byte_of(cell: rfc4180.Cell, character: int) -> int:
    before = _text(cell.says)[:character].encode("utf-8", "surrogateescape")
    return cell.start + len(before) + (1 + before.count(b'"') if cell.is_quoted else 0)


def equal(got: Answer, wanted: Answer) -> bool:
    """Whether output, failure and place are the same; the oracle has no words for an error."""
    return got[:2] == wanted[:2] and (got.error is None) == (wanted.error is None)
