"""Network of a checkpoint: which dict it is, and what of it are weights."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from netgrad.errors import NetworkError, counted, excerpt, listed
from netgrad.formats.limits import CHECKPOINT_NESTING
from netgrad.formats.parts import no_part, outside, part_of
from netgrad.formats.pytorch.items import Entries, Inert, Items, Name
from netgrad.formats.pytorch.tensors import FLOATS, KINDS, Tensor, Unread

RESAVE = 'torch.save(model.state_dict(), "net.pt")'
_WHOLE = f'where its code is: model = torch.load("{{file}}", weights_only=False); {RESAVE}'

_OF_WEIGHTS = re.compile(r"(?:^|\.)weight(?:_v|_orig)?$|\.original[01]?$")
_OF_TRAINING = ("optim", "sched", "moment", "grad", "loss", "scaler", "callback", "hyper", "hparams", "config", "args")


class Weights(NamedTuple):
    """Tensors of floats by name, in the order of the file; `key` is that of their dict, "" for the file's own."""

    key: str
    tensors: dict[str, Tensor]
    passed: dict[str, str]  # key -> why it is no part of the network


def weights_of(root: Any, key: str = "") -> Weights:
    """Weights that a file with the value `root` holds, of several networks those of the one that `key` names.

    Raises
    ------
    NetworkError
        It holds no dict of names and tensors, or several and nothing tells which.
    """
    if not isinstance(root, Entries):
        how = _WHOLE if isinstance(root, Inert) else f"save it again with {RESAVE}"
        raise NetworkError(f"{_what(root)}, expected a state_dict; {how}")
    networks = {place: entries for place, entries in _dicts("", root) if _has_matrix(entries)}
    place, prefix = (key, "") if key in networks and key else (_only(root, networks, key), key)
    tensors, passed = _tensors(part_of(networks[place], prefix), f"{place}." if place else "")
    passed |= outside(networks[place], prefix)
    beside = {
        name: "another network" if any(map(_is_weight, networks.get(name, ()))) else _reason(name, value)
        for name, value in root.items()
        if place and isinstance(name, str) and name != place.partition(".")[0]
    }
    return Weights(place, tensors, {**passed, **beside})


def _only(root: Entries, networks: dict[str, Entries], key: str) -> str:
    """Place of the one dict that is a network."""
    chosen = {place: entries for place, entries in networks.items() if not _is_of_training(place)}
    if len(chosen) > 1:  # beside a state_dict, a dict of other names holds results
        chosen = {place: entries for place, entries in chosen.items() if any(map(_is_weight, entries))} or chosen
    if len(chosen) == 1:
        return next(iter(chosen))
    if not chosen:
        raise _no_network(root)
    names = [place for place in chosen if place]
    if key:
        raise no_part(key, names)
    keys = " or ".join(f"--key {place}" for place in names[:4])
    raise NetworkError(
        f"{counted(len(chosen), 'state_dict')}: {listed([place or 'the tensors at its top' for place in chosen])}; "
        f"say {keys}"
    )


def _no_network(root: Entries) -> NetworkError:
    """Error for a file without a state_dict, by what it has in its place."""
    for place, entries in _dicts("", root):
        for name, value in entries.items():
            at = excerpt(f"{place}.{name}" if place else str(name))
            if isinstance(value, Inert) and value.origin.startswith("numpy.") and _is_weight(name):
                save = 'import numpy, torch; numpy.savez("net.npz", **torch.load("{file}", weights_only=False))'
                return NetworkError(f"{at} is an array of numpy, expected a tensor; where it was saved: {save}")
            if isinstance(value, Inert) and _is_module(value):
                return NetworkError(f"{at} is a whole {value.origin}, expected a state_dict; {_WHOLE}")
    found = listed([name for name in root if isinstance(name, str)]) or "nothing"
    return NetworkError(f"no state_dict in the file, found {found}; save it again with {RESAVE}")


def _dicts(place: str, entries: Entries, level: int = 0) -> Iterator[tuple[str, Entries]]:
    """The dict of the file and those in it, by their keys."""
    yield place, entries
    for name, value in entries.items() if level < CHECKPOINT_NESTING else ():
        if isinstance(name, str) and isinstance(value, Entries):
            yield from _dicts(f"{place}.{name}" if place else name, value, level + 1)


def _is_weight(name: Any) -> bool:
    return isinstance(name, str) and _OF_WEIGHTS.search(name) is not None


def _has_matrix(entries: Entries) -> bool:
    return any(
        isinstance(key, str) and (isinstance(value, Unread) or (isinstance(value, Tensor) and len(value.shape) > 1))
        for key, value in entries.items()
    )


def _is_of_training(key: str) -> bool:
    return any(word in key.lower() for word in _OF_TRAINING)


def _tensors(entries: Mapping[Any, Any], prefix: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors of floats, and all else with the reason why it is passed over."""
    tensors: dict[str, Tensor] = {}
    passed: dict[str, str] = {}
    for key, value in entries.items():
        if not isinstance(key, str):
            raise NetworkError("a state_dict with a key that is no text")
        if isinstance(value, Unread):
            raise NetworkError(f"{excerpt(key)} is {value.what}, expected floats")
        if isinstance(value, Entries | Inert | Items | Name) or not isinstance(value, Tensor):
            passed[prefix + key] = _reason(key, value)
        elif value.kind in FLOATS:
            tensors[key] = value
        elif key.rpartition(".")[2] in ("weight", "bias") or value.kind not in KINDS:
            raise NetworkError(f"{excerpt(key)} is a tensor of kind {excerpt(value.kind)}, expected floats")
        else:
            passed[prefix + key] = "counts batches of the training" if key.endswith("_tracked") else "integers"
    return tensors, passed


def _reason(key: str, value: Any) -> str:
    """Reason why an entry is no part of the network."""
    if _is_of_training(key):
        return "of the training"
    if isinstance(value, Tensor | Unread):
        return "a tensor outside the state_dict"
    return {Entries: "a dict without weights", Items: "a list", Inert: "an object, not looked at"}.get(
        type(value), "a setting"
    )


def _what(root: Any) -> str:
    """A value that is no dict, for an error message."""
    if isinstance(root, Inert):
        return f"a whole {root.origin}"
    if isinstance(root, Tensor | Unread):
        return "a single tensor"
    return "a list" if isinstance(root, Items) else f"a {type(root).__name__}"


def _is_module(value: Inert) -> bool:
    return not value.origin.startswith(("argparse.", "numpy.", "pathlib.", "builtins.", "datetime.", "types."))
