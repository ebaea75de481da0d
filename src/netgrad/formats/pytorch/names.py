"""Globals of a PyTorch pickle: the few whose call makes part of a network, those that are inert, those refused.

A global is only ever a text. `called` has a function of ours for the names that weights are built with; any other
call gives an `Inert`, which is no part of a network and refused where one is expected.
"""

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from netgrad.errors import NetworkError, excerpt
from netgrad.formats.pytorch.items import Entries, Inert, Items, Name
from netgrad.formats.pytorch.tensors import DTYPES, Tensor, Unread, tensor

# Modules under other names: of Python 2, and of other versions.
_ALIASES = MappingProxyType({"__builtin__": "builtins", "copy_reg": "copyreg", "pathlib._local": "pathlib"})

# All of the standard library that is let pass: types of data.
_DATA = MappingProxyType(
    {
        "builtins": "set frozenset list dict tuple int float bool complex str bytes bytearray slice range object",
        "collections": "OrderedDict defaultdict Counter deque",
        "argparse": "Namespace",
        "types": "SimpleNamespace",
        "pathlib": "Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath",
        "datetime": "datetime date time timedelta timezone",
        "decimal": "Decimal",
        "fractions": "Fraction",
        "uuid": "UUID",
        "functools": "partial",
        "_codecs": "encode",
        "copyreg": "_reconstructor",
    }
)  # fmt: skip
# Libraries that code could be reached through: refused but for what stands here.
_GUARDED = MappingProxyType(
    {
        "numpy": ("numpy.core.multiarray", "numpy._core.multiarray", "numpy._core.numeric", "numpy.dtypes"),
        "torch": ("torch.nn", "torch.optim", "torch._utils", "torch._tensor", "torch.jit._pickle"),
        "cloudpickle": (), "dill": (), "joblib": (), "pip": (), "setuptools": (), "pkg_resources": (), "IPython": (),
        "commands": (), "popen2": (), "cPickle": (), "urllib2": (), "nt": (), "posix": (),
    }
)  # fmt: skip
_PLAIN = frozenset(
    {"numpy.dtype", "numpy.ndarray", "torch.Size", "torch.device", "torch.Tensor", "torch.Generator"}
    | {"torch.serialization._get_layout"}
)


def named(module: str, name: str) -> Name:
    """The global `module` `name`, which is data or makes data.

    Raises
    ------
    NetworkError
        It is neither: code in the file.
    """
    module = _ALIASES.get(module, module)
    full, root = f"{module}.{name}", module.partition(".")[0]
    simple = name.isidentifier() and all(part.isidentifier() for part in module.split("."))
    if root in sys.stdlib_module_names and root != "this":
        known = name in _DATA.get(module, "").split()
    elif root in _GUARDED:
        known = full in _PLAIN or _is_of_torch(module, name) or _within(module, _GUARDED[root])
    else:
        known = True
    if not simple or not known:
        raise NetworkError(f"the name {excerpt(full)}, which weights do not need and code could be run by")
    return Name(full)


def called(name: Any, arguments: Any) -> Any:
    """Value that calling `name` makes.

    Raises
    ------
    NetworkError
        `name` is none, or one of ours that is called otherwise than it can be.
    """
    if not isinstance(arguments, Items):
        raise NetworkError("a call without a tuple of arguments")
    if isinstance(name, Inert):
        return Inert(name.origin)
    if not isinstance(name, Name):
        raise NetworkError("a call of what is no name")
    if name.text in _MAKERS:
        fewest, make = _MAKERS[name.text]
        if len(arguments) < fewest:
            raise NetworkError(f"{name.text} with {len(arguments)} arguments, expected {fewest}")
        return make(arguments)
    if name.text.startswith("torch._utils._rebuild_"):
        return Unread(f"a tensor made by {name.text}")
    return Inert(name.text)


def _within(module: str, modules: tuple[str, ...]) -> bool:
    return any(module == inner or module.startswith(f"{inner}.") for inner in modules)


def _is_of_torch(module: str, name: str) -> bool:
    """True for a storage or a dtype, such as `torch.FloatStorage` and `torch.float32`."""
    return module in ("torch", "torch.cuda", "torch.storage") and (name.endswith("Storage") or name in _TORCH_DTYPES)


def _ordered_dict(arguments: Items) -> Entries:
    """An OrderedDict, of pairs in Python 2."""
    entries = Entries()
    pairs = arguments[0] if arguments else []
    if isinstance(pairs, Entries):
        entries.put(pairs.items())
    elif isinstance(pairs, list) and all(isinstance(pair, Items) and len(pair) == 2 for pair in pairs):
        entries.put(pairs)
    else:
        raise NetworkError("a dict of what are no pairs")
    return entries


def _collection(arguments: Items) -> Items:
    if arguments and not isinstance(arguments[0], Items):
        raise NetworkError("a list of what is none")
    return Items(arguments[0] if arguments else ())


def _with_dtype(arguments: Items) -> Tensor | Unread:
    """A tensor of bytes that are seen as `arguments[6]`."""
    dtype = arguments[6].text.removeprefix("torch.") if isinstance(arguments[6], Name) else ""
    if dtype not in DTYPES:
        return Unread(f"a tensor of {excerpt(dtype)}")
    storage, offset, shape, stride = arguments[:4]
    return tensor(storage, offset, shape, stride, DTYPES[dtype])


def _parameter(arguments: Items) -> Tensor | Unread:
    if not isinstance(arguments[0], Tensor | Unread):
        raise NetworkError("a parameter that is no tensor")
    return arguments[0]


def _of_type(arguments: Items) -> Any:
    """A tensor of another class: (function, class, arguments, state)."""
    return called(arguments[0], arguments[2])


# Name -> how many arguments it needs at least, and what we make of them.
_MAKERS: Mapping[str, tuple[int, Callable[[Items], Any]]] = MappingProxyType(
    {
        "collections.OrderedDict": (0, _ordered_dict),
        "builtins.dict": (0, _ordered_dict),
        "collections.defaultdict": (0, lambda _: Entries()),
        "builtins.list": (0, _collection),
        "builtins.tuple": (0, _collection),
        "builtins.set": (0, _collection),
        "builtins.frozenset": (0, _collection),
        "torch.Size": (0, _collection),
        "torch._utils._rebuild_tensor": (4, lambda given: tensor(*given[:4])),
        "torch._utils._rebuild_tensor_v2": (6, lambda given: tensor(*given[:4])),
        "torch._utils._rebuild_tensor_v3": (7, _with_dtype),
        "torch._utils._rebuild_parameter": (1, _parameter),
        "torch._utils._rebuild_parameter_with_state": (1, _parameter),
        "torch._tensor._rebuild_from_type_v2": (4, _of_type),
    }
)
_TORCH_DTYPES = frozenset(
    {*DTYPES, "complex32", "complex64", "complex128", "qint8", "quint8", "qint32", "uint16", "uint32", "uint64",
     "float8_e4m3fn", "float8_e5m2", "strided", "sparse_coo", "sparse_csr", "per_tensor_affine", "per_channel_affine"}
)  # fmt: skip
