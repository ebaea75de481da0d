"""A sound table gets one defect at a random place: the error must be at that place, however the bytes arrive."""

import pytest
from answers import answer, one_by_one
from hypothesis import example, given
from hypothesis import strategies as st
from rfc4180 import place

HEADER = b"x1,x2,x3\n"
ROWS = [b"0.5,-1,2e-3", b"1.25,.5,+7", b"-3e5,4.,0012", b"1,2,3", b" 8 ,9\t,1e-12"]
TABLE = HEADER + b"".join(row + b"\n" for row in ROWS)
places = st.integers(len(HEADER), len(TABLE) - 1)


def fails_at(data):
    got = answer(data, 3)
    assert got == answer(one_by_one(data), 3)
    return got.place


@given(places)
@example(TABLE.index(b"0.5"))
@example(TABLE.index(b"\n", len(HEADER)))
def test_a_quote_is_reported_where_it_is(at):
    assert fails_at(TABLE[:at] + b'"' + TABLE[at:]) == place(TABLE, at)


@pytest.mark.parametrize("byte", [b"x", b"\xff", b"_", b"'", "\u00a0".encode()])
@given(at=places)
def test_what_no_number_has_is_reported_where_it_is(byte, at):
    assert fails_at(TABLE[:at] + byte + TABLE[at:]) == place(TABLE, at)


@given(st.integers(0, len(TABLE) - 1))
def test_a_nul_is_reported_where_it_is_even_in_the_header(at):
    assert fails_at(TABLE[:at] + b"\0" + TABLE[at:]) == place(TABLE, at)


@given(places)
def test_a_surplus_separator_is_reported_where_the_surplus_cell_begins(at):
    data = TABLE[:at] + b"," + TABLE[at:]
    line = data.rfind(b"\n", 0, at) + 1
    last = data.index(b"\n", at)
    assert fails_at(data) == place(data, data.rindex(b",", line, last) + 1)


@given(places.filter(lambda at: TABLE[at : at + 1] == b","))
def test_a_missing_separator_is_reported_at_the_records_end(at):
    data = TABLE[:at] + TABLE[at + 1 :]
    assert fails_at(data) == place(data, data.index(b"\n", at))


@given(places)
def test_where_a_file_is_cut_off_it_is_reported_unless_the_last_record_is_whole(at):
    data = TABLE[:at]
    last = data[data.rfind(b"\n") + 1 :]
    is_whole = not last or (last.count(b",") == 2 and last[-1:] in b"0123456789.")
    assert fails_at(data) == (None if is_whole else place(data, at))


def test_a_defect_in_a_large_table_is_found_at_its_line():
    many = HEADER + b"".join(ROWS[i % 5] + b"\n" for i in range(20_000))
    at = many.index(b"\n", len(many) // 2) - 2
    got = answer(many[:at] + b"x" + many[at:], 3)
    assert got.place == place(many, at)
    assert got.out.count(b"\n") == place(many, at)[0] - 1
