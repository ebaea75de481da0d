"""NPZ: what NumPy writes is read, what netgrad writes NumPy reads, and every fault names its member."""

import io
import zipfile

import numpy as np
import pytest
from zoo import ZOO

from netgrad.core.network import Network
from netgrad.errors import NetworkError
from netgrad.formats import load, save

W, b = np.array([[1.0, 2.0]]), np.array([0.5])


def npz(compressed=False, **arrays):
    content = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(content, **arrays)
    return content.getvalue()


@pytest.mark.parametrize("compressed", [False, True])
def test_what_numpy_saves_is_read(compressed, tmp_path):
    arrays = {
        "W2": np.asfortranarray([[1.5, -2], [3, 4]]), "b2": np.array([1, 2], np.int8),
        "W3": np.array([[0.1, 0.2]], ">f4"), "b3": np.array([7], np.uint64),
        "mean": np.array([1, 2]), "std": np.array([0.5, 1], np.float16), "name": np.array("n° 1"),
        "activation": np.array(["tanh", "identity"]), "inputs": np.array(["age", "Größe"]),
        "output": np.array([b"risk"]),
    }  # fmt: skip
    (tmp_path / "net.npz").write_bytes(npz(compressed, **arrays))
    net = load(tmp_path / "net.npz")
    assert [layer.W.tolist() for layer in net.layers] == [arrays["W2"].tolist(), arrays["W3"].tolist()]
    assert [layer.b.tolist() for layer in net.layers] == [[1, 2], [7]]
    assert {layer.W.dtype for layer in net.layers} | {layer.b.dtype for layer in net.layers} == {np.dtype(np.float64)}
    assert (net.scaling.mean.tolist(), net.scaling.std.tolist()) == ([1, 2], [0.5, 1])
    assert [layer.activation for layer in net.layers] == ["tanh", "identity"]
    assert (net.name, net.inputs, net.outputs) == ("n° 1", ("age", "Größe"), ("risk",))


@pytest.mark.parametrize("net", ZOO.values(), ids=ZOO)
def test_what_is_saved_numpy_reads_without_pickles(net, tmp_path):
    save(net, tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as arrays:
        for l, layer in enumerate(net.layers, start=2):
            assert arrays[f"W{l}"].tolist() == layer.W.tolist()
            assert arrays[f"b{l}"].tolist() == layer.b.tolist()
    assert zipfile.ZipFile(tmp_path / "net.npz").testzip() is None


def test_the_same_network_gives_the_same_bytes(tmp_path, monkeypatch):
    save(ZOO["named"], tmp_path / "net.npz")
    monkeypatch.setattr("time.time", lambda: 2e9)
    save(load(tmp_path / "net.npz"), tmp_path / "again.npz")
    assert (tmp_path / "net.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_one_activation_is_for_all_layers(tmp_path):
    (tmp_path / "net.npz").write_bytes(npz(W2=W, b2=b, W3=b[None], b3=b, activation="relu"))
    assert [layer.activation for layer in load(tmp_path / "net.npz").layers] == ["relu", "relu"]


NUMBERING = "a network is saved as W2, b2, W3, b3, ..., and layer 1 is the input"


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"coefficients_0": W}, f"no member W2.npy: {NUMBERING}; found coefficients_0"),
        ({}, f"no member W2.npy: {NUMBERING}; found nothing"),
        ({"W02": W, "b2": b}, "'b2' is a bias without weights; there are W02"),
        ({"W2": W, "b2": b, "W4": W, "b4": b}, "member W3.npy: it is missing, but there is b4.npy"),
        ({"W2": W}, "member b2.npy: it is missing, but there is W2.npy"),
        ({"W2": W, "b2": b, "imputs": b}, "unknown member 'imputs' (did you mean 'inputs'?)"),
        (
            {"W2": W, "b2": b, "zzz": b},
            "unknown member 'zzz'; known are W2, b2, ... and activation, inputs, output, name, mean, std, "
            "out_mean, out_std",
        ),
        ({"W2": W, "b2": b, "mean": b}, "member std.npy: it is missing, but there is mean.npy"),
        ({"W2": W, "b2": b, "std": b}, "member mean.npy: it is missing, but there is std.npy"),
        ({"W2": W, "b2": np.array(["x"])}, "member b2.npy: expected numbers, found texts"),
        ({"W2": W, "b2": b, "inputs": np.zeros(2)}, "member inputs.npy: expected texts, found numbers"),
        ({"W2": W, "b2": b, "inputs": np.array([["x"]])},
         "member inputs.npy: shape (1, 1), expected a text or a list of texts"),
        ({"W2": W, "b2": b, "name": np.array(["x", "y"])}, "member name.npy: 2 texts, expected 1"),
        ({"W2": W, "b2": b, "activation": ["relu"] * 3},
         "member activation.npy: 3 texts, expected 1, or one for each of 1 layer"),
        ({"W2": W, "b2": np.zeros(2)}, "member b2.npy: layer 2: b has 2 entries, but W has 1 row "
         "(W is 1 x 2: its transpose would fit, with a row for each neuron)"),
        ({"W2": b, "b2": b}, "member W2.npy: layer 2: W must be a matrix, but has shape (1,)"),
        ({"W2": W, "b2": b, "W3": W, "b3": b}, "member W3.npy: layer 3: W has 2 columns, but layer 2 has 1 neuron"),
        ({"W2": W * np.nan, "b2": b}, "member W2.npy: layer 2: W has an entry that is not finite"),
        ({"W2": W, "b2": b, "inputs": ["x"]}, "member inputs.npy: inputs has 1 name, but the network has 2 inputs"),
        ({"W2": W, "b2": b, "mean": [0, 0], "std": [1, 0]},
         "member std.npy: scaling: every entry of std must be positive"),
    ],
)  # fmt: skip
def test_a_fault_names_its_member(arrays, message, error_of):
    assert error_of(npz(**arrays), ".npz") == message


def test_an_unknown_activation_names_its_member(error_of):
    shown = error_of(npz(W2=W, b2=b, activation="sigmod"), ".npz")
    assert shown == "member activation.npy: layer 2: unknown activation 'sigmod' (did you mean 'sigmoid'?)"


def test_a_name_that_the_format_would_cut_is_not_saved(tmp_path):
    with pytest.raises(NetworkError, match=r"'a\\x00' cannot be saved as NPZ"):
        save(Network.of([(W, b)], name="a\0"), tmp_path / "net.npz")
