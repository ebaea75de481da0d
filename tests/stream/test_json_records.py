"""JSON Lines are answered as the same cells in CSV are, and what is wrong with a line has its place."""

import json

import pytest
import shell
from answers import choice, cut, run, same_numbers
from hypothesis import given
from hypothesis import strategies as st

from netgrad.errors import PointsError
from netgrad.stream.engine import Points
from netgrad.stream.json_lines import jsonl_form
from netgrad.stream.sources import Source

XOR = "sample_nets/xor.yaml"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ROWS = st.lists(st.tuples(TEXTS, st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=5)


def answers(data, places=(), policy="fail"):
    out = bytearray()
    source = Source("p.jsonl", cut(data, places), is_json=True)
    points = Points([source], choice(1, columns="x", keep="all"), policy=policy)
    run(points, same_numbers(1), jsonl_form(same_numbers(1).names), out.extend)
    return [json.loads(line) for line in out.splitlines()], points.tally


@given(ROWS, st.booleans(), st.lists(st.integers(0, 999), max_size=4))
def test_any_text_and_number_come_back(rows, ascii_only, places):
    lines = [json.dumps({"t": t, "x": x}, ensure_ascii=ascii_only) for t, x in rows]
    found, _ = answers("".join(line + "\r\n" for line in lines).encode(), places)
    assert found == [{"t": t, "x": x, "got1": x} for t, x in rows]


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ('{"t": 1, "x": "NA"}', 15, "column x: 'NA' is not a number (a missing value?)"),
        ('{"x": 1e400, "t": 1}', 7, "column x: '1e400' is too large for a float64"),
        ('{"x": 1, "t": [1]}', 15, "a list or an object, expected a cell"),
        ('{"t": "é", "z": 1, "x": 1}', 12, "key 'z', which the first record does not have"),
        ('{"x": 1}', 8, "key 't' is missing"),
        ('{"x": 1, "t": 1, "x": 1}', 18, "key 'x' stands twice"),
        ('{"x": 1 "t": 1}', 9, "not JSON: expecting ',' delimiter"),
        ("[" * 100_000, 1, "lists in lists without end, expected an object of names and values"),
        ('{"x": 1, "t": "\\ud800"}', 1, "half of a surrogate pair, which is no text"),
        ("7", 1, "no object, expected names and values in {}"),
    ],
)
def test_what_is_wrong_with_a_line_has_its_place(line, column, problem):
    data = f'{{"t": "a\\nb", "x": 1}}\n\n{line}\n{{"x": 2, "t": null}}\n'.encode()
    with pytest.raises(PointsError) as error:
        answers(data)
    assert str(error.value) == f"p.jsonl:3:{column}: {problem}"
    found, tally = answers(data, policy="skip")
    assert ([row["x"] for row in found], tally.bad) == ([1.0, 2.0], 1)


def test_json_lines_are_found_by_suffix_and_named_on_standard_input(tmp_path):
    line = '{"x2": 0.2, "id": "0012", "x1": 0.1}\n'
    (tmp_path / "p.jsonl").write_text(line)
    ran = shell.run(
        f"gzip -k p.jsonl; netgrad eval {shell.ROOT}/{XOR} p.jsonl.gz -c x1,x2;"
        f"netgrad eval {shell.ROOT}/{XOR} -c x1,x2 --input-format jsonl < p.jsonl", cwd=tmp_path)  # fmt: skip
    assert ran == ("x2,id,x1,a\n0.2,0012,0.1,6.505087808325915e-05\n" * 2, "", 0)
