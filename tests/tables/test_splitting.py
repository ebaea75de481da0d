"""Where records end, in bytes as they arrive: against a reader that goes byte by byte, and record by record."""

import pytest
import rfc4180
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netgrad.tables import splitting
from netgrad.tables.records import Dialect, scan
from netgrad.tables.splitting import Scan, is_too_long, split

SHARDS = [b'"', b'"', b'""', b'"a"', b"1", b",", b",", b";", b"\n", b"\n", b"\r\n", b"\r", b"\0", b"\xe9", b"#", b"##"]
blocks = st.lists(st.sampled_from(SHARDS), max_size=20).map(b"".join)
dialects = st.builds(Dialect, st.sampled_from([b",", b";", b"\t"]), st.just(b"."), st.sampled_from([b"", b"#", b"##"]))
places = st.lists(st.integers(0, 60), max_size=6)


def cells() -> st.SearchStrategy[bytes]:
    text = st.text('ab,"\n\r1', max_size=4).map(str.encode)
    return text.map(lambda t: b'"' + t.replace(b'"', b'""') + b'"') | st.sampled_from([b"", b"1", b"-2.5"])


sound = st.lists(st.tuples(st.lists(cells(), min_size=1, max_size=3), st.sampled_from([b"\n", b"\r\n"])), min_size=1)
tables = sound.map(lambda rows: b"".join(b",".join(row) + eol for row, eol in rows))


def whole(data: bytes, dialect: Dialect = Dialect()) -> int:
    return split(data, Scan(), dialect)[0]


def ended(data: bytes) -> int:
    """Bytes of the records that end with an end of line, up to the first fault."""
    records, _ = rfc4180.read(data)
    return max((r.end + len(r.eol) for r in records if r.eol in (b"\n", b"\r\n")), default=0)


@given(blocks)
def test_records_up_to_a_fault_are_those_of_the_reader(data: bytes) -> None:
    if rfc4180.read(data)[1] is None:
        assert whole(data) == ended(data)
    assert whole(data) >= ended(data)


@given(tables, blocks)
def test_sound_records_are_found_whatever_is_behind_them(data: bytes, rest: bytes) -> None:
    assert whole(data) == len(data)
    assert whole(data + rest) >= len(data)


@settings(max_examples=500)
@given(blocks, dialects, places)
@example(b'a"b\n"c\n"\n', Dialect(), [3, 5])
@example(b'"a"x,"b\n1\n', Dialect(), [])
@example(b'"a\0b\n"c\n"\n', Dialect(), [2])
@example(b'#"a\n1\n', Dialect(comment=b"#"), [])
@example(b'##"\n#"\n1\n"\n', Dialect(comment=b"##"), [1, 5])
@example(b'"a"\r\n1\r\n', Dialect(), [3, 4, 6])
@example(b'"a""b"\n', Dialect(), [3, 4])
def test_however_the_bytes_arrive_records_end_where_the_scan_of_all_of_them_ends_them(data, dialect, places) -> None:
    ends, at = [0], 0
    for record in scan(data, 1, dialect):
        at += len(record.raw) + len(record.eol)
        ends += [at] if record.eol else []
    seen, found = Scan(), 0
    for k in sorted({*(place % (len(data) + 1) for place in places), len(data)}):
        end, seen = split(data[:k], seen, dialect)
        found = max(found, end)
        assert found == max(e for e in ends if e <= k)


@given(blocks, dialects)
def test_what_has_been_looked_at_is_not_looked_at_again(data, dialect) -> None:
    """Nothing before the scan's place matters: other bytes there change nothing."""
    for k in range(len(data) + 1):
        end, seen = split(data[:k], Scan(), dialect)
        assert split(b"\0" * seen.at + data[seen.at :], seen, dialect) == split(data, seen, dialect)
        assert k - seen.at <= max(1, len(dialect.comment) - 1)
        assert end <= seen.at


@pytest.mark.parametrize(
    ("data", "size"), [(b"1,2\n3", 4), (b'1,2\n"3\n', 4), (b"1,2\n3,4\r", 4), (b"1,2", 0), (b'1,"2"', 0), (b"", 0)]
)
def test_what_is_not_whole_is_left_for_later(data: bytes, size: int) -> None:
    assert whole(data) == size


def test_the_time_for_a_record_that_never_ends_is_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    end = splitting._end
    monkeypatch.setattr(splitting, "_end", lambda *args: looked_at.append(end(*args) - args[2]) or end(*args))
    data, seen = bytearray(b'1,"'), Scan()
    for _ in range(2000):
        data += b"a\n" * 50
        _, seen = split(data, seen, Dialect())
    assert sum(looked_at) <= len(data)
    assert len(looked_at) < 3 * 2000


@pytest.mark.parametrize(
    ("data", "dialect", "too_long"),
    [
        (b'1\n"' + b"a" * 60, Dialect(), True),
        (b"1\n" + b"a" * 60, Dialect(), True),
        (b"1\n" + b"a" * 49 + b"\r", Dialect(), False),
        (b"1\n\r" + b"a" * 60, Dialect(), True),
        (b"a" * 40 + b"\n" + b"a" * 40, Dialect(), False),
        (b"1\n#" + b"a" * 60, Dialect(comment=b"#"), True),
    ],
)
def test_a_record_has_a_limit_and_so_has_a_comment(monkeypatch, data: bytes, dialect: Dialect, too_long) -> None:
    monkeypatch.setattr(splitting, "MAX_RECORD", 50)
    end, _ = split(data, Scan(), dialect)
    assert is_too_long(data[end:]) == too_long
