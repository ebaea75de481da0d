"""The document of a saved network, YAML or JSON: what may stand in it, and where its faults are.

    name, activation    texts, optional
    inputs              n_1 names, optional
    output              a name, or n_L names, optional
    scaling             mean and std, n_1 numbers each, optional
    output_scaling      mean and std, n_L numbers each, optional: the output is mean + std a[L]
    layers              for l = 2, ..., L: W, n_l rows of n_{l-1} numbers; b, n_l numbers; activation

Sizes are checked by `core.Network`; its complaint gets the place of the entry that it names.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import NetworkError, excerpt, nearest
from netgrad.formats.draft import Saved
from netgrad.formats.entries import matrix, name_or_names, names, text, vector
from netgrad.formats.events import Event, Source, described, fault, is_null
from netgrad.formats.hints import meant, turned

Reader = Callable[[Source, Event, str], Any]


class Entries(NamedTuple):
    """A mapping that has been read: values other than null, where each key stands, where it starts."""

    values: dict[str, Any]
    places: dict[str, int]
    start: int


def read_document(source: Source) -> Saved:
    """Network that the document of `source` describes, and which activations stand in it.

    Raises
    ------
    NetworkError
        With the line and column of the first thing that does not belong there.
    """
    head = source.next()
    if head.kind == "end":
        raise fault(source, head.offset, "an empty file, expected a network")
    top = _mapping(source, head, "", _TOP)
    _require(source, top, "", ("layers",))
    if (event := source.next()).kind != "end":
        raise fault(source, event.offset, f"expected the end of the file, found {described(event)}")
    try:
        return _saved(top.values)
    except NetworkError as error:
        raise fault(source, _place(top, error), error.message + _turned(top.values["layers"], error)) from None


def _saved(values: dict[str, Any]) -> Saved:
    default = values.get("activation", "sigmoid")
    scaling, output_scaling = values.get("scaling"), values.get("output_scaling")
    stored = ("activation" in values or "activation" in layer.values for layer in values["layers"])
    net = Network(
        tuple(Layer(**{"activation": default, **layer.values}) for layer in values["layers"]),
        inputs=values.get("inputs"),
        outputs=values.get("output"),
        scaling=scaling and Scaling(**scaling.values),
        output_scaling=output_scaling and Scaling(**output_scaling.values),
        name=values.get("name"),
    )
    return Saved(net, tuple(stored))


def _turned(layers: list[Entries], error: NetworkError) -> str:
    """Hint where the weights of the layer that `error` names stand the other way round."""
    if error.l is None:
        return ""
    W, b = (layers[error.l - 2].values[key] for key in "Wb")
    above = len(layers[error.l - 3].values["b"]) if error.l > 2 else None
    return turned(W, b, above, error)


def _place(top: Entries, error: NetworkError) -> int:
    """Place of the entry that `error` names: in its layer, in the scaling, or at the top."""
    layer = top if error.l is None else top.values["layers"][error.l - 2]
    for entries in (layer, top.values.get("scaling", top), top):
        if error.key is not None and error.key in entries.places:
            return int(entries.places[error.key])
    return top.places["layers"]


def _mapping(source: Source, head: Event, prefix: str, readers: Mapping[str, Reader]) -> Entries:
    """Mapping whose keys are among those of `readers`; `prefix` names it in errors."""
    if head.kind != "{":
        expected = f"{prefix}expected a mapping with {', '.join(readers)}"
        raise fault(source, head.offset, f"{expected}; found {described(head)}")
    entries = Entries({}, {}, head.offset)
    while (event := source.next()).kind != "}":
        key = _key(source, event, prefix, readers, entries.places)
        entries.places[key] = event.offset
        value = source.next()
        if not is_null(value):
            entries.values[key] = readers[key](source, value, prefix + key)
    return entries


def _key(source: Source, event: Event, prefix: str, readers: Mapping[str, Reader], places: dict[str, int]) -> str:
    key = event.value
    if event.kind not in ("plain", "quoted"):
        raise fault(source, event.offset, f"{prefix}expected a key, found {described(event)}")
    if key not in readers:
        hint = meant(key, readers) or nearest(key, readers) or f"; known are {', '.join(readers)}"
        raise fault(source, event.offset, f"{prefix}unknown key {excerpt(key)}{hint}")
    if key in places:
        lines = [source.place(offset)[0] for offset in (places[key], event.offset)]
        where = f"on lines {lines[0]} and {lines[1]}" if lines[0] < lines[1] else f"on line {lines[0]}"
        raise fault(source, event.offset, f"{prefix}{key} is there twice, {where}")
    return key


def _require(source: Source, entries: Entries, prefix: str, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key not in entries.values:
            raise fault(source, entries.places.get(key, entries.start), f"{prefix}{key} is missing")


def _scaling(source: Source, event: Event, what: str) -> Entries:
    entries = _mapping(source, event, f"{what}: ", _SCALING)
    _require(source, entries, f"{what}: ", ("mean", "std"))
    return entries


def _layers(source: Source, event: Event, what: str) -> list[Entries]:
    if event.kind != "[":
        raise fault(source, event.offset, f"{what}: expected a list of layers, found {described(event)}")
    layers: list[Entries] = []
    while (event := source.next()).kind != "]":
        prefix = f"layer {len(layers) + 2}: "  # l = 2 is the first
        layers.append(_mapping(source, event, prefix, _LAYER))
        _require(source, layers[-1], prefix, ("W", "b"))
    return layers


_SCALING: Mapping[str, Reader] = {"mean": vector, "std": vector}
_LAYER: Mapping[str, Reader] = {"W": matrix, "b": vector, "activation": text}
_TOP: Mapping[str, Reader] = {
    "name": text,
    "activation": text,
    "inputs": names,
    "output": name_or_names,
    "scaling": _scaling,
    "output_scaling": _scaling,
    "layers": _layers,
}
