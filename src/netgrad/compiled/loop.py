"""Loops as they are written: functions over addresses and sizes, from which numba makes machine code.

Nothing is checked, as in C: no bounds, no overflow. An index is best an `i64` counter or a `u64`; memory is its
caller's. Floating-point operations are what they say, in the order that they say: nothing is fused or reassociated.
"""

from collections.abc import Callable
from typing import Any

from numba import cfunc, njit, types

u8, u64, i64, f32, f64, void = types.uint8, types.uint64, types.int64, types.float32, types.float64, types.void
Bytes, Words, Integers = types.CPointer(u8), types.CPointer(u64), types.CPointer(i64)
Floats, Singles = types.CPointer(f64), types.CPointer(f32)  # in the memory of float64 and of float32 arrays

part = njit(error_model="numpy", forceinline=True)  # what loops are made of, compiled into them


def loop(returns: Any, *arguments: Any) -> Callable[[Callable[..., Any]], Any]:
    """Mark of a function that is called from Python, with the types above; its name is that of the loop."""
    mark: Callable[[Callable[..., Any]], Any] = cfunc(returns(*arguments), error_model="numpy", forceinline=True)
    return mark
