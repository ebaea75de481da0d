"""PMML: models of the kind NeuralNetwork (dmg.org, PMML 4.4, Neural Network)."""

from typing import NamedTuple

import numpy as np

from netgrad.errors import NetworkError, excerpt
from netgrad.formats import limits
from netgrad.formats.chain import Chain
from netgrad.formats.draft import Affine, Draft
from netgrad.formats.neuronwise import Arithmetic, Floats
from netgrad.formats.pmml_fields import Field, field_of, number
from netgrad.formats.text import read_text
from netgrad.formats.xml import Element, parse

_SIGMA = {
    "logistic": "sigmoid",
    "tanh": "tanh",
    "identity": "identity",
    "rectifier": "relu",
    "Elliott": "softsign",
    "arctan": "arctan",
    "exponential": "exp",
}


class _Neurons(NamedTuple):
    """A layer: W (n_l, n_{l-1}), b (n_l,), the names of its neurons."""

    W: Floats
    b: Floats
    names: list[str]


def read(path: str) -> Draft:
    """Draft of the network in a PMML file.

    Raises
    ------
    NetworkError
        With the line of what is wrong.
    """
    root = parse(read_text(path))
    if root.tag != "PMML":
        raise NetworkError(f"an XML file of {excerpt(root.tag)}, expected PMML", line=root.line)
    models = [child for child in root.children if child.tag.endswith(("Model", "Network", "Scorecard"))]
    if len(models) != 1 or models[0].tag != "NeuralNetwork":
        found = ", ".join(model.tag for model in models) or "no model"
        raise NetworkError(f"PMML with {found}, expected one NeuralNetwork", line=root.line)
    return _draft(models[0], root)


def _draft(model: Element, root: Element) -> Draft:
    derived = _derived(root.first("TransformationDictionary")) | _derived(model.first("LocalTransformations"))
    inputs = _inputs(model, derived)
    chain = Chain(len(inputs))
    _scale(chain, list(inputs.values()))
    names = list(inputs)
    layers, outputs = model.all("NeuralLayer"), None
    for k, layer in enumerate(layers, start=1):
        neurons = _neurons(layer, names)
        outputs = _outputs(model, neurons.names, derived) if layer is layers[-1] else None
        neurons = neurons if outputs is None else _ordered(neurons, list(outputs), layer)
        chain.affine(Affine(neurons.W, neurons.b, f"NeuralLayer {k}", "out-in"))
        _activate(chain, layer, model, f"NeuralLayer {k}")
        names = neurons.names
    targets = list((outputs or {}).values())
    _unscale(chain, targets)
    header = root.first("Header")
    application = None if header is None else header.first("Application")
    return chain.draft(
        f"PMML {root.attributes.get('version', '')}".strip(),
        writer=_writer(application),
        name=model.attributes.get("modelName"),
        inputs=tuple(_title(field) for field in inputs.values()),
        outputs=_titles(targets),
        used=tuple(f"NeuralLayer {k}" for k in range(1, len(layers) + 1)),
    )


def _derived(parent: Element | None) -> dict[str, Element]:
    return {e.attributes.get("name", ""): e for e in parent.all("DerivedField")} if parent else {}


def _inputs(model: Element, derived: dict[str, Element]) -> dict[str, Field]:
    """Field of each input neuron, by the neuron's name."""
    parent = model.first("NeuralInputs")
    found: dict[str, Field] = {}
    for neuron in parent.all("NeuralInput") if parent else []:
        name, expression = neuron.attributes.get("id", ""), neuron.first("DerivedField")
        if expression is None or name in found:
            raise NetworkError(f"NeuralInput {excerpt(name)} has no field, or is there twice", line=neuron.line)
        found[name] = field_of(expression, derived)
    if not found:
        raise NetworkError("NeuralNetwork has no NeuralInputs", line=model.line)
    titles = [_title(field) for field in found.values()]
    if len(set(titles)) < len(titles):
        raise NetworkError("two input neurons are of one field, which is not read", line=model.line)
    return found


def _neurons(layer: Element, before: list[str]) -> _Neurons:
    positions = {name: k for k, name in enumerate(before)}
    elements = layer.all("Neuron")
    if len(elements) * len(before) > limits.PMML_WORK or not elements:
        raise NetworkError("a NeuralLayer without neurons, or too wide", line=layer.line)
    connections = sum(len(element.children) for element in elements)
    if len(elements) * len(before) > 64 * connections + 4096:
        raise NetworkError(f"a NeuralLayer with {connections} connections only", line=layer.line)
    W, b, names = np.zeros((len(elements), len(before))), np.zeros(len(elements)), []
    for i, neuron in enumerate(elements):
        names.append(neuron.attributes.get("id", ""))
        b[i] = number(neuron, "bias", 0.0)
        for connection in neuron.all("Con"):
            source = connection.attributes.get("from", "")
            if source not in positions:
                text = f"neuron {excerpt(names[-1])} is connected to {excerpt(source)}, not in the layer before"
                raise NetworkError(text, line=connection.line)
            W[i, positions[source]] += number(connection, "weight")
    if len(set(names)) < len(names):
        raise NetworkError("two neurons of a layer have one id", line=layer.line)
    return _Neurons(W, b, names)


def _activate(chain: Chain, layer: Element, model: Element, place: str) -> None:
    def said(key: str, default: str) -> str:
        return layer.attributes.get(key, model.attributes.get(key, default))

    name = said("activationFunction", "")
    if name not in _SIGMA:
        raise NetworkError(f"the activation {excerpt(name)} is not known", line=layer.line)
    chain.activate(_SIGMA[name], place)
    if name == "arctan":
        chain.arithmetic("*", 2 / np.pi)
    normalization = said("normalizationMethod", "none")
    own = layer.attributes.get("normalizationMethod")
    is_last = layer is model.all("NeuralLayer")[-1]
    if normalization == "softmax" and (is_last or own):
        chain.activate("softmax", place)
    elif normalization not in ("none", "softmax"):
        raise NetworkError(f"normalization by {excerpt(normalization)} is not read", line=layer.line)


def _outputs(model: Element, names: list[str], derived: dict[str, Element]) -> dict[str, Field] | None:
    """Field of each output, by the neuron that it is taken from."""
    parent = model.first("NeuralOutputs")
    if parent is None:
        return None
    found: dict[str, Field] = {}
    for output in parent.all("NeuralOutput"):
        name, expression = output.attributes.get("outputNeuron", ""), output.first("DerivedField")
        if name not in names or name in found or expression is None:
            raise NetworkError(f"NeuralOutput: {excerpt(name)} is no neuron of the last layer", line=output.line)
        found[name] = field_of(expression, derived)
    return found


def _ordered(neurons: _Neurons, order: list[str], layer: Element) -> _Neurons:
    """The neurons that are outputs, in their order."""
    if not order or (len(order) < len(neurons.names) and layer.attributes.get("normalizationMethod") == "softmax"):
        raise NetworkError("some neurons of the last layer are no outputs", line=layer.line)
    rows = [neurons.names.index(name) for name in order]
    return _Neurons(neurons.W[rows], neurons.b[rows], order)


def _scale(chain: Chain, fields: list[Field]) -> None:
    for steps in _aligned([list(field.steps) for field in fields]):
        chain.arithmetic(steps.sign, steps.c)


def _unscale(chain: Chain, fields: list[Field]) -> None:
    for steps in _aligned([field.undone() for field in fields]):
        chain.arithmetic(steps.sign, steps.c)


def _aligned(steps: list[list[Arithmetic]]) -> list[Arithmetic]:
    """Steps of all fields at once; a field that has none gets those that do nothing."""
    longest = max(steps, key=len, default=[])
    found = []
    for k, step in enumerate(longest):
        nothing = Arithmetic(step.sign, np.asarray(0.0 if step.sign in "+-" else 1.0))
        column = [own[k] if own else nothing for own in steps if not own or len(own) == len(longest)]
        if len(column) < len(steps) or any(item.sign != step.sign for item in column):
            raise NetworkError("fields are scaled in different ways, which is not read")
        found.append(Arithmetic(step.sign, np.array([float(item.c) for item in column])))
    return found


def _title(field: Field) -> str:
    return field.name if field.value is None else f"{field.name}={field.value}"


def _titles(fields: list[Field]) -> tuple[str, ...] | None:
    """Names of the outputs: the classes, or the fields."""
    names = tuple(field.name if field.value is None else field.value for field in fields)
    return names if names and len(set(names)) == len(names) and all(names) else None


def _writer(application: Element | None) -> str | None:
    if application is None:
        return None
    return " ".join(application.attributes.get(key, "") for key in ("name", "version")).strip() or None
