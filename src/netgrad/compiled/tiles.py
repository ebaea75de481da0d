"""Products of some points with the weights of a layer: sums in order, or in registers as BLAS has them."""

from collections.abc import Callable
from itertools import product as product_of
from typing import Any

from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from netgrad.compiled.loop import part
from netgrad.core.products import DEEP

_IS_WIDE = bool(get_host_cpu_features().get("avx512f"))  # 32 registers of 64 bytes, else as AVX2: 16 of 32
_BYTES, UNITS = (64, 8) if _IS_WIDE else (32, 6)  # of a register; units that go through a product together
VECTORS, ALONE = 2, 4  # registers of points for each of them; for a unit alone


@intrinsic
def address(typing: Any, numbers: Any, i: Any) -> Any:
    """The address of number i."""

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        return builder.gep(given[0], [given[1]])

    return numbers(numbers, i), code


def _tile(units: int, vectors: int, is_more: bool) -> Any:
    """Sums of `units` units, in registers, each by fused multiplications and additions from 0, and then added to out.

    For so many vectors of points of A and out, which have s side by side; out is not read unless there `is_more` of it.
    The weights of unit i are W[i], W[units + i], ...
    """

    @intrinsic
    def tile(typing: Any, A: Any, W: Any, out: Any, s: Any, below: Any) -> Any:
        def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
            A, W, out, s, below = given
            kind = A.type.pointee
            size = context.get_abi_sizeof(kind)
            lanes = _BYTES // size
            vector = ir.VectorType(kind, lanes)
            fma = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(vector, [vector] * 3),
                f"llvm.fma.v{lanes}f{8 * size}",
            )
            zero = ir.Constant(vector, [ir.Constant(kind, 0.0)] * lanes)
            sums = [[cgutils.alloca_once_value(builder, zero) for _ in range(vectors)] for _ in range(units)]

            def place(base: Any, i: Any, v: int) -> Any:
                at = builder.add(builder.mul(i, s), ir.Constant(i.type, v * lanes))
                return builder.bitcast(builder.gep(base, [at]), vector.as_pointer())

            with cgutils.for_range(builder, below) as each:
                k = each.index
                a = [builder.load(place(A, k, v), align=size) for v in range(vectors)]
                for i in range(units):
                    at = builder.add(builder.mul(k, ir.Constant(k.type, units)), ir.Constant(k.type, i))
                    w = _spread(builder, builder.load(builder.gep(W, [at])), vector)
                    for v in range(vectors):
                        builder.store(builder.call(fma, [a[v], w, builder.load(sums[i][v])]), sums[i][v])
            for i, v in product_of(range(units), range(vectors)):
                sum_, at = builder.load(sums[i][v]), place(out, ir.Constant(s.type, i), v)
                if is_more:
                    sum_ = builder.fadd(builder.load(at, align=size), sum_)
                builder.store(sum_, at, align=size)
            return context.get_dummy_value()

        return types.void(A, W, out, s, below), code

    return tile


def _spread(builder: ir.IRBuilder, number: Any, vector: Any) -> Any:
    """A vector of the same number everywhere."""
    undefined, whole = ir.Constant(vector, ir.Undefined), ir.IntType(32)
    first = builder.insert_element(undefined, number, whole(0))
    return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(whole, vector.count), [0] * vector.count))


_first = (_tile(UNITS, VECTORS, False), _tile(1, ALONE, False))
_more = (_tile(UNITS, VECTORS, True), _tile(1, ALONE, True))


def products(number: Any) -> tuple[Callable[..., None], Callable[..., None]]:
    """Products of numbers of a type: `product`, in order, and `fused`, as BLAS has them."""
    lanes = _BYTES * 8 // number.bitwidth
    points, points_alone = VECTORS * lanes, ALONE * lanes
    (panel, alone), (panel_more, alone_more) = _first, _more

    @part
    def product(A: Any, W: Any, out: Any, s: int, below: int, n: int) -> None:
        """out_i = sum over k of A_k W[i, k], each of s points, k = 0, ..., below - 1 in this order."""
        for i in range(n):
            o, w, first = i * s, i * below, below % 4
            if first == 0:
                first = 4
            if first == 1:
                w0 = W[w]
                for q in range(s):
                    out[o + q] = A[q] * w0
            elif first == 2:
                w0, w1 = W[w], W[w + 1]
                for q in range(s):
                    out[o + q] = A[q] * w0 + A[s + q] * w1
            elif first == 3:
                w0, w1, w2 = W[w], W[w + 1], W[w + 2]
                for q in range(s):
                    out[o + q] = (A[q] * w0 + A[s + q] * w1) + A[2 * s + q] * w2
            else:
                w0, w1, w2, w3 = W[w], W[w + 1], W[w + 2], W[w + 3]
                for q in range(s):
                    out[o + q] = ((A[q] * w0 + A[s + q] * w1) + A[2 * s + q] * w2) + A[3 * s + q] * w3
            for k in range(first, below, 4):
                a, v = k * s, w + k
                w0, w1, w2, w3 = W[v], W[v + 1], W[v + 2], W[v + 3]
                for q in range(s):
                    t = (out[o + q] + A[a + q] * w0) + A[a + s + q] * w1
                    out[o + q] = (t + A[a + 2 * s + q] * w2) + A[a + 3 * s + q] * w3

    @part
    def fused(A: Any, W: Any, out: Any, s: int, below: int, n: int) -> None:
        """out_i as `product` has it, but as BLAS makes it: each sum from 0, a product rounded with its sum.

        W is in panels of UNITS units, whose weights for each k lie side by side, and behind them rows of the units that
        are left. Sums over more than DEEP units are cut, as in `core.products`.
        """
        if below == 1:
            product(A, W, out, s, below, n)
            return
        in_panels = n - n % UNITS
        for first in range(0, below, DEEP):
            a, some = address(A, first * s), min(DEEP, below - first)
            for i in range(0, in_panels, UNITS):
                w = address(W, i * below + first * UNITS)
                for q in range(0, s, points):
                    if first == 0:
                        panel(address(a, q), w, address(out, i * s + q), s, some)
                    else:
                        panel_more(address(a, q), w, address(out, i * s + q), s, some)
            for i in range(in_panels, n):
                w = address(W, i * below + first)
                for q in range(0, s, points_alone):
                    if first == 0:
                        alone(address(a, q), w, address(out, i * s + q), s, some)
                    else:
                        alone_more(address(a, q), w, address(out, i * s + q), s, some)

    return product, fused
