"""Networks as people save them that were misread or refused once: values of the frameworks, and refusals that say why."""

import io
import json
import pickle
import struct

import numpy as np
import pytest
from nets_of_peers import expected, files

from netgrad.core.backprop import jacobian
from netgrad.errors import NetworkError, UsageError
from netgrad.formats import load, opened

TOLD = expected("finds")
# Rounding of float64 in frameworks; 1/6 is a float32 in hard_swish; differences are right to h^4.
TOLERANCE, ONE_SIXTH, DIFFERENCES = 1e-12, 1e-7, 1e-6


@pytest.mark.parametrize("name", TOLD)
def test_files_have_the_values_of_the_frameworks(name):
    told = TOLD[name]
    value, gradients = jacobian(load(files("finds") / name, **told["options"]), np.array([told["x"]]))
    np.testing.assert_allclose(value[0], told["y"], rtol=ONE_SIXTH if name == "hard_swish.onnx" else TOLERANCE)
    np.testing.assert_allclose(gradients[0], told["J"], rtol=0, atol=DIFFERENCES * np.abs(told["J"]).max())


def refusal(path, **options):
    with pytest.raises(NetworkError) as caught:
        load(path, **options)
    return str(caught.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("actor_critic.pt", {}, "2 state_dicts: actor, critic; say --key actor or --key critic"),
        ("actor_critic.pt", {"key": "crtic"}, "--key: there is no network 'crtic' (did you mean 'critic'?)"),
        ("flat.pt", {}, "critic, actor may be networks of their own for the same inputs: say --key critic or --key"),
        (
            "sorted.pt",
            {},
            "the file has its layers in another order than that of their numbers, and both fit: say --ord",
        ),
        ("epsilon.pt2", {"key": "net"}, "--key 'net': a torch.export file holds one network"),
        ("column.onnx", {"key": "net"}, "--key 'net': an ONNX file holds one network"),
    ],
)
def test_what_a_file_leaves_open_is_asked_for(name, options, said):
    given = {"activation": "tanh", "output_activation": "identity"} if name.endswith(".pt") else {}
    assert refusal(files("finds") / name, **given, **options).startswith(said)


def test_networks_beside_the_one_that_is_meant_are_told():
    found = opened(files("finds") / "flat.pt", **TOLD["flat.pt"]["options"])
    assert found.origin.passed["critic.0.weight"] == "outside --key actor"
    found = opened(files("finds") / "actor_critic.pt", **TOLD["actor_critic.pt"]["options"])
    assert found.origin.passed == {"actor": "another network", "optimizer": "of the training"}


def test_a_network_of_several_arrays_keeps_their_scaling(tmp_path):
    path, W = tmp_path / "two.npz", {"a.0.weight": np.ones((1, 2)), "b.0.weight": np.full((1, 2), 2.0)}
    np.savez(path, **W, mean=np.array([1.0, 2.0]), std=np.array([2.0, 4.0]))
    found = opened(path, key="b", activation="identity")
    assert (found.network.layers[0].W.tolist(), found.network.scaling.mean.tolist()) == ([[2.0, 2.0]], [1.0, 2.0])
    assert found.origin.passed == {"a.0.weight": "outside --key b"}


def test_a_key_without_a_name_is_no_key():
    with pytest.raises(UsageError, match="key: no name"):
        load("any.pt", key=".")


def test_names_in_a_file_reach_no_terminal(tmp_path):
    path = tmp_path / "names.safetensors"
    shapes = {"a\x1b[31m\n.weight": [2, 3], "b.weight": [7, 5]}
    entries, at = {}, 0
    for name, (m, n) in shapes.items():
        entries[name] = {"dtype": "F32", "shape": [m, n], "data_offsets": [at, at + 4 * m * n]}
        at += 4 * m * n
    header = json.dumps(entries).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(at))
    assert refusal(path, activation="tanh").isprintable()


@pytest.mark.parametrize(
    ("content", "suffix", "said"),
    [
        (b"", ".pt", "an empty file, expected a saved network"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", ".pt", "a pointer of Git LFS"),
        (b"\n<!DOCTYPE html><html></html>", ".onnx", "a page of HTML"),
        (pickle.dumps([1.0]), ".pkl", "a pickle is code and is never run here; where it was trained"),
    ],
)
def test_what_is_no_network_is_told_by_its_name(content, suffix, said, error_of):
    assert error_of(content, suffix).startswith(said)


def test_the_line_that_saves_again_names_the_file(tmp_path):
    path = tmp_path / "my 'net'.pkl"
    path.write_bytes(pickle.dumps([1.0]))
    assert "joblib.load('my net.pkl')" in refusal(path)


def test_a_folder_of_tensorflow_is_told_by_its_name(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert refusal(tmp_path).startswith("a SavedModel of TensorFlow")


def test_weights_by_the_names_of_tensorflow_are_arrays_by_name():
    content = io.BytesIO()
    np.savez(content, **{"dense/kernel:0": np.ones((2, 1)), "dense/bias:0": np.ones(1)})
    from netgrad.formats.dialects import draft_of_arrays

    content.seek(0)
    (layer,) = draft_of_arrays(dict(np.load(content)), "arrays").layers
    assert (layer.W.shape, layer.b.shape, layer.orientation) == ((2, 1), (1,), "in-out")
