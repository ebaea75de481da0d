"""Loops in machine code in place of numpy's passes, where there are so many points that they pay: the same bits."""

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from netgrad.core.activations import Activation
from netgrad.core.arrays import Array
from netgrad.core.blocks import in_slices
from netgrad.core.layer import Layer
from netgrad.core.network import Network
from netgrad.core.packed import empty_in_lines, panels, weights
from netgrad.core.products import TILE, is_narrow, product, rows_of

if TYPE_CHECKING:
    from netgrad.compiled.ready import Loops as Loops

SLICE = 1 << 16  # points that a thread takes together, at most
SHARES = 8  # slices for each thread, so that none waits long for the others
MOST = 1 << 25, 1 << 27  # bytes of the numbers of a strip, and of weights, that are held in memory for speed
STRIP = 1024  # bytes of each unit's numbers that go through a network together, or a multiple
TRIED = 512  # points at which products are compared with those of BLAS
CACHE = 1 << 15  # bytes of all that is known of them, if these are so few
UNITS = 1 << 17  # values of sigma from which it pays to look for the loops


def loops_for(net: Network, m: int, module: str = "layers") -> "Loops | None":
    """The loops of a module, if they are there and pay for m points."""
    if m * sum(net.sizes[1:]) < UNITS:
        return None
    from netgrad.compiled import ready  # takes longer to import than a point takes

    return ready.loops(module)


def activate(loops: "Loops", layer: Layer, z: Array, dsigma: Array) -> bool:
    """Make a of z = W a, shape (m, n_l), and fill dsigma unless it has no rows; whether z + b is finite everywhere.

    Where it is not, or there is no loop for sigma, z and dsigma hold nothing of use.
    """
    sigma = layer.sigma
    loop = getattr(loops, loop_name(sigma, z), None)
    m, n = z.shape
    return loop is not None and loop(z, layer.b, dsigma, m, n, len(dsigma) > 0, sigma.parameter or 0) == 1


def loop_name(sigma: Activation, z: Array) -> str:
    """Name of the loop of sigma for numbers of the type of z, if there is one."""
    return f"{getattr(sigma.of_rows or sigma.formula, '__name__', None)}_{np.dtype(z.dtype).name}"


def whole_net(net: Network, X: Array, outputs: Sequence[int], a: Array, J: Array, jobs: int) -> list[slice]:
    """Fill a[L], shape (m, n_L), and the gradients J of `outputs`, shape (m, len(outputs), n_1), for points X.

    Returns the rows of X that are still to do: all of them where no loop does it.
    """
    loops = loops_for(net, len(X))
    nets = loops_for(net, len(X), "nets") if loops is not None and _pays(net, len(X)) else None
    sigmas = [getattr(loops, loop_name(layer.sigma, X), None) for layer in net.layers]
    if nets is None or None in sigmas or not (is_narrow(net.sizes) or _has_bits_of_blas(net, nets)):
        return [slice(0, len(X))]
    addresses = [ctypes.cast(sigma, ctypes.c_void_p).value for sigma in sigmas if sigma is not None]
    return _through(net, X, outputs, (a, J), jobs, nets, addresses)


def _pays(net: Network, m: int) -> bool:
    """True where m points are worth what is made first, of which there is no more than memory should hold."""
    numbers = STRIP // net.dtype.itemsize * _width(net), sum(layer.W.size for layer in net.layers)
    is_small = all(n * net.dtype.itemsize <= most for n, most in zip(numbers, MOST, strict=True))
    return is_narrow(net.sizes) or (is_small and m >= TRIED)


def _width(net: Network) -> int:
    """Numbers that are known of a point on the way through the network and back."""
    return net.sizes[0] + 2 * sum(net.sizes[1:])


def _has_bits_of_blas(net: Network, nets: "Loops") -> bool:
    """True where the loops' products are those of BLAS on this machine, to the last bit: tried once for each shape."""
    if rows_of(net.sizes) != TILE:
        return False
    shapes = {layer.W.shape for layer in net.layers}
    return all(_is_product_of_blas(nets, n, k, net.dtype.name, turned) for n, k in shapes for turned in (0, 1))


@cache
def _is_product_of_blas(nets: "Loops", n: int, k: int, of: str, turned: int) -> bool:
    """True where A W^T, or if `turned` A W, is the same from both for random numbers; W is of shape (n, k)."""
    rng, width = np.random.default_rng(0), n if turned else k
    A, W = rng.standard_normal((width, TRIED)).astype(of).T, rng.standard_normal((n, k)).astype(of)
    by_blas, found = (np.empty((n + k - width, TRIED), of).T for _ in range(2))
    product(A, W if turned else W.T, by_blas, TILE)
    by_loop = getattr(nets, f"product_{of}")
    by_loop(A, TRIED, width, panels(W.T if turned else W, nets.panel_height()), n + k - width, found)
    return bool((by_blas == found).all())


def _through(
    net: Network,
    X: Array,
    outputs: Sequence[int],
    found: tuple[Array, Array],
    jobs: int,
    nets: "Loops",
    sigmas: list[int | None],
) -> list[slice]:
    """As `whole_net`, with loops for networks and the addresses of one for each layer."""
    loop = getattr(nets, f"net_{X.dtype.name}")
    width, of, integers = _width(net), X.dtype, np.int64
    some = STRIP // of.itemsize
    strip = some * max(1, CACHE // STRIP // width)
    scaling, std = net.scaling, np.ones(1, of) if net.output_scaling is None else net.output_scaling.std
    given = (
        *(np.array(net.sizes, integers), len(net.layers), not is_narrow(net.sizes)),
        weights(net, nets.panel_height()),
        np.array(sigmas, integers),
        np.array([layer.sigma.parameter or 0 for layer in net.layers], of),
        np.ones(1, of) if scaling is None else np.concatenate([scaling.mean, scaling.std]),
        *(scaling is not None, std, net.output_scaling is not None, net.layers[-1].sigma.whole_row),
        *(np.array(outputs, integers), len(outputs)),
    )
    left: list[slice] = []

    def new_work() -> Callable[[slice], None]:
        memory = empty_in_lines(strip * width, of)

        def work(rows: slice) -> None:
            m = rows.stop - rows.start
            is_done = np.empty(-(-m // strip), np.uint8)
            a, J = (array[rows] for array in found)
            loop(np.ascontiguousarray(X[rows]), m, *given, memory, strip, a, J, is_done)
            starts = (rows.start + strip * int(i) for i in np.flatnonzero(is_done == 0))
            left.extend(slice(i, min(i + strip, rows.stop)) for i in starts)

        return work

    slices = jobs * SHARES if jobs > 1 else 1
    in_slices(len(X), min(SLICE, strip * -(-len(X) // (strip * slices))), new_work, jobs)
    return joined(left)


def joined(parts: list[slice]) -> list[slice]:
    """The same rows in as few slices as may be.

    >>> joined([slice(4, 6), slice(0, 2), slice(2, 4), slice(7, 8)])
    [slice(0, 6, None), slice(7, 8, None)]
    """
    found: list[slice] = []
    for part in sorted(parts, key=lambda part: part.start):
        if found and found[-1].stop == part.start:
            found[-1] = slice(found[-1].start, part.stop)
        else:
            found.append(part)
    return found
