"""Content of an ONNX file: model, graph, nodes and their attributes (onnx.proto3; the numbers are its fields)."""

from dataclasses import dataclass, field
from typing import Any

from netgrad.errors import EXCERPT, NetworkError, excerpt, visible
from netgrad.formats import limits
from netgrad.formats.onnx_tensor import Tensor, read_tensor
from netgrad.formats.protobuf import fields, integer, integers, real, submessage, text

_EMPTY = memoryview(b"")
Attribute = Any  # a float, an int, bytes, a Tensor, or a list of the first three


@dataclass
class Node:
    """One operation."""

    op: str = ""
    name: str = ""
    domain: str = ""
    inputs: list[str] = field(default_factory=list)  # "" where an optional one is left out
    outputs: list[str] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Name of the node in errors."""
        name, op = (visible(text[:EXCERPT]) for text in (self.name, self.op))
        return f"node {name or op}" + (f" ({op})" if name and op not in name else "")


@dataclass
class Graph:
    """Operations, the constants they use, and what goes in and out."""

    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    inputs: dict[str, list[int | None]] = field(default_factory=dict)  # name: shape, None where it is open
    outputs: list[str] = field(default_factory=list)
    name: str = ""


@dataclass
class Model:
    """A graph and who wrote it."""

    graph: Graph | None = None
    producer: str = ""
    version: str = ""
    opset: int = 1
    notes: dict[str, str] = field(default_factory=dict)  # metadata_props


def read_model(data: memoryview) -> Model:
    """Model of an ONNX file.

    Raises
    ------
    NetworkError
        Not such a file.
    """
    model = Model()
    for number, value in fields(data):
        if number == 7:
            model.graph = _graph(submessage(value))
        elif number == 2:
            model.producer = text(value)
        elif number == 3:
            model.version = text(value)
        elif number == 8:
            domain, version = _opset(submessage(value))
            model.opset = version if domain in ("", "ai.onnx") else model.opset
        elif number == 14:
            note = dict(fields(submessage(value)))
            model.notes[text(note.get(1, _EMPTY))] = text(note.get(2, _EMPTY))
        elif number == 25:
            raise NetworkError("functions of its own in an ONNX file; export with them inlined")
    return model


def _opset(data: memoryview) -> tuple[str, int]:
    domain, version = "", 1
    for number, value in fields(data):
        if number == 1:
            domain = text(value)
        elif number == 2:
            version = integer(value)
    return domain, version


def _graph(data: memoryview) -> Graph:
    graph = Graph()
    for number, value in fields(data):
        if number == 1:
            graph.nodes.append(_node(submessage(value)))
        elif number == 2:
            graph.name = text(value)
        elif number == 5:
            tensor = read_tensor(submessage(value))
            if tensor.name in graph.tensors:
                raise NetworkError(f"initialiser {excerpt(tensor.name)} is there twice")
            graph.tensors[tensor.name] = tensor
        elif number == 11:
            name, shape = _value_info(submessage(value))
            graph.inputs[name] = shape
        elif number == 12:
            graph.outputs.append(_value_info(submessage(value))[0])
        elif number == 15:
            raise NetworkError("sparse initialisers, which are not read")
        if len(graph.nodes) > limits.NODES:
            raise NetworkError(f"over {limits.NODES} nodes")
    return graph


def _node(data: memoryview) -> Node:
    node = Node()
    for number, value in fields(data):
        if number == 1:
            node.inputs.append(text(value))
        elif number == 2:
            node.outputs.append(text(value))
        elif number == 3:
            node.name = text(value)
        elif number == 4:
            node.op = text(value)
        elif number == 5:
            name, attribute = _attribute(submessage(value))
            node.attributes[name] = attribute
        elif number == 7:
            node.domain = text(value)
    return node


def _attribute(data: memoryview) -> tuple[str, Attribute]:
    """Name and value; graphs and sparse tensors are named by a text of their own kind."""
    name, kind = "", 0
    one: Attribute = None
    many: list[Attribute] = []
    for number, value in fields(data):
        if number == 1:
            name = text(value)
        elif number == 2:
            one = real(value)
        elif number == 3:
            one = integer(value)
        elif number == 4:
            one = bytes(submessage(value))
        elif number == 5:
            one = read_tensor(submessage(value))
        elif number == 7:
            many += _floats(submessage(value))
        elif number == 8:
            many += integers(value)
        elif number == 9:
            many.append(bytes(submessage(value)))
        elif number == 20:
            kind = integer(value)
    empty: dict[int, Attribute] = {1: 0.0, 2: 0, 3: b""}  # proto3 leaves out what is 0
    return name, many if kind in (6, 7, 8) or many else empty.get(kind) if one is None else one


def _floats(data: memoryview) -> list[float]:
    import numpy as np

    if len(data) % 4:
        raise NetworkError("a list of floats that is cut off")
    return [float(v) for v in np.frombuffer(data, "<f4")]


def _value_info(data: memoryview) -> tuple[str, list[int | None]]:
    name, shape = "", []
    for number, value in fields(data):
        if number == 1:
            name = text(value)
        elif number == 2:
            for kind, tensor_type in fields(submessage(value)):
                if kind == 1:
                    shape = _shape(submessage(tensor_type))
    return name, shape


def _shape(data: memoryview) -> list[int | None]:
    for number, value in fields(data):
        if number == 2:
            return [_dimension(submessage(dim)) for kind, dim in fields(submessage(value)) if kind == 1]
    return []


def _dimension(data: memoryview) -> int | None:
    for number, value in fields(data):
        if number == 1:
            return integer(value) or None
    return None
