"""Saved feed-forward networks and the gradient of their output with respect to the input.

>>> import netgrad, numpy as np
>>> net = netgrad.Network.of([([[4.0, -8.0]], [0.0])])
>>> netgrad.value_and_grad(net, np.array([[1.0, 0.5]]))
(array([0.5]), array([[ 1., -2.]]))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netgrad.analysis.checks import check_gradient as check_gradient
    from netgrad.bounds.condition import condition as condition
    from netgrad.core.backprop import evaluate as evaluate
    from netgrad.core.backprop import jacobian as jacobian
    from netgrad.core.backprop import value_and_grad as value_and_grad
    from netgrad.core.directions import directional as directional
    from netgrad.core.directions import hessian_times as hessian_times
    from netgrad.core.hessian import hessian as hessian
    from netgrad.core.logits import logits as logits
    from netgrad.core.logits import margin as margin
    from netgrad.core.network import Layer as Layer
    from netgrad.core.network import Network as Network
    from netgrad.core.network import Scaling as Scaling
    from netgrad.core.trace import trace as trace
    from netgrad.errors import NetgradError as NetgradError
    from netgrad.formats import load as load
    from netgrad.formats import opened as opened
    from netgrad.formats import save as save
    from netgrad.formats.models import from_keras as from_keras
    from netgrad.formats.models import from_onnx as from_onnx
    from netgrad.formats.models import from_sklearn as from_sklearn
    from netgrad.formats.models import from_torch as from_torch
    from netgrad.formats.pairs import from_layers as from_layers

__version__ = "0.1.0"

# Public name -> module: imported on first use, so that `netgrad --help` needs no numpy.
_HOME = {
    "Layer": "core.network",
    "NetgradError": "errors",
    "Network": "core.network",
    "Scaling": "core.network",
    "check_gradient": "analysis.checks",
    "condition": "bounds.condition",
    "directional": "core.directions",
    "evaluate": "core.backprop",
    "from_keras": "formats.models",
    "from_layers": "formats.pairs",
    "from_onnx": "formats.models",
    "from_sklearn": "formats.models",
    "from_torch": "formats.models",
    "hessian": "core.hessian",
    "hessian_times": "core.directions",
    "jacobian": "core.backprop",
    "load": "formats",
    "logits": "core.logits",
    "margin": "core.logits",
    "opened": "formats",
    "save": "formats",
    "trace": "core.trace",
    "value_and_grad": "core.backprop",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
