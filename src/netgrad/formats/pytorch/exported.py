"""Files of torch.export: a ZIP archive with the graph as JSON and the weights as raw bytes; no pickle is needed.

Seen of PyTorch 2.13: `STEM/models/NAME.json`, `STEM/data/weights/NAME_weights_config.json` with shape, stride and
type of each tensor, `STEM/data/weights/weight_0`, ..., and the same with `constants`.
"""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, Any

from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.archive import Member
from netgrad.formats.draft import Draft
from netgrad.formats.limits import GRAPH, Budget
from netgrad.formats.plain_json import entry, parsed
from netgrad.formats.pytorch.containers import is_big_endian, member_bytes
from netgrad.formats.pytorch.graph import Constant, draft_of_graph
from netgrad.formats.pytorch.items import Items
from netgrad.formats.pytorch.tensors import Storage, array_of, tensor

# torch._export.serde.schema.ScalarType
_KINDS = MappingProxyType(
    {1: "Byte", 2: "Char", 3: "Short", 4: "Int", 5: "Long", 6: "Half", 7: "Float", 8: "Double", 12: "Bool",
     13: "BFloat16"}
)  # fmt: skip


def read_exported(file: IO[bytes], members: dict[str, Member], model: str, budget: Budget) -> Draft:
    """Draft of the graph that the member `model` describes.

    Raises
    ------
    NetworkError
        Naming the node, tensor or member that is wrong.
    """
    folder, _, name = model.removesuffix(".json").partition("models/")
    configs = {f"{folder}data/{kind}/": f"{name}_{kind}_config.json" for kind in ("weights", "constants")}
    config_members = [part + config for part, config in configs.items() if part + config in members]
    size = sum(members[member].size for member in (model, *config_members))
    if size > GRAPH:
        raise NetworkError(f"{size} bytes of JSON, but at most {GRAPH} are read")
    package = _Package(file, members, is_big_endian(file, members, folder), budget)
    constants: dict[str, Constant] = {}
    for member in config_members:
        said = entry(package.json(member), "config", dict, member)
        constants |= {key: package.constant(key, member.rpartition("/")[0], value) for key, value in said.items()}
    return draft_of_graph(package.json(model), constants)


@dataclass(frozen=True)
class _Package:
    """The archive, and what its members are read with."""

    file: IO[bytes]
    members: dict[str, Member]
    big_endian: bool
    budget: Budget

    def json(self, name: str) -> Any:
        """Value of a member that is JSON."""
        return parsed(bytes(member_bytes(self.file, self.members, name)), f"member {excerpt(name)}")

    def constant(self, key: str, folder: str, said: Any) -> Constant:
        """Reader of the array of a parameter or buffer, for when it is needed."""

        def array() -> NDArray[Any]:
            try:
                return self._array(folder, said)
            except NetworkError as error:
                raise NetworkError(f"tensor {excerpt(key)}: {error.message}") from None

        return array

    def _array(self, folder: str, said: Any) -> NDArray[Any]:
        meta, name = entry(said, "tensor_meta", dict, "it"), entry(said, "path_name", str, "it")
        kind = _KINDS.get(entry(meta, "dtype", int, "it"))
        if kind is None or said.get("use_pickle"):
            raise NetworkError(f"a tensor of dtype {meta['dtype']}, expected floats as raw bytes")
        member = f"{folder}/{name}"
        if member not in self.members:
            raise NetworkError(f"its member {excerpt(member)} is missing")
        shape, stride = (Items(map(whole, entry(meta, key, list, "it"))) for key in ("sizes", "strides"))
        storage = Storage(name, None, self.members[member].size)
        part = tensor(storage, whole(meta.get("storage_offset")), shape, stride, kind)
        self.budget.take(math.prod(part.shape))
        return array_of(part, lambda _: member_bytes(self.file, self.members, member), self.big_endian)


def whole(number: Any) -> int:
    """Number of {"as_int": number}, as sizes are written.

    Raises
    ------
    NetworkError
        It is none, or a symbol.
    """
    found = number.get("as_int") if isinstance(number, dict) else number
    if type(found) is not int:
        raise NetworkError("a size that is no number")
    return found
