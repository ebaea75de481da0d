"""Cells as numbers, whatever stands around them: the grammar, read by hand, and float() are the oracle."""

import numpy as np
import pytest
import rfc4180
from answers import answer, choice
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netgrad.tables.columns import layout_of
from netgrad.tables.numpy_codec import decode, encode

NEARLY = st.text("0159+-.eE \t_xnaif,;\u00a0\uff11\u0663\x0b\x00\x1c'", max_size=9).filter(lambda s: "\0" not in s)
numerals = st.from_regex(
    r"[ \t]{0,2}[+-]?([0-9]{1,25}\.?[0-9]{0,25}|\.[0-9]{1,25})([eE][+-]?[0-9]{1,4})?[ \t]{0,2}", fullmatch=True
)
cells = NEARLY | numerals | numerals
# How many plain rows stand before and after: the codec has other ways for few, for many, and for quotes.
NEIGHBOURS = {"alone": (0, 0), "in a block": (3, 2), "in a large block": (700, 400)}


def accepted(cell, before, after, is_quoted, width=2):
    """The value that the stream reads from a cell among sound ones, or the column of its fault."""
    special = is_quoted or any(c in cell for c in ',"\n\r')
    written = '"' + cell.replace('"', '""') + '"' if special else cell
    others = ["0.25"] * (width - 1)
    plain = ",".join(["7", *others]) + "\n"
    lines = plain * before + ",".join([*others, written]) + "\n" + plain * after
    header = ",".join(f"x{k}" for k in range(1, width + 1))
    got = answer(f"{header}\n{lines}".encode(), width)
    if got.error is None:
        row = got.out.decode().split("\n")[1 + before]
        return float(row.rsplit(",", 1)[1])
    return got.place, got.error


@pytest.mark.parametrize("neighbours", NEIGHBOURS.values(), ids=NEIGHBOURS)
@settings(max_examples=80)
@given(cells, st.booleans(), st.integers(1, 2))
@example(" ", False, 2)
@example("\t", False, 1)
@example("", True, 2)
@example("1_000", False, 2)
@example("\uff11", False, 2)
@example("0x1c", False, 2)
@example("1\u00a0", False, 2)
@example("1\x0b", False, 2)
@example("1\x1c", False, 2)
@example("1 2", False, 2)
@example("0,5", False, 1)
@example("1e999", False, 2)
@example("-1e-999", False, 2)
@example("1.7976931348623158e308", False, 2)
@example("1.7976931348623159e308", False, 2)
@example("2.4703282292062327208e-324", False, 2)
@example("infinity", False, 2)
@example("0" * 400 + "1", False, 2)
def test_a_cell_is_a_number_iff_the_grammar_and_float_say_so(neighbours, cell, is_quoted, width):
    before, after = neighbours
    value, _ = rfc4180.parsed(cell)
    got = accepted(cell, before, after, is_quoted, width)
    if value is None:
        (line, _), error = got
        assert line == before + 2
        assert f"column x{width}: " in error
    else:
        assert float(got).hex() == value.hex()


@pytest.mark.parametrize("rows", [1, 40, 700])
def test_values_of_every_size_are_read_bit_for_bit(rows):
    rng = np.random.default_rng(8)
    bits = rng.integers(0, 2**63, (rows, 2)).astype(np.uint64) | (rng.integers(0, 2, (rows, 2)).astype(np.uint64) << 63)
    with np.errstate(invalid="ignore"):
        X = bits.view(np.float64)
        X[~np.isfinite(X)] = 5e-324
    lines = "".join(f"{x!r},{y!r}\n" for x, y in X.tolist())
    got = answer(lines.encode(), 2, header=False)
    values = [line.split(",")[2:] for line in got.out.decode().splitlines()[1:]]
    assert [[float(v).hex() for v in row] for row in values] == [[v.hex() for v in row] for row in X.tolist()]


def layout(header=b"a,b", n=2, **said):
    return layout_of(header.split(b","), choice(n, header=True, **said))


@pytest.mark.parametrize(
    ("data", "kept", "eols"),
    [
        (b"1,2\n3,4\n", [b"1,2", b"3,4"], b"\n"),
        (b"1,2\r\n3,4\r\n", [b"1,2", b"3,4"], b"\r\n"),
        (b"1,2\r\n3,4\n", [b"1,2", b"3,4"], [b"\r\n", b"\n"]),
        (b'"1",2\n3,4\n', [b'"1",2', b"3,4"], b"\n"),
        (b'"1",2\r\n3,4\n', [b'"1",2', b"3,4"], [b"\r\n", b"\n"]),
    ],
)
def test_a_chunk_keeps_records_and_their_ends_as_they_are(data, kept, eols):
    chunk = decode(data, 1, layout())
    assert (chunk.kept, chunk.bad) == (kept, [])
    assert chunk.eols == eols or list(chunk.eols) == eols
    assert chunk.X.tolist() == [[1, 2], [3, 4]]


def test_all_bad_records_of_a_chunk_are_told_with_their_rows():
    data = b'1,2\n1\n"3",4\n5,x\n1,"a"b\n7,8\n9\r9,1\n\n6,"\n"\n2,2'
    chunk = decode(data, 10, layout())
    assert [(row, r.line) for row, r in chunk.bad] == [(1, 11), (3, 13), (4, 14), (6, 16), (7, 18)]
    assert chunk.X[[0, 2, 5, 8]].tolist() == [[1, 2], [3, 4], [7, 8], [2, 2]]
    assert len(chunk.kept) == len(chunk.X) == 9


def test_only_the_columns_that_are_kept_come_out():
    few = layout(b"id,a,b", columns="a,b", keep="b,id")
    for data in (b"7,1,2\n8,3,4\n", b'7,1,2\n"8",3,4\n'):
        chunk = decode(data, 1, few)
        assert [k.split(b",")[0] for k in chunk.kept] == [b"2", b"4"]
        assert encode(chunk, chunk.X[:, :1], few).splitlines()[0] == b"2,7,1.0"
    nothing = layout(b"id,a,b", columns="a,b", keep="none")
    assert encode(decode(b"7,1,2\n", 1, nothing), np.array([[0.5, 2.0]]), nothing) == b"0.5,2.0\n"
