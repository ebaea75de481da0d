"""Matrix products whose bits do not depend on how many rows there are.

Narrow layers go without BLAS (`ordered`). For others, BLAS takes other ways for other shapes: GEMV for one row or one
column, whose kernels look at the alignment of memory; kernels for small matrices, chosen by m n k and by which operand
is transposed; sums cut where they are long; tails of fewer rows than a tile has; and threads that cut the rows
(OpenBLAS, interface/gemm.c, driver/level3/level3.c and kernel/x86_64/dgemm_small_kernel_permit_skylakex.c).

On x86-64 a product has a multiple of 16 rows, full tiles of every kernel: points are padded (`blocks`). Each sum then
is taken in the same order in kernels for small matrices and for large ones, except where it is cut because it is long;
so long ones are cut here. Elsewhere every product has as many rows, which the network alone decides, so that BLAS takes
the same way. Points, a[l] and Delta[l] are column by column in memory, as `blocks.empty` gives them, weights row by
row.

That all rows then have the same bits is tested in float64 on each type of processor that the machine can pass for. In
float32 it does not hold everywhere: OpenBLAS's kernel for Haswell and Zen treats some tiles of 8 rows apart, so the
last digits of a point can depend on its place among others there (not on the number of threads).
"""

from itertools import pairwise
from platform import machine

import numpy as np
from numpy import matmul

from netgrad.core.arrays import Array

NARROW = 16  # units of the widest layer for which sums cost no more than BLAS
TILE = 16  # rows that every kernel of OpenBLAS for x86-64 takes as full tiles, in either type
DEEP = 256  # units below up to which no kernel cuts its sums: longer ones are cut here
WORK = 1 << 20  # multiplications of a product for which the calls of BLAS cost little
CELLS = 1 << 18  # numbers of a layer, so that a block stays in cache
FEWEST, MOST = 128, 4096  # rows of a product where their number is fixed
IS_TILED = machine().lower() in ("x86_64", "amd64")


def rows_of(sizes: tuple[int, ...]) -> int:
    """Of how many rows the products of a network of such sizes have a multiple: 1 for narrow ones.

    Where not known to be of tiles alone, they have as many: a power of two, fewer for wider networks.

    >>> [rows_of(sizes) for sizes in ((2, 3, 2, 1), (8, 64, 64, 1), (784, 512, 512, 1))]
    [1, 16, 16]
    """
    if is_narrow(sizes):
        return 1
    if IS_TILED:
        return TILE
    widest = max(n * below for below, n in pairwise(sizes))
    most = max(1, min(WORK // widest, CELLS // max(sizes)))
    return min(MOST, max(FEWEST, 1 << most.bit_length() - 1))


def is_narrow(sizes: tuple[int, ...]) -> bool:
    """True where products of a network of such sizes are sums in the order of the units below, without BLAS."""
    return max(sizes) <= NARROW


def product(A: Array, B: Array, out: Array, rows: int) -> Array:
    """A B in `out`, for A of shape (m, k), m a multiple of `rows` (see `rows_of`), B of shape (k, n).

    k = 1 goes without BLAS: an outer product takes it eight times as long.
    """
    k = len(B)
    if rows == 1:
        return ordered(A, B, out)
    if k == 1:
        return np.multiply(A, B, out=out)
    _gemm(A[:, :DEEP], B[:DEEP], out, rows)
    if k > DEEP:
        more = np.empty_like(out)
        for i in range(DEEP, k, DEEP):
            out += product(A[:, i : i + DEEP], B[i : i + DEEP], more, rows)
    return out


def row_sums(A: Array) -> Array:
    """Sum of each row of A, shape (m, n), in the order of the columns; `A.sum` takes one that m and memory decide.

    >>> row_sums(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([3., 7.])
    """
    sums: Array = A.cumsum(axis=1)[:, -1]
    return sums


def _gemm(A: Array, B: Array, out: Array, rows: int) -> Array:
    """A B in `out`, by BLAS; one column is computed as the first of two."""
    step = len(A) if rows == TILE else rows
    if B.shape[1] == 1:
        twice, pair = np.concatenate([B, B], axis=1), np.empty((step, 2), A.dtype, order="F")
        for i in range(0, len(A), step):
            out[i : i + step, 0] = matmul(A[i : i + step], twice, out=pair)[:, 0]
    else:
        for i in range(0, len(A), step):
            matmul(A[i : i + step], B, out=out[i : i + step])
    return out


def ordered(A: Array, B: Array, out: Array) -> Array:
    """A B in `out` as a sum over k in this order, each product and each sum rounded: the same for any number of rows.

    >>> ordered(np.array([[1.0, 2.0]]), np.array([[3.0], [5.0]]), np.empty((1, 1)))
    array([[13.]])
    """
    np.multiply(A[:, :1], B[0], out=out)
    if len(B) > 1:
        term = np.empty_like(out)
        for k in range(1, len(B)):
            out += np.multiply(A[:, k : k + 1], B[k], out=term)
    return out
