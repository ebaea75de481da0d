"""The primitives of `core.activations.arithmetic` for one number, so that what is made of them can be compiled."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

from netgrad.core.activations import arithmetic

_BITS = {types.float64: (64, 52), types.float32: (32, 23)}  # type -> bits, and where its exponent starts


@overload(arithmetic.pick, strict=False)
def _pick(where: Any, a: Any, b: Any) -> Any:
    return lambda where, a, b: a if where else b


@overload(arithmetic.indicator, strict=False)
def _indicator(where: Any, c: Any) -> Any:
    return lambda where, c: c.one if where else c.zero


@intrinsic
def _copysign(typing: Any, z: Any, a: Any) -> Any:
    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        z, a = given
        of_two = ir.FunctionType(a.type, [a.type, a.type])
        return builder.call(builder.module.declare_intrinsic("llvm.copysign", [a.type], of_two), [a, z])

    return z(z, z), code


@overload(arithmetic.with_sign_of, strict=False)
def _with_sign_of(z: Any, a: Any) -> Any:
    return lambda z, a: _copysign(z, a)


@intrinsic
def _power_of_two(typing: Any, x: Any) -> Any:
    bits, start = _BITS[x]

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        whole = ir.IntType(bits)
        return builder.bitcast(builder.shl(builder.bitcast(given[0], whole), whole(start)), given[0].type)

    return x(x), code


@overload(arithmetic.power_of_two, strict=False)
def _overload_power_of_two(x: Any) -> Any:
    return lambda x: _power_of_two(x)


@intrinsic
def _horner(typing: Any, x: Any, coefficients: Any) -> Any:
    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: Any) -> Any:
        y, x = builder.extract_value(given[1], 0), given[0]
        for k in range(1, len(coefficients)):
            y = builder.fadd(builder.fmul(y, x), builder.extract_value(given[1], k))
        return y

    return x(x, coefficients), code


@overload(arithmetic.horner, strict=False)
def _overload_horner(x: Any, coefficients: Any) -> Any:
    return lambda x, coefficients: _horner(x, coefficients)


for _function in (
    *(arithmetic.smaller, arithmetic.exp_of_minus, arithmetic.exp_of_minus_sum, arithmetic._exp),
    *(arithmetic.halves, arithmetic.log_of_one_plus),
):
    register_jitable(_function)
