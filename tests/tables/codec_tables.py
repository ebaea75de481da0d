"""Tables for the compiled codec, and how what two codecs make of them is compared."""

import math

from hypothesis import strategies as st

from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout
from netgrad.tables.compiled_codec import Spans
from netgrad.tables.records import Dialect

# Where repr changes from one notation to the other, and the ends of the range.
BORDERS = [0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308]
for power in (1e-10, 1e-9, 1e-6, 1e-5, 1e-4, 1e-3, 1.0, 1e15, 1e16, 1e17, 1e22, 1e23):
    BORDERS += [math.nextafter(power, 0), power, math.nextafter(power, math.inf)]


def layout(
    width: int, inputs=None, keep=None, delimiter: bytes = b",", decimal: bytes = b".", comment: bytes = b""
) -> Layout:
    inputs = tuple(range(width)) if inputs is None else tuple(inputs)
    names = tuple(f"x{k}" for k in range(1, len(inputs) + 1))
    kept = range(width) if keep is None else keep
    return Layout(
        width, inputs, names, keep, tuple(f"c{i}" for i in kept), None, b"\n", Dialect(delimiter, decimal, comment)
    )


def same(found: Chunk, expected: Chunk) -> bool:
    """Equal in everything, the bits of X included."""
    return plain(found) == plain(expected)


def plain(chunk: Chunk) -> tuple:
    X, Y, kept, eols, bad, others = chunk
    each = [eols] * len(kept) if isinstance(eols, bytes) else eols
    target = None if Y is None else (Y.shape, Y.tobytes())
    return X.shape, X.tobytes(), target, list(kept), each, bad, sorted(others)


def is_fast(chunk: Chunk) -> bool:
    return isinstance(chunk.kept, Spans)


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


QUOTED = st.sampled_from([b'""', b'"a,b;c\t|"', b'"say ""no"""', b'"two\nlines"', b'"two\r\nlines"', b'"#"', b'"1"'])


@st.composite
def tables(draw: st.DrawFn, dirty: bool) -> tuple[bytes, Layout]:
    """Bytes of a table and how it is laid out; where it is not dirty, whatever stands in a regular one."""
    width = draw(st.integers(1, 5))
    inputs = draw(st.permutations(range(width)))[: draw(st.integers(1, width))]
    keep = draw(st.none() | st.just(()) | st.lists(st.integers(0, width - 1), min_size=1).map(tuple))
    delimiter = draw(st.sampled_from([b",", b";", b"\t", b"|", b"%", b" "]))
    decimal = draw(st.sampled_from([b".", b","])) if delimiter != b"," else b"."
    comment = draw(st.sampled_from([b"", b"#", b"//"]))
    texts = TEXTS.map(lambda cell: cell.replace(delimiter, b"_")) | QUOTED
    cells = [_inputs(delimiter, decimal) if i in inputs else texts for i in range(width)]
    rows = [delimiter.join(row) for row in draw(st.lists(st.tuples(*cells), min_size=1, max_size=6))]
    between = [b""] * (width > 1) + [comment + b' "1,x'] * (comment != b"")
    if between:
        rows = [line for row in rows for line in (*draw(st.lists(st.sampled_from(between), max_size=1)), row)]
    eols = draw(st.sampled_from([[b"\n"], [b"\r\n"], [b"\n", b"\r\n"]]))
    data = b"".join(row + draw(st.sampled_from(eols)) for row in rows)
    if dirty:
        for _ in range(draw(st.integers(1, 2))):
            at = draw(st.integers(0, len(data)))
            data = data[:at] + draw(DIRT | st.just(delimiter) | st.binary(min_size=1, max_size=1)) + data[at:]
        data = data[: len(data) - draw(st.integers(0, 2))]
    return data, layout(width, inputs, keep, delimiter, decimal, comment)


def _inputs(delimiter: bytes, decimal: bytes) -> st.SearchStrategy[bytes]:
    """Cells of an input: numbers, with blanks around or in quotes."""
    blank = b"" if delimiter == b" " else b" "
    written = numbers().map(lambda cell: cell.strip(b" ").replace(b".", decimal))
    around = [b"%b", blank + b"%b", b"%b" + blank, b'"%b"', b'"' + blank + b"%b" + blank + b'"']
    return st.builds(lambda cell, form: form.replace(b"%b", cell), written, st.sampled_from(around))
