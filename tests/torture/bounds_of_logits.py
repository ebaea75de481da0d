"""Bounds on logits, margins and their gradients, tried to be broken.

    python tests/torture/bounds_of_logits.py [CASES] [SEED]

Random networks, saturated and deep, at random points; each number is held against 50 digits. Exit code 1 where a bound
does not hold.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "core"))

from nets import random_net
from oracle import mpf
from test_logits import DIGITS, exact

from netgrad.bounds.certified import value_and_grad_bounds
from netgrad.core.activations import SIGMA
from netgrad.core.logits import logits, margin

POINTS = 8


def cases(rng):
    """Numbers, bounds and what is right, for one random network."""
    sizes = (3, *rng.integers(1, 6, size=rng.integers(1, 5)).tolist(), 3)
    hidden = rng.choice(sorted(set(SIGMA) - {"softmax"}))
    net = random_net(sizes, 10 ** rng.uniform(-1, 2), int(rng.integers(1 << 30)), str(hidden), last="softmax")
    X = rng.normal(size=(POINTS, 3)) * 10 ** rng.uniform(-2, 1)
    for changed, k, asked in ((logits(net), 1, (1, None)), (margin(net, 2, 0), 0, (2, 0))):
        with np.errstate(all="ignore"):
            found = value_and_grad_bounds(changed, X, k)
        for i, x in enumerate(X.tolist()):
            value, gradient = exact(net, x, *asked)
            yield from zip(
                [found.a[i], *found.grad[i]], [found.a_err[i], *found.grad_err[i]], [value, *gradient], strict=True
            )


def main(most=100_000, seed=0):
    rng = np.random.default_rng(seed)
    seen = broken = 0
    while seen < most:
        for number, bound, value in cases(rng):
            seen += 1
            held = abs(mpf(float(number)) - value) <= mpf(float(bound)) + DIGITS * abs(value)
            broken += not (held or bound == np.inf)
    print(f"{seen} bounds, {broken} broken")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
