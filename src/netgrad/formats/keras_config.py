"""The configuration of a Keras model: its layers in the order in which a point goes through them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netgrad.errors import EXCERPT, NetworkError, excerpt, listed, visible
from netgrad.formats import limits
from netgrad.formats.plain_json import entry

MODELS = ("Sequential", "Functional", "Model")

_CONTAINERS = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")


@dataclass(frozen=True)
class LayerConfig:
    """One layer of a model, or a model inside it."""

    kind: str  # "Dense"
    name: str
    config: dict[str, Any]
    rank: int  # how many of its kind stand before it in the configuration
    inner: "ModelConfig | None" = None

    @property
    def place(self) -> str:
        """Name of the layer in errors."""
        return f"layer {excerpt(self.name)} ({self.kind})"


@dataclass(frozen=True)
class ModelConfig:
    """Layers in order of use; those that are not used are left out."""

    name: str
    layers: tuple[LayerConfig, ...]
    unused: tuple[str, ...] = ()

    def walk(self) -> Iterator[tuple[tuple[LayerConfig, ...], LayerConfig]]:
        """Every layer, those of inner models in place of these, with the models that it is in."""
        for layer in self.layers:
            if layer.inner is None:
                yield (), layer
            else:
                for outer, inner in layer.inner.walk():
                    yield (layer, *outer), inner


def model_config(value: Any, level: int = 0) -> ModelConfig:
    """Model of its deserialised JSON.

    Raises
    ------
    NetworkError
        It is no chain of layers, or something of the user's own.
    """
    kind = entry(value, "class_name", str, "the configuration")
    if kind not in MODELS:
        raise NetworkError(f"a model of class {excerpt(kind)}, expected Sequential or Functional")
    if level > limits.MODELS:
        raise NetworkError("models inside models, nested too deep")
    config = entry(value, "config", (dict, list), f"the {kind} model")
    config = {"layers": config} if isinstance(config, list) else config  # Keras 1 and early 2
    name = config.get("name") if isinstance(config.get("name"), str) else kind.lower()
    layers = _layers(entry(config, "layers", list, f"the {kind} model"), level)
    if kind == "Sequential":
        return ModelConfig(str(name), tuple(layers.values()))
    order = _order(config, str(name))
    used = [layers[key] for key in order if key in layers]
    return ModelConfig(str(name), tuple(used), tuple(key for key in layers if key not in order))


def _layers(values: list[Any], level: int) -> dict[str, LayerConfig]:
    found: dict[str, LayerConfig] = {}
    ranks: dict[str, int] = {}
    if len(values) > limits.LAYERS:
        raise NetworkError(f"over {limits.LAYERS} layers")
    for value in values:
        kind = entry(value, "class_name", str, "a layer")
        config = entry(value, "config", dict, f"a layer of class {excerpt(kind)}")
        name = value.get("name") if isinstance(value.get("name"), str) else config.get("name")
        name = visible(name) if isinstance(name, str) else f"{kind.lower()}_{len(found)}"
        _refuse_custom(value, kind, name)
        if name in found:
            raise NetworkError(f"two layers are called {excerpt(name)}")
        inner = model_config(value, level + 1) if kind in MODELS else None
        found[name] = LayerConfig(visible(kind[:EXCERPT]), name, config, ranks.get(kind, 0), inner)
        ranks[kind] = ranks.get(kind, 0) + 1
    return found


def _refuse_custom(value: dict[str, Any], kind: str, name: str) -> None:
    module = value.get("module")
    is_ours = not isinstance(module, str) or module.split(".")[0] in ("keras", "tf_keras", "tensorflow")
    if kind == "Lambda":
        raise NetworkError(f"layer {excerpt(name)} is a Lambda, which is code; it is never run")
    registered = value.get("registered_name")
    if not is_ours or (isinstance(registered, str) and ">" in registered):
        raise NetworkError(f"layer {excerpt(name)} is of a class of its own, {excerpt(kind)}")


def _order(config: dict[str, Any], model: str) -> list[str]:
    """Names of the layers from the one input to the one output."""
    before = {layer.get("name") or layer["config"].get("name"): _sources(layer) for layer in config["layers"]}
    ends = {key: _ends(config.get(key), f"{key} of {excerpt(model)}") for key in ("input_layers", "output_layers")}
    for key, names in ends.items():
        if len(names) != 1:
            raise NetworkError(f"model {excerpt(model)} has {len(names)} {key} ({listed(names)}), expected one")
    (start,), (name,) = ends.values()
    order = [name]
    while name != start:
        if name not in before:
            raise NetworkError(f"layer {excerpt(name)} is used, but not there")
        sources = before[name]
        if len(sources) != 1:
            raise NetworkError(f"layer {excerpt(name)} has {len(sources)} inputs: a branch")
        name = sources[0]
        if name in order:
            raise NetworkError(f"layer {excerpt(name)} is in a circle")
        order.append(name)
    _refuse_shared(before, order)
    return order[::-1]


def _refuse_shared(before: dict[Any, list[str]], order: list[str]) -> None:
    for name, sources in before.items():
        for source in sources:
            if name not in order and source in order:
                raise NetworkError(f"layer {excerpt(str(name))} branches off at {excerpt(source)}")


def _sources(layer: Any) -> list[str]:
    """Names of the layers whose results a layer takes; a layer that is used twice is refused."""
    nodes = layer.get("inbound_nodes") or []
    name = excerpt(str(layer.get("name")))
    if not isinstance(nodes, list):
        raise NetworkError(f"layer {name}: inbound_nodes is no list")
    if len(nodes) > 1:
        raise NetworkError(f"layer {name} is used {len(nodes)} times: shared weights are not read")
    return _tensors(nodes, 0)


def _tensors(value: Any, level: int) -> list[str]:
    """Names of the layers in the arguments of a call, in whichever way Keras 2 or 3 says it."""
    if level > limits.MODELS:
        raise NetworkError("inbound_nodes are nested too deep")
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return _tensors(
                entry(entry(value, "config", dict, "a tensor"), "keras_history", list, "a tensor"), level + 1
            )
        return [name for key in ("args", "kwargs") for name in _tensors(_values(value.get(key)), level + 1)]
    if not isinstance(value, list):
        return []
    if len(value) >= 3 and isinstance(value[0], str) and all(isinstance(k, int) for k in value[1:3]):
        return [value[0]]
    return [name for item in value for name in _tensors(item, level + 1)]


def _values(value: Any) -> Any:
    return list(value.values()) if isinstance(value, dict) and "class_name" not in value else value


def _ends(value: Any, what: str) -> list[str]:
    if not isinstance(value, list):
        raise NetworkError(f"{what}: no list")
    return _tensors(value, 0)
