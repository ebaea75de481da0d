"""What a file is, its content tells: under every suffix, and without one; a pipe is read once."""

import io
import os
import subprocess
import zipfile

import numpy as np
import pytest
import shell
from arrays import npz, safetensors, tensor
from zoo import ZOO, facts

import netgrad
from netgrad.core.network import Network
from netgrad.errors import NetworkError, UsageError
from netgrad.formats import load, opened, save
from netgrad.formats.registry import FORMATS, format_of
from netgrad.formats.signature import Signature, signature

XOR = ZOO["xor"]


def zipped(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return content.getvalue()


MAGIC = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
HEADS = {
    "yaml": b"name: x\nlayers:\n- W: [[1]]\n",
    "json": b' {"layers": [{"W": [[1]]}]}',
    "npz": npz(W2=np.ones((1, 1))),
    "pytorch": zipped("net/data.pkl", "net/version", "net/data/0"),
    "pytorch, renamed": zipped("archive/data.pkl"),
    "pytorch, five pickles": b"\x80\x02" + MAGIC,
    "pytorch, protocol 5": b"\x80\x05" + MAGIC,
    "pytorch, pt2": zipped("net/models/model.json", "net/archive_format"),
    "pytorch, TorchScript": zipped("net/data/0", "net/constants.pkl", "net/code/__torch__.py"),
    "safetensors": safetensors([tensor("0.weight", [[1.0]])]),
    "keras": zipped("metadata.json", "config.json", "model.weights.h5"),
    "keras, HDF5": b"\x89HDF\r\n\x1a\n" + bytes(40),
    "onnx": b"\x08\x08\x12\x07pytorch\x1a\x052.1.0",
    "skops": zipped("1.npy", "schema.json"),
    "pmml": b'<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">',
    "mat": b"MATLAB 5.0 MAT-file, Platform: posix" + bytes(100),
    "mat, 7.3": b"MATLAB 7.3 MAT-file, Platform: posix" + bytes(100),
    "nnet": b"// a comment\n// and one more\n2,2,1,5,\n2,5,1,\n",
    "fann": b"FANN_FLO_2.1\nnum_layers=3\n",
    "json_dialects": b'{"in_shape": [null, 1], "layers": [{"type": "dense"}]}',
    "json_dialects, lwtnn": b'{"inputs": [{"name": "x"}], "layers": []}',
    "json_dialects, JENN": b'{"W": [[[1]]], "b": [], "mu_x": [0]}',
    "msgpack": b"\x81\xa6params\x81\xa7Dense_0",
    "pickles": b"\x80\x04\x95\x10\0\0\0",
}


@pytest.mark.parametrize("suffix", ["", ".txt", ".json", ".npz", ".pt", ".h5", ".onnx"])
@pytest.mark.parametrize("name", HEADS)
def test_content_decides_whatever_the_suffix_says(name, suffix):
    assert format_of(signature(io.BytesIO(HEADS[name]), suffix)).module == name.partition(",")[0]


def test_every_head_of_every_format_is_tried():
    assert {name.partition(",")[0] for name in HEADS} == {form.module for form in FORMATS}


def test_what_could_be_both_is_what_its_suffix_says():
    head = b'{"layers": [{"W": [[1]], "b": [2]}]}'
    assert format_of(signature(io.BytesIO(head), ".yml")).module == "yaml"
    assert format_of(signature(io.BytesIO(head), ".json")).module == "json"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"", "an empty file, expected a saved network"),
        (b"\x1c\0\0\0TFL3", "a TensorFlow Lite file, expected a saved network: .yaml, .yml, .json, .npz, "),
        (b"\x1f\x8b\x08\0", "compressed by gzip, expected a saved network: .yaml, "),
        (b"GGUF\3\0\0\0", "a GGUF file, expected a saved network: "),
        (b"\x93NUMPY\1\0", "a single .npy array, expected a saved network: "),
        (b"\0\1\2\3" * 99, "not a saved network that is read; those are .yaml, .yml, "),
    ],
)
def test_what_is_none_of_them_is_refused_by_what_it_is(head, message):
    with pytest.raises(NetworkError) as caught:
        format_of(signature(io.BytesIO(head), ""))
    assert str(caught.value).startswith(message)


def test_names_of_an_archive_out_of_order_are_none():
    for damaged in (zipped("a.npy")[:-4], zipped("a.npy")[:-22] + b"PK\5\6" + b"\xff" * 18, b"PK\3\4" + bytes(200)):
        assert signature(io.BytesIO(damaged), "").names == ()


def test_a_zip64_directory_is_found():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("net/data.pkl", b"x")
    data = content.getvalue()
    at = data.rfind(b"PK\5\6")
    start, length = int.from_bytes(data[at + 16 : at + 20], "little"), int.from_bytes(data[at + 12 : at + 16], "little")
    end = b"PK\6\6" + (44).to_bytes(8, "little") + b"\x2d\0\x2d\0" + bytes(8)
    end += b"".join(n.to_bytes(8, "little") for n in (1, 1, length, start))
    locator = b"PK\6\7" + bytes(4) + at.to_bytes(8, "little") + b"\1\0\0\0"
    data = data[:at] + end + locator + data[at : at + 12] + b"\xff" * 8 + b"\0\0"
    assert signature(io.BytesIO(data), "").names == ("net/data.pkl",)


def test_a_suffix_that_lies_is_named(tmp_path):
    (tmp_path / "net.yaml").write_bytes(npz(W2=np.ones((1, 2)), b2=np.ones(1)))
    assert opened(tmp_path / "net.yaml").origin.remarks == ("called .yaml, but an NPZ file",)
    (tmp_path / "bad.onnx").write_text("layers: [{W: [[1, 2]], c: 3}]\n")
    with pytest.raises(NetworkError) as caught:
        load(tmp_path / "bad.onnx")
    message = "layer 2: unknown key 'c'; known are W, b, activation (called .onnx, but a YAML file)"
    assert str(caught.value) == f"{tmp_path}/bad.onnx:1:24: {message}"


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".npz"])
def test_info_reads_a_pipe_once_and_says_what_it_says_of_the_file(suffix, tmp_path):
    save(XOR, tmp_path / f"net{suffix}")
    os.mkfifo(tmp_path / "fifo")
    with subprocess.Popen(["cp", tmp_path / f"net{suffix}", tmp_path / "fifo"]):
        of_pipe = shell.run("netgrad info fifo --json", cwd=tmp_path)
    of_file = shell.run(f"netgrad info net{suffix} --json", cwd=tmp_path)
    assert of_pipe.out.replace('"file": "fifo"', f'"file": "net{suffix}"') == of_file.out
    assert (of_pipe.code, of_pipe.err) == (0, "")


def test_a_pipe_that_does_not_end_is_left(monkeypatch):
    monkeypatch.setattr("netgrad.formats.limits.PIPE", 1 << 20)
    with pytest.raises(NetworkError, match=r"^/dev/zero: over 1 MiB from a pipe; save it as a file$"):
        load("/dev/zero")


def test_our_own_formats_say_which_activations_are_the_default(tmp_path):
    (tmp_path / "net.yaml").write_text("layers:\n- {W: [[1, 2]], b: [3]}\n- {W: [[1]], b: [3], activation: tanh}\n")
    found = opened(tmp_path / "net.yaml")
    assert [(d.activation, d.how) for d in found.origin.activations] == [("sigmoid", "default"), ("tanh", "stored")]
    given = opened(tmp_path / "net.yaml", activation="relu,tanh")
    assert [(d.activation, d.how) for d in given.origin.activations] == [("relu", "given"), ("tanh", "stored")]
    assert [layer.activation for layer in given.network.layers] == ["relu", "tanh"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"activation": "relu,relu"}, "layer 3: the file says 'tanh', but --activation says 'relu'"),
        ({"layout": "in-out"}, "--layout in-out: netgrad YAML fixes the order of the layers, and holds W as out-in"),
        ({"order": "a,b"}, "--order: netgrad YAML fixes the order of the layers, and holds W as out-in"),
    ],
)
def test_options_may_not_contradict_our_own_formats(said, message, tmp_path):
    (tmp_path / "net.yaml").write_text("layers:\n- {W: [[1, 2]], b: [3]}\n- {W: [[1]], b: [3], activation: tanh}\n")
    with pytest.raises(NetworkError) as caught:
        load(tmp_path / "net.yaml", **said)
    assert str(caught.value) == f"{tmp_path}/net.yaml: {message}"


def test_a_layout_that_is_none_is_an_error_of_usage(tmp_path):
    with pytest.raises(UsageError, match=r"^layout 'rows', expected out-in or in-out$"):
        load(tmp_path / "net.yaml", layout="rows")


def test_networks_of_pairs_are_those_of_the_constructor():
    pairs = [(layer.W, layer.b) for layer in XOR.layers]
    made = netgrad.from_layers(pairs, activation="sigmoid,sigmoid", layout="out-in")
    assert facts(made) == facts(Network.of(pairs))
    turned = netgrad.from_layers([(W.T, b[:, None]) for W, b in pairs], activation=["sigmoid"] * 2)
    assert facts(turned) == facts(Network.of(pairs))


def test_a_text_that_is_cut_within_a_character_is_text():
    assert Signature(b"x" * 65535 + b"\xc3", (), "", 99999).is_text
    assert not Signature(b"x\xc3", (), "", 2).is_text
