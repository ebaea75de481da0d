"""What is told of files that PyTorch wrote: the keys that were used or passed over, and the activations of graphs."""

from nets_of_peers import expected, files

from netgrad.formats import pytorch

READ = [name for name, told in expected("torch").items() if "refusal" not in told]


def read(name):
    return pytorch.read(str(files("torch") / name))


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
