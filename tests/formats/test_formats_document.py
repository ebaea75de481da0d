"""The document of a network: what is read from it, and the place and words of each fault."""

import json

import numpy as np
import pytest

from netgrad.formats import load

FULL = """
name: no
activation: tanh
inputs: [yes, 010]
output: a
scaling: {std: [2, .5], mean: [1e-3, -2E5]}
layers:
  - {W: [[1, 010], [+.5, 1.]], b: [0, -0]}
  - W:
      - - 3
        - 4
    b:
      - 5
    activation: relu
"""
NET = "layers:\n  - W: [[1, 2]]\n    b: [0]\n"  # 2-1, three lines
TOP = "expected a mapping with name, activation, inputs, output, scaling, output_scaling, layers"
ROWS = "expected a list of rows, one for each neuron, as in [[1, 2], [3, 4]]"


def test_a_full_document_is_read_by_our_own_rule_for_numbers_and_words(tmp_path):
    (tmp_path / "net.yml").write_text(FULL)
    net = load(tmp_path / "net.yml")
    assert (net.name, net.inputs, net.outputs) == ("no", ("yes", "010"), ("a",))
    assert [layer.activation for layer in net.layers] == ["tanh", "relu"]
    assert [layer.W.tolist() for layer in net.layers] == [[[1, 10], [0.5, 1]], [[3, 4]]]
    assert [layer.b.tolist() for layer in net.layers] == [[0, 0], [5]]
    assert np.signbit(net.layers[0].b).tolist() == [False, True]
    assert net.scaling.mean.tolist() == [0.001, -200000]
    assert net.scaling.std.tolist() == [2, 0.5]


def test_null_is_as_good_as_leaving_it_out(tmp_path):
    absent = dict.fromkeys(["name", "activation", "inputs", "output", "scaling"])
    document = absent | {"layers": [{"W": [[1]], "b": [0], "activation": None}]}
    (tmp_path / "net.json").write_text(json.dumps(document))
    net = load(tmp_path / "net.json")
    assert (net.name, net.inputs, net.outputs, net.scaling, net.layers[0].activation) == (*[None] * 4, "sigmoid")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: an empty file, expected a network"),
        ("# a comment\n", "2:1: an empty file, expected a network"),
        ("hello", f"1:1: {TOP}; found 'hello'"),
        ("[1, 2]", f"1:1: {TOP}; found a list"),
        ("name: x\n", "1:1: layers is missing"),
        ("layers:\n", "1:1: layers is missing"),
        ("layers: []\n", "1:1: a network needs at least one layer"),
        ("layers: {W: [[1]], b: [0]}\n", "1:9: layers: expected a list of layers, found a mapping"),
        ("layers: [3]\n", "1:10: layer 2: expected a mapping with W, b, activation; found '3'"),
        ("layer: []\n", "1:1: unknown key 'layer' (did you mean 'layers'?)"),
        ("? [a]\n: b\n", "1:3: expected a key, found a list"),
        (NET + "foo: 1\n", f"4:1: unknown key 'foo'; known are {TOP.removeprefix('expected a mapping with ')}"),
        (NET + "    c: 1\n", "4:5: layer 2: unknown key 'c'; known are W, b, activation"),
        (NET + "name: a\n\nname: b\n", "6:1: name is there twice, on lines 4 and 6"),
        ("layers:\n  - {b: [0], b: [0]}\n", "2:14: layer 2: b is there twice, on line 2"),
        (NET + "  - W: [[1]]\n    W: [[1]]\n", "5:5: layer 3: W is there twice, on lines 4 and 5"),
        (NET + "name: [1]\n", "4:7: name: expected a text, found a list"),
    ],
)
def test_a_key_that_does_not_belong_has_its_place(text, message, error_of):
    assert error_of(text) == message


@pytest.mark.parametrize(
    ("W", "message"),
    [
        ("[[1, x]]", "2:13: layer 2: W: row 1, entry 2: 'x' is not a number"),
        ("[[1], [1:30]]", "2:15: layer 2: W: row 2, entry 1: '1:30' is not a number (no hours, minutes or base 60)"),
        ("[[1, .nan]]", "2:13: layer 2: W: row 1, entry 2: '.nan' is not a number (NaN is refused)"),
        ("[[-.inf]]", "2:10: layer 2: W: row 1, entry 1: '-.inf' is not a number (it must be finite)"),
        ("[[yes]]", "2:10: layer 2: W: row 1, entry 1: 'yes' is not a number (write 1 or 0)"),
        ("[[0x10]]", "2:10: layer 2: W: row 1, entry 1: '0x10' is not a number (write it in decimal)"),
        ("[[1_0]]", "2:10: layer 2: W: row 1, entry 1: '1_0' is not a number (no underscores)"),
        ("[[1 2]]", "2:10: layer 2: W: row 1, entry 1: '1 2' is not a number (blanks only around it)"),
        ("[[1e999]]", "2:10: layer 2: W: row 1, entry 1: '1e999' is too large for a float64"),
        ("[['1']]", "2:10: layer 2: W: row 1, entry 1: expected a number, found '1' in quotes"),
        ("[[~]]", "2:10: layer 2: W: row 1, entry 1: expected a number, found ~"),
        ("[[1, [2]]]", "2:13: layer 2: W: row 1, entry 2: expected a number, found a list"),
        ("[[1, 2], [3]]", "2:17: layer 2: W: row 2 has 1 entry, but row 1 has 2"),
        ("[[1], [2, 3]]", "2:14: layer 2: W: row 2 has 2 entries, but row 1 has 1"),
        ("[[]]", "2:9: layer 2: W: row 1 is empty"),
        ("[[1], []]", "2:14: layer 2: W: row 2 is empty, but row 1 has 1"),
        ("[]", "2:5: layer 2: W must be a matrix, but has shape (0, 0)"),
        ("[1, 2]", f"2:9: layer 2: W: {ROWS}; found '1'"),
        ("[[1], 2]", f"2:14: layer 2: W: {ROWS}; found '2'"),
        ("3", f"2:8: layer 2: W: {ROWS}; found '3'"),
        ("", "2:5: layer 2: W is missing"),
    ],
)  # fmt: skip
def test_a_fault_in_W_has_its_place(W, message, error_of):
    assert error_of(f"layers:\n  - W: {W}\n    b: [0]\n") == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers:\n  - b: [1]\n", "2:5: layer 2: W is missing"),
        ("layers:\n  - W: [[1]]\n", "2:5: layer 2: b is missing"),
        ("layers:\n  - W: [[1]]\n    b: 3\n", "3:8: layer 2: b: expected a list of numbers, found '3'"),
        ("layers:\n  - W: [[1]]\n    b: [[3]]\n",
         "3:9: layer 2: b, entry 1: expected a number, found a list "
         "(numbers in one pair of brackets, as in [1, 2, 3])"),
        ("layers:\n  - W: [[1]]\n    b: []\n", "3:5: layer 2: b has 0 entries, but W has 1 row"),
        (NET + "  - W: [[1, 2, 3]]\n    b: [0]\n", "4:5: layer 3: W has 3 columns, but layer 2 has 1 neuron"),
        (NET + "  - b: [0, 1]\n    W: [[1]]\n", "4:5: layer 3: b has 2 entries, but W has 1 row"),
        (NET + "  - {W: [[1]], b: [0], activation: softmax}\n" * 2,
         "4:24: layer 3: softmax is for the last layer, 4"),
        (NET + "inputs: a\n", "4:9: inputs: expected a list of names, found 'a'"),
        (NET + "inputs: [a]\n", "4:1: inputs has 1 name, but the network has 2 inputs"),
        (NET + "inputs: [a, a]\n", "4:1: inputs: 'a' is there twice"),
        (NET + "inputs: [a, null]\n", "4:13: inputs: name 2: expected a text, found null"),
        (NET + "output: [a, [b]]\n", "4:13: output: name 2: expected a text, found a list"),
        (NET + "output: [a, b]\n", "4:1: output has 2 names, but the network has 1 output"),
        (NET + "scaling: 3\n", "4:10: scaling: expected a mapping with mean, std; found '3'"),
        (NET + "scaling: {mean: [0, 0]}\n", "4:10: scaling: std is missing"),
        (NET + "scaling: {mean: [0, 0], std: [1]}\n",
         "4:25: scaling: std has shape (1,), but the network has 2 inputs"),
        (NET + "scaling:\n  mean: [0, 0]\n  std: [1, 0]\n", "6:3: scaling: every entry of std must be positive"),
        (NET + "scaling: {avg: [0, 0]}\n", "4:11: scaling: unknown key 'avg'; known are mean, std"),
    ],
)  # fmt: skip
def test_what_does_not_fit_has_the_place_of_its_entry(text, message, error_of):
    assert error_of(text) == message


@pytest.mark.parametrize(("line", "place"), [("    activation: sigmod\n", "4:5"), ("activation: sigmod\n", "4:1")])
def test_an_unknown_activation_is_placed_where_it_was_set(line, place, error_of):
    assert error_of(NET + line) == f"{place}: layer 2: unknown activation 'sigmod' (did you mean 'sigmoid'?)"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "# Größe 😀\n"])
def test_places_count_lines_and_characters_of_the_file(ending, start, error_of):
    text = (start + "name: 'é😀'\n" + NET.replace("2]]", "é]]")).replace("\n", ending)
    line = 3 + start.count("\n")
    assert error_of(text) == f"{line}:13: layer 2: W: row 1, entry 2: 'é' is not a number"


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (NET.encode("utf-16"), "UTF-16 text, expected UTF-8"),
        (NET.encode("utf-16-le"), "UTF-16 or UTF-32 text, expected UTF-8"),
        (NET.encode("utf-32-be"), "UTF-16 or UTF-32 text, expected UTF-8"),
        (b"PK\x03\x04rest", "a ZIP archive, expected text (an NPZ file is called .npz)"),
        (b"\x1f\x8brest", "compressed by gzip, expected text"),
        (b"\x89HDF\r\n", "an HDF5 file, expected text"),
        (b"\x93NUMPY\1\0", "a .npy array, expected text"),
        (b"# \xc3\xa9\n\n{\0}", "3:2: a NUL byte, expected text"),
        (b"# \xc3\xa9\n# \xc3\xa9\xe9", "2:4: byte 0xe9 is not UTF-8"),
    ],
)
def test_what_is_no_text_is_called_by_its_name(data, message, suffix, error_of):
    assert error_of(data, suffix) == message


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_a_text_over_the_limit_is_not_read(suffix, error_of, monkeypatch):
    monkeypatch.setattr("netgrad.formats.limits.TEXT", 1 << 20)
    assert error_of(b" " * (1 << 20) + b" ", suffix) == "over 1 MiB, too large for text (save it as NPZ)"
