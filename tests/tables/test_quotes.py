"""Quoted blocks against an RFC 4180 reader that goes byte by byte."""

import pytest
import rfc4180
from hypothesis import given
from hypothesis import strategies as st

from netgrad.tables.quotes import plain

SHARDS = [b'"', b'"', b'""', b'"a"', b"1", b",", b",", b"\n", b"\n", b"\r\n", b"\r", b"\0", b"\xe9"]
blocks = st.lists(st.sampled_from(SHARDS), max_size=14).map(b"".join)


def cells() -> st.SearchStrategy[bytes]:
    text = st.text('ab,"\n\r1', max_size=4).map(str.encode)
    return text.map(lambda t: b'"' + t.replace(b'"', b'""') + b'"') | st.sampled_from([b"", b"1", b"-2.5"])


sound = st.lists(st.tuples(st.lists(cells(), min_size=1, max_size=3), st.sampled_from([b"\n", b"\r\n"])), min_size=1)
tables = sound.map(lambda rows: b"".join(b",".join(row) + eol for row, eol in rows))


@given(blocks)
def test_a_block_is_made_plain_only_where_the_reader_finds_nothing_wrong(data: bytes) -> None:
    made = plain(data + b"\n", b",")
    assert made is None or rfc4180.read(data + b"\n")[1] is None


@given(tables)
def test_a_plain_table_has_its_cells_where_the_quoted_one_has_them(data: bytes) -> None:
    made = plain(data, b",")
    assert made is not None
    assert len(made) == len(data)
    lines, at = made.split(b"\n")[:-1], 0
    for line, record in zip(lines, rfc4180.read(data)[0], strict=True):
        assert at == record.start
        for cell, found in zip(record.cells, line.removesuffix(b"\r").split(b","), strict=True):
            assert at == cell.start
            assert any(byte in cell.says for byte in b',"\r\n') or found.strip(b" ") == cell.says
            at += len(found) + 1
        at += len(record.eol) - 1


@pytest.mark.parametrize(
    "data", [b'a"b"\n', b'"a"b\n', b'"a" \n', b' "a"\n', b'"a\n', b'"a"\r', b'"\0"\n', b'"a"\rb\n']
)
def test_a_quote_out_of_place_is_left_to_others(data: bytes) -> None:
    assert plain(data, b",") is None
