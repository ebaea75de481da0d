"""The polars codec gives the answers of the numpy codec, which is the oracle here."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netgrad.tables import numpy_codec
from netgrad.tables.chunk import Chunk, Decoded
from netgrad.tables.columns import Layout

pytest.importorskip("polars")
from netgrad.tables import polars_codec

# Where repr or polars change from one notation to the other, and the ends of the range.
BORDERS = [0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308]
for power in (1e-10, 1e-9, 1e-6, 1e-5, 1e-4, 1e-3, 1.0, 1e15, 1e16, 1e17, 1e22, 1e23):
    BORDERS += [math.nextafter(power, 0), power, math.nextafter(power, math.inf)]


@pytest.fixture(autouse=True, scope="module")
def small_blocks_through_polars() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polars_codec, "FEW", 0)
        yield


def layout(
    width: int, inputs=None, keep=None, delimiter: bytes = b",", decimal: bytes = b".", comment: bytes = b""
) -> Layout:
    inputs = tuple(range(width)) if inputs is None else tuple(inputs)
    names = tuple(f"x{k}" for k in range(1, len(inputs) + 1))
    kept = range(width) if keep is None else keep
    return Layout(width, inputs, names, keep, tuple(f"c{i}" for i in kept), None, b"\n", delimiter, decimal, comment)


def same(found: Decoded, expected: Decoded) -> bool:
    """Equal in everything, the bits of X included."""
    return plain(found) == plain(expected)


def plain(decoded: Decoded) -> tuple:
    X, kept, eols, bad = decoded.chunk
    each = [eols] * len(kept) if isinstance(eols, bytes) else eols
    return X.shape, X.tobytes(), list(kept), each, bad, decoded.size, decoded.lines


def is_fast(decoded: Decoded) -> bool:
    return isinstance(decoded.chunk.kept, polars_codec.Texts)


def floats() -> st.SearchStrategy[float]:
    return st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(BORDERS)


DECIMALS = st.sampled_from(
    b"1|-0|+.5| 7.|00012|1e5|1E+05|-2.5e-3|.1e0|9007199254740993|0.100000000000000005551115123125782702118158340454"
    b"|12345678901234567890123|1e-400|0e999|4.9e-324".split(b"|")
)


def numbers() -> st.SearchStrategy[bytes]:
    return DECIMALS | floats().map(lambda v: repr(v).encode())


TEXTS = st.sampled_from(
    [b"", b"0012", b"a b", b" x ", b"NA", "Zürich \u0661".encode(), b"Z\xfcrich", b"1e-5", b"'", b"#", b"50%", b"%b%%"]
)
DIRT = st.sampled_from(
    b'| |1 |nan|-inf|1e999|1_0|0x1|1d5|1,5|"1"|"|"a,b"|1"|.|\xa01|\x851|\xff|\xef\xbb\xbf|\xef\xbc\x91'.split(b"|")
    + b"\r|\0|\1|\x1c1|\n|\n\n|\r\n|\t1".split(b"|")
)


@st.composite
def tables(draw: st.DrawFn, dirty: bool) -> tuple[bytes, Layout]:
    """Bytes of a table and how it is laid out."""
    width = draw(st.integers(1, 5))
    inputs = draw(st.permutations(range(width)))[: draw(st.integers(1, width))]
    keep = draw(st.none() | st.just(()) | st.lists(st.integers(0, width - 1), min_size=1).map(tuple))
    delimiter = draw(st.sampled_from([b",", b";", b"\t", b"|"]))
    cells = [numbers() if i in inputs else TEXTS for i in range(width)]
    rows = draw(st.lists(st.tuples(*cells), min_size=1, max_size=6))
    eol = draw(st.sampled_from([b"\n", b"\r\n"]))
    data = b"".join(delimiter.join(row) + eol for row in rows)
    if dirty:
        for _ in range(draw(st.integers(1, 2))):
            at = draw(st.integers(0, len(data)))
            data = data[:at] + draw(DIRT | st.just(delimiter) | st.binary(min_size=1, max_size=1)) + data[at:]
        data = data[: len(data) - draw(st.integers(0, 2))]
    decimal = draw(st.sampled_from([b".", b","])) if dirty and delimiter != b"," else b"."
    comment = draw(st.sampled_from([b"", b"#"])) if dirty else b""
    return data, layout(width, inputs, keep, delimiter, decimal, comment)


@settings(max_examples=200, deadline=None)
@given(tables(dirty=True), st.booleans(), st.integers(1, 99))
def test_polars_codec_reads_what_numpy_codec_reads(table: tuple[bytes, Layout], final: bool, line: int) -> None:
    data, plan = table
    assert same(polars_codec.decode(data, line, plan, final), numpy_codec.decode(data, line, plan, final))


@settings(max_examples=100, deadline=None)
@given(tables(dirty=False))
def test_polars_codec_reads_clean_tables_by_itself_and_the_same(table: tuple[bytes, Layout]) -> None:
    data, plan = table
    found = polars_codec.decode(data, 1, plan, True)
    assert is_fast(found)
    assert same(found, numpy_codec.decode(data, 1, plan, True))


@pytest.mark.parametrize(
    ("data", "plan"),
    [
        (b'a"b,1\n', layout(2, (1,))),
        (b'"a,1\n', layout(2, (1,))),
        (b"1,2\n3,4,5\n", layout(2, (1,))),
        (b"1,2\n3,4,5\n6\n", layout(2, (0,))),
        (b"1,2\n3\n4,5,6\n", layout(2)),
        (b"1,a,b\n2,a\n3,a,b,c\n", layout(3, (0,))),
        (b"1\r\n2\n", layout(1)),
        (b"1\r\r\n", layout(1)),
        (b"1\n\n2\n", layout(1)),
        (b"1,2\n\n3,4\n", layout(2)),
        (b"#1,2\n3,4\n", layout(2, (1,), comment=b"#")),
        (b"1;2\n", layout(2, decimal=b",", delimiter=b";")),
        (b"1.5;2\n", layout(2, decimal=b",", delimiter=b";")),
        (b"1,nan\n", layout(2)),
        (b"1,1e999\n", layout(2)),
        (b"1,2 \n", layout(2)),
        (b"1%2\n", layout(2, delimiter=b"%")),
    ],
)
def test_doubtful_blocks_are_left_to_numpy_codec(data: bytes, plan: Layout) -> None:
    found = polars_codec.decode(data, 7, plan, False)
    assert not is_fast(found)
    assert same(found, numpy_codec.decode(data, 7, plan, False))


@settings(max_examples=200, deadline=None)
@given(st.text("019.+-eE _nfa,\t\u0661", min_size=1, max_size=6))
def test_a_short_cell_is_a_number_for_both_codecs_or_for_none(cell: str) -> None:
    data, plan = cell.encode() + b"\n", layout(1)
    assert same(polars_codec.decode(data, 1, plan, True), numpy_codec.decode(data, 1, plan, True))


@pytest.mark.parametrize("place", ["first", "last", "between", "around"])
def test_any_byte_at_a_number_is_taken_or_refused_by_both_codecs(place: str) -> None:
    plan = layout(2)
    for byte in map(bytes, zip(range(256), strict=True)):
        cell = {"first": byte + b"1", "last": b"1" + byte, "between": b"1" + byte + b"1", "around": byte + b"1" + byte}[
            place
        ]
        for data in (cell + b",2\n", b"2," + cell + b"\n"):
            assert same(polars_codec.decode(data, 1, plan, False), numpy_codec.decode(data, 1, plan, False)), data


def test_numbers_at_a_half_between_floats_round_as_python_rounds() -> None:
    cells = [f"{(2**53 + k) * 2}.{'0' * zeros}{last}" for k in range(40) for zeros in (0, 30, 700) for last in (0, 1)]
    cells += [f"{2**53 + 2 * k + 1}" for k in range(100)]
    cells += [
        "2.4703282292062327208e-324",
        "2.4703282292062328e-324",
        "1.7976931348623158e308",
        "0." + "0" * 400 + "1e401",
    ]
    found = polars_codec.decode("".join(cell + "\n" for cell in cells).encode(), 1, layout(1), False)
    assert is_fast(found)
    assert found.chunk.X[:, 0].tolist() == [float(cell) for cell in cells]


CLEAN = b"0.5,Ulm,-1e-3\n7,,+2.25\n.125,x y,1e5\n"
CARRYING = layout(3, (2, 0))


def test_crlf_changes_nothing_but_the_ends_of_lines() -> None:
    lf, crlf = (polars_codec.decode(d, 1, CARRYING, False).chunk for d in (CLEAN, CLEAN.replace(b"\n", b"\r\n")))
    assert isinstance(crlf.kept, polars_codec.Texts)
    assert (lf.X.tobytes(), list(lf.kept), lf.eols) == (crlf.X.tobytes(), list(crlf.kept), b"\n")
    assert crlf.eols == b"\r\n"


def test_a_missing_last_newline_leaves_the_last_record_for_later_or_ends_the_table() -> None:
    data = CLEAN[:-1]
    rest = data[polars_codec.decode(data, 1, CARRYING, True).size :]
    assert rest == b".125,x y,1e5"
    last = polars_codec.decode(rest, 3, CARRYING, True).chunk
    assert (last.X.tolist(), list(last.kept), last.eols) == ([[1e5, 0.125]], [rest], [b""])


def test_quoting_every_cell_changes_no_number_and_is_echoed() -> None:
    quoted = b'"' + CLEAN[:-1].replace(b",", b'","').replace(b"\n", b'"\n"') + b'"\n'
    found = polars_codec.decode(quoted, 1, CARRYING, False).chunk
    assert found.X.tobytes() == polars_codec.decode(CLEAN, 1, CARRYING, False).chunk.X.tobytes()
    assert list(found.kept) == quoted.splitlines()


def test_bytes_that_are_no_utf8_are_carried_through() -> None:
    data = CLEAN.replace(b"Ulm", b"K\xf6ln \xc3\xb6\x80")
    chunk = polars_codec.decode(data, 1, CARRYING, False).chunk
    assert isinstance(chunk.kept, polars_codec.Texts)
    text = polars_codec.encode(chunk, np.ones((3, 1)), CARRYING)
    assert text == data.replace(b"\n", b",1.0\n")


def test_echoes_are_a_sequence_of_bytes() -> None:
    kept = polars_codec.decode(CLEAN, 1, CARRYING, False).chunk.kept
    lines = CLEAN.splitlines()
    assert (len(kept), kept[1], kept[-1], kept[1:], list(kept)) == (3, lines[1], lines[2], lines[1:], lines)


def test_a_gzip_or_zstandard_signature_at_the_start_is_text() -> None:
    for signature in (b"\x1f\x8b", b"x\x01", b"x\x9c", b"x\xda", b"\x28\xb5\x2f\xfd", b"BZh9", b"\xef\xbb\xbf"):
        data, plan = signature + b",1\n" + CLEAN[:0] + b"b,2\n", layout(2, (1,))
        assert same(polars_codec.decode(data, 1, plan, False), numpy_codec.decode(data, 1, plan, False)), signature


@settings(max_examples=60, deadline=None)
@given(tables(dirty=False), st.data())
@pytest.mark.parametrize("most_odd", [0.5, 1.0])
def test_polars_codec_writes_the_bytes_of_numpy_codec(most_odd: float, table: tuple[bytes, Layout], data) -> None:
    text, plan = table
    fast, plain = (codec.decode(text, 1, plan, False).chunk for codec in (polars_codec, numpy_codec))
    shape = st.tuples(st.just(len(plain.kept)), st.integers(1, 4))
    results = data.draw(arrays(np.float64, shape, elements=st.floats() | st.sampled_from(BORDERS)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polars_codec, "_MOST_ODD", most_odd)
        assert polars_codec.encode(fast, results, plan) == numpy_codec.encode(plain, results, plan)


def test_polars_writes_every_power_of_two_and_ten_as_repr_does() -> None:
    powers = np.array([2.0**k for k in range(-1074, 1024)] + [float(f"1e{k}") for k in range(-323, 309)])
    values = np.concatenate([(powers.view(np.int64) + k).view(np.float64) for k in (-1, 0, 1)])
    values = np.concatenate([values, -values])
    text = polars_codec.encode(chunk_of(len(values)), values.reshape(-1, 1), layout(1, keep=()))
    assert text.decode().split("\n")[:-1] == [repr(v) for v in values.tolist()]


def test_polars_writes_random_floats_as_repr_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polars_codec, "_MOST_ODD", 1.0)
    rng = np.random.default_rng(5)
    values = np.concatenate(
        [BORDERS, rng.standard_normal(20_000), 10.0 ** rng.uniform(-12, 18, 20_000), np.round(rng.random(5_000), 3)]
    )
    text = polars_codec.encode(chunk_of(len(values)), values.reshape(-1, 1), layout(1, keep=()))
    assert text.decode().split("\n")[:-1] == [repr(v) for v in values.tolist()]


def chunk_of(m: int) -> Chunk:
    """m records of which nothing is echoed."""
    return polars_codec.decode(b"1\n" * m, 1, layout(1, keep=()), False).chunk
