"""Estimators of scikit-learn as networks: multilayer perceptrons, the scalers in front, scaled targets.

An estimator is a name and attributes here, whether they come from a file or from a live object.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.neuronwise import Floats

_MLP = ("MLPRegressor", "MLPClassifier")
_SIGMA = {
    "identity": "identity",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "softmax": "softmax",
    "exp": "exp",
}


@dataclass(frozen=True)
class Stored:
    """An array that is read when it is asked for."""

    load: Callable[[], NDArray[Any]]


@dataclass(frozen=True)
class Unknown:
    """An object of a class that is not known."""

    kind: str


@dataclass(frozen=True)
class Estimator:
    """An estimator of scikit-learn: the name of its class, and its attributes."""

    kind: str
    attributes: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        """Attribute `key`; an array of shape () is its number or text."""
        value = self.attributes.get(key, default)
        value = value.load() if isinstance(value, Stored) else value
        return value.item() if isinstance(value, np.ndarray | np.generic) and value.ndim == 0 else value

    def numbers(self, key: str) -> Floats:
        """Attribute `key` as floats."""
        value = self.get(key)
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
            raise NetworkError(f"{self.kind} has no {key}: is it fitted?")
        return np.asarray(value, np.float64)

    def items(self, key: str) -> list[Any]:
        """Attribute `key` as a list."""
        value = self.get(key)
        if not isinstance(value, list | tuple):
            raise NetworkError(f"{self.kind} has no list {key}: is it fitted?")
        return list(value)


def draft(model: Any, container: str, writer: str | None) -> Draft:
    """Draft of an estimator: `predict` of a regressor and `predict_proba` of a classifier.

    Raises
    ------
    NetworkError
        There is something in it that is no network.
    """
    chain, remarks = Chain(), []
    targets: list[Any] = []
    steps = _unrolled(model, targets)
    for step in steps[:-1]:
        _scale(chain, step)
    mlp = steps[-1]
    if not isinstance(mlp, Estimator) or mlp.kind not in _MLP:
        hint = "; save its best_estimator_" if _kind(mlp).endswith("SearchCV") else ""
        raise NetworkError(f"the model is {_kind(mlp)}, expected {' or '.join(_MLP)}{hint}")
    used = _layers(chain, mlp)
    for target in reversed(targets):
        remarks.append(f"{_kind(target)} of the targets undone on the output")
        _unscale(chain, target)
    chain.remarks += remarks
    return chain.draft(
        container,
        writer=writer,
        inputs=_names(steps[0]),
        outputs=_classes(mlp),
        used=(*(_kind(step) for step in steps[:-1]), *used),
    )


def _unrolled(model: Any, targets: list[Any]) -> list[Any]:
    """Steps up to the perceptron; scalers of the targets around it go to `targets`, the outermost first."""
    *steps, last = _steps(model)
    if not isinstance(last, Estimator) or last.kind != "TransformedTargetRegressor":
        return [*steps, last]
    targets.append(_inner(last, "transformer_"))
    _refuse_functions(last)
    return [*steps, *_unrolled(_inner(last, "regressor_"), targets)]


def _steps(model: Any) -> list[Any]:
    """Steps of a pipeline, those of inner pipelines in place of these; one step of anything else."""
    if not isinstance(model, Estimator) or model.kind != "Pipeline":
        return [model]
    found: list[Any] = []
    for pair in model.items("steps"):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise NetworkError("Pipeline has a step that is no name and estimator")
        if pair[1] not in (None, "passthrough"):
            found += _steps(pair[1])
    if not found:
        raise NetworkError("Pipeline has no steps")
    return found


def _scale(chain: Chain, step: Any) -> None:
    """Apply a scaler to what comes in."""
    subtract, factor, offset = _scaler(step)
    if subtract is not None:
        chain.arithmetic("-", subtract)
    if factor is not None:
        chain.arithmetic("*" if offset is not None else "/", factor)
    if offset is not None:
        chain.arithmetic("+", offset)


def _unscale(chain: Chain, step: Any) -> None:
    """Undo a scaler on what comes out."""
    subtract, factor, offset = _scaler(step)
    if offset is not None:
        chain.arithmetic("-", offset)
    if factor is not None:
        chain.arithmetic("/" if offset is not None else "*", factor)
    if subtract is not None:
        chain.arithmetic("+", subtract)


def _scaler(step: Any) -> tuple[Floats | None, Floats | None, Floats | None]:
    """(c, s, None) for (x - c)/s, (None, s, c) for s x + c; None for what is left out."""
    if not isinstance(step, Estimator):
        raise NetworkError(f"the step {_kind(step)} is not read, expected a scaler")
    if step.get("clip", False):
        raise NetworkError(f"{step.kind}(clip=True) is not read: it cuts what comes in")
    if step.kind == "StandardScaler":
        has_std = bool(step.get("with_std", True)) and step.get("scale_") is not None
        mean = step.numbers("mean_") if step.get("with_mean", True) else None
        return mean, step.numbers("scale_") if has_std else None, None
    if step.kind == "RobustScaler":
        center = step.numbers("center_") if step.get("with_centering", True) else None
        return center, step.numbers("scale_") if step.get("with_scaling", True) else None, None
    if step.kind == "MaxAbsScaler":
        return None, step.numbers("scale_"), None
    if step.kind == "FunctionTransformer" and step.get("func") is None and step.get("inverse_func") is None:
        return None, None, None
    if step.kind == "MinMaxScaler":
        return None, step.numbers("scale_"), step.numbers("min_")
    raise NetworkError(f"the step {step.kind} is not read, expected a Standard-, MinMax-, Robust- or MaxAbsScaler")


def _layers(chain: Chain, mlp: Estimator) -> list[str]:
    coefs, intercepts = mlp.items("coefs_"), mlp.items("intercepts_")
    hidden, last = mlp.get("activation"), mlp.get("out_activation_")
    for name in (hidden, last):
        if not isinstance(name, str) or name not in _SIGMA:
            raise NetworkError(f"{mlp.kind}: the activation {excerpt(str(name))} is not known")
    if len(coefs) != len(intercepts) or not coefs:
        raise NetworkError(f"{mlp.kind} has {len(coefs)} coefs_, but {len(intercepts)} intercepts_")
    for k, (W, b) in enumerate(zip(coefs, intercepts, strict=True)):
        W, b = (_array(v, f"{key}[{k}]") for v, key in ((W, "coefs_"), (b, "intercepts_")))
        name = _SIGMA[last if k == len(coefs) - 1 else hidden]
        chain.affine(Affine(W, b, f"coefs_[{k}]", "in-out", name))
    return [f"{key}[{k}]" for k in range(len(coefs)) for key in ("coefs_", "intercepts_")]


def _array(value: Any, what: str) -> NDArray[Any]:
    value = value.load() if isinstance(value, Stored) else value
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        raise NetworkError(f"{what} is no array of numbers")
    return value


def _names(step: Any) -> tuple[str, ...] | None:
    """Names of the columns that the first step was fitted to."""
    value = step.get("feature_names_in_") if isinstance(step, Estimator) else None
    if isinstance(value, np.ndarray | list):
        names = value.tolist() if isinstance(value, np.ndarray) else value
        if all(isinstance(name, str) for name in names):
            return tuple(names)
    return None


def _classes(mlp: Estimator) -> tuple[str, ...] | None:
    """Names of the outputs of a classifier: the second class where the output is its probability."""
    value = mlp.get("classes_") if mlp.kind == "MLPClassifier" else None
    value = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(value, list | tuple) or not all(isinstance(v, str | int | float) for v in value):
        return None
    names = tuple(str(v) for v in value)
    n_outputs = mlp.get("n_outputs_", len(names))
    return names[1:] if n_outputs == 1 and len(names) == 2 else names if n_outputs == len(names) else None


def _inner(model: Estimator, key: str) -> Any:
    found = model.get(key)
    if found is None:
        raise NetworkError(f"{model.kind} has no {key}: is it fitted?")
    return found


def _refuse_functions(model: Estimator) -> None:
    if model.get("func") is not None or model.get("inverse_func") is not None:
        raise NetworkError(f"{model.kind} transforms the targets by a function, which is not read")


def _kind(step: Any) -> str:
    return str(getattr(step, "kind", type(step).__name__))
