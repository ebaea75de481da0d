"""Bounds on Hessians and on their products with a direction, tried to be broken.

    python tests/torture/bounds_of_hessians.py [COMPONENTS] [SEED]

Random networks of all activations, saturated and deep, with scalings and softmax; each number is held against some 45
digits. Prints how many bounds were tried, how many do not hold, and for each activation the median of bound / error.
Exit code 1 where one does not hold.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bends import violations


def main(most=100_000, seed=0):
    tried = finite = broken = 0
    ratios: dict[str, list[float]] = {}
    while tried < most:
        more, of_them, wrong, name, found = violations(seed)
        tried, finite, broken, seed = tried + more, finite + of_them, broken + len(wrong), seed + 1
        ratios.setdefault(name, []).extend(found)
        for line in wrong:
            print(line, flush=True)
    for name, found in sorted(ratios.items()):
        median = f"{np.median(found):.3g}" if found else "none: every number is exact"
        print(f"{name:18} {len(found):7} numbers with an error, median of bound / error {median}")
    print(f"{tried} bounds, {finite} finite, {broken} broken")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
