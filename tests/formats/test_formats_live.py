"""Live models, by stand-ins that have what the readers ask for, made of what the frameworks wrote."""

import io
import json
import zipfile
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
from nets_of_peers import assert_reads, expected, files
from zoo import facts

import netgrad
from netgrad.errors import NetworkError
from netgrad.formats import live


class KerasModel:
    """As much of a Keras model as is in an archive: to_json, get_layer, get_weights."""

    def __init__(self, config, group):
        self._config, self._group = config, group

    def to_json(self):
        return json.dumps(self._config)

    def get_layer(self, name):
        ranks = {}
        for value in self._config["config"]["layers"]:
            kind = value["class_name"].replace("hN", "h_n").lower()
            rank = ranks.setdefault(kind, 0)
            ranks[kind] += 1
            if value["config"]["name"] == name:
                return KerasModel(value, self._group["layers"].get(f"{kind}_{rank}" if rank else kind))
        raise ValueError(name)

    def get_weights(self):
        return [self._group["vars"][key][()] for key in sorted(self._group["vars"])]


@pytest.mark.parametrize("name", ["k3_functional.keras", "k3_act_gelu.keras", "k3_nested.keras"])
def test_live_keras_models_have_the_values_of_their_files(name):
    with zipfile.ZipFile(files("keras") / name) as archive:
        config = json.loads(archive.read("config.json"))
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as f:
            assert_reads(live.from_keras(KerasModel(config, f)), expected("keras")[name])


class Estimator:
    """What an estimator of scikit-learn is to the reader."""

    __module__ = "sklearn.stand_in"

    def get_params(self):
        raise NotImplementedError


def estimator(kind, **attributes):
    made = type(kind, (Estimator,), {"__module__": "sklearn.stand_in"})()
    vars(made).update(attributes)
    return made


def test_live_pipelines_have_the_values_of_their_steps():
    W, b = np.array([[0.5, -1.0], [2.0, 0.25], [1.0, 3.0]]), np.array([0.1, -0.2])
    mlp = estimator("MLPClassifier", coefs_=[W], intercepts_=[b], activation="relu", out_activation_="softmax",
                    classes_=np.array(["a", "b"]), n_outputs_=2)  # fmt: skip
    scaler = estimator("StandardScaler", mean_=np.ones(3), scale_=np.full(3, 2.0), with_mean=True, with_std=True,
                       feature_names_in_=np.array(["u", "v", "w"], object))  # fmt: skip
    told = [{"sub": [1.0] * 3}, {"div": [2.0] * 3}, {"W": W.T.tolist(), "b": b.tolist(), "activation": "softmax"}]
    draft = live.from_sklearn(estimator("Pipeline", steps=[("scaler", scaler), ("mlp", mlp)]))
    assert_reads(draft, {"layers": told, "x": [0.3, -0.7, 2.0], "inputs": ["u", "v", "w"], "outputs": ["a", "b"]})


def test_live_onnx_models_have_the_values_of_their_files():
    name = "dynamo_silu_20.onnx"
    model = SimpleNamespace(SerializeToString=(files("onnx") / name).read_bytes)
    assert_reads(live.from_onnx(model), expected("onnx")[name])


def test_networks_of_live_models_are_those_of_their_files():
    name = "k3_nested.keras"
    with zipfile.ZipFile(files("keras") / name) as archive:
        config = json.loads(archive.read("config.json"))
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as f:
            made = netgrad.from_keras(KerasModel(config, f))
    assert facts(made) == facts(netgrad.load(files("keras") / name))
    for name in ("dynamo_silu_20.onnx", "script_relu6_20.onnx"):
        model = SimpleNamespace(SerializeToString=(files("onnx") / name).read_bytes)
        assert facts(netgrad.from_onnx(model)) == facts(netgrad.load(files("onnx") / name))
    W, b = np.array([[0.5, -1.0], [2.0, 0.25]]), np.array([0.1, -0.2])
    mlp = estimator(
        "MLPRegressor", coefs_=[W], intercepts_=[b], activation="relu", out_activation_="identity", n_outputs_=2
    )
    assert facts(netgrad.from_sklearn(mlp)) == facts(netgrad.Network.of([(W.T, b)], "identity"))


@pytest.mark.parametrize("function", [netgrad.from_torch, netgrad.from_keras, netgrad.from_sklearn, netgrad.from_onnx])
def test_something_else_is_refused(function):
    with pytest.raises(NetworkError, match=r"'dict' is no|dict"):
        function({})
