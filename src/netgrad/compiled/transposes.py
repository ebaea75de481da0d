"""Matrices turned in memory: rows of points into columns of units, and back."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from netgrad.compiled.loop import part
from netgrad.compiled.tiles import address

SIDE = 8  # numbers of a row that are turned together, at most a register of AVX-512


def _interleaved(of: int, half: int) -> list[list[int]]:
    """Which numbers of two vectors, one behind the other, each of the two has after a step that swaps halves."""
    upper = [i + of - half if i & half else i for i in range(of)]
    return [upper, [i + half for i in upper]]


@intrinsic
def _turned_square(typing: Any, A: Any, step: Any, out: Any, out_step: Any) -> Any:
    """out[j, i] = A[i, j] for SIDE numbers each way; rows are `step` and `out_step` numbers apart."""

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        A, step, out, out_step = given
        size = context.get_abi_sizeof(A.type.pointee)
        vector, whole = ir.VectorType(A.type.pointee, SIDE), ir.IntType(32)

        def row(base: Any, step: Any, i: int) -> Any:
            return builder.bitcast(
                builder.gep(base, [builder.mul(step, ir.Constant(step.type, i))]), vector.as_pointer()
            )

        rows = [builder.load(row(A, step, i), align=size) for i in range(SIDE)]
        half = SIDE // 2
        while half:
            masks = [ir.Constant(ir.VectorType(whole, SIDE), mask) for mask in _interleaved(SIDE, half)]
            for i in range(SIDE):
                if not i & half:
                    pair = rows[i], rows[i + half]
                    rows[i], rows[i + half] = (builder.shuffle_vector(*pair, mask) for mask in masks)
            half //= 2
        for i, turned in enumerate(rows):
            builder.store(turned, row(out, out_step, i), align=size)
        return context.get_dummy_value()

    return types.void(A, step, out, out_step), code


@part
def transpose(A: Any, m: int, n: int, step: int, out: Any, out_step: int) -> None:
    """out[j, i] = A[i, j] for i < m and j < n; rows are `step` and `out_step` numbers apart."""
    whole_m, whole_n = m - m % SIDE, n - n % SIDE
    if m < n:
        for i in range(0, whole_m, SIDE):
            for j in range(0, whole_n, SIDE):
                _turned_square(address(A, i * step + j), step, address(out, j * out_step + i), out_step)
    else:
        for j in range(0, whole_n, SIDE):
            for i in range(0, whole_m, SIDE):
                _turned_square(address(A, i * step + j), step, address(out, j * out_step + i), out_step)
    for i in range(m):
        for j in range(whole_n if i < whole_m else 0, n):
            out[j * out_step + i] = A[i * step + j]
