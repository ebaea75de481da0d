"""Files of torch.export: a ZIP archive with the graph as JSON and the weights as raw bytes; no pickle is needed.

Seen of PyTorch 2.13: `STEM/models/NAME.json`, `STEM/data/weights/NAME_weights_config.json` with shape, stride and
type of each tensor, `STEM/data/weights/weight_0`, ..., and the same with `constants`.
"""

import math
from typing import IO, Any

from numpy.typing import NDArray

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.archive import Member
from netgrad.formats.draft import Draft
from netgrad.formats.limits import GRAPH, Budget
from netgrad.formats.plain_json import entry, parsed
from netgrad.formats.pytorch.forms import member_bytes
from netgrad.formats.pytorch.graph import Constant, draft_of_graph
from netgrad.formats.pytorch.tensors import FLOATS, Storage, array_of, tensor
from netgrad.formats.pytorch.values import Items

# torch._export.serde.schema.ScalarType
_KINDS = {1: "Byte", 2: "Char", 3: "Short", 4: "Int", 5: "Long", 6: "Half", 7: "Float", 8: "Double", 12: "Bool"} | {
    13: "BFloat16"
}


def read_exported(file: IO[bytes], members: dict[str, Member], model: str, budget: Budget) -> Draft:
    """Draft of the graph that the member `model` describes.

    Raises
    ------
    NetworkError
        Naming the node, tensor or member that is wrong.
    """
    folder, _, name = model.removesuffix(".json").partition("models/")
    configs = {kind: f"{folder}data/{kind}/{name}_{kind}_config.json" for kind in ("weights", "constants")}
    size = sum(members[member].size for member in (model, *configs.values()) if member in members)
    if size > GRAPH:
        raise NetworkError(f"{size} bytes of JSON, but at most {GRAPH} are read")
    program = _json(file, members, model)
    constants: dict[str, Constant] = {}
    for kind, config in configs.items():
        if config in members:
            found = entry(_json(file, members, config), "config", dict, config)
            constants |= _constants(file, members, f"{folder}data/{kind}/", found, budget)
    return draft_of_graph(program, constants)


def _json(file: IO[bytes], members: dict[str, Member], name: str) -> Any:
    return parsed(bytes(member_bytes(file, members, name)), f"member {excerpt(name)}")


def _constants(
    file: IO[bytes], members: dict[str, Member], folder: str, config: Any, budget: Budget
) -> dict[str, Constant]:
    """Name of a parameter or buffer -> how its array is read."""

    def constant(key: str, said: Any) -> Constant:
        def array() -> NDArray[Any]:
            try:
                return _array(file, members, folder, said, budget)
            except NetworkError as error:
                raise NetworkError(f"tensor {excerpt(key)}: {error.message}") from None

        return array

    return {key: constant(key, said) for key, said in config.items()}


def _array(file: IO[bytes], members: dict[str, Member], folder: str, said: Any, budget: Budget) -> NDArray[Any]:
    meta, name = entry(said, "tensor_meta", dict, "it"), entry(said, "path_name", str, "it")
    kind = _KINDS.get(entry(meta, "dtype", int, "it"))
    if kind is None or said.get("use_pickle"):
        raise NetworkError(f"a tensor of dtype {meta['dtype']}, expected floats as raw bytes")
    member = f"{folder}{name}"
    if member not in members:
        raise NetworkError(f"its member {excerpt(member)} is missing")
    shape, stride = (Items(map(whole, entry(meta, key, list, "it"))) for key in ("sizes", "strides"))
    storage = Storage(name, None if kind in FLOATS else kind, members[member].size)
    part = tensor(storage, whole(meta.get("storage_offset")), shape, stride, kind)
    budget.take(math.prod(part.shape))
    return array_of(part, lambda _: member_bytes(file, members, member), big_endian=False)


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
