"""ONNX: a graph of operations, followed from its input to its one output that is made of layers."""

import mmap
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from netgrad.errors import NetworkError, counted, excerpt, listed
from netgrad.formats import file, limits
from netgrad.formats.chain import shortest
from netgrad.formats.draft import Draft
from netgrad.formats.expression import Z
from netgrad.formats.onnx_constants import folded
from netgrad.formats.onnx_model import Graph, Model, Node, read_model
from netgrad.formats.onnx_ops import OPERATORS
from netgrad.formats.onnx_signal import Point, Signal, follow, path
from netgrad.formats.onnx_tensor import Tensor, as_array
from netgrad.formats.plain_json import parsed


def read(path: str) -> Draft:
    """Draft of the network in an ONNX file.

    Raises
    ------
    NetworkError
        Naming the node or tensor that is wrong.
    """
    with file.opened(path) as content:
        size = os.fstat(content.fileno()).st_size
        if not 0 < size <= limits.LIMIT:
            raise NetworkError("an empty file" if not size else f"over {limits.LIMIT >> 30} GiB")
        with mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as data:
            copied = memoryview(bytes(data))  # arrays may outlive the map
    return draft(read_model(copied), os.path.dirname(path))


def draft(model: Model, folder: str) -> Draft:
    """Draft of the network of a model; tensors that are outside lie in `folder`."""
    if model.graph is None or not model.graph.nodes:
        raise NetworkError("not an ONNX file: it has no graph (a TensorFlow SavedModel is converted by tf2onnx)")
    values = _Values(model.graph, folder)
    name, signal = values.result()
    points = path(signal)
    chain = follow(points)
    chain.remarks += values.remarks
    used = {point.place for point in points}
    inputs, outputs = (_noted(model, key) for key in ("inputs", "outputs"))
    return chain.draft(
        f"ONNX, opset {model.opset}",
        writer=f"{model.producer} {model.version}".strip() or None,
        inputs=inputs or points[0].names,
        outputs=outputs or values.classes(chain.width),
        name=model.notes.get("netgrad.name"),
        used=tuple(node.place for node in model.graph.nodes if node.place in used),
        passed=values.passed(name),
    )


def _noted(model: Model, key: str) -> tuple[str, ...] | None:
    """Names that `write_onnx` put beside the graph."""
    names = parsed(model.notes.get(f"netgrad.{key}", "null"), f"netgrad.{key}")
    is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return tuple(names) if is_list else None


class _Values:
    """The value of every name in a graph: a constant, a signal, or why it is neither."""

    def __init__(self, graph: Graph, folder: str) -> None:
        self.remarks: list[str] = []
        self._graph, self._folder = graph, folder
        self._labels: list[str] | None = None
        self._known: dict[str, Any] = {"": None}
        for name, shape in graph.inputs.items():
            if name not in graph.tensors:
                axes = tuple(shape) if len(shape) == 2 else ()
                self._known[name] = Signal(Point(_width(shape), f"input {name}", axes=axes), place=f"input {name}")
        for node in graph.nodes:
            for output, value in zip(node.outputs, self._outcomes(node), strict=False):
                if output and output in self._known:
                    raise NetworkError(f"{node.place} computes {excerpt(output)}, which is there already")
                self._known[output] = value

    def result(self) -> tuple[str, Signal]:
        """Name and signal of the one output that is made of layers."""
        found = {name: self._value(name) for name in self._graph.outputs}
        signals = {name: value for name, value in found.items() if isinstance(value, Signal)}
        if len(signals) == 1:
            return next(iter(signals.items()))
        if len(signals) > 1:
            raise NetworkError(f"{counted(len(signals), 'output')} ({listed(list(signals))}), expected one")
        for value in found.values():
            if isinstance(value, NetworkError):
                raise value
        raise NetworkError("no output that is computed from the input")

    def passed(self, result: str) -> Mapping[str, str]:
        """Outputs of the graph that were passed over, and why."""
        found = {name: self._value(name) for name in self._graph.outputs if name != result}
        return {name: v.message if isinstance(v, NetworkError) else "a constant" for name, v in found.items()}

    def classes(self, width: int | None) -> tuple[str, ...] | None:
        """Names of the outputs, where the file has the classes."""
        labels = self._labels
        if labels is None and "classes" in self._graph.tensors:
            labels = [str(v) for v in as_array(self._graph.tensors["classes"], self._folder).reshape(-1).tolist()]
        if labels is None or len(set(labels)) != len(labels):
            return None
        if width == 1 and len(labels) == 2:
            return (labels[1],)
        return tuple(labels) if len(labels) == width else None

    def _value(self, name: str) -> Any:
        if name not in self._known and name in self._graph.tensors:
            try:
                self._known[name] = as_array(self._graph.tensors[name], self._folder)
            except NetworkError as error:
                self._known[name] = error
        if name not in self._known:
            return NetworkError(f"{excerpt(name)} is used, but nothing before it computes it (a cycle?)")
        return self._known[name]

    def _outcomes(self, node: Node) -> Iterator[Any]:
        """Value of each output of a node; a fault is one too, and counts where the result depends on it."""
        values = [self._value(name) for name in node.inputs]
        faults = [value for value in values if isinstance(value, NetworkError)]
        try:
            yield faults[0] if faults else self._outcome(node, values)
        except NetworkError as error:
            yield error
        for _ in node.outputs[1:]:
            yield NetworkError(f"a second result of {node.place}, which is not read")

    def _outcome(self, node: Node, values: list[Any]) -> Any:
        if node.op == "Constant":
            return _constant(node, self._folder)
        signals = [value for value in values if isinstance(value, Signal)]
        if node.op == "ZipMap":
            self._labels = _labels(node)
        if node.op == "Shape" and signals:
            width = signals[0].point.width
            return np.array([-1, width or -1])
        if node.op == "Concat" and signals:
            return self._joined(node, values)
        try:
            return self._applied(node, values, signals)
        except (ValueError, IndexError, TypeError, AttributeError, OverflowError):
            raise NetworkError(f"{node.place}: its inputs or attributes are not those of such a node") from None

    def _applied(self, node: Node, values: list[Any], signals: list[Signal]) -> Any:
        if not signals:
            return folded(node, values)
        if node.op not in OPERATORS or node.domain not in ("", "ai.onnx", "ai.onnx.ml", "com.microsoft"):
            raise NetworkError(f"{node.place} is not read: {_REASONS.get(node.op, 'no operation that is known')}")
        return OPERATORS[node.op](node, values)

    def _joined(self, node: Node, values: list[Any]) -> Signal:
        """Columns of a table side by side, or 1 - p and p, which say the same as p."""
        roots = [value for value in values if isinstance(value, Signal) and value.point.before is None]
        if len(roots) == len(values) and all(root.point.width == 1 and root.expr == Z for root in roots):
            names = tuple(root.place.removeprefix("input ") for root in roots)
            return Signal(Point(len(values), node.place, names=names), place=node.place)
        if len(values) == 2 and all(isinstance(value, Signal) for value in values):
            one: Signal = values[0]
            other: Signal = values[1]
            is_rest = one.point is other.point and one.expr == ("sum", 1.0, (("prod", -1.0, (other.expr,)),))
            if is_rest and other.point.width == 1:
                self.remarks.append(f"{node.place}: of 1 - p and p, p is the output")
                return other
        raise NetworkError(f"{node.place} joins several results")


def _width(shape: list[int | None]) -> int | None:
    """Numbers of one point, of a batch of points or of a single one."""
    if len(shape) == 2 and shape[0] is not None and shape[1] == 1:
        return None  # a column, or a batch of points of one number
    inner = shape[1:] if len(shape) > 1 else shape
    width = 1
    for n in inner:
        if n is None or n < 0:
            return None
        width *= n
    return width if shape else None


def _constant(node: Node, folder: str) -> Any:
    for key, value in node.attributes.items():
        if key == "value" and isinstance(value, Tensor):
            return as_array(value, folder)
        if key in ("value_float", "value_floats"):
            return np.asarray(value, np.float64) if key.endswith("s") else np.asarray(shortest(value))
        if key in ("value_int", "value_ints"):
            return np.asarray(value, np.int64)
    raise NetworkError(f"{node.place} holds no numbers")


def _labels(node: Node) -> list[str] | None:
    texts = node.attributes.get("classlabels_strings")
    numbers = node.attributes.get("classlabels_int64s")
    return [text.decode("utf-8", "replace") for text in texts] if texts else [str(n) for n in numbers or []] or None


_REASONS = {
    "Conv": "a convolution",
    "LSTM": "a recurrent layer",
    "GRU": "a recurrent layer",
    "RNN": "a recurrent layer",
    "LayerNormalization": "it normalizes over the neurons of each point, which is no layer of this kind",
    "LogSoftmax": "the logarithm of a softmax; export the model without it, or with Softmax",
    "Gather": "an embedding, or a selection of inputs",
    "Loop": "a loop",
    "If": "a choice",
    "QuantizeLinear": "a quantized model; export it in floating point",
    "DequantizeLinear": "a quantized model; export it in floating point",
    "TreeEnsembleClassifier": "a forest of trees, no network",
    "TreeEnsembleRegressor": "a forest of trees, no network",
    "ArgMax": "the label, which has no gradient",
}
