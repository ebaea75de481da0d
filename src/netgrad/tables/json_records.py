"""JSON Lines as a table: one object a line, whose keys are those of the first and whose values are cells."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from netgrad.errors import PointsError, excerpt
from netgrad.tables import exact
from netgrad.tables.cells import others_of, points_of
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout
from netgrad.tables.records import MAX_RECORD, Fault, Record, quoted, text, unquoted

_BLANK = re.compile(r"[ \t\r]*")
_OUTER = re.compile(r"[ \t\r]*\{[ \t\r]*\}?")


class _Numeral(str):
    """A number as it is written, or one of the words that are no JSON."""

    __slots__ = ()


class _Pairs(list[tuple[str, Any]]):
    """An object: keys and values in their order."""


class _Member(NamedTuple):
    """Places of a key and its value in a line, in characters."""

    key: str
    at: int
    value_at: int


_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs, parse_float=_Numeral, parse_int=_Numeral, parse_constant=_Numeral)


def keys(raw: bytes, line: int, name: str) -> list[bytes]:
    """Keys of the object in the first line of a table, as the cells of a header.

    Raises
    ------
    PointsError
        It is no object, or has none, or one of them twice.
    """
    found = _pairs(raw)
    fault = found if isinstance(found, Fault) else None
    if isinstance(found, list):
        fault = _doubled(raw, found) if found else Fault(0, "an object without keys, expected names and values")
    if fault is not None:
        at = Record(line, raw, b"\n", [], fault).place(fault.offset)
        raise PointsError(fault.reason, file=name, line=at[0], column=at[1])
    assert isinstance(found, list)
    return [quoted(key, ",").encode() or b'""' for key, _ in found]


def decode(data: bytes, line: int, layout: Layout) -> Chunk:
    """The records of `data`, whole lines, which begins at line `line`, as `numpy_codec.decode` has those of CSV."""
    assert layout.keys is not None
    records = [
        _record(raw, at, layout.keys)
        for at, raw in enumerate(data.removesuffix(b"\n").split(b"\n"), start=line)
        if raw.strip(b" \t\r")
    ]
    sound = [r for r in records if r.fault is None]
    x, y = ([[unquoted(r.cells[i]) for r in sound] for i in columns] for columns in (layout.inputs, layout.target))
    points = points_of(x, y, layout) if len(sound) == len(records) else None
    checked = list(records)
    X, Y = points or exact.read(checked, layout)
    kept = [exact.echo(r._replace(raw=b",".join(r.cells)), layout) for r in records]
    bad = [(row, _placed(r, layout)) for row, r in enumerate(checked) if r.fault is not None]
    target = [[unquoted(r.cells[i]) for r in checked if r.fault is None] for i in layout.target]
    return Chunk(X, Y, kept, b"\n", bad, others_of(target, layout))


def _record(raw: bytes, line: int, columns: tuple[str, ...]) -> Record:
    """One line, with a cell for each of the columns."""
    found = _pairs(raw)
    if isinstance(found, Fault):
        return Record(line, raw, b"\n", [], found)
    cells = dict(found)
    if tuple(cells) != columns or len(cells) != len(found):
        fault = _doubled(raw, found) or _other_keys(raw, cells, columns)
        if fault is not None:
            return Record(line, raw, b"\n", [], fault)
    texts = [_cell(cells[key]) for key in columns]
    if None in texts:
        key = columns[texts.index(None)]
        return Record(line, raw, b"\n", [], Fault(_offset(raw, key, True), "a list or an object, expected a cell"))
    return Record(line, raw, b"\n", [quoted(t, ",").encode() for t in texts if t is not None])


def _pairs(raw: bytes) -> _Pairs | Fault:
    """Keys and values of the object in a line, or what is wrong with it."""
    if len(raw) > MAX_RECORD:
        return Fault(0, f"record over {MAX_RECORD >> 20} MiB")
    try:
        line = raw.decode()
        found = _DECODER.decode(line)
        if b"\\u" in raw:
            json.dumps(found, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        return Fault(error.start, "bytes that are not UTF-8")
    except json.JSONDecodeError as error:
        problem = error.msg[:1].lower() + error.msg[1:]
        return Fault(_bytes(line, error.pos), f"not JSON: {problem.removesuffix(' at').removesuffix(' starting')}")
    except RecursionError:
        return Fault(0, "lists in lists without end, expected an object of names and values")
    except UnicodeEncodeError:
        return Fault(0, "half of a surrogate pair, which is no text")
    if isinstance(found, _Pairs):
        return found
    return Fault(0, "no object, expected names and values in {}")


def _cell(value: Any) -> str | None:
    """A value as text; None for what is no cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return None
    return str(value)


def _doubled(raw: bytes, pairs: list[tuple[str, Any]]) -> Fault | None:
    seen: set[str] = set()
    for n, (key, _) in enumerate(pairs):
        if key in seen:
            return Fault(_bytes(text(raw), list(_members(text(raw)))[n].at), f"key {excerpt(key)} stands twice")
        seen.add(key)
    return None


def _other_keys(raw: bytes, cells: dict[str, Any], columns: tuple[str, ...]) -> Fault | None:
    """The first key that is missing, or that the first record does not have; None where only the order differs."""
    for key in cells:
        if key not in columns:
            return Fault(_offset(raw, key, False), f"key {excerpt(key)}, which the first record does not have")
    for key in columns:
        if key not in cells:
            return Fault(len(raw.rstrip()) - 1, f"key {excerpt(key)} is missing")
    return None


def _placed(record: Record, layout: Layout) -> Record:
    """A record whose fault in a cell, which has a name, is where its value stands in the line."""
    assert record.fault is not None
    assert layout.keys is not None
    if record.fault.name is None:
        return record
    columns = dict(zip((*layout.names, *layout.target_names), (*layout.inputs, *layout.target), strict=True))
    key = layout.keys[columns[record.fault.name]]
    return record._replace(fault=record.fault._replace(offset=_offset(record.raw, key, True)))


def _offset(raw: bytes, key: str, of_value: bool) -> int:
    """The byte of a line where a key stands, or its value."""
    line = text(raw)
    found = next(member for member in _members(line) if member.key == key)
    return _bytes(line, found.value_at if of_value else found.at)


def _members(line: str) -> Iterator[_Member]:
    """Places of the members of the object that is the whole of a line."""
    start = _OUTER.match(line)
    assert start is not None
    at = start.end()
    while line[at - 1] != "}":
        key, end = _DECODER.raw_decode(line, at)
        value_at = _behind(line, _behind(line, end) + 1)
        yield _Member(key, at, value_at)
        _, end = _DECODER.raw_decode(line, value_at)
        at = _behind(line, end) + 1
        if line[at - 1] == ",":
            at = _behind(line, at)


def _behind(line: str, at: int) -> int:
    """The place behind blanks."""
    blank = _BLANK.match(line, at)
    assert blank is not None
    return blank.end()


def _bytes(line: str, characters: int) -> int:
    return len(line[:characters].encode())
