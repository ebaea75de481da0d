"""Integrated gradients across steep fronts, against the closed form to 50 digits.

python tests/torture/integrated.py [--cases 10000] [--seed 0]
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fronts import outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    seen = Counter[str]()
    for seed in range(arguments.seed, arguments.seed + arguments.cases):
        found = outcome(seed)
        if found.startswith("seed"):
            print(found, flush=True)
            found = "silently wrong"
        seen[found] += 1
    print(", ".join(f"{number} {what}" for what, number in seen.most_common()))
    return seen["silently wrong"] > 0


if __name__ == "__main__":
    sys.exit(main())
