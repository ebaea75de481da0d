"""Powers of ten to 128 bits.

For e from LEAST to MOST, with r = floor(log2 10^e) - 127, that is g = floor(10^e 2^-r) + 1, 2^127 < g <= 2^128 - 1, as
two words. For e < 0 that is 10^e 2^-r rounded up, since no power of two is a multiple of five; for e >= 0, g - 1 is it,
rounded down.
"""

import numpy as np

LEAST, MOST = -342, 324


def power(e: int) -> int:
    """The g of 10^e.

    >>> power(0) == 2**127 + 1
    True
    """
    ten: int = 10 ** abs(e)
    shift = 127 - floor_log2(e)  # = -r
    if e < 0:
        return (1 << shift) // ten + 1
    return (ten << shift if shift >= 0 else ten >> -shift) + 1


def floor_log2(e: int) -> int:
    """floor(log2 10^e), exactly."""
    ten: int = 10 ** abs(e)
    return ten.bit_length() - 1 if e >= 0 else -ten.bit_length()


_POWERS = [power(e) for e in range(LEAST, MOST + 1)]
HIGH = np.array([g >> 64 for g in _POWERS], np.uint64)
LOW = np.array([g & (2**64 - 1) for g in _POWERS], np.uint64)
TENS = np.array([10**n for n in range(20)], np.uint64)
REALS = np.array([10.0**n for n in range(23)])  # exact
