"""JSON: what is read is what the standard library reads, and nothing that it refuses."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from zoo import ZOO, facts

from netgrad.core.network import Layer, Network
from netgrad.errors import NetworkError
from netgrad.formats import load, save
from netgrad.formats.document import read_document
from netgrad.formats.json import JsonSource

NET = '{"name": "a\\u00e9", "layers": [{"W": [[1, -2.5e1], [0.5, 3]], "b": [0, 1E2], "activation": "tanh"}]}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: not JSON: expected a value, found the end of the file"),
        ("{", "1:2: not JSON: expected a key in double quotes or '}', found the end of the file"),
        ("{,}", "1:2: not JSON: expected a key in double quotes or '}', found a comma"),
        ("{name: 1}", "1:2: not JSON: expected a key in double quotes or '}', found 'name'"),
        ('{"name" "x"}', "1:9: not JSON: expected ':', found 'x' in quotes"),
        ('{"name": "x",}', "1:14: not JSON: expected a key in double quotes, found the end of the mapping"),
        ('{"name": "x" "inputs": []}', "1:14: not JSON: expected ',' or '}', found 'inputs' in quotes"),
        ('{"name": "x', "1:10: not JSON: a text whose quotes are not closed"),
        ('{"name": "\n"}', "1:11: not JSON: a text with an invalid control character"),
        ('{"name": "\\ud800"}', r"1:10: name: '\ud800' has half a surrogate pair"),
        ('{"name": 3}', "1:10: name: expected a text, found '3'"),
        ('{"name": true}', "1:10: name: expected a text, found 'true'"),
        ("// comment\n{}", "1:1: not JSON: expected a value, found '//'"),
        (NET + " x", f"1:{len(NET) + 2}: not JSON: expected the end of the file, found 'x'"),
        (NET + NET, f"1:{len(NET) + 1}: not JSON: expected the end of the file, found a mapping"),
        ('{"name": "x",\n "name": "y"}', "2:2: name is there twice, on lines 1 and 2"),
        (
            "[" * 10**5,
            "1:1: expected a mapping with name, activation, inputs, output, scaling, output_scaling, layers; "
            "found a list",
        ),
    ],
)
def test_what_is_no_json_has_its_place(text, message, error_of):
    assert error_of(text, ".json") == message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,", "1:22: not JSON: expected a value, found the end of the list"),
        ("1 2", "1:22: not JSON: expected ',' or ']', found '2'"),
        ("1, NaN, 2", "1:23: not JSON: 'NaN' is not a number (NaN is refused)"),
        ("-Infinity", "1:20: not JSON: '-Infinity' is not a number (it must be finite)"),
        ("01", "1:20: not JSON: '01' is not how JSON writes a number"),
        ("+1", "1:20: not JSON: '+1' is not how JSON writes a number"),
        (".5", "1:20: not JSON: '.5' is not how JSON writes a number"),
        ("1.", "1:20: not JSON: '1.' is not how JSON writes a number"),
        ("0x10", "1:20: not JSON: '0x10' is not a number (write it in decimal)"),
        ("1, 1e999, 2", "1:23: layer 2: W: row 1, entry 2: '1e999' is too large for a float64"),
        ('1, "2"', "1:23: layer 2: W: row 1, entry 2: expected a number, found '2' in quotes"),
        ("1, null", "1:23: layer 2: W: row 1, entry 2: expected a number, found null"),
        ("true", "1:20: layer 2: W: row 1, entry 1: 'true' is not a number (write 1 or 0)"),
        ("1, [2]", "1:23: layer 2: W: row 1, entry 2: expected a number, found a list"),
    ],
)
def test_a_fault_in_a_row_has_its_place(row, message, error_of):
    assert error_of('{"layers": [{"W":[[' + row + '], [1]], "b":[0]}]}', ".json") == message


def by_the_standard_library(text):
    """The network that json.loads sees, strictly: no NaN, no repeated key; ValueError where it sees none."""

    def refuse(constant):
        raise ValueError(constant)

    def unique(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("repeated key")
        return dict(pairs)

    document = json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    layers = tuple(
        (layer["W"], layer["b"], layer.get("activation") or document.get("activation") or "sigmoid")
        for layer in document["layers"]
    )
    arrays = [(Network.of([(W, b)]).layers[0], activation) for W, b, activation in layers]
    return Network(tuple(Layer(layer.W, layer.b, name) for layer, name in arrays), name=document.get("name"))


edits = st.lists(
    st.tuples(st.integers(0, len(NET)), st.integers(0, 2), st.text('[]{}":,01.eE+-\\ \n\tu\u00e9', max_size=2)),
    max_size=2,
)


@settings(max_examples=400)
@given(edits)
@example([])
@example([(29, 0, " \n\t ")])
def test_what_is_read_is_what_the_standard_library_reads(changes):
    text = NET
    for at, removed, inserted in changes:
        text = text[:at] + inserted + text[at + removed :]
    try:
        net = read_document(JsonSource(text)).network
    except NetworkError:
        return
    assert facts(net) == facts(by_the_standard_library(text))


@pytest.mark.parametrize("net", ZOO.values(), ids=ZOO)
def test_what_is_saved_means_the_same_to_the_standard_library(net, tmp_path):
    save(net, tmp_path / "net.json")
    document = json.loads((tmp_path / "net.json").read_text(encoding="utf-8"))
    assert [layer["W"] for layer in document["layers"]] == [layer.W.tolist() for layer in net.layers]
    assert document.get("inputs") == (None if net.inputs is None else list(net.inputs))


def test_a_long_row_is_read_in_parts(tmp_path, error_of):
    row = ", ".join(map(str, range(10_000)))
    (tmp_path / "net.json").write_text('{"layers": [{"W": [[' + row + ']], "b": [0]}]}')
    assert load(tmp_path / "net.json").layers[0].W.tolist() == [list(range(10_000))]
    shown = error_of('{"layers": [{"W": [[' + row + ', x]], "b": [0]}]}', ".json")
    assert shown == f"1:{len(row) + 23}: not JSON: expected a value, found 'x'"
