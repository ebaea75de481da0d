"""Random bit patterns as text and back, by the compiled codec: the text is that of `repr`, the bits are the same.

    python tests/torture/floats.py [--millions 100] [--seed 1]

Beside them go powers of two and ten with their neighbours, all subnormal numbers of few bits, decimals of few digits,
and halves between two floats, written with up to 800 digits.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from finds import cases, check, finds

from netgrad.compiled import ready
from netgrad.tables import compiled_codec
from netgrad.tables.chunk import Chunk
from netgrad.tables.columns import Layout
from netgrad.tables.compiled_codec import Spans

MANY = 200_000
PLAN = Layout(1, (0,), ("x1",), (), (), None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--millions", type=float, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if ready.loops(compiled_codec.LOOPS, wait=True) is None:
        raise SystemExit(ready.state(compiled_codec.LOOPS))
    rng = np.random.default_rng(args.seed)
    special(rng)
    halves(rng)
    start = time.monotonic()
    for k in range(round(args.millions * 1e6 / MANY)):
        there_and_back("random bits", rng.integers(0, 2**64, MANY, dtype=np.uint64).view(np.float64))
        if k % 50 == 49:
            print(f"{(k + 1) * MANY:,} in {time.monotonic() - start:.0f} s", flush=True)
    for kind, count in cases.items():
        print(f"{count:13,} {kind}: {sum(k == kind for k, _ in finds)} finds")
    return bool(finds)


def there_and_back(kind: str, values: np.ndarray) -> None:
    """The text is that of repr, and what it reads as has the same bits."""
    m = len(values)
    nothing = Chunk(values[:, None], None, Spans(b"", np.zeros((m, 2), np.int64)), b"\n", [])
    text = compiled_codec.encode(nothing, values[:, None], PLAN)
    wanted = ("\n".join(map(repr, values.tolist())) + "\n").encode()
    is_same = text == wanted
    if not is_same:
        pairs = zip(text.split(b"\n"), wanted.split(b"\n"), strict=False)
        check(kind, False, next((pair for pair in pairs if pair[0] != pair[1]), "lengths"))
    finite = np.isfinite(values)
    if not finite.all():
        text = b"".join(line + b"\n" for line in text.split(b"\n")[:-1] if line[-1:] not in b"nf")
    read = compiled_codec.decode(text, 1, PLAN)
    check(kind, read.X.tobytes() == values[finite].tobytes() and isinstance(read.kept, Spans), values[:3])
    cases[kind] += m - 1


def special(rng: np.random.Generator) -> None:
    powers = np.array([2.0**k for k in range(-1074, 1024)] + [float(f"1e{k}") for k in range(-323, 309)])
    for step in range(-3, 4):
        there_and_back("neighbours of powers", (powers.view(np.int64) + step).view(np.float64))
    there_and_back("subnormal", np.arange(1, 1 << 20, dtype=np.uint64).view(np.float64))
    there_and_back("special", np.array([0.0, -0.0, np.nan, -np.nan, np.inf, -np.inf]))
    for digits in range(1, 16):
        few = rng.integers(0, 10**digits, MANY).astype(np.float64)
        there_and_back("integers", np.where(rng.random(MANY) < 0.5, few, -few))
        there_and_back("few digits", few / 10.0 ** rng.integers(0, 22, MANY))


def halves(rng: np.random.Generator) -> None:
    """Decimals at, right above and right below what is half way between two floats."""
    from decimal import Decimal, localcontext

    bits = rng.integers(1, 0x7FE << 52, 3000, dtype=np.uint64)
    with localcontext() as context:
        context.prec = 800
        for low, high in zip(bits.view(np.float64).tolist(), (bits + 1).view(np.float64).tolist(), strict=True):
            half = (Decimal(low) + Decimal(high)) / 2
            for text in (f"{half:e}", f"{half + Decimal('1e-700') * half:e}", f"{half - Decimal('1e-700') * half:e}"):
                read = compiled_codec.decode(text.encode() + b"\n", 1, PLAN).X[0, 0]
                check("halves", read == float(text), text)


if __name__ == "__main__":
    raise SystemExit(main())
