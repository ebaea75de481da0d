"""Values and gradients of random networks against 50 digits: the worst, 99 % and the median of their errors.

    python tests/torture/accuracy.py [--networks 10000] [--seed 0]

Networks of one to seven layers, narrow and wide, weights from small to such that nearly all saturates, each at one
point. gmpy2, where it is installed, makes mpmath several times as quick. The errors, in units of u = 2^-53:

* gradient: the largest error of a component by the largest component, over u (1 + max |z|);
* its terms: the same by the largest sum of the sizes of its terms, |W|^T |D| ... |D| e, over u (1 + s), where s is the
  largest |W| |a| + |b|: what holds where terms of a z or of a component cancel, too;
* value: relative, over u (1 + max |z|);
* its terms: the same by |a| + the sum of |C da/dC| over all weights and biases C, over u;
* precise: the largest error of a number by --precise, in units in its last place: 0.5 is as near as can be.

Left out are numbers whose exact size is below 1e-290. Exit code 1 where one of `its terms` is above LIMIT:
what steep layers make of an error of the z below is in no term of the gradient, so that it is no small one.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import oracle
from nets import random_net
from oracle import mpf, ulps

from netgrad.analysis.checks import scale
from netgrad.bounds.certified import value_and_grad_bounds
from netgrad.bounds.condition import weighted_sum
from netgrad.core.backprop import value_and_grad

U, SMALLEST, LIMIT = 2.0**-53, 1e-290, 100
SMOOTH = ["tanh", "arctan", "softsign", "silu", "gelu", "gelu_tanh", "elu", "selu", "softplus", "relu", "leaky_relu"]


class Errors(NamedTuple):
    """Of one network at one point, in the units above; nan where there is nothing to compare with."""

    gradient: float
    terms: float
    value: float
    value_terms: float
    precise: float


def new_network(rng):
    """A network with one output, its point, and what it is one of."""
    sizes = [int(rng.integers(1, 13)) for _ in range(rng.integers(1, 7))]
    factor = float(rng.choice([0.3, 1, 5, 20, 60, 200]))
    kind = "sigmoid" if rng.random() < 0.7 else str(rng.choice(SMOOTH))
    last = "sigmoid" if kind == "sigmoid" else str(rng.choice(["sigmoid", "identity"]))
    net = random_net((*sizes, 1), factor, int(rng.integers(1 << 30)), kind, last)
    group = f"sigmoid, weights x {factor:g}" if kind == "sigmoid" else kind
    return net, rng.normal(size=(1, sizes[0])) * 10 ** rng.uniform(-1, 1), group


def largest_terms(net, steps):
    """The largest component of |W[l]| |a[l-1]| + |b[l]| over all layers."""
    below = [np.array([float(v) for v in a]) for _, a, _ in steps[:-1]]
    return max(float((np.abs(y.W) @ np.abs(a) + np.abs(y.b)).max()) for y, a in zip(net.layers, below, strict=True))


def errors_of(net, X):
    """Errors of the value and the gradient at the point X, shape (1, n_1)."""
    with np.errstate(all="ignore"):
        (a,), (grad,) = value_and_grad(net, X)
        terms, weight = float(scale(net, X, 0).max()), float(weighted_sum(net, X, 0)[0])
        more = value_and_grad_bounds(net, X, precise=True)
    x = X[0].tolist()
    steps = oracle.layers(net, x)
    exact_a, exact = oracle.value_and_grad(net, x)
    unit = U * (1 + float(max(abs(z_j) for z, _, _ in steps[1:] for z_j in z)))
    off = float(max(abs(mpf(float(g)) - v) for g, v in zip(grad, exact, strict=True)))
    size, off_a = float(max(map(abs, exact))), float(abs(mpf(float(a)) - exact_a))
    return Errors(
        off / size / unit if size > SMALLEST else np.nan,
        off / terms / (U * (1 + largest_terms(net, steps))) if terms > SMALLEST else np.nan,
        off_a / float(abs(exact_a)) / unit if abs(exact_a) > SMALLEST else np.nan,
        off_a / (U * (float(abs(exact_a)) + weight)) if abs(exact_a) > SMALLEST else np.nan,
        max(ulps(*pair) for pair in zip([more.a[0], *more.grad[0]], [exact_a, *exact], strict=True)),
    )


def line(name, found):
    """One row of the table: worst, 99 % and median of each error."""
    cells = []
    for column in np.array(found).T:
        seen = column[~np.isnan(column)]
        worst, most, median = np.quantile(seen, [1, 0.99, 0.5]) if len(seen) else [np.nan] * 3
        cells.append(f"{worst:10.2g} {most:8.2g} {median:8.2g}")
    return f"{name:24}{len(found):7}  " + "  ".join(cells)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    said = parser.parse_args()
    found, beyond = defaultdict(list), 0
    for seed in range(said.seed, said.seed + said.networks):
        net, X, kind = new_network(np.random.default_rng(seed))
        errors = errors_of(net, X)
        found[kind].append(errors)
        if max(errors.terms, errors.value_terms) > LIMIT:
            beyond += 1
            print(f"FIND seed {seed} {net!r}: {errors}", flush=True)
    print("worst, 99 %, median      networks  " + "  ".join(f"{name:>28}" for name in Errors._fields))
    for kind, some in sorted(found.items()):
        print(line(kind, some))
    sigmoids = [errors for kind, some in found.items() if kind.startswith("sigmoid") for errors in some]
    every = [errors for some in found.values() for errors in some]
    print(line("all sigmoids", sigmoids))
    print(line("all", every))
    return bool(beyond)


if __name__ == "__main__":
    sys.exit(main())
