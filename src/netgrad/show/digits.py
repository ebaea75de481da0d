"""Numbers as text that claims no more digits than an error bound guarantees."""

import math
from fractions import Fraction

MOST = 17  # significant digits that identify a float64


def certified_digits(value: float, err: float) -> int:
    """Number of significant digits of `value` that are right whatever number within `err` of it is meant.

    The largest d <= 17 such that all numbers x with |x - value| <= err round to the same decimal p, at the place
    of the d-th significant digit of p: |value - p| + err < half a unit of that place. 0 where not even the first
    digit is certain, or the sign.

    Examples
    --------
    >>> certified_digits(3.14159, 2e-5), certified_digits(9.9999, 2e-4), certified_digits(1e-9, 1e-8)
    (5, 4, 0)
    """
    return next((d for d in range(MOST, 0, -1) if _certain(value, err, d)), 0)


def guaranteed_text(value: float, err: float) -> str:
    """Decimal that the exact number, anywhere within `err` of `value`, rounds to; '?' where there is none.

    Every digit printed is then a digit of the exact number, correctly rounded at the last place, and zeros at the
    end are digits like the others. An interval astride a rounding boundary costs a digit. '?' rather
    than 0 stands for a number whose first digit is unknown: 0 would be a claim. Without an error, the shortest
    text that reads back.

    Examples
    --------
    >>> guaranteed_text(6.50509e-05, 3e-11), guaranteed_text(0.5, 1e-7), guaranteed_text(123456.0, 5.0)
    ('6.50509e-05', '0.500000', '1.235e+05')
    >>> guaranteed_text(1e-20, 1e-15), guaranteed_text(0.0, 0.0)
    ('?', '0.0')
    """
    if err == 0:
        return repr(value)
    d = certified_digits(value, err)
    return _rounded(value, d) if d else "?"


def _certain(value: float, err: float, d: int) -> bool:
    if not (math.isfinite(value) and math.isfinite(err)) or value == 0:
        return False
    digits, exponent = f"{value:.{d - 1}e}".split("e")
    unit = Fraction(10) ** (int(exponent) - d + 1)
    p = Fraction(digits) * Fraction(10) ** int(exponent)
    return abs(Fraction(value) - p) + Fraction(err) < unit / 2


def _rounded(value: float, d: int) -> str:
    """`value` with d significant digits, zeros at the end included."""
    return f"{value:#.{d}g}".rstrip(".").replace(".e", "e")
