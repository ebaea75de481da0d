"""Products of some points with the weights of a layer: sums in order, or in registers as BLAS has them."""

from collections.abc import Callable
from itertools import product as product_of
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from netgrad.compiled.loop import f32, f64, part
from netgrad.core.products import DEEP

POINTS = {f64: 16, f32: 32}  # that go through a product together: two registers of AVX-512, four of AVX2


@intrinsic
def address(typing: Any, numbers: Any, i: Any) -> Any:
    """The address of number i."""

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        return builder.gep(given[0], [given[1]])

    return numbers(numbers, i), code


def _tile(units: int, is_more: bool) -> Any:
    """Sums of `units` units, in registers, each by fused multiplications and additions from 0, and then added to out.

    For points 0 to POINTS - 1 of A and out, which have s side by side; out is not read unless there `is_more` of it.
    """

    @intrinsic
    def tile(typing: Any, A: Any, W: Any, out: Any, s: Any, below: Any, step: Any, next_: Any) -> Any:
        def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
            A, W, out, s, below, step, next_ = given
            kind = A.type.pointee
            size = context.get_abi_sizeof(kind)
            lanes = 64 // size
            vector, vectors = ir.VectorType(kind, lanes), POINTS[signature.args[0].dtype] // lanes
            fma = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(vector, [vector] * 3),
                f"llvm.fma.v{lanes}f{512 // lanes}",
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
                    at = builder.add(builder.mul(step, ir.Constant(k.type, i)), builder.mul(next_, k))
                    w = _spread(builder, builder.load(builder.gep(W, [at])), vector)
                    for v in range(vectors):
                        builder.store(builder.call(fma, [a[v], w, builder.load(sums[i][v])]), sums[i][v])
            for i, v in product_of(range(units), range(vectors)):
                sum_, at = builder.load(sums[i][v]), place(out, ir.Constant(s.type, i), v)
                if is_more:
                    sum_ = builder.fadd(builder.load(at, align=size), sum_)
                builder.store(sum_, at, align=size)
            return context.get_dummy_value()

        return types.void(A, W, out, s, below, step, next_), code

    return tile


def _spread(builder: ir.IRBuilder, number: Any, vector: Any) -> Any:
    """A vector of the same number everywhere."""
    undefined, whole = ir.Constant(vector, ir.Undefined), ir.IntType(32)
    first = builder.insert_element(undefined, number, whole(0))
    return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(whole, vector.count), [0] * vector.count))


_four, _one, _four_more, _one_more = _tile(4, False), _tile(1, False), _tile(4, True), _tile(1, True)


def products(number: Any) -> tuple[Callable[..., None], Callable[..., None]]:
    """Products of numbers of a type: `product`, in order, and `fused`, as BLAS has them."""
    points = POINTS[number]

    @part
    def product(A: Any, W: Any, out: Any, s: int, below: int, n: int, step: int, next_: int) -> None:
        """out_i = sum over k of A_k W[i step + k next_], each of s points, k = 0, ..., below - 1 in this order."""
        for i in range(n):
            o, w, first = i * s, i * step, below % 4
            if first == 0:
                first = 4
            if first == 1:
                w0 = W[w]
                for q in range(s):
                    out[o + q] = A[q] * w0
            elif first == 2:
                w0, w1 = W[w], W[w + next_]
                for q in range(s):
                    out[o + q] = A[q] * w0 + A[s + q] * w1
            elif first == 3:
                w0, w1, w2 = W[w], W[w + next_], W[w + 2 * next_]
                for q in range(s):
                    out[o + q] = (A[q] * w0 + A[s + q] * w1) + A[2 * s + q] * w2
            else:
                w0, w1, w2, w3 = W[w], W[w + next_], W[w + 2 * next_], W[w + 3 * next_]
                for q in range(s):
                    out[o + q] = ((A[q] * w0 + A[s + q] * w1) + A[2 * s + q] * w2) + A[3 * s + q] * w3
            for k in range(first, below, 4):
                a, v = k * s, w + k * next_
                w0, w1, w2, w3 = W[v], W[v + next_], W[v + 2 * next_], W[v + 3 * next_]
                for q in range(s):
                    t = (out[o + q] + A[a + q] * w0) + A[a + s + q] * w1
                    out[o + q] = (t + A[a + 2 * s + q] * w2) + A[a + 3 * s + q] * w3

    @part
    def fused(A: Any, W: Any, out: Any, s: int, below: int, n: int, step: int, next_: int) -> None:
        """out_i as `product` has it, but as BLAS makes it: each sum from 0, a product rounded with its sum.

        Sums over more than DEEP units are cut, as in `core.products`.
        """
        if below == 1:
            product(A, W, out, s, below, n, step, next_)
            return
        fours = n - n % 4
        for first in range(0, below, DEEP):
            a, w, some = address(A, first * s), address(W, first * next_), min(DEEP, below - first)
            for i in range(0, fours, 4):
                for q in range(0, s, points):
                    if first == 0:
                        _four(address(a, q), address(w, i * step), address(out, i * s + q), s, some, step, next_)
                    else:
                        _four_more(address(a, q), address(w, i * step), address(out, i * s + q), s, some, step, next_)
            for i in range(fours, n):
                for q in range(0, s, points):
                    if first == 0:
                        _one(address(a, q), address(w, i * step), address(out, i * s + q), s, some, step, next_)
                    else:
                        _one_more(address(a, q), address(w, i * step), address(out, i * s + q), s, some, step, next_)

    return product, fused
