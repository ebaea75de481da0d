"""Networks of models that are live in Python, without a file between."""

from typing import Any

from netgrad.core.network import Network
from netgrad.formats.overrides import Options
from netgrad.formats.resolve import resolved


def from_torch(module: Any) -> Network:
    """Network of a torch.nn.Sequential of Linear layers, activations and normalizations, as after `module.eval()`.

    Weights are copied to float64, and nothing of the module is run.

    Raises
    ------
    NetworkError
        Naming the module that is no part of a plain network, or whose forward is its own.
    """
    from netgrad.formats.pytorch import modules

    return resolved(modules.from_torch(module), Options()).network


def from_keras(model: Any) -> Network:
    """Network of a Sequential or Functional model of Keras 2 or 3, as after training.

    Raises
    ------
    NetworkError
        Naming the layer that is no part of a plain network.
    """
    from netgrad.formats import live

    return resolved(live.from_keras(model), Options()).network


def from_sklearn(estimator: Any) -> Network:
    """Network of a fitted MLPRegressor or MLPClassifier, or a Pipeline or TransformedTargetRegressor with one.

    Its outputs are those of `predict`, and of a classifier those of `predict_proba`.

    Raises
    ------
    NetworkError
        Naming the step that is no part of a plain network.
    """
    from netgrad.formats import live

    return resolved(live.from_sklearn(estimator), Options()).network


def from_onnx(model: Any) -> Network:
    """Network of an onnx.ModelProto, its tensors in it.

    Raises
    ------
    NetworkError
        Naming the node that is no part of a plain network.
    """
    from netgrad.formats import live

    return resolved(live.from_onnx(model), Options()).network
