"""Bounds of networks that overflow and underflow inside, against 700 digits.

python tests/torture/bounds.py [--components 100000] [--seed 0]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from extremes import violations


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--components", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    seed, count, finite, wrong = arguments.seed, 0, 0, 0
    while count < arguments.components:
        more, of_them, found = violations(seed)
        count, finite, wrong, seed = count + more, finite + of_them, wrong + len(found), seed + 1
        for line in found:
            print(line, flush=True)
    print(f"{count} components of {seed - arguments.seed} networks, {finite} with a finite bound: {wrong} do not hold")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
