"""Files that mean harm, each refused in one line, at once and without memory."""

import io
import json
import os
import resource
import time
import zipfile
import zlib
from importlib import import_module
from struct import pack

import h5py
import numpy as np
import pytest
from nets_of_peers import files

from netgrad.errors import NetworkError
from netgrad.formats import write_onnx
from netgrad.formats.write_onnx import _bytes, _int, _number, _value_info

SECONDS, MEMORY = 1.0, 200 << 20  # of the processor: others may be using it too


def refusal(module, path):
    """Message with which the reader refuses the file; time and memory are checked."""
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(NetworkError) as refused:
        import_module(f"netgrad.formats.{module}").read(str(path))
    assert time.process_time() - start < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MEMORY
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 400
    return refused.value.message


# ONNX


def node(op, inputs, outputs, *attributes):
    parts = [_bytes(1, n.encode()) for n in inputs] + [_bytes(2, n.encode()) for n in outputs]
    return _bytes(1, b"".join([*parts, _bytes(4, op.encode()), *(_bytes(5, a) for a in attributes)]))


def tensor(name, dims, data, kind=11, *more):
    return _bytes(
        5, b"".join([*(_number(1, n) for n in dims), _number(2, kind), _bytes(8, name.encode()), data, *more])
    )


def raw(*values):
    return _bytes(9, pack(f"<{len(values)}d", *values))


def outside(location, length=16):
    entries = {"location": location, "offset": "0", "length": str(length)}
    pairs = [_bytes(13, _bytes(1, k.encode()) + _bytes(2, v.encode())) for k, v in entries.items()]
    return b"".join([*pairs, _number(14, 1)])


def model(*parts, out="y"):
    graph = b"".join([*parts, _bytes(11, _value_info("x", 2)), _bytes(12, _value_info(out, 1))])
    return _number(1, 9) + _bytes(7, graph) + _bytes(8, _number(2, 20))


MATMUL = node("MatMul", ["x", "W"], ["y"])
W = tensor("W", [2, 1], raw(1, 2))
SQUARE = tensor("W", [2, 2], raw(1, 2, 3, 4))
ONNX = {
    "empty": (b"", "an empty file"),
    "text": (b"hello, world" * 9, "not"),
    "number without an end": (b"\xff" * 40, "without an end"),
    "length beyond the end": (b"\x3a\xff\xff\xff\xff\x0f", "cut off"),
    "no graph": (_number(1, 9), "it has no graph"),
    "cut off": (model(MATMUL, W)[:-30], "cut off"),
    "negative dimension": (model(MATMUL, tensor("W", [-2, 1], raw(1, 2))), "dimensions"),
    "too many dimensions": (model(MATMUL, tensor("W", [1] * 99, raw(1))), "dimensions"),
    "data too short": (model(MATMUL, tensor("W", [9, 9], raw(1, 2))), "648 bytes, but there are 16"),
    "huge and not there": (model(MATMUL, tensor("W", [1 << 30, 1 << 30], raw(1))), "bytes, but there are 8"),
    "floats that are none": (model(MATMUL, tensor("W", [1 << 28, 1], b"")), "entries"),
    "texts for weights": (model(MATMUL, tensor("W", [1], _bytes(6, b"a"), 8)), "W must be a matrix"),
    "complex": (model(MATMUL, tensor("W", [2, 1], raw(1, 2), 14)), "complex64"),
    "outside and up": (model(MATMUL, tensor("W", [2, 1], b"", 11, outside("../secret"))), "only a file beside"),
    "outside and absolute": (model(MATMUL, tensor("W", [2, 1], b"", 11, outside("/etc/passwd"))), "only a file beside"),
    "outside by a link": (model(MATMUL, tensor("W", [2, 1], b"", 11, outside("link"))), "or is a link"),
    "outside and not there": (model(MATMUL, tensor("W", [2, 1], b"", 11, outside("none"))), "not there"),
    "outside and short": (model(MATMUL, tensor("W", [2, 1], b"", 11, outside("short"))), "which has 3"),
    "outside and a pipe": (model(MATMUL, tensor("W", [2, 1], b"", 11, outside("pipe"))), "which has 0"),
    "cycle": (model(node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), out="b"), "a cycle?"),
    "computed twice": (model(MATMUL, MATMUL, W), "which is there already"),
    "initialiser twice": (model(MATMUL, W, W), "is there twice"),
    "doubling": (
        model(
            node("Add", ["x", "x"], ["v0"]), *(node("Add", [f"v{k}"] * 2, [f"v{k + 1}"]) for k in range(60)), out="v60"
        ),
        "over 100 operations",
    ),
    "ten thousand relus": (
        model(node("Relu", ["x"], ["v0"]), *(node("Relu", [f"v{k}"], [f"v{k + 1}"]) for k in range(9999)), out="v9999"),
        "over 100 operations",
    ),
    "constants that double": (
        model(
            tensor("c0", [4], raw(1, 2, 3, 4)),
            *(node("Concat", [f"c{k}"] * 2, [f"c{k + 1}"], _int("axis", 0)) for k in range(40)),
            node("Mul", ["x", "c40"], ["y"]),
        ),
        "too large a constant",
    ),
    "constants by a large index": (
        model(
            tensor("c", [1, 9999], raw(*[1] * 9999)),
            tensor("k", [9999], _bytes(9, bytes(8 * 9999)), 7),
            node("Gather", ["c", "k"], ["W"]),
            MATMUL,
        ),
        "too large a constant",
    ),
    "a constant of a large shape": (
        model(
            tensor("k", [2], _bytes(9, pack("<2q", 1 << 20, 1 << 20)), 7), node("ConstantOfShape", ["k"], ["W"]), MATMUL
        ),
        "too large a constant",
    ),
    "weights on the side of the points": (model(SQUARE, node("MatMul", ["W", "x"], ["y"])), "mix the points"),
    "a bias for the points": (
        model(
            SQUARE, tensor("b", [2, 1], raw(1, 2)), node("MatMul", ["x", "W"], ["z"]), node("Add", ["z", "b"], ["y"])
        ),
        "a constant of shape (2, 1)",
    ),
    "softmax over the points": (
        model(
            SQUARE, node("Transpose", ["x"], ["t"]), node("MatMul", ["W", "t"], ["z"]), node("Softmax", ["z"], ["y"])
        ),
        "over axis -1",
    ),
    "residual": (model(MATMUL, W, node("Add", ["x", "y"], ["s"]), out="s"), "joins two paths"),
    "convolution": (model(node("Conv", ["x", "W"], ["y"]), W), "a convolution"),
    "code of its own": (model(MATMUL, W) + _bytes(25, b""), "functions of its own"),
    "graph inside": (model(node("If", ["x"], ["y"], _bytes(1, b"then") + _bytes(6, b"\xff" * 9))), "a choice"),
}


@pytest.mark.parametrize("name", ONNX)
def test_hostile_onnx_files_are_refused(tmp_path, name):
    data, culprit = ONNX[name]
    (tmp_path / "net.onnx").write_bytes(data)
    (tmp_path / "short").write_bytes(b"abc")
    os.symlink("/etc/passwd", tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    assert culprit in refusal("onnx", tmp_path / "net.onnx")


# HDF5


def linked(f):
    f["layers"] = h5py.ExternalLink("/etc/passwd", "/")


def soft(f):
    f["layers"] = h5py.SoftLink("/layers")


def hard(f):
    f.create_group("layers/dense")
    f["layers/dense/vars"] = f["layers"]


def external(f):
    f.create_dataset("layers/dense/vars/0", (4, 4), "f8", external=[("/etc/passwd", 0, 128)])


def virtual(f):
    layout = h5py.VirtualLayout((4, 4), "f8")
    layout[:] = h5py.VirtualSource("/etc/passwd", "d", (4, 4))
    f.create_virtual_dataset("layers/dense/vars/0", layout)


def unwritten(f):
    f.create_dataset("layers/dense/vars/0", (1 << 20, 1 << 14), "f8")


def chunked(f):
    f.create_dataset("layers/dense/vars/0", (1 << 14, 1 << 13), "f8", chunks=(64, 64), compression="gzip")


def deep(f):
    group = f.create_group("layers")
    for _ in range(100):
        group = group.create_group("layers")


def of_texts(f):
    f["layers/dense/vars/0"] = np.array([b"a", b"b"])


def misnumbered(f):
    f["layers/dense/vars/7"] = np.eye(3)


def empty(f):
    f.attrs["nothing"] = 1


def configured(value):
    def fill(f):
        f.attrs["model_config"] = value if isinstance(value, str) else json.dumps(value)
        f.create_group("model_weights")

    return fill


def sequential(*layers):
    return {"class_name": "Sequential", "config": {"name": "s", "layers": list(layers)}}


def layer(kind, **config):
    return {"class_name": kind, "config": {"name": "a", **config}}


def functional(*nodes):
    layers = [
        {"class_name": "Dense", "name": n, "config": {}, "inbound_nodes": [[[source, 0, 0, {}]]]} for n, source in nodes
    ]
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0]]}
    return {"class_name": "Functional", "config": {"name": "f", "layers": layers, **ends}}


HDF5 = {
    "external link": (linked, "link to another file"),
    "soft link to itself": (soft, "link to another place"),
    "group in itself": (hard, "linked twice"),
    "external storage": (external, "stored in another file"),
    "virtual data set": (virtual, "stored in another file"),
    "huge and not there": (unwritten, "has shape"),
    "chunks that unpack to 1 GiB": (chunked, "a bomb"),
    "a hundred groups deep": (deep, "too deep"),
    "texts for weights": (of_texts, "not an array of numbers"),
    "numbered from 7": (misnumbered, "not numbered 0, 1"),
    "nothing of Keras": (empty, "not one of Keras"),
    "configuration nested deep": (configured("[" * 60_000), "model_config"),
    "configuration no JSON": (configured("{'a': 1}"), "is not JSON"),
    "number of 6000 digits": (configured("[" + "9" * 6000 + "]"), "is not JSON"),
    "list for a model": (configured([1, 2]), "no class_name"),
    "Lambda": (configured(sequential(layer("Lambda", function="4wEAAAA="))), "is code; it is never run"),
    "custom class": (
        configured(sequential({**layer("Dense"), "module": "os", "registered_name": "os>system"})),
        "a class of its own",
    ),
    "custom activation": (
        configured(
            sequential(
                layer("Activation", activation={"class_name": "function", "config": "f", "registered_name": "m>f"})
            )
        ),
        "of its own",
    ),
    "no weights": (configured(sequential(layer("Dense", units=2))), "weights are not there"),
    "layers in a circle": (configured(functional(("a", "b"), ("b", "a"))), "in a circle"),
    "layer that is not there": (configured(functional(("a", "b"))), "not there"),
    "huge number": (configured(sequential(layer("LeakyReLU", alpha=10**300 * 10))), "number of inputs is not known"),
}


@pytest.mark.parametrize("name", HDF5)
def test_hostile_hdf5_files_are_refused(tmp_path, name):
    fill, culprit = HDF5[name]
    with h5py.File(tmp_path / "net.h5", "w") as f:
        fill(f)
    assert culprit in refusal("keras", tmp_path / "net.h5")


def test_cut_off_hdf5_files_are_refused(tmp_path):
    data = (files("keras") / "k3_plain.h5").read_bytes()
    (tmp_path / "net.h5").write_bytes(data[: len(data) // 2])
    assert "damaged or cut off" in refusal("keras", tmp_path / "net.h5")


# Archives


def archive(path, members, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", method) as z:
        for name, data in members.items():
            z.writestr(name, data)
    return path


def hdf5_with(fill):
    content = io.BytesIO()
    with h5py.File(content, "w") as f:
        fill(f)
    return content.getvalue()


def test_hostile_keras_archives_are_refused(tmp_path):
    path = tmp_path / "net.keras"
    config = json.dumps(sequential(layer("Dense", units=2)))
    assert "it has no config.json" in refusal("keras", archive(path, {"a": b""}))
    assert "damaged or cut off" in refusal(
        "keras", archive(path, {"config.json": config, "model.weights.h5": b"\x89HDF" * 9})
    )
    assert "another file" in refusal(
        "keras", archive(path, {"config.json": config, "model.weights.h5": hdf5_with(linked)})
    )
    bomb = {"config.json": b" " * (40 << 20), "model.weights.h5": b""}
    assert "a bomb" in refusal("keras", archive(path, bomb, zipfile.ZIP_DEFLATED))


def schema(content, **more):
    return {
        "__class__": "MLPRegressor",
        "__module__": "sklearn.neural_network._multilayer_perceptron",
        "__loader__": "ObjectNode",
        "content": content,
        **more,
    }


def attributes(**found):
    return {"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "content": found}


def nested(depth):
    value = {"__loader__": "JsonNode", "content": "1"}
    for _ in range(depth):
        value = {"__loader__": "ListNode", "content": [value]}
    return value


def array_of(file):
    return {"__loader__": "NdArrayNode", "file": file}


def list_of(*items):
    return {"__loader__": "ListNode", "content": list(items)}


NPY = io.BytesIO()
np.save(NPY, np.array([{}], object), allow_pickle=True)
TOLD = {
    "activation": {"__loader__": "JsonNode", "content": '"relu"'},
    "out_activation_": {"__loader__": "JsonNode", "content": '"identity"'},
}
SKOPS = {
    "no schema": ({}, None, "no schema.json"),
    "deep JSON": ({}, b"[" * 60_000, "nested too deep"),
    "deep nodes": ({}, nested(100), "nested too deep"),
    "no model": ({}, nested(1), "without a model"),
    "a function": ({}, schema(attributes(), __module__="os", __class__="system"), "without a model"),
    "not fitted": ({}, schema(attributes()), "is it fitted?"),
    "array that is not there": (
        {},
        schema(attributes(**TOLD, coefs_=list_of(array_of("a.npy")), intercepts_=list_of(array_of("a.npy")))),
        "is not there",
    ),
    "array of objects": (
        {"a.npy": NPY.getvalue()},
        schema(attributes(**TOLD, coefs_=list_of(array_of("a.npy")), intercepts_=list_of(array_of("a.npy")))),
        "Python objects",
    ),
    "value no JSON": (
        {},
        schema(attributes(activation={"__loader__": "JsonNode", "content": "open('x')"})),
        "is not JSON",
    ),
}


@pytest.mark.parametrize("name", SKOPS)
def test_hostile_skops_files_are_refused(tmp_path, name):
    members, told, culprit = SKOPS[name]
    if told is not None:
        members = {**members, "schema.json": told if isinstance(told, bytes) else json.dumps(told)}
    assert culprit in refusal("skops", archive(tmp_path / "net.skops", members or {"x": b""}))


def test_pickles_are_recognised_and_refused():
    from netgrad.formats import pickles

    for name in ("model.joblib", "packed.joblib"):
        path = files("skops") / name
        assert pickles.is_pickle(path.read_bytes()[:16], path.suffix)
        assert "skops.io.dump(joblib.load" in refusal("pickles", path)


# PMML, .nnet, MATLAB, MessagePack, FANN, JSON


def pmml(inputs="", layers="", outputs="", transformations=""):
    head = '<PMML version="4.4"><NeuralNetwork functionName="regression" activationFunction="tanh">'
    derived = f"<LocalTransformations>{transformations}</LocalTransformations>"
    return f"{head}{derived}<NeuralInputs>{inputs}</NeuralInputs>{layers}{outputs}</NeuralNetwork></PMML>"


def one_neuron(source, weight, more=""):
    connection = f'<Con from="{source}" weight="{weight}"/>'
    return pmml(INPUT, f'<NeuralLayer {more}><Neuron id="1">{connection}</Neuron></NeuralLayer>')


INPUT = '<NeuralInput id="0,0"><DerivedField><FieldRef field="x"/></DerivedField></NeuralInput>'
ENTITIES = '<!DOCTYPE P [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><PMML>&b;</PMML>'
OUTSIDE = '<!DOCTYPE P SYSTEM "file:///etc/passwd"><PMML/>'
CIRCLE = "".join(f'<DerivedField name="{a}"><FieldRef field="{b}"/></DerivedField>' for a, b in ("xy", "yx"))
TEXTS = {
    "pmml entities": ("pmml", ENTITIES, "document type"),
    "pmml outside": ("pmml", OUTSIDE, "document type"),
    "pmml deep": ("pmml", "<a>" * 100_000, "nested too deep"),
    "pmml not closed": ("pmml", "<PMML>", "not XML"),
    "pmml encoding": ("pmml", '<?xml version="1.0" encoding="x-code"?><PMML/>', "not XML"),
    "pmml of a tree": ("pmml", "<PMML><TreeModel/></PMML>", "TreeModel"),
    "pmml no inputs": ("pmml", pmml(), "no NeuralInputs"),
    "pmml no layers": ("pmml", pmml(INPUT), "no layer"),
    "pmml circle": ("pmml", pmml(INPUT, transformations=CIRCLE), "without an end"),
    "pmml not finite": (
        "pmml",
        one_neuron("0,0", "INF"),
        "is not a number",
    ),
    "pmml from nowhere": (
        "pmml",
        one_neuron("9", "1"),
        "not in the layer before",
    ),
    "pmml threshold": (
        "pmml",
        one_neuron("0,0", "1", 'activationFunction="threshold"'),
        "'threshold' is not known",
    ),
    "nnet huge": ("nnet", "1,1000000000,1,1,\n1000000000,1,\n", "expected sizes"),
    "nnet short": ("nnet", "1,2,1,2,\n2,1,\n0,\n0,0,\n1,1,\n0,0,0,\n1,1,1,\n", "ends before"),
    "nnet words": ("nnet", "one,two,three\n", "no line of numbers"),
    "fann cut off": ("fann", "FANN_FLO_2.1\nlayer_sizes=3 2\n", "but there are 0 neurons"),
    "fann other": ("fann", "FANN_FIX_2.0\n", "not a FANN file"),
    "json deep": ("json_dialects", "[" * 100_000, "nested too deep"),
    "json other": ("json_dialects", '{"a": 1}', "no tool that is known"),
    "json ragged": (
        "json_dialects",
        '{"in_shape": [null, 2], "layers": [{"type": "dense", "weights": [[[1, 2], [3]], [1]]}]}',
        "ragged",
    ),
    "json huge integers": (
        "json_dialects",
        '{"in_shape": [null, 2], "layers": [{"type": "dense", "weights": [[[' + "9" * 400 + "]], [1]]}]}",
        "no array of numbers",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_are_refused(tmp_path, name):
    module, text, culprit = TEXTS[name]
    (tmp_path / "net").write_text(text)
    assert culprit in refusal(module, tmp_path / "net")


V5 = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
BOMB = zlib.compress(pack("<2I", 14, 1 << 30) + bytes(100 << 20), 9)


def matrix(kind, dims):
    return pack("<2I2I", 6, 8, kind, 0) + pack(f"<2I{len(dims)}i", 5, 4 * len(dims), *dims) + pack("<2I8s", 1, 1, b"W")


def element(kind, data):
    return V5 + pack("<2I", kind, len(data)) + data


BINARY = {
    "mat nothing": ("mat", b"MATLAB", "not a MATLAB file"),
    "mat beyond the end": ("mat", V5 + pack("<2I", 14, 1 << 31), "bytes, but 0 are there"),
    "mat bomb": ("mat", element(15, BOMB), "a bomb"),
    "mat not packed": ("mat", element(15, b"x" * 40), "cannot be inflated"),
    "mat cell of 10^9": ("mat", element(14, matrix(1, [1 << 30, 1])), "dimensions"),
    "mat text of 10^9": ("mat", element(14, matrix(4, [1, 1 << 30])), "dimensions"),
    "mat negative": ("mat", element(14, matrix(6, [-1, -1])), "dimensions"),
    "mat 4 huge": ("mat", pack("<5i", 0, 1 << 30, 1 << 30, 0, 2) + b"W\0", "not as long as they say"),
    "mat 4 short": ("mat", pack("<5i", 0, 2, 2, 0, 2) + b"W\0" + bytes(8), "not as long as they say"),
    "msgpack length": ("msgpack", b"\xc6\xff\xff\xff\xff", "cut off"),
    "msgpack entries": ("msgpack", b"\xdf\xff\xff\xff\xff", "cut off"),
    "msgpack deep": ("msgpack", b"\x91" * 100_000 + b"\x01", "nested too deep"),
    "msgpack arrays in arrays": (
        "msgpack",
        b"".join(b"\xc9" + pack(">I", 6 * k) + b"\x01" for k in range(5000, -1, -1)),
        "nested too deep",
    ),
    "msgpack shape": ("msgpack", b"\x81\xa1a\xc7\x0f\x01\x93\x91\xcd\xff\xff\xa7float32\xc4\x00", "bytes are there"),
    "msgpack two trees": ("msgpack", b"\x80\x80", "something follows"),
}


@pytest.mark.parametrize("name", BINARY)
def test_hostile_binaries_are_refused(tmp_path, name):
    module, data, culprit = BINARY[name]
    (tmp_path / "net").write_bytes(data)
    assert culprit in refusal(module, tmp_path / "net")


def test_hostile_matlab_73_files_are_refused(tmp_path):
    with h5py.File(tmp_path / "net.mat", "w", userblock_size=512) as f:
        f["W2"] = h5py.ExternalLink("/etc/passwd", "/")
    assert "link to another file" in refusal("mat", tmp_path / "net.mat")


def test_there_is_a_sound_file_among_those_that_are_made_here(tmp_path):
    (tmp_path / "net.onnx").write_bytes(model(MATMUL, W))
    assert import_module("netgrad.formats.onnx").read(str(tmp_path / "net.onnx")).layers[0].W.tolist() == [[1], [2]]
    assert write_onnx.OPSET == 20
