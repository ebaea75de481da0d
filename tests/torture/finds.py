"""What a sweep has checked, and what it has found."""

import random
from collections import Counter

cases, finds = Counter[str](), []
rng = random.Random(2019)


def check(kind: str, holds: bool, what: object) -> None:
    cases[kind] += 1
    if not holds:
        finds.append((kind, what))
        print(f"FIND {kind}: {what!r}"[:400], flush=True)
