"""Saved networks: files <-> `core.Network`. The content names the format; its module is imported on demand."""

import os
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from netgrad.errors import NetworkError, UsageError, excerpt

if TYPE_CHECKING:
    from netgrad.core.network import Network
    from netgrad.formats.origin import Opened


def load(
    path: "str | os.PathLike[str]",
    *,
    activation: str | Sequence[str] | None = None,
    output_activation: str | None = None,
    layout: str | None = None,
    order: str | Sequence[str] | None = None,
    key: str | None = None,
) -> "Network":
    """Network saved at `path`.

    Parameters
    ----------
    activation
        Of each layer, or one for the hidden layers: what the file does not hold. A list, or names by commas.
    output_activation
        Of the last layer.
    layout
        "out-in" where each W is (n_l, n_{l-1}), "in-out" where it is the transpose: needed where nothing tells.
    order
        Names of the layers in the order of computation, a list or by commas.
    key
        Name of the network, in a file of several: the key of its dict, or how the names of its arrays begin.

    Raises
    ------
    NetworkError
        The file cannot be read, or holds no network, or leaves open what no option says; with file, line and column
        where there are such.
    UsageError
        Options that make no sense together.

    Examples
    --------
    >>> load("sample_nets/xor.yaml").sizes
    (2, 2, 1)
    """
    found = opened(
        path, activation=activation, output_activation=output_activation, layout=layout, order=order, key=key
    )
    return found.network


def opened(
    path: "str | os.PathLike[str]",
    *,
    activation: str | Sequence[str] | None = None,
    output_activation: str | None = None,
    layout: str | None = None,
    order: str | Sequence[str] | None = None,
    key: str | None = None,
) -> "Opened":
    """Network saved at `path` as `load` gives it, and its origin: what decided orientation, order, activations.

    Parameters and errors are those of `load`.

    Examples
    --------
    >>> opened("sample_nets/xor.yaml").origin.form
    'yaml'
    """
    from netgrad.formats.overrides import options

    return read(os.fspath(path), os.fspath(path), options(activation, output_activation, layout, order, key))


def read(path: str, name: str, options: Any) -> "Opened":
    """Network saved at `path`, a file that is called `name` in errors."""
    from netgrad.formats.opening import opened_file

    try:
        return opened_file(path, name, options)
    except NetworkError as error:
        error.file = name
        raise


def save(net: "Network", path: "str | os.PathLike[str]", *, source: str | None = None) -> None:
    """Save `net` at `path`, in the format that the suffix names.

    What is written as .yaml, .json, .npz, .safetensors, .onnx or .mat `load` gives back bit for bit; .py is a Python
    source, and .h a C header. A file that stood there is replaced when the new one is whole.

    Parameters
    ----------
    source
        What a .py is written for: "numpy", which goes without saying, "torch" or "keras".

    Raises
    ------
    NetworkError
        The suffix is none of the formats', or a name or an activation cannot be written.
    UsageError
        A `source` that is none, or beside another suffix than .py.
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(load("sample_nets/xor.yaml"), f"{folder}/xor.npz")
    ...     load(f"{folder}/xor.npz").inputs
    ('x1', 'x2')
    """
    from netgrad.core.arguments import check_network_given
    from netgrad.formats.registry import format_to_write

    check_network_given(net)
    name = os.fspath(path)
    try:
        form = format_to_write(os.path.splitext(name)[1].lower())
        writer = import_module(f"{__name__}.{form.writer}")
        if source is None:
            writer.write(net, name)
            return
        if source not in getattr(writer, "STYLES", ()):
            raise UsageError(f"source {excerpt(source)}: expected numpy, torch or keras, and a file that ends in .py")
        writer.write(net, name, source)
    except NetworkError as error:
        error.file = name
        raise
