"""Modules that are live in Python, as drafts: told by the names of their classes, so that PyTorch is not imported."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import limits
from netgrad.formats.chain import Chain, parametric
from netgrad.formats.draft import Affine, Draft

_EXPORT = "use torch.export.save(torch.export.export(model.eval(), (x,)), 'net.pt2') and open that"


def from_torch(module: Any) -> Draft:
    """Draft of what a Sequential of Linear layers and activations computes after training (`model.eval()`).

    Raises
    ------
    NetworkError
        Naming the module that is no part of a plain network, or whose forward is its own.
    """
    chain = Chain()
    for place, part in _parts(module, "", 0):
        kind = type(part).__name__
        if kind not in _STEPS:
            raise NetworkError(f"{excerpt(place or 'the model')} is a {kind}, which is not read; {_EXPORT}")
        _STEPS[kind](chain, part, place)
    if getattr(module, "training", False):
        chain.remarks.append("in training mode, read as after model.eval()")
    return chain.draft("live PyTorch module")


def _parts(module: Any, place: str, level: int) -> Iterator[tuple[str, Any]]:
    """Modules in the order of forward, which is known of a Sequential alone."""
    kind, home = type(module).__name__, type(module).__module__
    if not hasattr(module, "_modules"):
        raise NetworkError(
            f"{excerpt(kind)} is no module of PyTorch (a file or a state_dict is opened by netgrad.load)"
        )
    if not home.startswith(("torch.nn", "torch._dynamo")) or level > limits.MODELS:
        raise NetworkError(f"{excerpt(place or kind)} has a forward of its own, which is code; {_EXPORT}")
    if getattr(module, "_forward_hooks", None) or getattr(module, "_forward_pre_hooks", None):
        what = place or "the model"
        raise NetworkError(f"{excerpt(what)} has hooks (an older weight_norm?), which are not run; {_EXPORT}")
    if "forward" in vars(module) and kind != "OptimizedModule":
        raise NetworkError(f"{excerpt(place or kind)} has a forward of its own, which is code; {_EXPORT}")
    inner = {"DataParallel": "module", "OptimizedModule": "_orig_mod"}.get(kind)
    if inner is not None:
        yield from _parts(getattr(module, inner), place, level + 1)
    elif kind == "Sequential":
        for name, child in module._modules.items():  # named_children leaves out one that stands there again
            yield from _parts(child, f"{place}.{name}" if place else name, level + 1)
    else:
        yield place, module


def _array(tensor: Any, place: str) -> NDArray[Any]:
    """Entries of a tensor in their own type, float32 for bfloat16."""
    dtype = str(tensor.dtype).removeprefix("torch.")
    if dtype not in ("float16", "bfloat16", "float32", "float64") or str(tensor.device) == "meta":
        raise NetworkError(f"{excerpt(place)} has a tensor of {dtype} on {tensor.device}, expected floats")
    tensor = tensor.detach().cpu()
    return np.array((tensor.float() if dtype == "bfloat16" else tensor).numpy())


def _linear(chain: Chain, part: Any, place: str) -> None:
    b = None if part.bias is None else _array(part.bias, place)
    chain.affine(Affine(_array(part.weight, place), b, place or "weight", "out-in"))


def _batch_norm(chain: Chain, part: Any, place: str) -> None:
    if part.running_mean is None:
        raise NetworkError(f"{excerpt(place)} is a BatchNorm without running statistics")
    mean, var = (_array(getattr(part, f"running_{key}"), place).astype(np.float64) for key in ("mean", "var"))
    gamma, beta = np.ones_like(mean), np.zeros_like(mean)
    if part.weight is not None:
        gamma, beta = (_array(tensor, place).astype(np.float64) for tensor in (part.weight, part.bias))
    chain.normalize(mean, np.sqrt(var + float(part.eps)), gamma, beta, f"BatchNorm {place}")


def _passed(chain: Chain, part: Any, place: str) -> None:
    """Nothing, as after training."""


def _flatten(chain: Chain, part: Any, place: str) -> None:
    if part.start_dim not in (0, 1) or part.end_dim != -1:
        raise NetworkError(f"{excerpt(place)} flattens other axes than those of a point")


def _activation(name: str) -> "Step":
    return lambda chain, part, place: chain.activate(name, place)


def _with_parameter(name: str, attribute: str) -> "Step":
    return lambda chain, part, place: chain.activate(parametric(name, float(getattr(part, attribute))), place)


def _prelu(chain: Chain, part: Any, place: str) -> None:
    slope = _array(part.weight, place)
    if slope.size != 1:
        raise NetworkError(f"{excerpt(place)} is a PReLU with a slope for each neuron, which is not read")
    chain.activate(parametric("leaky_relu", float(slope.reshape(-1)[0])), place)


def _scaled(chain: Chain, name: str, inner: float, place: str) -> None:
    """name(inner z) / inner."""
    if inner != 1:
        chain.arithmetic("*", inner)
    chain.activate(name, place)
    if inner != 1:
        chain.arithmetic("/", inner)


def _softplus(chain: Chain, part: Any, place: str) -> None:
    chain.remarks.append(f"{place}: softplus without PyTorch's step at {part.threshold / part.beta:g}")
    _scaled(chain, "softplus", float(part.beta), place)


def _softmax(chain: Chain, part: Any, place: str) -> None:
    if part.dim not in (-1, 1):
        raise NetworkError(f"{excerpt(place)} is a softmax over axis {part.dim}, expected the last")
    chain.activate("softmax", place)


Step = Callable[[Chain, Any, str], None]

_STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "Linear": _linear,
        "ParametrizedLinear": _linear,  # its `weight` is the composed one
        "BatchNorm1d": _batch_norm,
        **dict.fromkeys(("Identity", "Dropout", "Dropout1d", "AlphaDropout"), _passed),
        "Flatten": _flatten,
        "ReLU": _activation("relu"),
        "Tanh": _activation("tanh"),
        "Sigmoid": _activation("sigmoid"),
        "SiLU": _activation("silu"),
        "Mish": _activation("mish"),
        "SELU": _activation("selu"),
        "Softsign": _activation("softsign"),
        "Hardsigmoid": _activation("hard_sigmoid"),
        "Hardswish": _activation("hard_swish"),
        "LogSigmoid": _activation("log_sigmoid"),
        "GELU": lambda c, part, place: c.activate("gelu_tanh" if part.approximate == "tanh" else "gelu", place),
        "LeakyReLU": _with_parameter("leaky_relu", "negative_slope"),
        "ELU": _with_parameter("elu", "alpha"),
        "CELU": lambda chain, part, place: _scaled(chain, "elu", 1 / float(part.alpha), place),
        "PReLU": _prelu,
        "Softplus": _softplus,
        "Softmax": _softmax,
        **dict.fromkeys(("Hardtanh", "ReLU6"), lambda c, part, place: c.clip(part.min_val, part.max_val, place)),
    }
)
