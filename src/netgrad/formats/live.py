"""Models that are live in Python, as drafts: told by what they have, so that no library of theirs is imported."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import limits, sklearn
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Draft
from netgrad.formats.keras_config import LayerConfig, model_config
from netgrad.formats.keras_layers import Weights, apply, variables
from netgrad.formats.onnx import draft as draft_of_onnx
from netgrad.formats.onnx_model import read_model
from netgrad.formats.plain_json import parsed


def from_keras(model: Any) -> Draft:
    """Draft of a Keras model as after training: Sequential or Functional, of Keras 2 or 3.

    Raises
    ------
    NetworkError
        Naming the layer that is no part of a plain network.
    """
    value = parsed(_method(model, "to_json", "Keras model")(), "the model's configuration")
    version = str(value.get("keras_version", "3")) if isinstance(value, dict) else "3"
    config, chain = model_config(value), Chain()
    for outer, layer in config.walk():
        apply(chain, layer, _weights(model, outer, layer), 2 if version.startswith("2") else 3)
    used = tuple(layer.name for _, layer in config.walk() if variables(layer))
    return chain.draft("live Keras model", name=config.name, used=used)


def from_sklearn(estimator: Any) -> Draft:
    """Draft of an MLPRegressor or MLPClassifier, or a Pipeline or TransformedTargetRegressor with one.

    Raises
    ------
    NetworkError
        Naming the step that is no part of a plain network.
    """
    if not hasattr(estimator, "get_params"):
        raise NetworkError(f"{excerpt(type(estimator).__name__)} is no estimator of scikit-learn")
    return sklearn.draft(_estimator(estimator, 0), "live scikit-learn estimator", None)


def from_onnx(model: Any) -> Draft:
    """Draft of a ModelProto; its tensors are in it.

    Raises
    ------
    NetworkError
        Naming the node that is no part of a plain network.
    """
    data = _method(model, "SerializeToString", "ONNX model")()
    return draft_of_onnx(read_model(memoryview(data)), "")


def _method(value: Any, name: str, expected: str) -> Any:
    found = getattr(value, name, None)
    if not callable(found):
        raise NetworkError(f"{excerpt(type(value).__name__)} is no {expected}")
    return found


def _weights(model: Any, outer: tuple[LayerConfig, ...], layer: LayerConfig) -> Weights:
    if not (names := variables(layer)):
        return {}
    for step in (*outer, layer):
        model = model.get_layer(step.name)
    arrays = [np.asarray(value) for value in model.get_weights()]
    if len(arrays) != len(names):
        raise NetworkError(f"{layer.place} has {len(arrays)} arrays, expected {', '.join(names)}")
    return dict(zip(names, arrays, strict=True))


def _estimator(value: Any, level: int) -> Any:
    """Estimators by name and attributes; lists and dicts of them likewise; anything else as it is."""
    if level > limits.MODELS:
        raise NetworkError("estimators inside estimators, nested too deep")
    if isinstance(value, list | tuple):
        return [_estimator(item, level + 1) for item in value]
    if isinstance(value, Mapping):
        return {key: _estimator(item, level + 1) for key, item in value.items()}
    if hasattr(value, "get_params") and not isinstance(value, type):
        if not type(value).__module__.startswith("sklearn."):
            return sklearn.Unknown(type(value).__name__)
        attributes = {key: _estimator(item, level + 1) for key, item in vars(value).items()}
        return sklearn.Estimator(type(value).__name__, attributes)
    return value
