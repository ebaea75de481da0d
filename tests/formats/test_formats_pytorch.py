"""Files that PyTorch wrote against 50 digits, and what is refused of them, by its name."""

import sys
from dataclasses import replace

import pytest
from nets_of_peers import assert_reads, expected, files

from netgrad.errors import NetworkError
from netgrad.formats import pytorch

TOLD = expected("torch")
READ = [name for name, told in TOLD.items() if "refusal" not in told]
REFUSED = [name for name, told in TOLD.items() if "refusal" in told]


def read(name):
    return pytorch.read(str(files("torch") / name))


@pytest.mark.parametrize("name", READ)
def test_torch_files_have_the_values_and_gradients_of_what_was_saved(name):
    draft, told = read(name), TOLD[name]
    assert all((layer.activation is None) == bool(told["given"]) for layer in draft.layers)
    if told["given"]:
        layers = zip(draft.layers, told["given"], strict=True)
        draft = replace(draft, layers=tuple(replace(layer, activation=sigma) for layer, sigma in layers))
    assert_reads(draft, told)
    assert set(told.get("passed", ())) <= set(draft.passed)
    assert "torch" not in sys.modules


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_plain_network_is_refused_by_its_name(name):
    with pytest.raises(NetworkError) as refusal:
        read(name)
    assert TOLD[name]["refusal"] in str(refusal.value)
    assert str(refusal.value).isprintable()


def test_what_was_used_and_passed_over_is_told():
    draft = read("checkpoint_model.pt")
    assert draft.container == "PyTorch state_dict (zip)"
    assert draft.used == tuple(f"{k}.{part}" for k in (0, 2, 4) for part in ("weight", "bias"))
    assert draft.remarks == ("the state_dict is 'model'",)
    assert draft.passed == {
        "epoch": "a setting",
        "optimizer": "of the training",
        "best_loss": "of the training",
        "rng": "a tensor outside the state_dict",
    }


def test_activations_of_a_graph_are_those_of_its_nodes():
    found = {name: [layer.activation for layer in read(name).layers] for name in READ if name.startswith("graph_")}
    assert found["graph_leaky_relu_0.2.pt2"] == ["leaky_relu(0.2)", "identity"]
    assert found["graph_gelu_tanh.pt2"] == ["gelu_tanh", "identity"]
    assert found["graph_softmax.pt2"] == ["tanh", "softmax"]
    assert found["graph_by_hand.pt2"] == ["silu", "identity"]
    assert read("graph_tanh.pt2").writer.startswith("torch 2.13.0")
    assert [layer.place for layer in read("graph_tanh.pt2").layers] == ["first", "second"]
