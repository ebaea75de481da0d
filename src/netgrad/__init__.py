"""Saved feed-forward networks and the gradient of their output with respect to the input.

>>> import netgrad, numpy as np
>>> net = netgrad.Network.of([([[4.0, -8.0]], [0.0])])
>>> netgrad.value_and_grad(net, np.array([[1.0, 0.5]]))
(array([0.5]), array([[ 1., -2.]]))
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netgrad.core.logits import logits as logits
    from netgrad.core.logits import margin as margin
    from netgrad.core.network import Layer as Layer
    from netgrad.core.network import Network as Network
    from netgrad.core.network import Scaling as Scaling
    from netgrad.errors import NetgradError as NetgradError
    from netgrad.errors import UsageError as UsageError
    from netgrad.formats import load as load
    from netgrad.formats import opened as opened
    from netgrad.formats import save as save
    from netgrad.formats.models import from_keras as from_keras
    from netgrad.formats.models import from_onnx as from_onnx
    from netgrad.formats.models import from_sklearn as from_sklearn
    from netgrad.formats.models import from_torch as from_torch
    from netgrad.formats.pairs import from_layers as from_layers
    from netgrad.library.fit import losses as losses
    from netgrad.library.fit import losses_at as losses_at
    from netgrad.library.gradients import bounds as bounds
    from netgrad.library.gradients import check_gradient as check_gradient
    from netgrad.library.gradients import condition as condition
    from netgrad.library.gradients import directional as directional
    from netgrad.library.gradients import evaluate as evaluate
    from netgrad.library.gradients import hessian as hessian
    from netgrad.library.gradients import hessian_bounds as hessian_bounds
    from netgrad.library.gradients import hessian_times as hessian_times
    from netgrad.library.gradients import hessian_times_bounds as hessian_times_bounds
    from netgrad.library.gradients import jacobian as jacobian
    from netgrad.library.gradients import trace as trace
    from netgrad.library.gradients import value_and_grad as value_and_grad
    from netgrad.library.influence import integrated_gradients as integrated_gradients
    from netgrad.library.influence import sensitivities as sensitivities
    from netgrad.library.influence import smooth_gradient as smooth_gradient
    from netgrad.plot.plotting import plot as plot

__version__ = "0.1.0"

# Public name -> module: imported on first use, so that `netgrad --help` needs no numpy.
_HOME = {
    "Layer": "core.network",
    "NetgradError": "errors",
    "Network": "core.network",
    "Scaling": "core.network",
    "UsageError": "errors",
    "bounds": "library.gradients",
    "check_gradient": "library.gradients",
    "condition": "library.gradients",
    "directional": "library.gradients",
    "evaluate": "library.gradients",
    "from_keras": "formats.models",
    "from_layers": "formats.pairs",
    "from_onnx": "formats.models",
    "from_sklearn": "formats.models",
    "from_torch": "formats.models",
    "hessian": "library.gradients",
    "hessian_bounds": "library.gradients",
    "hessian_times": "library.gradients",
    "hessian_times_bounds": "library.gradients",
    "integrated_gradients": "library.influence",
    "jacobian": "library.gradients",
    "load": "formats",
    "logits": "core.logits",
    "losses": "library.fit",
    "losses_at": "library.fit",
    "margin": "core.logits",
    "opened": "formats",
    "plot": "plot.plotting",
    "save": "formats",
    "sensitivities": "library.influence",
    "smooth_gradient": "library.influence",
    "trace": "library.gradients",
    "value_and_grad": "library.gradients",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


class _Front(ModuleType):
    """The package, in which a function keeps its name though a package of the same name is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Front
