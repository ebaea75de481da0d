"""A network of narrow layers at many points, from the points to values and gradients in one loop.

Some points at a time go through all layers and back while they are in the nearest cache. Products are sums in the order
of the units below, as `core.products.ordered` has them, or as BLAS has them (`tiles`), and sigma and sigma' come from
the loops of `layers`, whose addresses are given.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from netgrad.compiled.loop import Bytes, Floats, Integers, Singles, f32, f64, i64, loop, void
from netgrad.compiled.tiles import UNITS, address, product_of_points
from netgrad.compiled.transposes import transpose


@intrinsic
def _activate(typing: Any, loop: Any, z: Any, b: Any, dsigma: Any, m: Any, n: Any, with_slopes: Any, p: Any) -> Any:
    """Call a loop of `layers` by its address."""
    given_types = (z, b, dsigma, m, n, with_slopes, p)

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        kinds = [context.get_value_type(kind) for kind in given_types]
        function = ir.FunctionType(ir.IntType(64), kinds).as_pointer()
        return builder.call(builder.inttoptr(given[0], function), given[1:])

    return types.int64(loop, *given_types), code


def _net(Numbers: Any, number: Any) -> Any:
    product = product_of_points(number)

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
        is_softmax: int,
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
        weights has W, b and W^T of each layer, the matrices in panels; scaling mean and std. work has room for
        s (n_1 + 2 (n_2 + ... + n_L)).
        """
        n_1, n_L = sizes[0], sizes[layers]
        start, strip = -s, -1
        while start + s < m:
            start, strip = start + s, strip + 1
            many = min(s, m - start)
            transpose(address(X, start * n_1), many, n_1, n_1, work, s)
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
                product(address(work, below), address(weights, w), address(work, z), s, sizes[l - 1], n, is_fused)
                b = w + n * sizes[l - 1]
                is_finite &= _activate(
                    loops[l - 1],
                    address(work, z),
                    address(weights, b),
                    address(work, z + s * n),
                    s,
                    n,
                    1 if n_outputs > 0 else 0,
                    parameters[l - 1],
                )
                below, w = z, b + n + n * sizes[l - 1]
            is_done[strip] = is_finite
            if not is_finite:
                continue
            for j in range(n_L):
                for q in range(many):
                    a[(start + q) * n_L + j] = work[below + j * s + q]
            for i in range(n_outputs):
                at, v = below, w
                for j in range(n_L):
                    if j == outputs[i]:
                        for q in range(s):
                            work[at + j * s + q] = work[at + (n_L + j) * s + q]
                    elif is_softmax:
                        for q in range(many):
                            row = (start + q) * n_L
                            work[at + j * s + q] = -(a[row + j] * a[row + outputs[i]])
                    else:
                        for q in range(s):
                            work[at + j * s + q] = number(0)
                for l in range(layers, 0, -1):
                    n, n_below = sizes[l], sizes[l - 1]
                    to = at - s * n_below * (1 if l == 1 else 2)
                    v -= n * n_below
                    product(address(work, at), address(weights, v), address(work, to), s, n, n_below, is_fused)
                    v -= n * n_below + n
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
                transpose(work, n_1, many, s, address(J, (start * n_outputs + i) * n_1), n_outputs * n_1)

    def layer(A: Any, m: int, below: int, W: Any, n: int, out: Any) -> None:
        """A product alone, as BLAS makes it, for m points, a multiple of `strip`, by W in panels."""
        product(A, W, out, m, below, n, 1)

    whole = loop(
        *(void, Numbers, i64, Integers, i64, i64, Numbers, Integers, Numbers, Numbers, i64, Numbers, i64),
        *(i64, Integers, i64, Numbers, i64, Numbers, Numbers, Bytes),
    )(net)
    return whole, loop(void, Numbers, i64, i64, Numbers, i64, Numbers)(layer)


@loop(i64)
def panel_height() -> int:
    """Units that lie side by side in a panel of weights."""
    return UNITS


net_float64, product_float64 = _net(Floats, f64)
net_float32, product_float32 = _net(Singles, f32)
