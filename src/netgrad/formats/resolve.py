"""Drafts and what the user says of them -> networks, with the reason for each decision."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from netgrad.core.network import Layer, Network, Scaling
from netgrad.errors import NetworkError, UsageError, counted, excerpt, listed
from netgrad.formats.draft import Affine, Draft, Saved
from netgrad.formats.order import natural, ordered
from netgrad.formats.orientation import oriented, sizes
from netgrad.formats.origin import Decided, Opened, Origin
from netgrad.formats.overrides import Options

_SAY = "say --activation with one name for each layer, or with one for the hidden layers and --output-activation"


def resolved(draft: Draft, options: Options) -> Opened:
    """Network of a foreign file.

    Raises
    ------
    NetworkError
        The file leaves open what no option says, or contradicts an option, or holds no network.
    """
    layers: Sequence[Affine] = draft.layers
    if not layers:
        raise NetworkError(f"a {draft.container} without layers")
    if not draft.ordered:
        layers = sorted(layers, key=lambda layer: natural(layer.place))
    oriented_, side = oriented(layers, options.layout, draft.container)
    layers, order, left = ordered(oriented_, options.order, draft.ordered)
    decided = _activations([(y.place, y.activation) for y in layers], options, _look(draft, layers))
    net = _network(draft, layers, decided)
    origin = Origin(
        draft.container,
        draft.writer,
        side,
        order,
        decided,
        draft.dtype or _dtype(layers),
        None if draft.scaling is None else "stored",
        None if draft.output_scaling is None else "stored",
        draft.used,
        {**draft.passed, **dict.fromkeys(left, "left out by --order")},
        draft.remarks,
    )
    return Opened(net, origin)


def resolved_own(saved: Saved, options: Options, form: str) -> Opened:
    """Network of a file in a format of our own; sigmoid is the documented default.

    Raises
    ------
    NetworkError
        An option contradicts the file.
    """
    net, container = saved.network, f"netgrad {form.upper()}"
    if options.layout == "in-out" or options.order is not None:
        option = "--order" if options.order is not None else "--layout in-out"
        raise NetworkError(f"{option}: {container} fixes the order of the layers, and holds W as out-in")
    places = [f"layer {l}" for l in range(2, net.L + 1)]
    known = [y.activation if kept else None for y, kept in zip(net.layers, saved.stored, strict=True)]
    decided = _activations(list(zip(places, known, strict=True)), options, None)
    if any(d.how == "given" for d in decided):
        layers = [replace(y, activation=d.activation) for y, d in zip(net.layers, decided, strict=True)]
        net = replace(net, layers=tuple(layers))
    origin = Origin(
        container,
        None,
        "out-in: the container's convention",
        "order of the layers' numbers",
        decided,
        "float64",
        None if net.scaling is None else "stored",
        None if net.output_scaling is None else "stored",
    )
    return Opened(net, origin)


def _look(draft: Draft, layers: Sequence[Affine]) -> str:
    """Words for a file whose activations are not known."""
    widths = [sizes(layers[0])[1], *(sizes(layer)[0] for layer in layers)]
    shown = "-".join(map(str, widths if len(widths) <= 12 else [*widths[:6], "…", widths[-1]]))
    return f"{counted(len(layers), 'Linear layer')} ({shown}), no activations in a {draft.container}"


def _activations(layers: Sequence[tuple[str, str | None]], options: Options, look: str | None) -> tuple[Decided, ...]:
    """Activation of each layer of (place, stored); without `look`, sigmoid is the default."""
    given = _given(len(layers), options)
    decided: list[Decided] = []
    for (place, stored), said in zip(layers, given, strict=True):
        if stored is not None and said is not None and _canonical(stored) != _canonical(said):
            raise NetworkError(f"{place}: the file says {excerpt(stored)}, but --activation says {excerpt(said)}")
        if stored is not None:
            decided.append(Decided(_canonical(stored), "stored", place))
        elif said is not None:
            decided.append(Decided(_canonical(said), "given", place))
        elif look is None:
            decided.append(Decided("sigmoid", "default", place))
        else:
            raise _missing(layers, given, look)
    return tuple(decided)


def _missing(layers: Sequence[tuple[str, str | None]], given: Sequence[str | None], look: str) -> NetworkError:
    open_ = [place for (place, stored), said in zip(layers, given, strict=True) if stored is None and said is None]
    if len(open_) == 1 == len(layers) or len(open_) == len(layers):
        return NetworkError(f"{look}: {_SAY}")
    if open_ == [layers[-1][0]]:
        return NetworkError(f"no activation of the last layer, {open_[0]}: say --output-activation (identity for none)")
    return NetworkError(f"no activation of {listed(open_)}: {_SAY}")


def _given(n: int, options: Options) -> list[str | None]:
    """Activations of n layers as the options have them."""
    names, last = options.activation, options.output_activation
    if names is None:
        return [*[None] * (n - 1), last]
    if len(names) == n and (last is None or n == 1 == len(names)):
        if last is not None and _canonical(last) != _canonical(names[0]):
            raise UsageError("--activation and --output-activation contradict each other: there is one layer")
        return list(names)
    if len(names) == 1:
        return [*names * (n - 1), last]
    if len(names) == n - 1 and last is not None:
        return [*names, last]
    expected = f"expected {n}" + (", or 1" if n > 1 else "")
    extra = " and --output-activation" if last is not None else ""
    raise UsageError(
        f"--activation has {counted(len(names), 'name')}{extra}, but the network has {counted(n, 'layer')}: {expected}"
    )


def _canonical(name: str) -> str:
    """The spelling that a layer has of an activation."""
    return Layer(np.zeros((1, 1)), np.zeros(1), name).activation


def _network(draft: Draft, layers: Sequence[Affine], decided: Sequence[Decided]) -> Network:
    """Network of layers that fit, float64."""
    pairs = zip(layers, decided, strict=True)
    more: dict[str, Any] = {}
    if draft.output_scaling is not None:
        more["output_scaling"] = Scaling(*draft.output_scaling)
    try:
        return Network(
            tuple(Layer(*_floats(y), d.activation) for y, d in pairs),
            draft.inputs,
            draft.outputs,
            None if draft.scaling is None else Scaling(*draft.scaling),
            draft.name,
            **more,
        )
    except NetworkError as error:
        place = "" if error.l is None else f" ({layers[error.l - 2].place})"
        error.message += place
        raise


def _floats(layer: Affine) -> tuple[Any, Any]:
    with np.errstate(invalid="ignore"):  # of a signalling nan, which the network refuses
        W = np.asarray(layer.W, np.float64)
        b = np.zeros(sizes(layer)[0]) if layer.b is None else np.asarray(layer.b, np.float64)
    return np.ascontiguousarray(W if layer.orientation == "out-in" else W.T), b


def _dtype(layers: Sequence[Affine]) -> str:
    return ", ".join(sorted({str(layer.W.dtype) for layer in layers}))
