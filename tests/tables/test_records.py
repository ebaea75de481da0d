"""Records against Python's csv module, and against a reader that goes byte by byte."""

import csv
import io

import pytest
import rfc4180
from hypothesis import example, given
from hypothesis import strategies as st

from netgrad.tables import records
from netgrad.tables.records import Dialect, quoted, scan, split, text, unquoted

CELLS = st.text(st.sampled_from('ab01 ,;"\r\n\té\u2028\U0001f600\ufeff\u200b'), max_size=6) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6
)
SHARDS = [b"a", b"bc", b",", b'"', b'""', b"\n", b"\r\n", b"\r", b"\0", b" ", b"\xff", "é".encode()]
rubbish = st.lists(st.sampled_from(SHARDS), max_size=24).map(b"".join)


@st.composite
def csv_text(draw):
    """What csv.writer writes for cells of any text, with its line ends mixed."""
    rows = draw(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5))
    lines = []
    for row in rows:
        file = io.StringIO(newline="")
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        if any("\r" in cell for cell in row):  # csv.writer does not always quote it, RFC 4180 does
            quoting = csv.QUOTE_ALL
        csv.writer(file, lineterminator=draw(st.sampled_from(["\n", "\r\n"])), quoting=quoting).writerow(row)
        lines.append(file.getvalue())
    written = "".join(lines)
    return written if draw(st.booleans()) else written.removesuffix("\n").removesuffix("\r")


@given(csv_text())
def test_records_are_those_of_pythons_csv(written):
    data = written.encode()
    found = list(scan(data, 1))
    assert [r.fault for r in found if r.fault] == []
    assert [[text(unquoted(c)) for c in r.cells] for r in found] == list(
        csv.reader(io.StringIO(written, newline=""), strict=True)
    )
    assert b"".join(r.raw + r.eol for r in found) == data


@given(rubbish, st.sampled_from([b",", b" "]))
@example(b'"a"\r', b",")
@example(b'"a""', b",")
@example(b'""\0', b",")
@example(b'"\n\0"', b",")
def test_records_and_the_first_fault_are_those_of_the_oracle(data, delimiter):
    wanted, fault = rfc4180.read(data, delimiter)
    found = []
    for record in scan(data, 1, Dialect(delimiter)):
        if record.fault:
            assert fault is not None
            assert record.place(record.fault.offset) == rfc4180.place(data, fault.at)
            break
        found.append(record)
    else:
        assert fault is None
    assert [(r.raw, r.eol) for r in found] == [(data[w.start : w.end], w.eol) for w in wanted]
    assert [[unquoted(c) for c in r.cells] for r in found] == [[c.says for c in w.cells] for w in wanted]


@given(rubbish)
def test_after_a_fault_reading_goes_on_at_the_next_line(data):
    found = list(scan(data, 1))
    assert b"".join(r.raw + r.eol for r in found) == data
    for record in found:
        if record.fault and not record.fault.fatal:
            assert record.eol in (b"\n", b"\r\n") or data.endswith(record.raw)
            assert b"\n" not in record.raw[record.fault.offset :]
    lines = [1]
    for record in found:
        assert record.line == lines[-1]
        lines.append(record.line + (record.raw + record.eol).count(b"\n"))


@pytest.mark.parametrize(
    ("data", "reason", "place"),
    [
        (b'a,b"c\n', "quote inside an unquoted cell (double it and quote the whole cell)", (1, 4)),
        (b'a,"b"c\n', "'c' after the closing quote", (1, 6)),
        (b'a,"b"\x1bc\n', r"'\x1b' after the closing quote", (1, 6)),
        (b'a,"b" \n', "' ' after the closing quote", (1, 6)),
        (b'a\n1,"b\nc', "quote opened here is never closed", (2, 3)),
        (b"\xc3\xa9,\0\n", "NUL byte: this is no text (or UTF-16: convert it to UTF-8)", (1, 3)),
        (b'a\n"b\n\xff\0"\n', "NUL byte: this is no text (or UTF-16: convert it to UTF-8)", (3, 2)),
        (b"a\rb\rc", "carriage return without line feed", (1, 2)),
        (b"a\r", "carriage return without line feed", (1, 2)),
        (b'"a"\r"b"', "carriage return without line feed", (1, 4)),
    ],
)
def test_each_kind_of_fault_has_its_words_and_its_place(data, reason, place):
    found = next(r for r in scan(data, 1) if r.fault)
    assert (found.fault.reason, found.place(found.fault.offset)) == (reason, place)


@pytest.mark.parametrize("data", [b"a" * 60 + b"\n", b'"' + b"\n" * 60 + b'"\n', b'"' + b"a" * 60, b"a" * 60])
def test_a_record_over_the_limit_is_the_end(data, monkeypatch):
    monkeypatch.setattr(records, "MAX_RECORD", 50)
    *_, last = scan(b"1\n" + data, 1)
    assert last.fault
    assert last.fault.fatal
    assert last.fault.reason.startswith("record over")


def test_more_cells_than_the_limit_are_the_end_but_not_delimiters_in_quotes(monkeypatch):
    monkeypatch.setattr(records, "MAX_CELLS", 5)
    (sound,) = scan(b'"' + b"," * 9 + b'",2,3,4,5', 1)
    (broken,) = scan(b"1,2,3,4,5,6", 1)
    assert sound.fault is None
    assert len(sound.cells) == 5
    assert broken.fault
    assert broken.fault.reason == "more than 5 cells in a record"


@given(CELLS, st.sampled_from([",", ";", "\t"]))
def test_a_cell_written_reads_back_alone(cell, delimiter):
    assert split(quoted(cell, delimiter).encode(), delimiter.encode()) == [quoted(cell, delimiter).encode()]
    assert text(unquoted(quoted(cell, delimiter).encode())) == cell
