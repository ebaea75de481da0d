"""Products of some points with the weights of a layer: sums in order, or in registers as BLAS has them."""

from itertools import product as pairs_of
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
IN_ORDER, FUSED, MORE = "in order", "fused", "more"


@intrinsic
def address(typing: Any, numbers: Any, i: Any) -> Any:
    """The address of number i."""

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        return builder.gep(given[0], [given[1]])

    return numbers(numbers, i), code


def _tile(units: int, vectors: int, way: str) -> Any:
    """Sums of `units` units, in registers, for so many vectors of points of A and out, which have s side by side.

    The weights of unit i are W[i], W[units + i], ... A way is IN_ORDER, products rounded and then added to one another;
    FUSED, by multiplications and additions that round once, from 0; or MORE, this added to what is in out.
    """

    @intrinsic
    def tile(typing: Any, A: Any, W: Any, out: Any, s: Any, below: Any) -> Any:
        def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
            A, W, out, s, below = given
            kind = A.type.pointee
            size = context.get_abi_sizeof(kind)
            lanes = _BYTES // size
            vector = ir.VectorType(kind, lanes)
            of_three = ir.FunctionType(vector, [vector] * 3)
            fma = cgutils.get_or_insert_function(builder.module, of_three, f"llvm.fma.v{lanes}f{8 * size}")
            zero, one = ir.Constant(vector, [ir.Constant(kind, 0.0)] * lanes), ir.Constant(below.type, 1)

            def place(base: Any, i: Any, v: int) -> Any:
                at = builder.add(builder.mul(i, s), ir.Constant(i.type, v * lanes))
                return builder.bitcast(builder.gep(base, [at]), vector.as_pointer())

            def operands(k: Any) -> tuple[list[Any], list[Any]]:
                """Vectors of points, and weights, each everywhere in a vector."""
                first = builder.mul(k, ir.Constant(k.type, units))
                places = [builder.gep(W, [builder.add(first, ir.Constant(k.type, i))]) for i in range(units)]
                a = [builder.load(place(A, k, v), align=size) for v in range(vectors)]
                return a, [_spread(builder, builder.load(place), vector) for place in places]

            starts = [[zero] * vectors] * units
            if way == IN_ORDER:
                a, w = operands(ir.Constant(below.type, 0))
                starts = [[builder.fmul(a_v, w_i) for a_v in a] for w_i in w]
            sums = [[cgutils.alloca_once_value(builder, start) for start in of_unit] for of_unit in starts]
            with cgutils.for_range_slice(builder, one if way == IN_ORDER else one.type(0), below, one) as (k, _):
                a, w = operands(k)
                for i, v in pairs_of(range(units), range(vectors)):
                    sum_ = builder.load(sums[i][v])
                    more = builder.fadd(sum_, builder.fmul(a[v], w[i])) if way == IN_ORDER else None
                    builder.store(more or builder.call(fma, [a[v], w[i], sum_]), sums[i][v])
            for i, v in pairs_of(range(units), range(vectors)):
                sum_, at = builder.load(sums[i][v]), place(out, ir.Constant(s.type, i), v)
                if way == MORE:
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


(_panel, _panel_fused, _panel_more), (_alone, _alone_fused, _alone_more) = (
    [_tile(units, vectors, way) for way in (IN_ORDER, FUSED, MORE)] for units, vectors in ((UNITS, VECTORS), (1, ALONE))
)


def product_of_points(number: Any) -> Any:
    """A product of numbers of a type: of W and s points that lie side by side."""
    lanes = _BYTES * 8 // number.bitwidth
    points, points_alone = VECTORS * lanes, ALONE * lanes

    @part
    def product(A: Any, W: Any, out: Any, s: int, below: int, n: int, is_fused: int) -> None:
        """out_i = sum over k of A_k W[i, k], k = 0, ..., below - 1, for each of s points.

        Sums are those of `core.products`: `ordered`, or if `is_fused` as BLAS makes them, cut every DEEP units. W is in
        panels of UNITS units, whose weights for each k lie side by side, and behind them rows of those that are left.
        """
        in_panels = n - n % UNITS
        for first in range(0, below, DEEP):  # of sums in order, which are of narrow layers, all at once
            a, some = address(A, first * s), min(DEEP, below - first)
            for i in range(0, in_panels, UNITS):
                w = address(W, i * below + first * UNITS)
                for q in range(0, s, points):
                    to = address(out, i * s + q)
                    if not is_fused or below == 1:
                        _panel(address(a, q), w, to, s, some)
                    elif first == 0:
                        _panel_fused(address(a, q), w, to, s, some)
                    else:
                        _panel_more(address(a, q), w, to, s, some)
            for i in range(in_panels, n):
                w = address(W, i * below + first)
                for q in range(0, s, points_alone):
                    to = address(out, i * s + q)
                    if not is_fused or below == 1:
                        _alone(address(a, q), w, to, s, some)
                    elif first == 0:
                        _alone_fused(address(a, q), w, to, s, some)
                    else:
                        _alone_more(address(a, q), w, to, s, some)

    return product
