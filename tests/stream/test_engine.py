"""The stream against an oracle that reads byte by byte, for every way in which the bytes may arrive."""

import pytest
import rfc4180
from answers import answer, choice, cut, equal, expected, one_by_one, run, same_numbers
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netgrad.errors import PointsError
from netgrad.stream import engine
from netgrad.stream.sources import Source
from netgrad.stream.writers import csv_form

NUMBERS = st.sampled_from(["1", "-2.5", ".5", "1.", "1e-3", " 7\t", "0012", "+1E5", "1e308", "4.9e-324", "-0"])
ALMOST = st.sampled_from(
    ["", " ", "\t", "abc", "1_0", "1,5", "nan", "0x1", "1e999", "1\n", "5\u00a0", "\uff11", "1e", "é7", '1"2']
)
TEXTS = st.text('ab ,;"\n\r\té\U0001f600', max_size=5)
EOLS = st.sampled_from(["\n", "\r\n"])
# Of these pieces short files are made that are nearly tables.
SHARDS = [
    b"1",
    b"2.5",
    b"-3e2",
    b",",
    b";",
    b'"',
    b'""',
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b" ",
    b"x",
    b"\xff",
    "é".encode(),
    b"\xef\xbb\xbf",
]
rubbish = st.lists(st.sampled_from(SHARDS), max_size=24).map(b"".join) | st.binary(max_size=30)
places = st.lists(st.integers(0, 10**6), max_size=8)


def wire(cell, is_quoted):
    special = is_quoted or any(c in cell for c in ',;"\n\r')
    return '"' + cell.replace('"', '""') + '"' if special else cell


@st.composite
def tables(draw, cells=NUMBERS, width=None):
    """A table of text, of which some records end with LF and some with CRLF, the last perhaps with neither."""
    width = width or draw(st.integers(1, 4))
    m = draw(st.integers(0, 6))
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    header = ",".join(wire(f"name{k}", draw(st.booleans())) for k in range(width))
    rows = [",".join(wire(draw(cells), draw(st.booleans())) for _ in range(width)) for _ in range(m)]
    text = mark + "".join(row + draw(EOLS) for row in [header, *rows])
    return (text if draw(st.booleans()) else text.removesuffix("\n").removesuffix("\r")).encode(), width


@settings(max_examples=200)
@given(tables(NUMBERS | NUMBERS | NUMBERS | ALMOST), places)
def test_every_table_gets_the_answer_of_the_oracle_in_pieces_of_any_size(table, borders):
    data, width = table
    wanted = expected(data, width, header=True)
    whole = answer(data, width, header=True)
    assert equal(whole, wanted), (whole, wanted)
    assert answer(cut(data, borders), width, header=True) == whole
    assert answer(one_by_one(data), width, header=True) == whole


@settings(max_examples=100)
@given(tables(TEXTS | NUMBERS, width=4), places)
def test_carried_cells_are_anything_and_come_out_as_they_came_in(table, borders):
    data, _ = table
    numbers = data.replace(b"name0", b"0name")
    whole = answer(numbers, 1, header=True, columns="2")
    assert equal(whole, expected(numbers, 1, True, (1,)))
    assert answer(cut(numbers, borders), 1, header=True, columns="2") == whole


@settings(max_examples=250)
@given(rubbish, st.booleans(), st.integers(1, 3), st.sampled_from([b",", b";"]), places)
@example(b"x,y,z\n1, ,2\n", True, 3, b",", [])
@example(b"x;y;z\n0,5;1;\n", True, 3, b";", [])
@example(b'x,y\n"0,5",1\n,1\n', True, 2, b",", [])
@example(b"\xef\xbb\xbf", True, 1, b",", [1, 2])
@example(b'"a\0"\n1\n', True, 1, b",", [3])
@example(b"\xff\xfe", False, 1, b",", [1])
@example(b"\xef", False, 1, b",", [])
@example(b"x\n\n1\n", True, 1, b",", [2])
@example(b"\n\n1\n", False, 1, b",", [1])
@example(b"1\r", False, 1, b",", [2])
def test_rubbish_gets_the_answer_of_the_oracle_in_pieces_of_any_size(data, header, n, delimiter, borders):
    whole = answer(data, n, header=header, delimiter=delimiter)
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert equal(whole, expected(data, n, header, delimiter=delimiter)), whole
    assert answer(cut(data, borders), n, header=header, delimiter=delimiter) == whole
    assert answer(one_by_one(data), n, header=header, delimiter=delimiter) == whole


@given(tables(NUMBERS | NUMBERS | NUMBERS | ALMOST, width=2), places)
def test_bad_rows_are_left_out_or_kept_with_nan_and_the_others_are_as_alone(table, borders):
    data, _ = table
    body = data.removeprefix(b"\xef\xbb\xbf")
    records, _ = rfc4180.read(body)
    header, *rows = [body[r.start : r.end] + b"\n" for r in records]
    start = len(answer(header, 2, header=True).out)
    alone = [answer(header + row, 2, header=True).out[start:] for row in rows]
    with_nan = [out or row.removesuffix(b"\n") + b",nan,nan\n" for out, row in zip(alone, rows, strict=True)]
    for policy, wanted in (("skip", alone), ("nan", with_nan)):
        got = answer(cut(data, borders), 2, header=True, policy=policy)
        found, _ = rfc4180.read(got.out)
        assert got.error is None
        assert b"".join(got.out[r.start : r.end] + b"\n" for r in found[1:]) == b"".join(wanted)
        assert got == answer(one_by_one(data), 2, header=True, policy=policy)


@pytest.fixture
def _every_piece_has_a_thread(monkeypatch):
    monkeypatch.setattr(engine, "PLENTY", 0)


@pytest.mark.usefixtures("_every_piece_has_a_thread")
def test_threads_change_nothing():
    rows = [f"{i},{i / 7},{i}e-5\n".encode() for i in range(500)]
    sound, broken = b"".join([b"a,b,c\n", *rows]), b"".join([b"a,b,c\n", *rows[:400], b"1,x,2\n", *rows[400:]])
    for data in (sound, broken, sound + b'1,"2",3\n' + b"".join(rows), broken.replace(b"\n", b"\r\n")):
        pieces = cut(data, range(0, len(data), 97))
        assert answer(pieces, 3, jobs=3) == answer(data, 3) == answer(pieces, 3)
    assert answer(broken, 3).place == (402, 3)


def test_what_has_arrived_is_answered_before_more_is_asked_for():
    out, asked = bytearray(), []

    def blocks():
        yield b"x1,x2\n1,2\n"
        yield b""  # a read that may wait
        asked.append(bytes(out))
        yield b"3,4\n5"
        yield b""
        asked.append(bytes(out))

    results = same_numbers(2)
    with pytest.raises(PointsError, match=r"p:4:2: 1 cell, but the header has 2"):
        run(engine.Points([Source("p", blocks())], choice(2)), results, csv_form(results.names), out.extend)
    first = b"x1,x2,got1,got2\n1,2,1.0,2.0\n"
    assert asked == [first, first + b"3,4,3.0,4.0\n"]
