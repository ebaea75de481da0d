"""YAML: libyaml's verdict on syntax, what is refused of it, and the two ways of reading, which agree."""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from zoo import ZOO, facts

from netgrad.core.network import Network
from netgrad.errors import NetworkError
from netgrad.formats import load, save
from netgrad.formats.document import read_document
from netgrad.formats.yaml import BATCH, Doubtful, YamlSource, read
from netgrad.formats.yaml_text import blanked

NET = "layers:\n  - W: [[1, 2]]\n    b: [0]\n"
# Lists of numbers in each place where they are something else, or stand beside it.
TRICKY = f"""# sizes [2, 1]
name: "a [1, 2] b"
{NET}
  - W: [[ -1.5e3 ]]
    b: [ +.5 ]  # [0.1]
output: [3]
inputs: [1, '[2]']
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers: &a []\n", "1:9: anchor '&a': anchors are not allowed"),
        ("layers: *a\n", "1:9: alias '*a': aliases are not allowed"),
        ("&n name: x\n", "1:1: anchor '&n': anchors are not allowed"),
        ("layers:\n- W: [[1, &a 2]]\n", "2:11: anchor '&a': anchors are not allowed"),
        ("layers:\n- W: [[1, *a]]\n", "2:11: alias '*a': aliases are not allowed"),
        ("layers:\n- W: [[1, !!int 2]]\n", "2:11: tag '!!int': tags are not allowed"),
        ("layers:\n- W: [!a [1, 2]]\n", "2:7: tag '!a': tags are not allowed"),
        (
            "name: !!python/object/apply:os.system [a]\n",
            "1:7: tag '!!python/object/apply:os.system': tags are not allowed",
        ),
        ("name: ! x\n", "1:7: tag '!': tags are not allowed"),
        ("%TAG ! tag:x:\n---\nname: x\n", "1:1: directive '%TAG': tags are not allowed"),
        (NET + "---\n" + NET, "4:1: a second document, but a file holds one network"),
        (NET + "...\nx\n", "5:1: not YAML: did not find expected <document start>"),
        ("layers:\n- W: [[1,,2]]\n", "2:10: not YAML: did not find expected node content while parsing a flow node"),
        ("name: a\x1b[0m\n", r"1:8: not YAML: control character '\x1b' (write it as an escape in double quotes)"),
        (
            "layers:\n  - W: [[1, 2\n    b: [0]\n",
            "3:6: not YAML: did not find expected ',' or ']' while parsing a flow sequence that begins at 2:9",
        ),
        (
            "layers:\n\t- W\n",
            "2:1: not YAML: found character that cannot start any token while scanning for the next token "
            "(a tab: indent with spaces)",
        ),
    ],
)
def test_what_is_refused_of_yaml_has_its_place(text, message, error_of):
    assert error_of(text) == message


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 10**5,
        "{" * 10**5,
        "- " * 10**5,
        "? " * 10**5,
        "layers:\n- W: " + "[" * 10**5,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nlayers: [*c, *c]\n",
        "".join(f"%TAG !a{i}! x\n" for i in range(10**5)) + "--- x\n",
        "".join(f"name{i}: x\n" for i in range(10**5)),
        "layers:\n- W: [[1" + "1" * 10**6 + "x]]\n",
    ],
    ids=["lists", "mappings", "block lists", "keys", "rows", "aliases", "directives", "names", "digits"],
)
def test_a_bomb_ends_where_it_first_does_not_belong(bomb, error_of):
    assert int(error_of(bomb).split(":")[0]) <= 2


def exactly(text):
    """The network by libyaml's events alone, or the words of the error."""
    try:
        return facts(read_document(YamlSource(text, text)).network)
    except (NetworkError, yaml.YAMLError) as error:
        return error.message if isinstance(error, NetworkError) else "not YAML"


def with_blanks(text):
    """The same when lists of numbers are taken from the text; None where that is doubtful."""
    try:
        return facts(read_document(YamlSource(text, blanked(text))).network)
    except (Doubtful, yaml.YAMLError):
        return None
    except NetworkError as error:
        return error.message


edits = st.lists(
    st.tuples(
        st.integers(0, len(TRICKY)),
        st.integers(0, 3),
        st.text("[]{}12.eE+-, \n\t#'\":&*!?|>%ax\u00e9", max_size=4) | st.sampled_from(["[1, 2]", "[[1]]", "# [1]"]),
    ),
    max_size=4,
)


@settings(max_examples=400)
@given(edits)
@example([])
def test_blanks_change_no_answer(changes):
    text = TRICKY
    for at, removed, inserted in changes:
        text = text[:at] + inserted + text[at + removed :]
    assert with_blanks(text) in (None, exactly(text))


def test_lists_of_numbers_are_read_with_blanks_and_doubtful_ones_again_without(tmp_path):
    assert with_blanks(NET) == exactly(NET) != "not YAML"
    assert with_blanks(TRICKY) is None
    (tmp_path / "net.yaml").write_text(TRICKY.replace("output: [3]\n", ""))
    net = read(str(tmp_path / "net.yaml")).network
    assert (net.name, net.inputs) == ("a [1, 2] b", ("1", "[2]"))
    assert net.layers[1].W.tolist() == [[-1500]]


@pytest.mark.parametrize("n", [BATCH - 1, BATCH, BATCH + 1, 3 * BATCH])
def test_a_row_of_any_length_is_read_and_its_culprit_found(n, tmp_path, error_of):
    row = ",\n ".join(map(str, range(n)))  # many lines: libyaml's events, by batches
    (tmp_path / "net.yaml").write_text(f"layers:\n- W: [[{row}]]\n  b: [0]\n")
    assert load(tmp_path / "net.yaml").layers[0].W.tolist() == [list(range(n))]
    wrong = error_of(f"layers:\n- W: [[{row},\n x]]\n  b: [0]\n")
    assert wrong == f"{n + 2}:2: layer 2: W: row 1, entry {n + 1}: 'x' is not a number"


@pytest.mark.parametrize("net", ZOO.values(), ids=ZOO)
def test_what_is_saved_means_the_same_to_yaml_1_1(net, tmp_path):
    save(net, tmp_path / "net.yaml")
    document = yaml.safe_load((tmp_path / "net.yaml").read_text(encoding="utf-8"))
    assert [layer["W"] for layer in document["layers"]] == [layer.W.tolist() for layer in net.layers]
    assert [layer["b"] for layer in document["layers"]] == [layer.b.tolist() for layer in net.layers]
    assert document.get("name") == net.name
    assert document.get("inputs") == (None if net.inputs is None else list(net.inputs))


def test_a_power_of_ten_is_a_number_to_yaml_1_1_too(tmp_path):
    row = [1e-5, -1e20, 1.5e-7, 5e-324, 1e300, 12.0]
    save(Network.of([([row], [0.0])]), tmp_path / "net.yaml")
    assert yaml.safe_load((tmp_path / "net.yaml").read_text())["layers"][0]["W"] == [row]


def test_what_is_saved_is_for_people_too(tmp_path):
    save(ZOO["xor"], tmp_path / "net.yaml")
    assert (tmp_path / "net.yaml").read_text() == (
        "name: xor\nactivation: sigmoid\nlayers:\n"
        "  - W:\n      - [20.0, 20.0]\n      - [-20.0, -20.0]\n    b: [-10.0, 30.0]\n"
        "  - W:\n      - [20.0, 20.0]\n    b: [-30.0]\n"
    )


def test_without_libyaml_the_answers_are_the_same(tmp_path, monkeypatch, error_of):
    monkeypatch.delattr(yaml, "CSafeLoader")
    for net in ZOO.values():
        save(net, tmp_path / "zoo.yaml")
        assert facts(load(tmp_path / "zoo.yaml")) == facts(net)
    assert error_of("layers:\n- W: [[1, x]]\n") == "2:11: layer 2: W: row 1, entry 2: 'x' is not a number"
    assert error_of("name: a\x01\n").startswith("1:8: not YAML: control character")
    assert error_of("name: 'a\n").startswith("2:1: not YAML: found unexpected end of stream")
