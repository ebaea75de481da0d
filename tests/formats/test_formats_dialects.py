"""NPZ dialects: the same network however people name and turn its arrays; what is ambiguous is refused."""

import subprocess
import sys

import numpy as np
import pytest
from arrays import exact, npz
from oracle import relative_error

from netgrad.core.backprop import value_and_grad
from netgrad.errors import NetworkError
from netgrad.formats import load, opened

TOLERANCE = 1e-13  # some tens of roundings
MEGABYTES = 200

rng = np.random.default_rng(14)
LAYERS = [(rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in [(2, 4), (4, 3), (3, 1)]]
SIGMAS = "tanh,tanh,sigmoid"


def named(W, b, first=0, *, transposed=False, shape=lambda b: b):
    """Arrays called W.format(k), b.format(k)."""
    arrays = {}
    for k, (weights, bias) in enumerate(LAYERS, start=first):
        arrays[W.format(k)] = weights.T if transposed else weights
        arrays[b.format(k)] = shape(bias)
    return arrays


def column(b):
    return b[:, None]


def row(b):
    return b[None, :]


DIALECTS = {
    "W1 b1": named("W{}", "b{}", 1),
    "W1 b1 transposed": named("W{}", "b{}", 1, transposed=True),
    "columns": named("W{}", "b{}", 1, shape=column),
    "rows": named("W{}", "b{}", 1, transposed=True, shape=row),
    "w0 b0": named("w{}", "b{}"),
    "W_0 b_0": named("W_{}", "b_{}"),
    "weights_0 biases_0": named("weights_{}", "biases_{}"),
    "coefs_0 intercepts_0": named("coefs_{}", "intercepts_{}", transposed=True),
    "0.weight": named("{}.weight", "{}.bias"),
    "net.0.weight": named("net.{}.weight", "net.{}.bias"),
    "flax": named("params/Dense_{}/kernel", "params/Dense_{}/bias", transposed=True),
    "keras": named("dense_{}/kernel", "dense_{}/bias", transposed=True),
    "layer1.W": named("layer{}.W", "layer{}.b", 1),
    "many digits": named("fc{}_weight".replace("_", "/"), "fc{}/bias", 8),
    "words": {
        key: array
        for name, (W, b) in zip(("in", "mid", "out"), LAYERS, strict=True)
        for key, array in ((f"W_{name}", W), (f"b_{name}", b))
    },
    "arr": {f"arr_{2 * k + i}": array for k, pair in enumerate(LAYERS) for i, array in enumerate(pair)},
    "arr columns": {
        f"arr_{2 * k + i}": array for k, (W, b) in enumerate(LAYERS) for i, array in enumerate((W, b[:, None]))
    },
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("backwards", [False, True])
def test_a_dialect_gives_the_network_that_was_saved(dialect, backwards, tmp_path):
    arrays = DIALECTS[dialect]
    if backwards:
        arrays = dict(reversed(arrays.items()))
    (tmp_path / "net.npz").write_bytes(npz(**arrays))
    net = load(tmp_path / "net.npz", activation=SIGMAS)
    for layer, (W, b) in zip(net.layers, LAYERS, strict=True):
        assert np.array_equal(layer.W, W)
        assert np.array_equal(layer.b, b)


def test_value_and_gradient_are_those_of_50_digits(tmp_path):
    (tmp_path / "net.npz").write_bytes(npz(**DIALECTS["flax"]))
    net = load(tmp_path / "net.npz", activation=SIGMAS)
    steps = []
    for (W, b), sigma in zip(LAYERS, SIGMAS.split(","), strict=True):
        steps += [("linear", W, b), ("sigma", sigma)]
    a, J = exact(steps, [0.2, -1.3])
    value, grad = value_and_grad(net, np.array([[0.2, -1.3]]))
    assert relative_error(value, a) < TOLERANCE
    assert relative_error(grad[0], J[0]) < TOLERANCE


def test_biases_may_be_missing_from_all_layers(tmp_path):
    (tmp_path / "net.npz").write_bytes(npz(**{f"W{k}": W for k, (W, _) in enumerate(LAYERS)}))
    net = load(tmp_path / "net.npz", activation=SIGMAS)
    assert [layer.b.tolist() for layer in net.layers] == [[0] * 4, [0] * 3, [0]]


def test_entries_of_our_own_stand_beside_a_dialect(tmp_path):
    own = {"activation": ["tanh", "tanh", "sigmoid"], "inputs": ["p", "q"], "mean": [1.0, 2.0], "std": [3.0, 4.0]}
    (tmp_path / "net.npz").write_bytes(npz(**DIALECTS["W1 b1"], **own))
    found = opened(tmp_path / "net.npz")
    assert found.network.inputs == ("p", "q")
    assert found.network.scaling.std.tolist() == [3.0, 4.0]
    assert {decided.how for decided in found.origin.activations} == {"stored"}


def test_the_stored_type_is_told(tmp_path):
    (tmp_path / "net.npz").write_bytes(npz(**{key: array.astype("f4") for key, array in DIALECTS["w0 b0"].items()}))
    assert opened(tmp_path / "net.npz", activation=SIGMAS).origin.dtype == "float32"


(W1, B1), (W2, B2), _ = LAYERS
OBJECTS = np.array([W1, W2], dtype=object)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"W1": W1, "b1": B1, "W3": W2, "b3": B2}, "there are no weights of number 2, but there is 'W3'"),
        ({"W1": W1, "W2": W2, "b2": B2}, "'W1' has no bias beside it, but others have"),
        ({"W1": W1, "b1": B1, "b2": B2}, "'b2' is a bias without weights; there are W1"),
        ({"W1": W1, "w1": W1}, "'W1' and 'w1' are of the same layer"),
        ({"W1": W1, "b1": B1, "momentum": B1},
         "'momentum' is neither weights nor a bias by its name, and may change the network"),
        ({"W1": W1, "b1": np.ones((2, 2))}, "'b1' is a bias of shape (2, 2), expected (n,), (n, 1) or (1, n)"),
        ({"W1": W1, "b1": np.ones(7)}, "W1: b of shape (7,) fits no side of W of shape (4, 2)"),
        ({"arr_0": B1, "arr_1": W1}, "arr_0 is a vector, but no matrix stands before it that it could be the bias of"),
        ({"arr_0": np.ones((3, 2)), "arr_1": np.ones((1, 3))},
         "arrays by number that may be W, b, ... or W, W, ...: save them by name, W1=..., b1=..."),
        ({"arr_0": np.array(1.0)},
         "arrays by number that are neither matrices nor vectors: save them by name, W1=..., b1=..."),
        ({"params/Dense_0/kernel": W1, "params/Dense_0/bias": B1},
         "params/Dense_0: b has 4 entries, but W of shape (4, 2), in-out, has 2 neurons"),
        ({"W1": OBJECTS},
         "member W1.npy: an array of Python objects (a pickle); these are never read: save each array by "
         "itself, as in np.savez(path, W2=W2, b2=b2)"),
        ({"W1": W1, "b1": B1, "activation": ["tanh"] * 3},
         "member activation.npy: 3 texts, expected 1, or one for each of 1 layers"),
        ({"conv/kernel": np.ones((3, 3))[None], "conv/bias": B1},
         "member conv/kernel.npy: shape (1, 3, 3), but a network has vectors and matrices"),
    ],
)  # fmt: skip
def test_what_is_ambiguous_or_foreign_is_refused(arrays, message, tmp_path):
    (tmp_path / "net.npz").write_bytes(npz(**arrays))
    with pytest.raises(NetworkError) as caught:
        load(tmp_path / "net.npz", activation="tanh")
    assert str(caught.value) == f"{tmp_path}/net.npz: {message}"


@pytest.mark.parametrize(("dtype", "name"), [("i1", "W1"), ("i1", "W2"), ("f2", "W1"), ("U1000", "W2")])
def test_a_small_file_takes_little_memory(dtype, name, tmp_path):
    zeros = np.zeros((1, (31 << 20) // np.dtype(dtype).itemsize), dtype)
    (tmp_path / "net.npz").write_bytes(npz(compressed=True, **{name: zeros, name.replace("W", "b"): np.zeros(1)}))
    code = "import sys, netgrad\ntry: netgrad.load(sys.argv[1], activation='tanh')\nexcept netgrad.NetgradError: pass"
    peak = "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"  # in KiB
    command = [sys.executable, "-c", f"{code}\n{peak}", str(tmp_path / "net.npz")]
    assert int(subprocess.run(command, capture_output=True, check=True).stdout) < MEGABYTES << 10
