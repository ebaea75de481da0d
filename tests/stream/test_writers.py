"""What is written reads back, by Python's csv and json, to what was read and computed."""

import csv
import io
import json
import math

import pytest
from answers import choice, run, same_numbers
from hypothesis import given
from hypothesis import strategies as st

from netgrad.errors import UsageError
from netgrad.results.values import Results
from netgrad.stream.engine import Points
from netgrad.stream.json_lines import jsonl_form
from netgrad.stream.sources import Source
from netgrad.stream.writers import csv_form, tsv_form

CELLS = st.text('ab ,;"\n\r\té\U0001f600\u2028\\', max_size=5)


def written(sources, form, n=1, results=None, **said):
    out = bytearray()
    results = results or same_numbers(n)
    sources = [Source(f"p{k}.csv", [data]) for k, data in enumerate(sources)]
    run(Points(sources, choice(n, **said)), results, form(results.names), out.extend)
    return bytes(out)


def as_read(names, digits=None):
    """CSV with the delimiter of the input."""
    return csv_form(names, digits, delimiter=None)


@st.composite
def tables(draw):
    """Two carried columns of any text around one of numbers, as CSV; and its rows."""
    rows = draw(st.lists(st.tuples(CELLS, st.integers(-99, 99).map(str), CELLS), max_size=4))
    file = io.StringIO(newline="")
    eol = draw(st.sampled_from(["\n", "\r\n"]))
    csv.writer(file, lineterminator=eol, quoting=csv.QUOTE_ALL).writerows([("left", "x", "right"), *rows])
    return file.getvalue().encode(), rows


@given(tables(), st.sampled_from([",", "\t", ";"]))
def test_any_delimiter_reads_back_to_the_same_cells(table, delimiter):
    data, rows = table
    out = written([data], lambda names: csv_form(names, delimiter=delimiter.encode()), columns="x")
    back = list(csv.reader(io.StringIO(out.decode(), newline=""), delimiter=delimiter, strict=True))
    assert back == [["left", "x", "right", "got1"], *([*row, repr(float(row[1]))] for row in rows)]


@given(tables())
def test_json_lines_read_back_to_the_same_cells(table):
    data, rows = table
    out = written([data], jsonl_form, columns="x").decode()
    expected = [{"left": a, "x": float(x), "right": b, "got1": float(x)} for a, x, b in rows]
    assert [json.loads(line) for line in out.split("\n")[:-1]] == expected


@pytest.mark.parametrize("keep", ["all", "none", "c,x"])
def test_json_lines_have_the_kept_columns_as_keys(keep):
    out = written([b"c,x\n007,1e-3\n"], jsonl_form, columns="x", keep=keep)
    kept = {"all": {"c": "007", "x": 0.001}, "none": {}, "c,x": {"c": "007", "x": 0.001}}[keep]
    assert json.loads(out) == {**kept, "got1": 0.001}


def test_json_has_null_where_a_result_is_not_finite():
    strange = Results(lambda X, *more: X * math.nan, lambda inputs: ["a"])
    assert json.loads(written([b"x\n1\n"], jsonl_form, results=strange)) == {"x": 1.0, "a": None}


@pytest.mark.parametrize("form", [as_read, tsv_form, jsonl_form])
def test_bytes_that_are_not_utf8_come_through(form):
    out = written([b"\xff,x\n\xfe\xc3,1\n"], form, columns="x")
    assert b"\xfe\xc3" in out
    assert b"\xff" in out


@pytest.mark.parametrize("form", [as_read, tsv_form])
def test_a_file_without_a_last_newline_does_not_run_into_the_next(form):
    one, two = written([b"x\n1", b"x\n2"], form), written([b"x\n1\n", b"x\n2"], form)
    assert one == two
    assert one.endswith(b"2.0")


def test_line_ends_are_the_records_own():
    assert written([b"x\r\n1\n2\r\n"], as_read) == b"x,got1\r\n1,1.0\n2,2.0\r\n"


@pytest.mark.parametrize("form", [as_read, tsv_form, jsonl_form])
def test_a_result_with_the_name_of_a_column_is_refused_before_anything_is_written(form):
    with pytest.raises(UsageError, match="a column is called 'got1' already"):
        written([b"got1,x\n1,2\n"], form, columns="x")


@pytest.mark.parametrize("form", [as_read, tsv_form, jsonl_form])
def test_digits_round_results_and_nothing_else(form):
    out = written([b"x\n0.123456\n"], lambda names: form(names, 3)).decode()
    assert "0.123456" in out
    assert "0.123" in out.replace("0.123456", "")
