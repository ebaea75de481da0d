"""Saved PyTorch networks, read without PyTorch: state_dicts and checkpoints of torch.save, graphs of torch.export.

No pickle is unpickled by pickle's rules: `opcodes` reads the few that data needs, and `names` says what a global
stands for. Whole modules and TorchScript are refused with the line that saves them again.
"""

import math
import os
from dataclasses import replace
from typing import IO, Any

from netgrad.errors import NetworkError, counted, excerpt
from netgrad.formats.archive import Member, read_directory
from netgrad.formats.draft import Draft
from netgrad.formats.file import opened
from netgrad.formats.limits import Budget
from netgrad.formats.pytorch.checkpoint import RESAVE, Weights, weights_of
from netgrad.formats.pytorch.containers import Saved, is_legacy, read_legacy, read_zip
from netgrad.formats.pytorch.tensors import Storage, array_of
from netgrad.formats.state_dict import draft_of


def read(path: str, key: str = "") -> Draft:
    """Draft of the network that a PyTorch file holds, of several that which `key` names.

    Raises
    ------
    NetworkError
        It holds none, or more than weights.
    """
    with opened(path) as file:
        budget = Budget(file.seek(0, os.SEEK_END))
        file.seek(0)
        start = file.read(512)
        if start.startswith(b"PK\3\4"):
            return _of_zip(file, budget, key)
        if is_legacy(start):
            return _draft(read_legacy(file), budget, key)
    raise NetworkError(_refusal(start))


def _of_zip(file: IO[bytes], budget: Budget, key: str) -> Draft:
    """Draft of an archive, by what its members are."""
    members = read_directory(file)
    if any("/code/" in name or name.endswith("/constants.pkl") for name in members):
        raise NetworkError(f'TorchScript, which is code; model = torch.jit.load("{{file}}"); {RESAVE}')
    if (graph := _one(members, "/models/", ".json")) is not None:
        from netgrad.formats.pytorch.exported import read_exported

        if key:
            raise NetworkError(f"--key {excerpt(key)}: a torch.export file holds one network")
        return read_exported(file, members, graph, budget)
    if (pickle := _one(members, "data.pkl", "/data.pkl")) is None:
        raise NetworkError(_refusal_of_zip(members))
    return _draft(read_zip(file, members, pickle), budget, key)


def _one(members: dict[str, Member], part: str, end: str) -> str | None:
    """Name of the one member that has `part` and ends in `end`, or None."""
    found = [name for name in members if part in name and name.endswith(end)]
    if len(found) > 1:
        raise NetworkError(f"{counted(len(found), 'member')} that end in {end}, expected 1: {excerpt(found[1])}")
    return found[0] if found else None


def _draft(saved: Saved, budget: Budget, key: str) -> Draft:
    weights = weights_of(saved.root, key)
    draft = draft_of(_arrays(saved, weights, budget), True, f"PyTorch state_dict ({saved.form})", None)
    remarks = (f"the state_dict is {excerpt(weights.key)}",) if weights.key else ()
    return replace(draft, passed={**weights.passed, **draft.passed}, remarks=(*remarks, *draft.remarks))


def _arrays(saved: Saved, weights: Weights, budget: Budget) -> dict[str, Any]:
    contents: dict[Storage, bytes | bytearray] = {}

    def content(storage: Storage) -> bytes | bytearray:
        if storage not in contents:
            contents[storage] = saved.content(storage)
        return contents[storage]

    arrays = {}
    for key, tensor in weights.tensors.items():
        try:
            budget.take(math.prod(tensor.shape))
            arrays[key] = array_of(tensor, content, saved.big_endian)
        except NetworkError as error:
            raise NetworkError(f"tensor {excerpt(key)}: {error.message}") from None
    return arrays


def _refusal_of_zip(members: dict[str, Member]) -> str:
    """Words for an archive without a data.pkl."""
    if any("/aotinductor/" in name for name in members):
        return "compiled code of AOTInductor, which holds no graph; save it with torch.export.save"
    if any(name.endswith("serialized_exported_program.json") for name in members):
        return "a torch.export file of PyTorch before 2.8; save it again with a later one"
    return "a ZIP archive without a data.pkl, expected one that torch.save wrote"


def _refusal(start: bytes) -> str:
    """Words for a file that starts so, and how it is saved for this reader."""
    if start[257:262] == b"ustar":
        return f"a tar archive, as PyTorch before 0.1.10 wrote them; load it there, save it with {RESAVE}"
    if start[:1] == b"\x80":
        return f"a pickle that torch.save did not write, never unpickled here; save the network with {RESAVE}"
    return f"not a file that torch.save or torch.export.save wrote, expected one of {RESAVE}"
