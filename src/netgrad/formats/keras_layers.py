"""Layers of Keras as steps of a chain: what each computes after training (keras.io, Layers)."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.chain import Chain, parametric, shortest
from netgrad.formats.draft import Affine
from netgrad.formats.keras_config import LayerConfig

Weights = Mapping[str, NDArray[Any]]  # by the name of the variable: "kernel", "bias"
Apply = Callable[[Chain, LayerConfig, Weights, int], None]

_SMALLEST_DEVIATION = 1e-7  # what Normalization divides by at least

_PLAIN = ("sigmoid", "tanh", "relu", "elu", "selu", "gelu", "silu", "softplus", "softsign", "softmax", "mish")
_NAMES = {name: name for name in _PLAIN} | {
    "linear": "identity",
    "log_sigmoid": "log_sigmoid",
    "swish": "silu",
    "exponential": "exp",
    "leaky_relu": "leaky_relu(0.2)",
    "hard_silu": "hard_swish",
    "hard_swish": "hard_swish",
    "celu": "elu",
}


def variables(layer: LayerConfig) -> tuple[str, ...]:
    """Names of the variables of a layer, in the order in which Keras 3 numbers them."""
    config = layer.config
    if layer.kind == "Dense":
        return ("kernel", "bias") if config.get("use_bias", True) else ("kernel",)
    if layer.kind == "BatchNormalization":
        flags = (("scale", "gamma"), ("center", "beta"))
        return (*(name for key, name in flags if config.get(key, True)), "moving_mean", "moving_variance")
    if layer.kind == "PReLU":
        return ("alpha",)
    if layer.kind == "Normalization":
        return () if config.get("mean") is not None else ("mean", "variance", "count")
    return ()


def apply(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    """Append what a layer of Keras `major` does.

    Raises
    ------
    NetworkError
        It is none of the layers that are read.
    """
    if layer.kind in _PASSED:
        return
    if layer.kind not in _LAYERS:
        raise NetworkError(f"{layer.place} is not read: {_REASONS.get(layer.kind, 'no layer of a plain network')}")
    _LAYERS[layer.kind](chain, layer, weights, major)


def _input(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    keys = ("batch_shape", "batch_input_shape", "shape")
    shape = next((layer.config[key] for key in keys if isinstance(layer.config.get(key), list)), None)
    inner = (shape or [])[0 if layer.config.get("shape") is shape else 1 :]
    if chain.width is None and inner and all(isinstance(n, int) and n > 0 for n in inner):
        chain.width = math.prod(inner)


def _dense(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    if layer.config.get("lora_rank") or layer.config.get("quantization_config"):
        raise NetworkError(f"{layer.place} is quantized or has a LoRA; merge it and save again")
    chain.affine(Affine(weights["kernel"], weights.get("bias"), layer.name, "in-out"))
    _activate(chain, layer, layer.config.get("activation"), major)


def _activation(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    _activate(chain, layer, layer.config.get("activation"), major)


def _activate(chain: Chain, layer: LayerConfig, said: Any, major: int) -> None:
    """Apply the activation that a configuration says: a name, or an object with its parameters."""
    if said is None:
        return
    if isinstance(said, dict):
        kind, config = said.get("class_name"), said.get("config")
        if kind == "function" and isinstance(config, str) and said.get("registered_name") in (None, config, "function"):
            return _activate(chain, layer, config, major)
        if isinstance(kind, str) and isinstance(config, dict) and kind in _ACTIVATIONS:
            inner = LayerConfig(kind, layer.name, config, 0)
            return _LAYERS[kind](chain, inner, {}, major)
        raise NetworkError(
            f"{layer.place}: an activation of its own, {excerpt(str(said.get('registered_name') or kind))}"
        )
    if said == "hard_sigmoid" and major < 3:
        chain.arithmetic("*", 1.2)  # max(0, min(1, z/5 + 1/2)) in Keras 2, z/6 in Keras 3
        return chain.activate("hard_sigmoid", layer.name)
    if said == "hard_sigmoid":
        return chain.activate("hard_sigmoid", layer.name)
    if said in ("relu6", "hard_tanh"):
        return chain.clip(*((0.0, 6.0) if said == "relu6" else (-1.0, 1.0)), layer.name)
    if not isinstance(said, str) or said not in _NAMES:
        raise NetworkError(f"{layer.place}: the activation {excerpt(str(said))} is not known")
    chain.activate(_NAMES[said], layer.name)


def _relu(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    top, slope = layer.config.get("max_value"), _number(layer, "negative_slope", 0.0)
    if _number(layer, "threshold", 0.0) or (top is not None and slope):
        raise NetworkError(f"{layer.place} has a threshold, or both a slope and a top")
    if top is not None:
        return chain.clip(0.0, _number(layer, "max_value", 0.0), layer.name)
    chain.activate(parametric("leaky_relu", slope) if slope else "relu", layer.name)


def _leaky_relu(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    key = "negative_slope" if "negative_slope" in layer.config else "alpha"
    chain.activate(parametric("leaky_relu", _number(layer, key, 0.3)), layer.name)


def _prelu(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    slopes = np.unique(weights["alpha"])
    if slopes.size != 1:
        raise NetworkError(f"{layer.place} is not read: a slope for each neuron")
    chain.activate(parametric("leaky_relu", float(slopes[0])), layer.name)


def _operation(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    """Apply a function that a model was made with, and not a layer."""
    _activate(chain, layer, _OPERATIONS[layer.config.get("function", layer.kind)], major)


def _tensorflow_operation(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    function = layer.config.get("function")
    if not isinstance(function, str) or function not in _OPERATIONS:
        raise NetworkError(f"{layer.place} computes {excerpt(str(function))}, which is not read")
    _operation(chain, layer, weights, major)


def _elu(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    chain.activate(parametric("elu", _number(layer, "alpha", 1.0)), layer.name)


def _softmax(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    if layer.config.get("axis", -1) not in (-1, 1, [-1], [1]):
        raise NetworkError(f"{layer.place} is over axis {layer.config.get('axis')}, expected the last")
    chain.activate("softmax", layer.name)


def _batch_normalization(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    mean, variance = (np.asarray(weights[f"moving_{key}"], np.float64).reshape(-1) for key in ("mean", "variance"))
    gamma, beta = (np.asarray(weights.get(key, default), np.float64) for key, default in (("gamma", 1), ("beta", 0)))
    with np.errstate(all="ignore"):
        deviation = np.sqrt(variance + _number(layer, "epsilon", 1e-3))
    chain.normalize(mean, deviation, gamma, beta, layer.name)


def _normalization(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    given = layer.config.get("mean") is not None
    mean, variance = (
        _numbers(layer, key) if given else np.asarray(weights[key], np.float64).reshape(-1)
        for key in ("mean", "variance")
    )
    with np.errstate(all="ignore"):
        deviation = np.maximum(np.sqrt(variance), _SMALLEST_DEVIATION)
    if layer.config.get("invert"):
        chain.arithmetic("*", deviation)
        chain.arithmetic("+", mean)
    else:
        chain.arithmetic("-", mean)
        chain.arithmetic("/", deviation)


def _rescaling(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    chain.arithmetic("*", _numbers(layer, "scale"))
    chain.arithmetic("+", _numbers(layer, "offset"))


def _reshape(chain: Chain, layer: LayerConfig, weights: Weights, major: int) -> None:
    target = layer.config.get("target_shape")
    if not isinstance(target, list) or len([n for n in target if n != 1]) > 1:
        raise NetworkError(f"{layer.place} makes {target} of each point, expected a vector")


def _number(layer: LayerConfig, key: str, default: float) -> float:
    value = layer.config.get(key, default)
    value = _config_value(value) if isinstance(value, dict) else value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NetworkError(f"{layer.place}: {key} is no number")
    return shortest(float(value))


def _config_value(value: dict[str, Any]) -> Any:
    config = value.get("config")
    return config.get("value") if isinstance(config, dict) else None


def _numbers(layer: LayerConfig, key: str) -> NDArray[np.float64]:
    """A number or a list of them, also as Keras 3 writes an array."""
    value = layer.config.get(key)
    if isinstance(value, dict):
        value = _config_value(value)
    try:
        return np.asarray(value, np.float64).reshape(-1)
    except (TypeError, ValueError, OverflowError):
        raise NetworkError(f"{layer.place}: {key} is no list of numbers") from None


_ACTIVATIONS = ("LeakyReLU", "ELU", "ReLU", "Softmax")

_OPERATIONS_OF_KERAS = ("Sigmoid", "Tanh", "Relu", "Relu6", "Silu", "Selu", "Softplus", "Softsign", "LogSigmoid")
_OPERATIONS = {
    **{kind: snake for kind in _OPERATIONS_OF_KERAS for snake in [re.sub("(?<=g)S", "_s", kind).lower()]},
    **{"math.sigmoid": "sigmoid", "math.tanh": "tanh", "nn.relu": "relu", "nn.relu6": "relu6", "nn.selu": "selu"},
    **{"nn.silu": "silu", "math.softplus": "softplus", "nn.softsign": "softsign", "math.log_sigmoid": "log_sigmoid"},
}
_LAYERS: Mapping[str, Apply] = {
    "InputLayer": _input,
    "Dense": _dense,
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": _elu,
    "Softmax": _softmax,
    "BatchNormalization": _batch_normalization,
    "Normalization": _normalization,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "PReLU": _prelu,
    "TFOpLambda": _tensorflow_operation,
    **dict.fromkeys(_OPERATIONS_OF_KERAS, _operation),
}
_PASSED = (
    "Dropout",
    "AlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
    "ActivityRegularization",
    "Flatten",
    "Identity",
)

_REASONS = {
    "LayerNormalization": "it normalizes over the neurons of each point",
    "Embedding": "an embedding",
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "Bidirectional", "TimeDistributed"), "a recurrent layer"),
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D", "SeparableConv2D", "DepthwiseConv2D"), "a convolution"),
    **dict.fromkeys(("Add", "Concatenate", "Multiply", "Average", "Subtract", "Dot", "Maximum"), "it joins results"),
}
