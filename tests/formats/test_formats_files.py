"""Every file that a framework wrote, through `load`: values and Jacobian to 50 digits, under any suffix, in a pipe."""

import json
import os
import shutil
import sys
import threading

import numpy as np
import pytest
import shell
from nets_of_peers import assert_close, expected, files, values

from netgrad.core.backprop import jacobian
from netgrad.errors import NetworkError
from netgrad.formats import load, opened

KINDS = ("torch", "keras", "onnx", "skops", "others")
TOLD = {(kind, name): told for kind in KINDS for name, told in expected(kind).items()}
READ = [key for key, told in TOLD.items() if "refusal" not in told]
WITHOUT_ACTIVATIONS = {".mat", ".msgpack", ".weights.h5", "k2_bare.h5"}
REFUSED = {
    **{key: told["refusal"] for key, told in TOLD.items() if "refusal" in told},
    **{("keras", f"refused{major}_{name}.keras"): culprit for major in (2, 3) for name, culprit in [
        ("shared", "layer 'shared' is used 2 times"),
        ("branch", "layer 'cat' has 2 inputs"),
        ("residual", "layer 'add' has 2 inputs"),
        ("two", "has 2 output_layers"),
        ("layernorm", "layer 'ln' (LayerNormalization) is not read"),
        ("conv", "layer 'c' (Conv1D) is not read: a convolution"),
    ]},
    ("skops", "refused_clip.skops"): "MinMaxScaler(clip=True)",
    ("skops", "refused_pca.skops"): "the step PCA is not read",
    ("skops", "refused_function.skops"): "the step FunctionTransformer is not read",
    ("skops", "refused_log_target.skops"): "transforms the targets by a function",
    ("skops", "refused_search.skops"): "the model is GridSearchCV",
    ("skops", "refused_scaler.skops"): "the model is StandardScaler",
    ("skops", "model.joblib"): "skops.io.dump",
    ("skops", "packed.joblib"): "skops.io.dump",
}  # fmt: skip


def said(key):
    """Activations that the file of `key` does not hold, or None."""
    told, name = TOLD[key], key[1]
    if told.get("given"):
        return told["given"]
    affine = [step for step in told["layers"] if "W" in step]
    is_bare = any(name.endswith(end) for end in WITHOUT_ACTIVATIONS) and affine[-1].get("activation") is None
    if not is_bare and not name.endswith((".weights.h5", "k2_bare.h5")):
        return None
    return [step["activation"] or "sigmoid" for step in affine]


def exact(key):
    """Value and Jacobian of the steps that the script told, with sigmoid for what they leave open."""
    told = TOLD[key]
    steps = [{**step, "activation": step["activation"] or "sigmoid"} if "activation" in step else step
             for step in told["layers"]]  # fmt: skip
    return values(steps, told["x"])


@pytest.mark.parametrize("key", READ, ids="-".join)
def test_files_have_the_values_and_gradients_of_what_was_saved(key):
    told, given = TOLD[key], said(key)
    found = opened(files(key[0]) / key[1], activation=given)
    a, J = exact(key)
    value, gradients = jacobian(found.network, np.array([told["x"]]))
    assert_close(value[0], a)
    for row, expected_row in zip(gradients[0], J, strict=True):
        assert_close(row, expected_row)
    for names in ("inputs", "outputs"):
        if told.get(names):
            assert list(getattr(found.network, names)) == told[names]
    hows = {decided.how for decided in found.origin.activations}
    assert hows == ({"given"} if given else {"stored"})
    assert set(told.get("passed", ())) <= set(found.origin.passed)
    assert not {"torch", "keras", "onnx", "sklearn"} & set(sys.modules)
    if given:
        with pytest.raises(NetworkError, match="say --activation"):
            load(files(key[0]) / key[1])


@pytest.mark.parametrize("key", REFUSED, ids="-".join)
def test_what_is_no_plain_network_is_refused_by_its_name(key):
    with pytest.raises(NetworkError) as refusal:
        load(files(key[0]) / key[1])
    assert REFUSED[key] in refusal.value.message
    assert str(refusal.value).isprintable()


def test_every_file_is_tried():
    there = {(kind, path.name) for kind in KINDS for path in files(kind).iterdir() if path.name != "expected.json"}
    assert there == {*READ, *REFUSED, ("skops", "float32.skops")}


def test_weights_of_float32_are_taken_as_they_are():
    for layer in load(files("skops") / "float32.skops").layers:
        assert layer.W.astype(np.float32).astype(np.float64).tobytes() == layer.W.tobytes()


ONE_OF_EACH = {key[1].partition(".")[2]: key for key in READ}.values()


@pytest.mark.parametrize("suffix", ["", ".txt", ".yaml", ".npz", ".pt", ".onnx", ".mat"])
@pytest.mark.parametrize("key", ONE_OF_EACH, ids="-".join)
def test_a_suffix_that_lies_changes_nothing(key, suffix, tmp_path):
    path, point = files(key[0]) / key[1], np.array([TOLD[key]["x"]])
    shutil.copy(path, tmp_path / f"net{suffix}")
    honest, lying = (load(p, activation=said(key)) for p in (path, tmp_path / f"net{suffix}"))
    assert jacobian(lying, point)[1].tobytes() == jacobian(honest, point)[1].tobytes()


@pytest.mark.parametrize("key", ONE_OF_EACH, ids="-".join)
def test_a_pipe_gives_what_the_file_gives(key, tmp_path):
    fifo, path, given = tmp_path / "fifo", files(key[0]) / key[1], said(key)
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(path.read_bytes()))
    writer.start()
    of_pipe, of_file = load(fifo, activation=given), load(path, activation=given)
    writer.join()
    point = np.array([TOLD[key]["x"]])
    assert jacobian(of_pipe, point)[1].tobytes() == jacobian(of_file, point)[1].tobytes()


@pytest.mark.parametrize("key", ONE_OF_EACH, ids="-".join)
def test_the_command_gives_the_gradients_of_the_library(key):
    path, x, given = files(key[0]) / key[1], TOLD[key]["x"], said(key)
    option = f" --activation {','.join(given)}" if given else ""
    net = load(path, activation=given)
    point, output = ",".join(map(repr, x)), "1" if net.outputs is None else net.outputs[0]
    run = shell.run(f"netgrad grad {path}{option} --format jsonl --output {output} --x={point}")
    assert (run.code, run.err) == (0, "")
    a, J = jacobian(net, np.array([x]))
    assert list(json.loads(run.out).values())[len(x) :] == [a[0, 0], *J[0, 0]]
