"""A float64 as text, the shortest that reads back, in the form of `repr`.

The digits are those of Raffaello Giulietti, The Schubfach way to render doubles, 2020. Let v = c 2^q; what lies between
(c - 1/2) 2^q and (c + 1/2) 2^q reads back as v (below a power of two, c - 1/4). For the k with 10^k <= 2^q < 10^(k+1)
at least one multiple of 10^k is there, and at most one of 10^(k+1), which has the fewest digits. Where there is none,
the nearer one of the two around v is it. v and the borders, times 4 10^-k, are compared as integers that have been
rounded to odd: they are odd where they were no integers, and so on the right side of every even number.
"""

from netgrad.compiled.loop import i64, part, u64
from netgrad.compiled.powers import HIGH, LEAST, LOW
from netgrad.compiled.words import bits, high, load, put_sixteen, store

_SIZE, _FRACTION, _INFINITY = u64((1 << 63) - 1), u64((1 << 52) - 1), u64(2047 << 52)
_ZEROS = u64(0x3030303030303030)
_ZERO, _INF, _NAN = u64(0x302E30), u64(0x666E69), u64(0x6E616E)  # 0.0, inf, nan
_EIGHT = u64((1 << 27) - 1)  # bits of eight digits
SPECIAL = 1 << 20  # no exponent


@part
def _rounded_to_odd(g_high, g_low, c):
    """g c / 2^128, its floor, or where that is even and something is left over, that with its last bit set."""
    low = g_high * c
    middle = low + high(g_low, c)
    carry = u64(1) if middle < low else u64(0)
    return high(g_high, c) + carry | (u64(1) if middle > u64(1) else u64(0))


@part
def shortest(u):
    """The integer s and k of the decimal s 10^k for the bits of a positive float64; s may end with zeros."""
    exponent, fraction = i64(u >> u64(52)), u & _FRACTION
    c, q = (fraction | u64(1 << 52), exponent - 1075) if exponent else (fraction, i64(-1074))
    four = c << u64(2)
    # A power of two has its neighbour below at half the distance: the least 3/4 2^q decides on k.
    is_regular = fraction != u64(0) or exponent <= 1
    below = four - (u64(2) if is_regular else u64(1))
    k = (q * 1262611 - (0 if is_regular else 524031)) >> 22  # = floor(log10 2^q), floor(log10 3/4 2^q)
    shift = u64(q + ((-k * 1741647) >> 19) + 1)  # floor(log2 10^-k) there
    g_high, g_low = HIGH[u64(-k - LEAST)], LOW[u64(-k - LEAST)]
    v = _rounded_to_odd(g_high, g_low, four << shift)
    least = _rounded_to_odd(g_high, g_low, below << shift)
    most = _rounded_to_odd(g_high, g_low, four + u64(2) << shift)
    odd = c & u64(1)  # ties read back as the even neighbour
    least, most = least + odd, most - odd
    s = v >> u64(2)
    tens = s // u64(10)
    down, up = tens * u64(40), tens * u64(40) + u64(40)
    is_down, is_up = least <= down, up <= most
    is_ten = (is_down != is_up) & (s >= u64(10))
    below = s << u64(2)
    is_above = v + (s & u64(1)) > below + u64(2)  # s + 1 is nearer; at a tie, if s is odd
    if not is_regular:  # the nearer one may be beyond the border
        is_below_in, is_above_in = least <= below, below + u64(4) <= most
        is_above = is_above_in if is_below_in != is_above_in else is_above
    ten = (tens + (u64(1) if is_up else u64(0))) * u64(10)
    return ten if is_ten else s + (u64(1) if is_above else u64(0)), k


@part
def decimal(value):
    """A float64 as a word and E: with the digits d_0 d_1 ... d_16 it is d_0.d_1 ... 10^E.

    The word has eight digits in its first 27 bits, eight in the next, and d_0; its last bit is set for a minus.
    Where E is `SPECIAL` the others have what is in the text instead: 0.0, inf or nan.
    """
    u = bits(value)
    sign, u = u & ~_SIZE, u & _SIZE
    if u == u64(0):
        return sign | _ZERO, i64(SPECIAL)
    if u >= _INFINITY:
        return (sign | _INF, i64(SPECIAL)) if u == _INFINITY else (_NAN, i64(SPECIAL))
    s, E = shortest(u)
    is_short = s < u64(10**16)  # of 16 digits
    s, E = s * u64(10) if is_short else s, E + (15 if is_short else 16)
    while s < u64(10**16):  # of a subnormal number
        s *= u64(10)
        E -= 1
    first = s // u64(10**16)
    s -= first * u64(10**16)
    upper = s // u64(10**8)
    return sign | first << u64(54) | upper << u64(27) | s - upper * u64(10**8), E


@part
def put(out, at, word, E, point):
    """Write the text of what `decimal` gives from a place on, with the byte `point` for its point; the place behind."""
    out[at] = 45  # -, unless something else comes there
    at += i64(word >> u64(63))
    if E == SPECIAL:
        store(out, at, word & _SIZE)
        if word & _SIZE == _ZERO:
            out[at + 1] = point
        return at + 3
    first, upper, lower = (word >> u64(54) & u64(15)) + u64(48), word >> u64(27) & _EIGHT, word & _EIGHT
    if -4 <= E <= 0:  # 0.00ddd or d.ddd: as many zeros, all digits; the point goes behind the first of them
        store(out, at + 1, _ZEROS)
        out[at + 1 - E] = first
        n = 1 + put_sixteen(out, at + 2 - E, upper, lower)
        out[at], out[at + 1] = first if E == 0 else u64(48), point
        return at + 1 - E + max(n, 2 if E == 0 else 1)
    out[at] = first
    if 0 < E < 16:
        n = 1 + put_sixteen(out, at + 1, upper, lower)
        behind, behind_2 = load(out, at + E + 1), load(out, at + E + 9)
        out[at + E + 1] = point
        store(out, at + E + 2, behind)
        store(out, at + E + 10, behind_2)
        return at + 1 + max(n, E + 2)
    out[at + 1] = point
    n = 1 + put_sixteen(out, at + 2, upper, lower)
    return _put_exponent(out, at + (n + 1 if n > 1 else 1), E)


@part
def _put_exponent(out, at, E):
    """Write e-05, e+16 or e+100."""
    out[at], out[at + 1] = 101, 45 if E < 0 else 43
    E = abs(E)
    at += 2
    if E >= 100:
        out[at] = 48 + E // 100
        at += 1
    out[at], out[at + 1] = 48 + E // 10 % 10, 48 + E % 10
    return at + 2
