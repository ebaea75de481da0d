"""A network of narrow layers at many points, from the points to values and gradients in one loop.

Some points at a time go through all layers and back while they are in the nearest cache. Products are sums in the order
of the units below, as `core.products.ordered` has them, and sigma and sigma' come from the loops of `layers`, whose
addresses are given.
"""

from itertools import product as product_of
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from netgrad.compiled.loop import Bytes, Floats, Integers, Singles, f32, f64, i64, loop, part, void
from netgrad.core.products import DEEP

LINE = 8  # numbers that lie side by side and are read together
POINTS = {f64: 16, f32: 32}  # that go through a product together: two registers of AVX-512, four of AVX2


@intrinsic
def _from(typing: Any, numbers: Any, i: Any) -> Any:
    """The address of number i."""

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        return builder.gep(given[0], [given[1]])

    return numbers(numbers, i), code


@intrinsic
def _activate(typing: Any, loop: Any, z: Any, b: Any, dsigma: Any, m: Any, n: Any, with_slopes: Any, p: Any) -> Any:
    """Call a loop of `layers` by its address."""
    given_types = (z, b, dsigma, m, n, with_slopes, p)

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        kinds = [context.get_value_type(kind) for kind in given_types]
        function = ir.FunctionType(ir.IntType(64), kinds).as_pointer()
        return builder.call(builder.inttoptr(given[0], function), given[1:])

    return types.int64(loop, *given_types), code


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


def _net(Numbers: Any, number: Any) -> Any:
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
            a, w, some = _from(A, first * s), _from(W, first * next_), min(DEEP, below - first)
            for i in range(0, fours, 4):
                for q in range(0, s, points):
                    if first == 0:
                        _four(_from(a, q), _from(w, i * step), _from(out, i * s + q), s, some, step, next_)
                    else:
                        _four_more(_from(a, q), _from(w, i * step), _from(out, i * s + q), s, some, step, next_)
            for i in range(fours, n):
                for q in range(0, s, points):
                    if first == 0:
                        _one(_from(a, q), _from(w, i * step), _from(out, i * s + q), s, some, step, next_)
                    else:
                        _one_more(_from(a, q), _from(w, i * step), _from(out, i * s + q), s, some, step, next_)

    def net(
        X: Any,
        m: int,
        sizes: Any,
        layers: int,
        is_fused: int,
        weights: Any,
        loops: Any,
        parameters: Any,
        scaling: Any,
        is_scaled: int,
        out_std: Any,
        is_out_scaled: int,
        outputs: Any,
        n_outputs: int,
        work: Any,
        s: int,
        a: Any,
        J: Any,
        is_done: Any,
    ) -> None:
        """Values a, shape (m, n_L), and gradients J, shape (m, n_outputs, n_1), at points X, shape (m, n_1).

        s points go together, and is_done says of each such strip whether every z was finite; if not, it is not done.
        weights has W and b of each layer; scaling mean and std. work has room for s (n_1 + 2 (n_2 + ... + n_L)).
        """
        n_1, n_L = sizes[0], sizes[layers]
        start, strip = -s, -1
        while start + s < m:
            start, strip = start + s, strip + 1
            many = min(s, m - start)
            for first in range(0, n_1, LINE):
                for q in range(many):
                    for k in range(first, min(first + LINE, n_1)):
                        work[k * s + q] = X[(start + q) * n_1 + k]
            for k in range(n_1):
                for q in range(many, s):
                    work[k * s + q] = work[k * s + many - 1]
                if is_scaled:
                    mean, std = scaling[k], scaling[n_1 + k]
                    for q in range(s):
                        work[k * s + q] = (work[k * s + q] - mean) / std
            below, w, is_finite = 0, 0, 1
            for l in range(1, layers + 1):
                n, z = sizes[l], below + s * sizes[l - 1] * (1 if l == 1 else 2)
                if is_fused:
                    fused(_from(work, below), _from(weights, w), _from(work, z), s, sizes[l - 1], n, sizes[l - 1], 1)
                else:
                    product(_from(work, below), _from(weights, w), _from(work, z), s, sizes[l - 1], n, sizes[l - 1], 1)
                b = w + n * sizes[l - 1]
                is_finite &= _activate(
                    loops[l - 1],
                    _from(work, z),
                    _from(weights, b),
                    _from(work, z + s * n),
                    s,
                    n,
                    1 if n_outputs > 0 else 0,
                    parameters[l - 1],
                )
                below, w = z, b + n
            is_done[strip] = is_finite
            if not is_finite:
                continue
            for j in range(n_L):
                for q in range(many):
                    a[(start + q) * n_L + j] = work[below + j * s + q]
            for i in range(n_outputs):
                at, v = below, w
                for j in range(n_L):
                    for q in range(s):
                        work[at + j * s + q] = work[at + (n_L + j) * s + q] if j == outputs[i] else number(0)
                for l in range(layers, 0, -1):
                    n, n_below = sizes[l], sizes[l - 1]
                    to = at - s * n_below * (1 if l == 1 else 2)
                    v -= n * n_below + n
                    if is_fused:
                        fused(_from(work, at), _from(weights, v), _from(work, to), s, n, n_below, 1, n_below)
                    else:
                        product(_from(work, at), _from(weights, v), _from(work, to), s, n, n_below, 1, n_below)
                    if l > 1:
                        for q in range(s * n_below):
                            work[to + q] *= work[to + s * n_below + q]
                    at = to
                for k in range(n_1):
                    if is_scaled:
                        std = scaling[n_1 + k]
                        for q in range(s):
                            work[k * s + q] /= std
                    if is_out_scaled:
                        std = out_std[outputs[i]]
                        for q in range(s):
                            work[k * s + q] *= std
                for first in range(0, n_1, LINE):
                    for q in range(many):
                        for k in range(first, min(first + LINE, n_1)):
                            J[((start + q) * n_outputs + i) * n_1 + k] = work[k * s + q]

    def layer(A: Any, m: int, below: int, W: Any, n: int, step: int, next_: int, out: Any) -> None:
        """A product alone, as BLAS makes it, for m points, a multiple of POINTS."""
        fused(A, W, out, m, below, n, step, next_)

    whole = loop(
        *(void, Numbers, i64, Integers, i64, i64, Numbers, Integers, Numbers, Numbers, i64, Numbers, i64),
        *(Integers, i64, Numbers, i64, Numbers, Numbers, Bytes),
    )(net)
    return whole, loop(void, Numbers, i64, i64, Numbers, i64, i64, i64, Numbers)(layer)


net_float64, product_float64 = _net(Floats, f64)
net_float32, product_float32 = _net(Singles, f32)
