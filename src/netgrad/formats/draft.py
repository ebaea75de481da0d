"""Contents of a file: of a foreign one, before anything is decided that it does not say, and of one of our own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.core.network import Network

Orientation = Literal["out-in", "in-out"]


@dataclass(frozen=True, eq=False)
class Affine:
    """One affine layer as a file holds it; its activation is what follows it.

    `W` is as stored: of shape (n_l, n_{l-1}) where `orientation` is "out-in", the transpose where it is "in-out",
    either where it is None.
    """

    W: NDArray[Any]
    b: NDArray[Any] | None  # (n_l,); None: the layer has no bias
    place: str  # what the file calls it: "net.0", "dense_1", "node Gemm_3"
    orientation: Orientation | None = None  # None: the container has no convention
    activation: str | None = None  # "relu", "leaky_relu(0.2)"; None: the file does not hold it


@dataclass(frozen=True, eq=False)
class Draft:
    """Affine layers in the order of computation, and all else that a file says."""

    container: str  # "PyTorch state_dict (zip)"
    layers: tuple[Affine, ...]
    writer: str | None = None  # "torch 2.13.0", "Keras 3.15.1"
    ordered: bool = True  # whether the file fixes the order of the layers; else the chain of sizes has to
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    name: str | None = None
    scaling: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None  # mean and std of x, each (n_1,)
    output_scaling: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None  # y = mean + std a[L], each (n_L,)
    used: tuple[str, ...] = ()  # keys of the file that the network is made of
    passed: Mapping[str, str] = field(default_factory=dict)  # keys passed over, and why
    remarks: tuple[str, ...] = ()  # "BatchNorm net.1 folded into net.0", in the order of the file
    dtype: str | None = None  # in which the weights are stored; None: that of the layers


class Saved(NamedTuple):
    """A network, and for each of its layers whether the file holds the activation, or it goes without saying."""

    network: Network
    stored: tuple[bool, ...]
