"""Weights packed, and memory laid out, as the loops in machine code read them quickest."""

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from netgrad.core.arrays import Array
from netgrad.core.network import Network

LINE = 64  # bytes of the cache that come together, or a multiple

_packed: WeakKeyDictionary[Network, Array] = WeakKeyDictionary()


def weights(net: Network, height: int) -> Array:
    """W, b and W^T of each layer, from layer 2 on, matrices in panels of so many rows; kept as long as the network."""
    found = _packed.get(net)
    if found is None:
        parts = ((panels(layer.W, height), layer.b, panels(layer.W.T, height)) for layer in net.layers)
        found = _packed[net] = np.concatenate([part for three in parts for part in three])
    return found


def panels(W: Array, height: int) -> Array:
    """The weights of `height` rows at a time, column by column; those of the rows that are left, row by row.

    >>> panels(np.array([[1, 2], [3, 4], [5, 6]]), 2)
    array([1, 3, 2, 4, 5, 6])
    """
    n, k = W.shape
    whole = n - n % height
    in_panels = W[:whole].reshape(-1, height, k).transpose(0, 2, 1)
    return np.concatenate([in_panels.ravel(), W[whole:].ravel()])


def empty_in_lines(size: int, of: "np.dtype[Any]") -> Array:
    """Array of so many numbers that begins where a line of the cache does, as registers are read twice as fast then."""
    memory = np.empty(size * of.itemsize + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    found: Array = memory[start : start + size * of.itemsize].view(of)
    return found
