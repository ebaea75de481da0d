"""State dicts: tensors by name as PyTorch's modules hold them, `net.0.weight` (n_l, n_{l-1}) and `net.0.bias` (n_l,).

A name is the module's place and what the tensor is to it. What a module is, its tensors' names and shapes tell; one
that is no Linear layer, or whose place in the network is not sure, is refused by what it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt, listed
from netgrad.formats.batch_norm import EPS, BatchNorm, folded
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.prelu import slope_of, with_slopes
from netgrad.formats.weight_norm import composed

Tensors = Mapping[str, NDArray[Any]]

WRAPPERS = ("module.", "_orig_mod.", "model.")  # DataParallel, torch.compile, Lightning

_PARAMETRIZED = ".parametrizations."
_OF_LOSSES = re.compile(r"(?:criterion|loss|loss_fn|loss_func|metrics?|(?:train|val|valid|test)_[a-z0-9_]+)(?:\.|$)")
_BATCH_NORM = {"running_mean", "running_var"}


@dataclass(frozen=True, eq=False)
class Module:
    """Tensors of one module, by what they are to it."""

    place: str  # "net.0"
    tensors: dict[str, NDArray[Any]]
    keys: tuple[str, ...]  # as the file spells them


def draft_of(tensors: Tensors, ordered: bool, container: str, writer: str | None) -> Draft:
    """Draft of the network whose modules hold `tensors`.

    Parameters
    ----------
    tensors
        In the order of the file, which is that of registration where `ordered`.

    Raises
    ------
    NetworkError
        Naming a module that is not read, or the tensor that is wrong.
    """
    passed: dict[str, str] = {}
    layers: list[Affine] = []
    norms: list[BatchNorm] = []
    slopes: dict[str, float] = {}
    used: list[str] = []
    remarks: list[str] = []
    for module in _modules(tensors, passed):
        if set(module.tensors) >= _BATCH_NORM:
            norms.append(_batch_norm(module))
        elif (slope := slope_of(module.place, module.tensors)) is not None:
            slopes[module.place] = slope
        else:
            layers.append(_linear(module, remarks))
        for key in module.keys:
            if key.endswith("num_batches_tracked"):
                passed[key] = "counts batches of the training"
            else:
                used.append(key)
    if not layers:
        raise NetworkError(f"no Linear layers among the tensors; found {listed(list(tensors)) or 'nothing'}")
    layers, folds = folded(layers, norms)
    layers = with_slopes(layers, slopes, [norm.place for norm in norms])
    remarks += [f"PReLU {place} is the activation of the Linear layer in front of it" for place in slopes]
    eps = f" (eps {EPS:g}, which the file does not hold)"
    return Draft(
        container,
        tuple(layers),
        writer,
        ordered,
        used=tuple(used),
        passed=passed,
        remarks=(*remarks, *(fold + eps for fold in folds)),
        dtype=", ".join(sorted({str(tensors[key].dtype) for key in used})),
    )


def _modules(tensors: Tensors, passed: dict[str, str]) -> list[Module]:
    """Modules in the order in which their first tensors stand; what belongs to none that counts goes to `passed`."""
    found: dict[str, Module] = {}
    short = _unwrapped(list(tensors))
    for key, tensor in tensors.items():
        name = short[key]
        if _OF_LOSSES.match(name):
            passed[key] = "of the loss or of a metric"
            continue
        place, kind = _parts(name)
        module = found.get(place, Module(place, {}, ()))
        if kind in module.tensors:
            raise NetworkError(f"{excerpt(key)} is there twice")
        found[place] = Module(place, {**module.tensors, kind: tensor}, (*module.keys, key))
    return list(found.values())


def _unwrapped(keys: list[str]) -> dict[str, str]:
    """Key -> the name without the prefixes of wrappers; where two keys would be one, all stay as they are."""
    short = {}
    for key in keys:
        name = key
        while prefix := next((p for p in WRAPPERS if name.startswith(p) and len(name) > len(p)), None):
            name = name[len(prefix) :]
        short[key] = name
    return short if len(set(short.values())) == len(keys) else dict(zip(keys, keys, strict=True))


def _parts(name: str) -> tuple[str, str]:
    """Place of the module, and what the tensor is to it.

    >>> _parts("net.0.parametrizations.weight.original0")
    ('net.0', 'parametrizations.weight.original0')
    """
    at = f".{name}".find(_PARAMETRIZED)
    if at >= 0:
        return name[: max(at - 1, 0)], name[at:]
    place, _, kind = name.rpartition(".")
    return place, kind


def _linear(module: Module, remarks: list[str]) -> Affine:
    """The Linear layer that `module` is."""
    tensors, place = module.tensors, module.place or "weight"
    if (weight := composed(tensors, place, remarks)) is None:
        weight = tensors.get("weight")
    bias = tensors.get("bias")
    foreign = [kind for kind in tensors if not _belongs(kind)]
    if not module.place and not {"weight", "bias"} & set(tensors) and weight is None:
        raise NetworkError(f"{excerpt(module.keys[0])} belongs to no layer, and may change what the network computes")
    if weight is None or foreign or weight.ndim != 2 or not weight.size or weight.dtype.kind != "f":
        raise NetworkError(f"{excerpt(module.place or place)} is {_kind(module)}, which is not read")
    if re.search("emb", module.place, re.IGNORECASE) and bias is None:
        raise NetworkError(f"{excerpt(module.place)} is an Embedding by its name, which is not read")
    if bias is not None and (bias.shape != weight.shape[:1] or bias.dtype.kind != "f"):
        found = f"bias of shape {bias.shape} and weight of shape {weight.shape}"
        raise NetworkError(f"{excerpt(place)}: {found}, expected (n,) and (n, m) floats")
    return Affine(weight, bias, place, "out-in")


def _belongs(kind: str) -> bool:
    own = ("weight", "bias", "weight_g", "weight_v", "weight_orig", "weight_mask")
    return kind in own or kind.startswith("parametrizations.weight.original")


def _kind(module: Module) -> str:
    """Kind of a module that is no Linear layer, as far as its tensors tell."""
    names, weight = set(module.tensors), module.tensors.get("weight")
    if any(re.match(r"(?:weight|bias)_(?:ih|hh)(?:_l[0-9]+)?", name) for name in names):
        return "an LSTM, GRU or RNN"
    if "in_proj_weight" in names or "in_proj_bias" in names:
        return "an attention"
    if any("_packed_params" in name or name in ("scale", "zero_point") for name in names):
        return "a quantized layer"
    if weight is None or names - {"weight", "bias"}:
        return f"a module with {listed(sorted(names))}"
    if weight.dtype.kind != "f":
        return f"a module with weights of {weight.dtype}"
    if weight.ndim > 2:
        return f"a convolution (weight of shape {weight.shape})"
    if weight.ndim == 1:
        likely = "LayerNorm, or BatchNorm without running_mean" if "bias" in names else "PReLU, RMSNorm or LayerNorm"
        return f"a {likely} (weight of shape {weight.shape})"
    return f"a module with a weight of shape {weight.shape}"


def _batch_norm(module: Module) -> BatchNorm:
    tensors, place = module.tensors, module.place
    kinds = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}
    if set(tensors) - kinds or ("weight" in tensors) != ("bias" in tensors):
        raise NetworkError(f"{excerpt(place)} is a module with {listed(sorted(tensors))}, which is not read")
    mean, var = (_vector(place, key, tensors[key]) for key in ("running_mean", "running_var"))
    gamma = _vector(place, "weight", tensors.get("weight", np.ones_like(mean)))
    beta = _vector(place, "bias", tensors.get("bias", np.zeros_like(mean)))
    if not mean.shape == var.shape == gamma.shape == beta.shape or (var < 0).any():
        raise NetworkError(f"{excerpt(place)}: a BatchNorm of vectors of different lengths, or of a negative variance")
    factor = gamma / np.sqrt(var + EPS)
    return BatchNorm(place, factor, beta - factor * mean)


def _vector(place: str, kind: str, tensor: NDArray[Any]) -> NDArray[np.float64]:
    if tensor.ndim != 1 or not tensor.size or tensor.dtype.kind != "f" or not np.isfinite(tensor).all():
        raise NetworkError(f"{excerpt(place)}: {kind} is no vector of finite floats")
    return tensor.astype(np.float64)
