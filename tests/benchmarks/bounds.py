"""How close the bounds of --bounds come to the errors: the ratio of the two for each activation.

    PYTHONPATH=tests python tests/benchmarks/bounds.py [--float64]

One row for each activation: the median, the 90 % quantile and the largest bound / error over values and gradients of
random networks 3-8-8-1 and 2-3-2-1 with weights from scale * N(0, 1), scale 1 to 200, against 50 digits. Components
whose exact value is 0 or whose error is 0 or below 1e-300 are left out. With --float64, centres have 53 bits, as on
platforms whose long double is a float64.
"""

import argparse

import numpy as np
import oracle
from nets import random_net, random_points

from netgrad.bounds import balls
from netgrad.bounds.certified import value_and_grad_bounds
from netgrad.core.activations import SIGMA

SCALES, POINTS, SMALLEST = (1, 5, 20, 60, 200), 6, 1e-300


def ratios(net, X, k):
    """bound / error of each component."""
    bounded = value_and_grad_bounds(net, X, k)
    for x, a, a_err, grad, grad_err in zip(X, *bounded, strict=True):
        value, gradient = oracle.value_and_grad(net, x.tolist(), k or 0)
        for computed, bound, exact in [(a, a_err, value), *zip(grad, grad_err, gradient, strict=True)]:
            error = abs(oracle.mpf(float(computed)) - exact)
            if error > SMALLEST:
                yield float(bound / error)


def main():
    """One table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--float64", action="store_true")
    if parser.parse_args().float64:
        balls.Extended = np.float64
    print(f"{'activation':14}{'median':>10}{'90 %':>10}{'largest':>10}{'number':>8}")
    for activation in SIGMA:
        softmax, found = activation == "softmax", []
        for seed, scale in enumerate(SCALES):
            for sizes in ((2, 3, 2), (3, 8, 8)):
                shape = (*sizes, 3 if softmax else 1)
                net = random_net(shape, scale, seed, "tanh" if softmax else activation, activation)
                found += ratios(net, random_points(POINTS, sizes[0], seed), 1 if softmax else None)
        median, most, largest = np.quantile(found, [0.5, 0.9, 1])
        print(f"{activation:14}{median:10.3g}{most:10.3g}{largest:10.3g}{len(found):8}")


if __name__ == "__main__":
    main()
