"""safetensors: files made here byte by byte are read bit for bit; hostile ones end in one line."""

import json

import numpy as np
import pytest
from arrays import exact, safetensors, tensor, with_header
from oracle import relative_error

from netgrad.core.backprop import value_and_grad
from netgrad.errors import NetworkError
from netgrad.formats import load, opened

TOLERANCE = 1e-13  # some tens of roundings

rng = np.random.default_rng(13)
W1, B1, W2, B2 = rng.normal(size=(3, 2)), rng.normal(size=3), rng.normal(size=(1, 3)), rng.normal(size=1)
NET = {"net.0.weight": W1, "net.0.bias": B1, "net.2.weight": W2, "net.2.bias": B2}


def bfloat16(array):
    """The upper halves of float32s, cut and not rounded, and what they are worth."""
    bits = (np.asarray(array, "<f4").view("<u4") >> 16).astype("<u2")
    return bits, (bits.astype("<u4") << 16).view("<f4")


@pytest.fixture
def saved(tmp_path):
    def save(data, name="net.safetensors"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return save


@pytest.mark.parametrize("dtype", ["F64", "F32", "F16", "BF16"])
def test_weights_are_those_that_are_stored_bit_for_bit(dtype, saved):
    if dtype == "BF16":
        parts = {name: bfloat16(array) for name, array in NET.items()}
        entries = [(name, dtype, list(bits.shape), bits.tobytes()) for name, (bits, _) in parts.items()]
        stored = {name: value for name, (_, value) in parts.items()}
    else:
        entries = [tensor(name, array, dtype) for name, array in NET.items()]
        stored = {name: array.astype({"F64": "f8", "F32": "f4", "F16": "f2"}[dtype]) for name, array in NET.items()}
    found = opened(saved(safetensors(entries)), activation="tanh,identity")
    for layer, place in zip(found.network.layers, ("net.0", "net.2"), strict=True):
        assert np.array_equal(layer.W, stored[f"{place}.weight"].astype(np.float64))
        assert np.array_equal(layer.b, stored[f"{place}.bias"].astype(np.float64))
    assert found.origin.dtype == {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "float32"}[dtype]


def test_value_and_gradient_are_those_of_the_stored_weights_to_50_digits(saved):
    net = load(saved(safetensors([tensor(*item) for item in NET.items()])), activation="tanh,sigmoid")
    x = [0.4, -0.7]
    a, J = exact([("linear", W1, B1), ("sigma", "tanh"), ("linear", W2, B2), ("sigma", "sigmoid")], x)
    value, grad = value_and_grad(net, np.array([x]))
    assert relative_error(value, a) < TOLERANCE
    assert relative_error(grad[0], J[0]) < TOLERANCE


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_the_header_says_nothing(seed, saved):
    layers = {f"net.{2 * k}.weight": rng.normal(size=(3, 3)) for k in range(11)}
    names = list(layers)
    np.random.default_rng(seed).shuffle(names)
    data = safetensors([tensor(name, layers[name]) for name in names])
    net = load(saved(data), activation="tanh", output_activation="tanh")
    for layer, W in zip(net.layers, layers.values(), strict=True):
        assert np.array_equal(layer.W, W)


def test_modules_that_are_no_plain_layers_are_told_from_their_names(saved):
    g, v = np.array([[2.0], [3.0], [0.5]]), W1
    entries = [tensor("0.bias", B1), tensor("0.weight_g", g), tensor("0.weight_v", v)]
    found = opened(saved(safetensors(entries)), activation="tanh")
    assert found.origin.remarks == ("weight normalization of 0 composed",)
    with pytest.raises(NetworkError, match="'rnn' is an LSTM, GRU or RNN, which is not read"):
        load(saved(safetensors([tensor("rnn.weight_ih_l0", W1)])), activation="tanh")


def test_without_activations_it_says_what_it_looks_like(saved, error_of):
    assert error_of(safetensors([tensor(*item) for item in NET.items()]), ".safetensors") == (
        "2 Linear layers (2-3-1), no activations in a safetensors file with the names of a state_dict: say "
        "--activation with one name for each layer, or with one for the hidden layers and --output-activation"
    )


OWN = {
    "netgrad.version": "1",
    "netgrad.activations": json.dumps(["tanh", "identity"]),
    "netgrad.inputs": json.dumps(["dose", "age"]),
    "netgrad.outputs": json.dumps(["risk"]),
    "netgrad.name": "n",
}
OWN_TENSORS = [
    tensor("layers.0.bias", B1),
    tensor("layers.0.weight", W1),
    tensor("layers.1.bias", B2),
    tensor("layers.1.weight", W2),
    tensor("scaling.mean", [1.0, 2.0]),
    tensor("scaling.std", [3.0, 4.0]),
]


def test_what_netgrad_has_written_needs_no_options(saved):
    found = opened(saved(safetensors(OWN_TENSORS, OWN)))
    net = found.network
    assert [layer.activation for layer in net.layers] == ["tanh", "identity"]
    assert (net.inputs, net.outputs, net.name) == (("dose", "age"), ("risk",), "n")
    assert np.array_equal(net.scaling.mean, [1, 2])
    assert np.array_equal(net.scaling.std, [3, 4])
    assert np.array_equal(net.layers[1].W, W2)
    assert {decided.how for decided in found.origin.activations} == {"stored"}


GOOD = [tensor(*item) for item in NET.items()]


def header(**entries):
    return json.dumps(entries).encode()


def entry(shape, start, end, dtype="F64"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def deep(n):
    return b'{"a":' + b"[" * n + b"]" * n + b"}"


HUGE = "9" * 6000

SIZES = "tensor 'a': shape or data_offsets are no lists of sizes"
KEYS = "tensor 'a': expected dtype, shape and data_offsets, and nothing else"
CUT = "not a safetensors file, or cut off: a header of"
NOT_JSON = "the header is not JSON:"
BYTES = "the file is cut off, or is more than it says"

HOSTILE = {
    "empty": (b"", "an empty file, expected a saved network"),
    "short": (b"\x08\0\0", f"{CUT} 8 bytes in a file of 3"),
    "past the end": (with_header(b"{}")[:9], f"{CUT} 2 bytes in a file of 9"),
    "header of 2^64": (b"\xff" * 8 + b"{}", f"{CUT} 18446744073709551615 bytes in a file of 10"),
    "not json": (with_header(b'{"a": }'), f"{NOT_JSON} Expecting value: line 1 column 7 (char 6)"),
    "a list": (with_header(b"[1, 2]"), "the header of a safetensors file begins with '{'"),
    "not utf-8": (
        with_header(b'{"\xff": 1}'),
        f"{NOT_JSON} 'utf-8' codec can't decode byte 0xff in position 2: invalid start byte",
    ),
    "deep": (with_header(deep(100_000)), "the header is nested deeper than 32"),
    "huge integer": (with_header(f'{{"a": {HUGE}}}'.encode()), "the header has a number of 6000 digits"),
    "nan": (with_header(b'{"a": NaN}'), "the header has 'NaN', which is no JSON"),
    "infinity": (with_header(b'{"a": -Infinity}'), "the header has '-Infinity', which is no JSON"),
    "text behind": (with_header(b"{} x"), f"{NOT_JSON} Extra data: line 1 column 4 (char 3)"),
    "twice": (with_header(b'{"a": 1, "a": 1}'), "the header has 'a' twice"),
    "twice inside": (with_header(b'{"a": {"dtype": "F64", "dtype": "F32"}}'), "the header has 'dtype' twice"),
    "no tensors": (with_header(b"{}"), "no array of it is weights by its name; found nothing"),
    "metadata alone": (
        with_header(b'{"__metadata__": {"a": "b"}}'),
        "no array of it is weights by its name; found nothing",
    ),
    "metadata a list": (with_header(b'{"__metadata__": []}'), "__metadata__ is no mapping of texts"),
    "metadata of numbers": (with_header(b'{"__metadata__": {"a": 1}}'), "__metadata__ is no mapping of texts"),
    "a number": (with_header(b'{"a": 1}'), KEYS),
    "more": (with_header(header(a={**entry([1], 0, 8), "x": 1}), bytes(8)), KEYS),
    "no dtype": (
        with_header(header(a=entry([1], 0, 8, None)), bytes(8)),
        "tensor 'a': dtype 'None', which is not known",
    ),
    "unknown dtype": (
        with_header(header(a=entry([1], 0, 8, "F99")), bytes(8)),
        "tensor 'a': dtype 'F99', which is not known",
    ),
    "negative shape": (with_header(header(a=entry([-1], 0, 8)), bytes(8)), SIZES),
    "shape of floats": (with_header(header(a=entry([1.0], 0, 8)), bytes(8)), SIZES),
    "shape of booleans": (with_header(header(a=entry([True], 0, 8)), bytes(8)), SIZES),
    "shape that overflows": (with_header(header(a=entry([2**62, 4], 0, 8)), bytes(8)), SIZES),
    "product that overflows": (
        with_header(header(a=entry([2**32, 2**32], 0, 0)), b""),
        "tensor 'a': shape '[4294967296, 4294967296]' of F64 takes 147573952589676412928 bytes, not 0",
    ),
    "nine dimensions": (with_header(header(a=entry([1] * 9, 0, 8)), bytes(8)), SIZES),
    "one offset": (with_header(header(a={**entry([1], 0, 8), "data_offsets": [8]}), bytes(8)), SIZES),
    "backwards": (
        with_header(header(a=entry([1], 8, 0)), bytes(8)),
        "tensor 'a': shape '[1]' of F64 takes 8 bytes, not -8",
    ),
    "hole in front": (
        with_header(header(a=entry([1], 8, 16)), bytes(16)),
        "tensor 'a' leaves a hole behind the header",
    ),
    "hole": (
        with_header(header(a=entry([1], 0, 8), b=entry([1], 16, 24)), bytes(24)),
        "tensor 'b' leaves a hole behind 'a'",
    ),
    "overlap": (with_header(header(a=entry([2], 0, 16), b=entry([1], 8, 16)), bytes(16)), "tensor 'b' overlaps 'a'"),
    "the same bytes": (
        with_header(header(a=entry([1], 0, 8), b=entry([1], 0, 8)), bytes(8)),
        "tensor 'b' overlaps 'a'",
    ),
    "cut off": (safetensors(GOOD)[:-1], f"the tensors take 104 bytes, but there are 103: {BYTES}"),
    "more bytes": (safetensors(GOOD) + b"x", f"the tensors take 104 bytes, but there are 105: {BYTES}"),
    "integers": (
        with_header(header(**{"0.weight": entry([1, 1], 0, 1, "I8")}), b"\1"),
        "tensor '0.weight' is of I8, expected F64, F32, F16 or BF16",
    ),
    "nan in a weight": (
        safetensors([tensor("0.weight", [[np.nan]])]),
        "layer 2: W has an entry that is not finite (0)",
    ),
    "activations no list": (
        safetensors(OWN_TENSORS, {"netgrad.activations": "tanh"}),
        "netgrad.activations is no list of texts",
    ),
    "activations too many": (
        safetensors(OWN_TENSORS, {"netgrad.activations": '["tanh", "tanh", "tanh"]'}),
        "netgrad.activations has 3 names, but layers.2 is not there",
    ),
    "activations too few": (
        safetensors(OWN_TENSORS, {"netgrad.activations": '["tanh"]'}),
        "tensor 'layers.1.bias' has no place in what netgrad.activations describes",
    ),
    "half a scaling": (safetensors(OWN_TENSORS[:-1], OWN), "scaling has one of mean and std only, expected both"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_line(name, tmp_path):
    data, message = HOSTILE[name]
    (tmp_path / "net.safetensors").write_bytes(data)
    with pytest.raises(NetworkError) as caught:
        load(tmp_path / "net.safetensors", **({} if "netgrad" in message else {"activation": "tanh"}))
    assert str(caught.value) == f"{tmp_path}/net.safetensors: {message}"
