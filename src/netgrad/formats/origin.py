"""Origin of a network, and what decided everything that its file left open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from netgrad.core.network import Network

How = Literal["stored", "given", "default"]


@dataclass(frozen=True)
class Decided:
    """The activation of a layer, and whether the file holds it, an option gave it, or it goes without saying."""

    activation: str
    how: How
    place: str  # what the file calls the layer


@dataclass(frozen=True)
class Origin:
    """Container and writer of a network, and the reason for each decision."""

    container: str  # "PyTorch state_dict (zip)"
    writer: str | None
    orientation: str  # "out-in: PyTorch's convention"
    order: str  # "order of the file"
    activations: tuple[Decided, ...]  # layer 2 first
    dtype: str  # in which the weights are stored
    scaling: str | None = None  # "stored", of the inputs
    output_scaling: str | None = None
    used: tuple[str, ...] = ()
    passed: Mapping[str, str] = field(default_factory=dict)  # key that the network is not made of -> why
    remarks: tuple[str, ...] = ()
    form: str = ""  # the format's short name: "npz", "onnx"


@dataclass(frozen=True, eq=False)
class Opened:
    """A network and its origin."""

    network: Network
    origin: Origin
