"""Words of 64 bits: what a processor does in an instruction and Python has no name for.

Bytes in a word are in the order of memory, the first one lowest; so a processor is little-endian, or has no loops.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from netgrad.compiled.loop import Bytes, f64, i64, u64

BYTE, WORD, PRODUCT, REAL = ir.IntType(8), ir.IntType(64), ir.IntType(128), ir.DoubleType()
STEP = 16  # bytes that `special` looks at together
MANY = 32  # bytes that `digits` looks at together
_TIMES, _MANY = ir.VectorType(BYTE, STEP), ir.VectorType(BYTE, MANY)

_ONES, _HIGH = u64(0x0101010101010101), u64(0x8080808080808080)
Emit = Callable[..., Any]  # the builder and the arguments -> the value


def _instruction(returns: Any, arguments: tuple[Any, ...], emit: Emit) -> tuple[Any, Emit]:
    """Intrinsic as numba asks for it: its signature, and how its code is emitted."""
    return returns(*arguments), lambda context, builder, signature, given: emit(builder, given)


@intrinsic
def high(typing, x, y):
    """The high 64 bits of the product of two words; the low ones are x * y."""

    def emit(build, given):
        product = build.mul(*(build.zext(word, PRODUCT) for word in given))
        return build.trunc(build.lshr(product, ir.Constant(PRODUCT, 64)), WORD)

    return _instruction(u64, (u64, u64), emit)


@intrinsic
def zeros_above(typing, x):
    """Number of bits above the highest one of a word, 64 for 0."""
    return _instruction(u64, (u64,), lambda build, given: build.ctlz(given[0], ir.Constant(ir.IntType(1), 0)))


@intrinsic
def zeros_below(typing, x):
    """Number of bits below the lowest one of a word, 64 for 0."""
    return _instruction(u64, (u64,), lambda build, given: build.cttz(given[0], ir.Constant(ir.IntType(1), 0)))


@intrinsic
def bits(typing, x):
    """The bits of a float64."""
    return _instruction(u64, (f64,), lambda build, given: build.bitcast(given[0], WORD))


@intrinsic
def float_of(typing, x):
    """The float64 of these bits."""
    return _instruction(f64, (u64,), lambda build, given: build.bitcast(given[0], REAL))


@intrinsic
def load(typing, text, at):
    """The eight bytes from a place on."""

    def emit(build, given):
        place = build.gep(given[0], [given[1]])
        return build.load(build.bitcast(place, WORD.as_pointer()), align=1, typ=WORD)

    return _instruction(u64, (Bytes, i64), emit)


@intrinsic
def store(typing, text, at, word):
    """Put a word where eight bytes from a place on are."""

    def emit(build, given):
        place = build.gep(given[0], [given[1]])
        build.store(given[2], build.bitcast(place, WORD.as_pointer()), align=1)
        return ir.Constant(BYTE, 0)

    return _instruction(types.uint8, (Bytes, i64, u64), emit)


@intrinsic
def copy(typing, out, to, text, at, size):
    """Copy bytes of one place of memory to another."""

    def emit(build, given):
        to, source = build.gep(given[0], [given[1]]), build.gep(given[2], [given[3]])
        pointer = BYTE.as_pointer()
        name, kind = (
            "llvm.memcpy.p0i8.p0i8.i64",
            ir.FunctionType(ir.VoidType(), [pointer, pointer, WORD, ir.IntType(1)]),
        )
        copying = build.module.globals.get(name) or ir.Function(build.module, kind, name)
        build.call(copying, [to, source, given[4], ir.Constant(ir.IntType(1), 0)])
        return ir.Constant(BYTE, 0)

    return _instruction(types.uint8, (Bytes, i64, Bytes, i64, i64), emit)


@intrinsic
def put_sixteen(typing, out, at, upper, lower):
    """Write the eight digits of each of two integers below 10^8; how many are left without zeros at the end.

    All are made side by side: fours of digits in 32 bits, twos in 16, and one in 8.
    """

    def emit(build, given):
        eights = ir.Constant(ir.VectorType(WORD, 2), ir.Undefined)
        for k, word in enumerate(given[2:]):
            eights = build.insert_element(eights, word, ir.Constant(ir.IntType(32), k))
        fours = _halved(build, eights, 64, 10**4, 109951163, 40)  # x * 109951163 >> 40 is x // 10^4 below 10^8,
        twos = _halved(build, fours, 32, 100, 10486, 20)  # x * 10486 >> 20 is x // 100 below 10^4,
        ones = build.bitcast(_halved(build, twos, 16, 10, 103, 10), _TIMES)  # x * 103 >> 10 is x // 10 below 100
        is_digit = build.icmp_unsigned("!=", ones, ir.Constant(_TIMES, [0] * STEP))
        place = build.bitcast(build.gep(given[0], [given[1]]), _TIMES.as_pointer())
        build.store(build.or_(ones, ir.Constant(_TIMES, [ord("0")] * STEP)), place, align=1)
        mask = build.bitcast(is_digit, ir.IntType(STEP))
        zeros = build.zext(build.ctlz(mask, ir.Constant(ir.IntType(1), 0)), WORD)
        return build.sub(ir.Constant(WORD, STEP), zeros)

    return _instruction(i64, (Bytes, i64, u64, u64), emit)


def _halved(build, numbers, bits, base, factor, shift):
    """Numbers of so many bits as pairs of half as many: numbers // base, then what is left."""
    lane = ir.VectorType(ir.IntType(bits), 128 // bits)
    numbers = build.bitcast(numbers, lane)

    def everywhere(value):
        return ir.Constant(lane, [value] * lane.count)

    first = build.lshr(build.mul(numbers, everywhere(factor)), everywhere(shift))
    rest = build.sub(numbers, build.mul(first, everywhere(base)))
    return build.or_(first, build.shl(rest, everywhere(bits // 2)))


@intrinsic
def special(typing, text, at, delimiter):
    """Bits of the next `STEP` bytes, set for the delimiter, a quote, an end of line, or NUL."""

    def emit(build, given):
        place = build.bitcast(build.gep(given[0], [given[1]]), _TIMES.as_pointer())
        found = build.load(place, align=1, typ=_TIMES)
        spread = ir.Constant(_TIMES, ir.Undefined)
        for k in range(STEP):
            spread = build.insert_element(spread, given[2], ir.Constant(ir.IntType(32), k))
        is_special = build.icmp_unsigned("==", found, spread)
        for byte in b'"\n\r\0':
            is_special = build.or_(is_special, build.icmp_unsigned("==", found, ir.Constant(_TIMES, [byte] * STEP)))
        return build.zext(build.bitcast(is_special, ir.IntType(STEP)), WORD)

    return _instruction(u64, (Bytes, i64, types.uint8), emit)


@intrinsic
def digits(typing, text, at):
    """Bits of the next `MANY` bytes, set for digits."""

    def emit(build, given):
        place = build.bitcast(build.gep(given[0], [given[1]]), _MANY.as_pointer())
        found = build.sub(build.load(place, align=1, typ=_MANY), ir.Constant(_MANY, [ord("0")] * MANY))
        is_digit = build.icmp_unsigned("<", found, ir.Constant(_MANY, [10] * MANY))
        return build.zext(build.bitcast(is_digit, ir.IntType(MANY)), WORD)

    return _instruction(u64, (Bytes, i64), emit)
