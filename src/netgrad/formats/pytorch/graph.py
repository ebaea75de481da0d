"""Graph of torch.export, followed from its input to its output by the operations of `aten`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from netgrad.errors import NetworkError, counted, excerpt
from netgrad.formats.draft import Draft
from netgrad.formats.onnx_signal import Point, Signal, follow, path
from netgrad.formats.plain_json import entry
from netgrad.formats.pytorch.aten import OF_CONSTANTS, OPERATIONS, constant
from netgrad.formats.pytorch.call import Call

Constant = Callable[[], NDArray[Any]]

# Nodes that say something of the data and change nothing.
_NOTES = ("_assert_tensor_metadata", "sym_size", "sym_constrain_range_for_size", "_assert_scalar")
_REFUSED = MappingProxyType(
    {
        **{"layer_norm": "a LayerNorm", "native_layer_norm": "a LayerNorm", "embedding": "an Embedding"},
        **{"lstm": "an LSTM", "gru": "a GRU", "rnn_tanh": "an RNN", "cat": "a branch or a selection of inputs"},
        **{"conv1d": "a convolution", "conv2d": "a convolution", "convolution": "a convolution"},
        **{"group_norm": "a GroupNorm", "scaled_dot_product_attention": "an attention"},
        **{"select": "a selection of inputs", "slice": "a selection of inputs", "log_softmax": "a log-softmax"},
    }
)


@dataclass(frozen=True)
class _Names:
    """Ends of a graph: parameters and buffers by their names in it, inputs, and the one output."""

    constants: Mapping[str, str]
    inputs: tuple[str, ...]
    output: str


def draft_of_graph(program: Any, constants: Mapping[str, Constant]) -> Draft:
    """Draft of a program, whose parameters and buffers `constants` reads.

    Raises
    ------
    NetworkError
        Naming the node that is no part of a plain network.
    """
    module = entry(program, "graph_module", dict, "the program")
    graph = entry(module, "graph", dict, "the program")
    names = _names(entry(module, "signature", dict, "the program"))
    run = _Run(names, constants, _sizes(graph))
    for node in entry(graph, "nodes", list, "the graph"):
        run.step(node)
    result = run.values.get(names.output)
    if not isinstance(result, Signal):
        raise NetworkError("no output that is computed from the input")
    points = path(result)
    chain = follow(points)
    chain.remarks += run.remarks
    unused = {key: "not used by the graph" for key in constants if key not in run.used}
    version = program.get("torch_version")
    return chain.draft(
        "PyTorch graph of torch.export (zip)",
        writer=f"torch {version}" if isinstance(version, str) else None,
        used=tuple(run.used),
        passed=unused,
    )


class _Run:
    """Values of all names of a graph so far: arrays, and signals that depend on the input."""

    def __init__(self, names: _Names, constants: Mapping[str, Constant], sizes: Mapping[str, Any]) -> None:
        self.used: dict[str, None] = {}
        self.remarks: list[str] = []
        self._names, self._constants, self._sizes = names, constants, sizes
        self.values: dict[str, Any] = {}
        for name in names.inputs:
            shape = sizes.get(name, ())
            width = shape[-1] if 0 < len(shape) <= 2 and isinstance(shape[-1], int) else None
            self.values[name] = Signal(Point(width, f"input {name}"), place=f"input {name}")

    def step(self, node: Any) -> None:
        """Compute what `node` gives."""
        target = entry(node, "target", str, "a node")
        operation = target.removeprefix("torch.ops.aten.").partition(".")[0].removesuffix("_")
        outputs = [tensor for out in entry(node, "outputs", list, "a node") if (tensor := _tensor_name(out))]
        if operation in _NOTES or target == "_operator.getitem":
            return
        place = f"node {outputs[0] if outputs else node.get('name')}"
        if operation not in OF_CONSTANTS or not target.startswith("torch.ops.aten."):
            raise _unread(place, target, operation)
        arguments = {
            entry(given, "name", str, place): self._argument(entry(given, "arg", dict, place), place)
            for given in entry(node, "inputs", list, place)
        }
        if not outputs or outputs[0] in self.values:
            raise NetworkError(f"{place} gives nothing, or what is there already")
        before, after = (self._sizes.get(name) for name in (_first_tensor(node), outputs[0]))
        call = Call(operation, place, arguments, self._place_of(node), before, after)
        is_constant = not any(isinstance(value, Signal) for value in arguments.values())
        if not is_constant and operation not in OPERATIONS:
            raise _unread(place, target, operation)
        self.values[outputs[0]] = constant(call) if is_constant else OPERATIONS[operation](call)
        self.remarks += call.remarks

    def _argument(self, said: dict[str, Any], place: str) -> Any:
        """An array, a signal, or a plain value."""
        (kind, value), *more = said.items() or [("", None)]
        if more or kind in ("as_tensors", "as_optional_tensors", "as_graph", "as_custom_obj"):
            raise NetworkError(f"{place} takes {kind.removeprefix('as_') or 'nothing'}, which is not read")
        if kind in ("as_tensor", "as_optional_tensor") and (name := _tensor_name(said)):
            return self._value(name, place)
        return None if kind in ("as_none", "as_optional_tensor") else value

    def _value(self, name: str, place: str) -> Any:
        if name not in self.values:
            key = self._names.constants.get(name, "")
            if key not in self._constants:
                raise NetworkError(f"{place} takes {excerpt(name)}, which is not there")
            self.used[key] = None
            self.values[name] = self._constants[key]()
        return self.values[name]

    def _place_of(self, node: Any) -> str | None:
        """Name of the module of the node's weights: "net.0" for `net.0.weight`."""
        for given in node["inputs"]:
            key = self._names.constants.get(_tensor_name(given["arg"]) or "", "")
            place, _, kind = key.partition(".parametrizations.")[0].rpartition(".")
            if kind in ("weight", "bias"):
                return place
            if ".parametrizations." in key:
                return f"{place}.{kind}" if place else kind
        return None


def _unread(place: str, target: str, operation: str) -> NetworkError:
    return NetworkError(f"{place} is {_REFUSED.get(operation) or excerpt(target)}, which is not read")


def _names(signature: dict[str, Any]) -> _Names:
    constants, inputs = {}, []
    for spec in entry(signature, "input_specs", list, "the signature"):
        (kind, said), *_ = (spec.items() if isinstance(spec, dict) else ()) or [("", None)]
        given = entry(said, "arg", dict, "the signature")
        if kind == "user_input" and (name := _tensor_name(given)):
            inputs.append(name)
        elif kind in ("parameter", "buffer", "tensor_constant"):
            constants[entry(given, "name", str, "an input")] = entry(said, f"{kind}_name", str, "an input")
    outputs = entry(signature, "output_specs", list, "the signature")
    results = [spec["user_output"] for spec in outputs if isinstance(spec, dict) and "user_output" in spec]
    if len(results) != 1 or len(outputs) != 1:
        raise NetworkError(f"{counted(len(outputs), 'output')}, expected 1 (export after model.eval())")
    name = _tensor_name(entry(results[0], "arg", dict, "the output"))
    return _Names(constants, tuple(inputs), name or "")


def _tensor_name(said: Any) -> str | None:
    """Name in {"as_tensor": {"name": name}}, also where the tensor is an optional one."""
    for _ in range(2):
        inner = said.get("as_tensor", said.get("as_optional_tensor")) if isinstance(said, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("name"), str):
            return str(inner["name"])
        said = inner
    return None


def _first_tensor(node: Any) -> str:
    return next((name for given in node["inputs"] if (name := _tensor_name(given["arg"]))), "")


def _sizes(graph: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Shape of each tensor; a dimension that is open is its text."""
    sizes = {}
    for name, said in entry(graph, "tensor_values", dict, "the graph").items():
        shape = entry(said, "sizes", list, "a tensor")
        sizes[name] = tuple(n["as_int"] if isinstance(n, dict) and "as_int" in n else str(n) for n in shape)
    return sizes
