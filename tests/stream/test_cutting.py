"""Records cut into parts of few lines, however they come, and the limits of what is kept."""

import pytest
from answers import answer, choice, cut
from hypothesis import given
from hypothesis import strategies as st

from netgrad.errors import PointsError
from netgrad.stream import cutting, pieces
from netgrad.stream.cutting import whole_records
from netgrad.stream.sources import Source
from netgrad.tables import exact, numpy_codec, records, splitting
from netgrad.tables.columns import layout_of
from netgrad.tables.records import Dialect

LIMIT = 50


@pytest.fixture
def limited(monkeypatch):
    for module in (records, splitting, cutting, pieces):
        monkeypatch.setattr(module, "MAX_RECORD", LIMIT)


def parts(blocks, rows=3, **dialect):
    return [part for part in whole_records(Source("p.csv", blocks), Dialect(**dialect), rows) if part is not None]


@given(st.lists(st.sampled_from(["1", '"a\n\nb"', "", "no"]), max_size=30), st.lists(st.integers(0, 500), max_size=5))
def test_parts_are_the_records_in_order_of_few_lines_each(cells, places):
    data = "".join(cell + "\n" for cell in cells).encode()
    found = parts(cut(data, places))
    assert b"".join(found) == data
    assert all(part.count(b"\n") <= 3 + 2 for part in found)  # the last record may have begun before


@pytest.mark.parametrize(
    ("long", "place", "what"),
    [
        (b"a" * 60, (3, 1), "record over"),
        (b'"' + b"a\n" * 60, (3, 1), "record over"),
        (b"1\r" * 60, (3, 2), "carriage return without line feed"),
        (b"\0" * 60, (3, 1), "NUL byte"),
        (b"#" + b"c" * 60, (3, 1), "record over"),
    ],
)
@pytest.mark.parametrize("policy", ["fail", "skip", "nan"])
@pytest.mark.usefixtures("limited")
def test_a_record_over_the_limit_is_the_end_of_every_run_however_it_comes(long, place, what, policy):
    data = b"x\n1\n" + long + b"\n2\n3\n"
    whole = answer(data, 1, policy, comment=b"#")
    assert whole.place == place
    assert what in whole.error
    assert whole.out.startswith(b"x,got1\n1,1.0\n")
    assert b"3.0" not in whole.out
    for places in ([1], [4, 5, 6], range(0, 300, 7), range(300)):
        assert answer(cut(data, places), 1, policy, comment=b"#") == whole


@pytest.mark.parametrize("data", [b"\n" * 60 + b"1\n", b"#\n" * 60 + b"1\n", b"\r\n#\n" * 30])
@pytest.mark.usefixtures("limited")
def test_what_is_before_the_first_record_has_a_limit(data):
    for places in ([], range(0, 100, 9)):
        source = Source("p.csv", cut(data, places))
        with pytest.raises(PointsError, match="no record in the first 0 MiB"):
            list(pieces.pieces(source, choice(1, comment=b"#"), rows=10))


def test_nothing_behind_an_endless_line_is_read():
    def endless():
        yield b"x\n1\n"
        while True:
            yield b"1\r" * (1 << 19)

    found = answer(endless(), 1, "skip")
    assert (found.out, found.place) == (b"x,got1\n1,1.0\n", (3, 2))


def test_one_that_stops_reads_no_further_than_the_first_fault():
    seen = []

    def counted(record, layout, checked=exact._checked):
        seen.append(record.line)
        return checked(record, layout)

    layout, data = layout_of([b"x"], choice(1)), b"1\nno\n" + b"\n" * 20_000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "_checked", counted)
        chunk = numpy_codec.decode(data, 1, layout, stops=True)
    assert chunk.bad[0][1].line == 2
    assert len(seen) == exact.FEW


def test_records_taken_apart_a_few_at_a_time_are_those_taken_apart_together(monkeypatch):
    layout, data = layout_of([b"x", b"t"], choice(1, columns="x")), b'1,"a\nb"\r\nno,2\n\n3\n4,"5"\n' * 9
    whole = exact.decode(data, 5, layout)
    monkeypatch.setattr(exact, "FEW", 2)
    few = exact.decode(data, 5, layout)
    assert few.X.tobytes() == whole.X.tobytes()
    assert (few.kept, few.eols, few.bad) == (whole.kept, whole.eols, whole.bad)
