"""FANN, .nnet, lwtnn, RTNeural and JENN against 50 digits."""

import json

import numpy as np
from nets_of_peers import assert_reads, files

from netgrad.formats import fann, json_dialects, mat, nnet

W1, B1, W2, B2 = [[0.5, -1.25], [2.0, 0.75], [-0.1, 0.3]], [0.1, -0.2, 0.3], [[1.5, -0.5, 0.25]], [0.7]
X = [0.4, -1.3]


def test_matlab_workspaces_say_what_was_passed_over():
    assert set(mat.read(str(files("others") / "v5.mat")).passed) == {"eta", "i", "Niter", "x1", "savecost"}


def written(tmp_path, text):
    path = tmp_path / "net"
    path.write_text(text)
    return str(path)


def layer(W, b, activation):
    return {"W": W, "b": b, "activation": activation}


def test_nnet_files_are_normalized_on_both_sides(tmp_path):
    rows = [",".join(map(repr, row)) + "," for row in (*W1, *[[b] for b in B1], *W2, B2)]
    head = ["// a comment", "2,2,1,3,", "2,3,1,", "0,", "-1,-2,", "1,2,", "0.5,1.5,7.0,", "2.0,4.0,3.0,"]
    told = [
        {"sub": [0.5, 1.5]},
        {"div": [2.0, 4.0]},
        layer(W1, B1, "relu"),
        layer(W2, B2, "identity"),
        {"mul": [3.0]},
        {"add": [7.0]},
    ]
    assert_reads(nnet.read(written(tmp_path, "\n".join([*head, *rows, ""]))), {"layers": told, "x": X})


def test_fann_files_have_the_steepness_in_their_activations(tmp_path):
    neurons = (
        ["(0, 0, 0.0e+00)"] * 3
        + ["(3, 5, 0.25e+00)"] * 3
        + ["(0, 5, 0.0e+00)"]
        + ["(4, 3, 0.5e+00)"]
        + ["(0, 3, 0.0e+00)"]
    )
    hidden = [(k, w) for row, b in zip(W1, B1, strict=True) for k, w in enumerate([*row, b])]
    last = [(3 + k, w) for k, w in enumerate([*W2[0], *B2])]
    text = "\n".join([
        "FANN_FLO_2.1", "num_layers=3", "connection_rate=1.000000", "network_type=0", "layer_sizes=3 4 2 ",
        "neurons (num_inputs, activation_function, activation_steepness)=" + " ".join(neurons),
        "connections (connected_to_neuron, weight)=" + " ".join(f"({k}, {w:.20e})" for k, w in [*hidden, *last]), "",
    ])  # fmt: skip
    told = [layer(W1, B1, "identity"), {"mul": [0.25] * 3}, {"activation": "tanh"}, layer(W2, B2, "sigmoid")]
    assert_reads(fann.read(written(tmp_path, text)), {"layers": told, "x": X})


def test_lwtnn_files_have_named_and_scaled_inputs(tmp_path):
    value = {
        "inputs": [{"name": "pt", "offset": -0.5, "scale": 2.0}, {"name": "eta", "offset": 0.25, "scale": 0.5}],
        "layers": [
            {"architecture": "dense", "activation": "rectified", "weights": np.ravel(W1).tolist(), "bias": B1},
            {"architecture": "dense", "activation": "sigmoid", "weights": np.ravel(W2).tolist(), "bias": B2},
        ],
        "outputs": ["signal"],
    }
    told = [{"add": [-0.5, 0.25]}, {"mul": [2.0, 0.5]}, layer(W1, B1, "relu"), layer(W2, B2, "sigmoid")]
    draft = json_dialects.read(written(tmp_path, json.dumps(value)))
    assert_reads(draft, {"layers": told, "x": X, "inputs": ["pt", "eta"], "outputs": ["signal"]})


def test_rtneural_files_have_their_weights_transposed(tmp_path):
    layers = [(W1, B1, "tanh"), (W2, B2, "")]
    value = {
        "in_shape": [None, None, 2],
        "layers": [
            {"type": "dense", "activation": a, "shape": [None, None, len(b)], "weights": [np.transpose(W).tolist(), b]}
            for W, b, a in layers
        ],
    }
    told = [layer(W1, B1, "tanh"), layer(W2, B2, "identity")]
    assert_reads(json_dialects.read(written(tmp_path, json.dumps(value))), {"layers": told, "x": X})


def test_jenn_files_are_normalized_on_both_sides(tmp_path):
    value = {
        "W": [np.eye(2).tolist(), W1, W2],
        "b": [[[0.0], [0.0]], [[v] for v in B1], [[v] for v in B2]],
        "a": ["linear", "tanh", "linear"],
        "mu_x": [[0.5], [1.5]],
        "sigma_x": [[2.0], [4.0]],
        "mu_y": [[7.0]],
        "sigma_y": [[3.0]],
    }
    told = [
        {"sub": [0.5, 1.5]},
        {"div": [2.0, 4.0]},
        layer(W1, B1, "tanh"),
        layer(W2, B2, "identity"),
        {"mul": [3.0]},
        {"add": [7.0]},
    ]
    assert_reads(json_dialects.read(written(tmp_path, json.dumps(value))), {"layers": told, "x": X})
