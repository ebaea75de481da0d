"""scikit-learn models in skops files: a schema and arrays, read as data; nothing is built of it."""

from collections.abc import Mapping
from typing import IO, Any

from numpy.typing import NDArray

from netgrad.errors import EXCERPT, NetworkError, excerpt, visible
from netgrad.formats import file, limits, sklearn
from netgrad.formats.archive import Member, read_directory
from netgrad.formats.draft import Draft
from netgrad.formats.npy import read_stored
from netgrad.formats.plain_json import parsed
from netgrad.formats.unpack import Unpacker

_PLAIN_TYPES = ("MLPRegressor", "MLPClassifier", "Pipeline", "TransformedTargetRegressor")


def read(path: str) -> Draft:
    """Draft of the network in a skops file.

    Raises
    ------
    NetworkError
        Naming the attribute or step that is wrong.
    """
    with file.opened(path) as content:
        members = read_directory(content)
        if "schema.json" not in members:
            raise NetworkError("not a skops file: it has no schema.json")
        unpacker = Unpacker(content, members["schema.json"])
        schema = parsed(bytes(unpacker.take(members["schema.json"].size)), "schema.json")
        unpacker.finish()
        node = _Nodes(content, members).value(schema, 0)
        if not isinstance(node, sklearn.Estimator):
            raise NetworkError("a skops file without a model in it")
        version = schema.get("_skops_version") if isinstance(schema, dict) else None
        writer = f"skops {version}" if isinstance(version, str) else "skops"
        return sklearn.draft(node, f"skops ({node.kind})", writer)


class _Nodes:
    """Nodes of a schema as plain values: texts, numbers, arrays, lists, dicts and estimators that are not built."""

    def __init__(self, content: IO[bytes], members: Mapping[str, Member]) -> None:
        self._content, self._members = content, members
        self._left = limits.SKOPS_NODES

    def value(self, node: Any, level: int) -> Any:
        """Value of a node; arrays are read when they are asked for."""
        self._left -= 1
        if level > limits.SKOPS_NESTING or self._left < 0:
            raise NetworkError("schema.json is nested too deep or has too many nodes")
        if not isinstance(node, dict) or not isinstance(node.get("__loader__"), str):
            raise NetworkError("schema.json has a node without a loader")
        loader, content = node["__loader__"], node.get("content")
        if loader == "JsonNode":
            return parsed(content, "a value of schema.json") if isinstance(content, str) else None
        if loader == "NdArrayNode" and isinstance(node.get("file"), str):
            return sklearn.Stored(lambda: self._array(node["file"]))
        if loader in ("ListNode", "TupleNode", "NdArrayNode") and isinstance(content, list):
            return [self.value(item, level + 1) for item in content]
        if loader == "NdArrayNode" and isinstance(content, dict):
            return self.value(content, level + 1)
        if loader == "DictNode" and isinstance(content, dict):
            return {key: self.value(item, level + 1) for key, item in content.items()}
        kind = node.get("__class__")
        if loader == "ObjectNode" and isinstance(kind, str):
            return self._estimator(kind, node, level)
        return sklearn.Unknown(visible(str(kind)[:EXCERPT]))

    def _estimator(self, kind: str, node: dict[str, Any], level: int) -> Any:
        module = node.get("__module__")
        if not isinstance(module, str) or not module.startswith("sklearn."):
            return sklearn.Unknown(visible(kind[:EXCERPT]))
        content = node.get("content")
        attributes = self.value(content, level + 1) if isinstance(content, dict) else {}
        return sklearn.Estimator(visible(kind[:EXCERPT]), attributes if isinstance(attributes, dict) else {})

    def _array(self, name: str) -> NDArray[Any]:
        if name not in self._members:
            raise NetworkError(f"member {excerpt(name)} is not there")
        try:
            return read_stored(Unpacker(self._content, self._members[name]))
        except NetworkError as error:
            raise NetworkError(f"member {excerpt(name)}: {error.message}") from None
