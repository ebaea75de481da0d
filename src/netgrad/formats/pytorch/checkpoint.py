"""Network of a checkpoint: which dict it is, and what of it are weights."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from netgrad.errors import NetworkError, counted, excerpt, listed
from netgrad.formats.pytorch.items import Entries, Inert, Items, Name
from netgrad.formats.pytorch.tensors import FLOATS, KINDS, Tensor, Unread

RESAVE = 'torch.save(model.state_dict(), "net.pt")'
_WHOLE = f'where its code is: model = torch.load("whole.pt", weights_only=False); {RESAVE}'

_OF_TRAINING = ("optim", "sched", "moment", "grad", "loss", "scaler", "callback", "hyper", "hparams", "config", "args")


class Weights(NamedTuple):
    """Tensors of floats by name, in the order of the file; `key` is that of their dict, "" for the file's own."""

    key: str
    tensors: dict[str, Tensor]
    passed: dict[str, str]  # key -> why it is no part of the network


def weights_of(root: Any) -> Weights:
    """Weights that a file with the value `root` holds.

    Raises
    ------
    NetworkError
        It holds no dict of names and tensors, or more than one.
    """
    if not isinstance(root, Entries):
        how = _WHOLE if isinstance(root, Inert) else f"save it again with {RESAVE}"
        raise NetworkError(f"{_what(root)}, expected a state_dict; {how}")
    networks = {key: entries for key, entries in _dicts(root).items() if _has_matrix(entries)}
    chosen = {key: entries for key, entries in networks.items() if not _is_of_training(key)}
    if not chosen:
        found = listed([key for key in root if isinstance(key, str)]) or "nothing"
        for key, value in root.items():
            if isinstance(value, Inert) and _is_module(value):
                raise NetworkError(f"{excerpt(str(key))} is a whole {value.origin}, expected a state_dict; {_WHOLE}")
        raise NetworkError(f"no state_dict in the file, found {found}; save it again with {RESAVE}")
    if len(chosen) > 1:
        names = listed([key or "the tensors at its top" for key in chosen])
        raise NetworkError(f"{counted(len(chosen), 'state_dict')}: {names}; save the one that is meant by {RESAVE}")
    (key, entries), *_ = chosen.items()
    tensors, passed = _tensors(entries, f"{key}." if key else "")
    beside = {name: _reason(name, value) for name, value in root.items() if key and isinstance(name, str)}
    beside.pop(key.partition(".")[0], None)
    return Weights(key, tensors, {**passed, **beside})


def _dicts(root: Entries) -> Mapping[str, Entries]:
    """The dict of the file, those in it, and those in these, by their keys."""
    inner = {key: value for key, value in root.items() if isinstance(key, str) and isinstance(value, Entries)}
    innermost = {
        f"{key}.{name}": value
        for key, entries in inner.items()
        for name, value in entries.items()
        if isinstance(name, str) and isinstance(value, Entries)
    }
    return {"": root, **inner, **innermost}


def _has_matrix(entries: Entries) -> bool:
    return any(
        isinstance(key, str) and (isinstance(value, Unread) or (isinstance(value, Tensor) and len(value.shape) > 1))
        for key, value in entries.items()
    )


def _is_of_training(key: str) -> bool:
    return any(word in key.lower() for word in _OF_TRAINING)


def _tensors(entries: Entries, prefix: str) -> tuple[dict[str, Tensor], dict[str, str]]:
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
