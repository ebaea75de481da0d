"""Formats of saved networks: one record each. What a file is, its content tells; the suffix decides between equals.

A module has `read(path)`, which gives a `Draft` of a foreign file, and a `Saved` of our own; a writer has
`write(net, path)`. A format that is written and not read stands in `SOURCES`.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from netgrad.errors import NetworkError, excerpt, nearest
from netgrad.formats.limits import SAFETENSORS_HEADER
from netgrad.formats.signature import Signature


class Format(NamedTuple):
    """A format, how it is recognised, and where it is read."""

    name: str  # with its article: "an NPZ file"
    module: str
    suffixes: tuple[str, ...]
    recognise: Callable[[Signature], bool]
    writer: str | None = None  # the module that writes it
    has_parts: bool = False  # whether `read(path, key)` gives one network of several


def format_of(found: Signature) -> Format:
    """Format of a file with such a signature.

    Raises
    ------
    NetworkError
        It is none of those that are read.
    """
    known = [form for form in FORMATS if form.recognise(found)]
    named = [form for form in FORMATS if found.suffix in form.suffixes]
    for form in (*(form for form in known if form in named), *known):
        return form
    if not found.size and not any(form.module in ("yaml", "json") for form in named):  # whose errors have a line
        raise NetworkError("an empty file, expected a saved network")
    if found.head.startswith(b"version https://git-lfs"):
        raise NetworkError("a pointer of Git LFS, which has not been fetched: run git lfs pull")
    if re.match(rb"\s*<(?:!doctype html|html)\b", found.head, re.IGNORECASE):
        raise NetworkError("a page of HTML, expected a saved network: what was downloaded is not the file")
    if named:
        return named[0]
    for start, at, what in _FOREIGN:
        if found.head[at : at + len(start)] == start:
            raise NetworkError(f"{what}, expected a saved network: {', '.join(SUFFIXES)}")
    if found.is_text and found.head.strip():
        return next(form for form in FORMATS if form.module == ("json" if _is_braced(found) else "yaml"))
    raise NetworkError(f"not a saved network that is read; those are {', '.join(SUFFIXES)}")


def format_to_write(suffix: str) -> Format:
    """Format that `save` writes for a suffix.

    Raises
    ------
    NetworkError
        There is none.
    """
    for form in (*FORMATS, *SOURCES):
        if form.writer and suffix in form.suffixes:
            return form
    kind = "is not written" if suffix in SUFFIXES else "is no suffix of a network"
    found = f"{excerpt(suffix)} {kind}" if suffix else "no suffix"
    hint = "" if suffix in SUFFIXES else nearest(suffix, WRITABLE)
    raise NetworkError(f"{found}{hint}; a network is saved as {', '.join(WRITABLE)}")


def _is_braced(found: Signature) -> bool:
    return found.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _is_yaml(found: Signature) -> bool:
    """`layers:` at the beginning of a line, or what could be JSON as well, where the suffix says YAML."""
    if _is_braced(found):
        return found.is_text and b"layers" in found.head and found.suffix in (".yaml", ".yml")
    return found.is_text and re.search(rb"^layers[ \t]*:", found.head, re.MULTILINE) is not None


def _is_json(found: Signature) -> bool:
    return _is_braced(found) and found.is_text and b'"layers"' in found.head and not _is_dialect(found)


def _is_dialect(found: Signature) -> bool:
    """True where a JSON text is of RTNeural, lwtnn or JENN: each by a key that ours has not, or has otherwise."""
    keys = rb'"(?:in_shape|architecture|mu_x|defaults)"\s*:|"inputs"\s*:\s*\[\s*\{'
    return _is_braced(found) and found.is_text and re.search(keys, found.head) is not None


def _is_npz(found: Signature) -> bool:
    return found.is_zip and bool(found.names) and all(name.endswith(".npy") for name in found.names)


def _is_torch(found: Signature) -> bool:
    """torch.save, old and new, torch.export and TorchScript."""
    ends = ("/data.pkl", "/models/model.json", "/constants.pkl")
    magic = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"  # LONG1 of the first of five pickles
    return any(name.endswith(ends) or name == "data.pkl" for name in found.names) or magic in found.head[:32]


def _is_safetensors(found: Signature) -> bool:
    length = int.from_bytes(found.head[:8], "little")
    return found.size > 8 and length <= SAFETENSORS_HEADER and found.head[8:9] == b"{"


def _is_keras(found: Signature) -> bool:
    is_archive = "model.weights.h5" in found.names or {"config.json", "metadata.json"} <= set(found.names)
    return is_archive or found.head.startswith(b"\x89HDF\r\n\x1a\n")


def _is_skops(found: Signature) -> bool:
    return "schema.json" in found.names


def _is_onnx(found: Signature) -> bool:
    """ir_version, a varint, and behind it another field of a ModelProto."""
    head = found.head
    return head[:1] == b"\x08" and head[1:2] < b"\x20" and head[2:3] in (b"\x12", b"\x1a", b'"', b"(", b"2", b":", b"B")


def _is_pmml(found: Signature) -> bool:
    return found.is_text and re.search(rb"<(?:[A-Za-z0-9]+:)?PMML\b", found.head) is not None


def _is_nnet(found: Signature) -> bool:
    return found.is_text and re.match(rb"(?:\s*//[^\n]*\n)*\s*\d+,\s*\d+,\s*\d+,\s*\d+,?\s*\n", found.head) is not None


def _is_mat(found: Signature) -> bool:
    """Version 5 or 7.3 by its text; 4 by five integers: type, rows, columns, complex or not, length of a name."""
    if found.head.startswith((b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file")):
        return True
    kind, rows, columns, imaginary, name = (int.from_bytes(found.head[k : k + 4], "little") for k in range(0, 20, 4))
    is_head = kind in (0, 10, 20, 30, 40, 50) and rows and columns and imaginary < 2 and 1 < name <= 64
    return bool(is_head) and found.head[19 + name : 20 + name] == b"\0" and found.head[20 : 19 + name].isalnum()


def _is_fann(found: Signature) -> bool:
    return found.head.startswith(b"FANN_F")


def _is_msgpack(found: Signature) -> bool:
    """A map whose first key is a text."""
    head = found.head
    is_map = head[:1] in (b"\xde", b"\xdf") or b"\x81" <= head[:1] <= b"\x8f"
    key = {b"\xde": 3, b"\xdf": 5}.get(head[:1], 1)
    return is_map and (b"\xa0" <= head[key : key + 1] <= b"\xbf" or head[key : key + 1] == b"\xd9")


def _is_pickle(found: Signature) -> bool:
    """A pickle, plain or packed by joblib."""
    packed = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x04\x22\x4d\x18")
    starts = tuple(b"\x80" + bytes([protocol]) for protocol in range(2, 6))
    named = found.suffix in (".pkl", ".pickle", ".joblib", ".sav")
    return (found.head.startswith(starts) and not _is_torch(found)) or (
        named and found.head.startswith((*packed, b"(", b"c", b"]"))
    )


FORMATS = (
    Format("a YAML file", "yaml", (".yaml", ".yml"), _is_yaml, "yaml"),
    Format("a JSON file", "json", (".json",), _is_json, "json"),
    Format("an NPZ file", "npz", (".npz",), _is_npz, "npz", True),
    Format("a PyTorch file", "pytorch", (".pt", ".pth", ".ckpt", ".bin", ".pt2"), _is_torch, has_parts=True),
    Format("a safetensors file", "safetensors", (".safetensors",), _is_safetensors, "write_safetensors", True),
    Format("a Keras file", "keras", (".keras", ".h5", ".hdf5"), _is_keras),
    Format("an ONNX file", "onnx", (".onnx",), _is_onnx, "write_onnx"),
    Format("a skops file", "skops", (".skops",), _is_skops),
    Format("a PMML file", "pmml", (".pmml", ".xml"), _is_pmml),
    Format("a MATLAB file", "mat", (".mat",), _is_mat, "write_mat"),
    Format("a sisl .nnet file", "nnet", (".nnet",), _is_nnet),
    Format("a FANN file", "fann", (".net", ".fann"), _is_fann),
    Format("a JSON file of another tool", "json_dialects", (".json",), _is_dialect),
    Format("a flax file", "msgpack", (".msgpack", ".flax"), _is_msgpack, has_parts=True),
    Format("a pickle", "pickles", (".pkl", ".pickle", ".joblib", ".sav"), _is_pickle),
)
SOURCES = (
    Format("a Python source", "", (".py",), lambda found: False, "write_source"),
    Format("a C header", "", (".h",), lambda found: False, "write_c"),
)
SUFFIXES = tuple(dict.fromkeys(suffix for form in FORMATS if form.module != "pickles" for suffix in form.suffixes))
WRITABLE = tuple(suffix for form in (*FORMATS, *SOURCES) if form.writer for suffix in form.suffixes)

# Beginning, where it stands, and what it is of: formats that are known and not read.
_FOREIGN = (
    (b"TFL3", 4, "a TensorFlow Lite file"),
    (b"GGUF", 0, "a GGUF file"),
    (b"PAR1", 0, "a Parquet file"),
    (b"\x93NUMPY", 0, "a single .npy array"),
    (b"\x1f\x8b", 0, "compressed by gzip"),
    (b"ustar", 257, "a tar archive"),
)
