"""Matrix products whose bits do not depend on how many rows there are.

BLAS takes other ways for other shapes: GEMV for one row or one column, whose kernels look at the alignment of
memory; kernels for small matrices, chosen by m n, m n k and by which operand is transposed, that sum in another order;
tails of fewer rows than a tile has; and threads that cut the rows where m n k is large (OpenBLAS, interface/gemm.c and
kernel/x86_64/dgemm_small_kernel_permit_skylakex.c). So every product of a network goes to GEMM with as many rows,
`rows_of` the network alone, a multiple of every tile; shorter blocks are padded (`blocks`), longer ones are taken some
rows at a time. Points, a[l] and Delta[l] are column by column in memory, as `blocks.empty` gives them, weights row
by row. Which way BLAS takes then depends on the network alone. That it sums all rows of full tiles in the same order is
tested in float64, for every row, on each type of processor that the machine can pass for. In float32 it does not hold
everywhere: OpenBLAS's kernel for Haswell and Zen treats some tiles of 8 rows apart, so the last digits of a point can
depend on its place among others there (not on the number of threads).
"""

from itertools import pairwise

import numpy as np
from numpy import matmul

from netgrad.core.arrays import Array

WORK = 1 << 20  # multiplications of a product for which the calls of BLAS and of numpy cost little
CELLS = 1 << 18  # numbers of a layer, so that a block stays in cache
NARROW = 16  # units of the widest layer for which sums cost no more than BLAS
FEWEST, MOST = 128, 4096  # rows: with fewer GEMM reads wide W too often; with more, a point alone costs more


def rows_of(sizes: tuple[int, ...]) -> int:
    """Rows of every product of a network of such sizes: a power of two, fewer for wider networks; 1 for narrow ones.

    >>> [rows_of(sizes) for sizes in ((2, 3, 2, 1), (8, 64, 64, 1), (784, 512, 512, 1))]
    [1, 256, 128]
    """
    if is_narrow(sizes):
        return 1
    widest = max(n * below for below, n in pairwise(sizes))
    most = max(1, min(WORK // widest, CELLS // max(sizes)))
    return min(MOST, max(FEWEST, 1 << most.bit_length() - 1))


def is_narrow(sizes: tuple[int, ...]) -> bool:
    """Whether products of a network of such sizes are sums in the order of the units below, without BLAS."""
    return max(sizes) <= NARROW


def product(A: Array, B: Array, out: Array, rows: int) -> Array:
    """A B in `out`, for A of shape (m, k), m a multiple of `rows`, B of shape (k, n). For rows = 1, see `ordered`.

    One column is computed as the first of two, and k = 1 without BLAS: an outer product takes it eight times as long.
    """
    if rows == 1:
        return ordered(A, B, out)
    if len(B) == 1:
        return np.multiply(A, B, out=out)
    if B.shape[1] == 1:
        twice, pair = np.concatenate([B, B], axis=1), np.empty((rows, 2), A.dtype, order="F")
        for i in range(0, len(A), rows):
            out[i : i + rows, 0] = matmul(A[i : i + rows], twice, out=pair)[:, 0]
    else:
        for i in range(0, len(A), rows):
            matmul(A[i : i + rows], B, out=out[i : i + rows])
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
