"""The compiled codec reads what the numpy codec reads, which is the oracle here."""

import numpy as np
import pytest
from codec_tables import is_fast, layout, numbers, same, tables
from hypothesis import given
from hypothesis import strategies as st

from netgrad.tables import compiled_codec, numpy_codec
from netgrad.tables.columns import Layout
from netgrad.tables.splitting import Scan, split
from netgrad.tables.targets import Targets

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("compiled_text")]  # the first one has the loops compiled


@pytest.mark.slow
@given(tables(dirty=True), st.booleans(), st.integers(1, 99))
def test_compiled_codec_reads_what_numpy_codec_reads(table: tuple[bytes, Layout], final: bool, line: int) -> None:
    data, plan = table
    whole = data if final else data[: split(data, Scan(), plan.dialect)[0]]
    assert same(compiled_codec.decode(whole, line, plan), numpy_codec.decode(whole, line, plan))


@given(tables(dirty=False))
def test_compiled_codec_reads_clean_tables_by_itself_and_the_same(table: tuple[bytes, Layout]) -> None:
    data, plan = table
    found = compiled_codec.decode(data, 1, plan)
    assert is_fast(found)
    assert same(found, numpy_codec.decode(data, 1, plan))


@pytest.mark.parametrize(
    ("data", "plan"),
    [
        (b'a"b,1\n', layout(2, (1,))),
        (b'"a,1\n', layout(2, (1,))),
        (b'"a"b,1\n', layout(2, (1,))),
        (b'a,"1\n', layout(2, (1,))),
        (b'a,"1""2"\n', layout(2, (1,))),
        (b"1,2\n3,4,5\n", layout(2, (1,))),
        (b"1,2\n3,4,5\n6\n", layout(2, (0,))),
        (b"1,2\n3\n4,5,6\n", layout(2)),
        (b"1,a,b\n2,a\n3,a,b,c\n", layout(3, (0,))),
        (b"1\r\r\n", layout(1)),
        (b"a\rb,1\n", layout(2, (1,))),
        (b"a\0b,1\n", layout(2, (1,))),
        (b'"a\0b",1\n', layout(2, (1,))),
        (b"1\n\n2\n", layout(1)),
        (b"1.5;2\n", layout(2, decimal=b",", delimiter=b";")),
        (b"1,nan\n", layout(2)),
        (b"1,1e999\n", layout(2)),
        (b"1,1e\n", layout(2)),
        (b"1,.\n", layout(2)),
        (b"1,+ 2\n", layout(2)),
        (b"1\t2\n", layout(2, delimiter=b"%")),
    ],
)
def test_doubtful_blocks_are_left_to_numpy_codec(data: bytes, plan: Layout) -> None:
    found = compiled_codec.decode(data, 7, plan)
    assert not is_fast(found)
    assert same(found, numpy_codec.decode(data, 7, plan))


TARGETS = {
    "numbers": (Targets({}, numbers=True, rest=False), [b"0", b"1.0", b" .5", b'"1"', b"1e-3"]),
    "names": (Targets({"no": 0.0, "yes": 1.0}, numbers=False, rest=False), [b"no", b"yes ", b'"yes"']),
    "one name": (Targets({"yes": 1.0}, numbers=True, rest=True), [b"yes", b"no", b'"no"', b"1", b"never"]),
}


@given(st.sampled_from(sorted(TARGETS)), st.lists(st.tuples(numbers(), st.integers(0, 9)), min_size=1, max_size=9))
@pytest.mark.parametrize("foreign", [b"", b"NA"], ids=["clean", "a missing value"])
def test_targets_are_those_of_numpy_codec(foreign: bytes, kind: str, rows: list[tuple[bytes, int]]) -> None:
    targets, cells = TARGETS[kind]
    plan = layout(3, (2,), (0,))._replace(target=(1,), target_names=("t",), targets=targets)
    lines = [b"id," + cells[k % len(cells)] + b"," + number for number, k in rows] + [b"id," + foreign + b",1"] * (
        foreign != b""
    )
    data = b"".join(line + b"\n" for line in lines)
    found = compiled_codec.decode(data, 1, plan)
    assert is_fast(found) == (foreign == b"")
    assert same(found, numpy_codec.decode(data, 1, plan))


@given(st.text("019.+-eE _nfa,\t\u0661", min_size=1, max_size=6))
def test_a_short_cell_is_a_number_for_both_codecs_or_for_none(cell: str) -> None:
    data, plan = cell.encode() + b"\n", layout(1)
    assert same(compiled_codec.decode(data, 1, plan), numpy_codec.decode(data, 1, plan))


@pytest.mark.parametrize("place", ["first", "last", "between", "around"])
def test_any_byte_at_a_number_is_taken_or_refused_by_both_codecs(place: str) -> None:
    plan = layout(2)
    for byte in map(bytes, zip(range(256), strict=True)):
        cell = {"first": byte + b"1", "last": b"1" + byte, "between": b"1" + byte + b"1", "around": byte + b"1" + byte}[
            place
        ]
        for data in (cell + b",2\n", b"2," + cell + b"\n"):
            assert same(compiled_codec.decode(data, 1, plan), numpy_codec.decode(data, 1, plan)), data


def test_numbers_at_a_half_between_floats_round_as_python_rounds() -> None:
    cells = [f"{(2**53 + k) * 2}.{'0' * zeros}{last}" for k in range(40) for zeros in (0, 30, 700) for last in (0, 1)]
    cells += [f"{2**53 + 2 * k + 1}" for k in range(100)]
    cells += [
        "2.4703282292062327208e-324",
        "2.4703282292062328e-324",
        "1.7976931348623158e308",
        "0." + "0" * 400 + "1e401",
    ]
    found = compiled_codec.decode("".join(cell + "\n" for cell in cells).encode(), 1, layout(1))
    assert is_fast(found)
    assert found.X[:, 0].tolist() == [float(cell) for cell in cells]


CLEAN = b"0.5,Ulm,-1e-3\n7,,+2.25\n.125,x y,1e5\n"
CARRYING = layout(3, (2, 0))


def test_crlf_changes_nothing_but_the_ends_of_lines() -> None:
    lf, crlf = (compiled_codec.decode(d, 1, CARRYING) for d in (CLEAN, CLEAN.replace(b"\n", b"\r\n")))
    assert isinstance(crlf.kept, compiled_codec.Spans)
    assert (lf.X.tobytes(), list(lf.kept), lf.eols) == (crlf.X.tobytes(), list(crlf.kept), b"\n")
    assert crlf.eols == b"\r\n"


def test_a_missing_last_newline_leaves_the_last_record_for_later_or_ends_the_table() -> None:
    data = CLEAN[:-1]
    rest = data[split(data, Scan(), CARRYING.dialect)[0] :]
    assert rest == b".125,x y,1e5"
    last = compiled_codec.decode(rest, 3, CARRYING)
    assert (last.X.tolist(), list(last.kept), last.eols) == ([[1e5, 0.125]], [rest], [b""])


def test_quoting_every_cell_changes_no_number_and_is_echoed() -> None:
    quoted = b'"' + CLEAN[:-1].replace(b",", b'","').replace(b"\n", b'"\n"') + b'"\n'
    found = compiled_codec.decode(quoted, 1, CARRYING)
    assert found.X.tobytes() == compiled_codec.decode(CLEAN, 1, CARRYING).X.tobytes()
    assert list(found.kept) == quoted.splitlines()


def test_bytes_that_are_no_utf8_are_carried_through() -> None:
    data = CLEAN.replace(b"Ulm", b"K\xf6ln \xc3\xb6\x80")
    chunk = compiled_codec.decode(data, 1, CARRYING)
    assert isinstance(chunk.kept, compiled_codec.Spans)
    text = compiled_codec.encode(chunk, np.ones((3, 1)), CARRYING)
    assert text == data.replace(b"\n", b",1.0\n")


def test_echoes_are_a_sequence_of_bytes() -> None:
    kept = compiled_codec.decode(CLEAN, 1, CARRYING).kept
    lines = CLEAN.splitlines()
    assert (len(kept), kept[1], kept[-1], list(kept[1:]), list(kept)) == (3, lines[1], lines[2], lines[1:], lines)


def test_a_gzip_or_zstandard_signature_at_the_start_is_text() -> None:
    for signature in (b"\x1f\x8b", b"x\x01", b"x\x9c", b"x\xda", b"\x28\xb5\x2f\xfd", b"BZh9", b"\xef\xbb\xbf"):
        data, plan = signature + b",1\n" + CLEAN[:0] + b"b,2\n", layout(2, (1,))
        assert same(compiled_codec.decode(data, 1, plan), numpy_codec.decode(data, 1, plan)), signature
