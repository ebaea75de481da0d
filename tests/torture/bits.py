"""The bits of a point: alone and among others, in every order, layout and cut, with any number of threads.

    python tests/torture/bits.py [--networks 300] [--seed 0]

Random networks, narrow, wide and deep, with every activation, on each type of processor that this one can pass for,
with 1, 2 and 8 threads of BLAS, and without the newer instructions that numpy chooses. A find is a number of some
points that is not, to the last bit, what it is among all of them.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "core"))

import numpy as np
from nets import random_net
from test_processors import CORE_TYPES, can_be

from netgrad.analysis.integrated import integrated_gradients
from netgrad.bounds.certified import value_and_grad_bounds
from netgrad.bounds.condition import condition
from netgrad.core import activations
from netgrad.core.backprop import evaluate, jacobian, value_and_grad
from netgrad.core.directions import directional, hessian_times
from netgrad.core.hessian import hessian
from netgrad.core.logits import logits
from netgrad.core.network import Scaling
from netgrad.errors import UsageError

SIGMAS = sorted({*activations.SIGMA, "relu(6)", "leaky_relu(0.2)", "elu(0.5)"} - {"softmax"})
SOME = {"attribution": 15, "bounds": 40, "condition": 200, "hessian": 300, "jacobian": 300}  # points at most
WIDTHS = [1, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 96, 100, 127, 128, 129, 200, 256, 300]


def new_network(rng):
    depth = int(rng.choice([1, 1, 2, 2, 3, 4, 7, 12]))
    sizes = [int(rng.choice(WIDTHS[: 12 if depth > 4 else None])) for _ in range(depth)]
    last = int(rng.choice([1, 1, 1, 2, 3, 10]))
    sigma = str(rng.choice(SIGMAS))
    sigma_L = str(rng.choice(SIGMAS)) if last == 1 else str(rng.choice(["softmax", "sigmoid", "identity"]))
    scaling = Scaling(rng.normal(size=sizes[0]), rng.uniform(0.5, 2, sizes[0])) if rng.random() < 0.3 else None
    scale = 10 ** rng.uniform(-1, 1) / max(sizes) ** 0.5
    return random_net((*sizes, last), scale, int(rng.integers(1 << 30)), sigma, sigma_L, scaling=scaling)


def questions(net, k):
    """What a command asks of points, by name: functions of X and threads."""
    asked = {
        "value": lambda X, jobs: [evaluate(net, X, jobs)],
        "gradient": lambda X, jobs: value_and_grad(net, X, k, jobs),
        "jacobian": lambda X, jobs: jacobian(net, X, jobs),
        "logit": lambda X, jobs: value_and_grad(logits(net), X, k, jobs),
        "along": lambda X, jobs: directional(net, X, np.arange(1.0, net.sizes[0] + 1), jobs),
        "condition": lambda X, jobs: condition(net, X, k, jobs),
    }
    if net.sizes[0] <= 17:
        asked["hessian"] = lambda X, jobs: hessian(net, X, k, jobs)
        asked["hessian times"] = lambda X, jobs: hessian_times(net, X, np.ones(net.sizes[0]), k, jobs)[1:]
    if net.parameters < 3000:
        asked["bounds"] = lambda X, jobs: value_and_grad_bounds(net, X, k, jobs)
        asked["attribution"] = lambda X, jobs: integrated_gradients(net, X, k=k, jobs=jobs)
    return asked


def answered(f, X):
    """What f gives for points X, or None where there is no answer for these activations."""
    try:
        return f(X, 1)
    except UsageError:
        return None


def bits(array):
    """The bits of an array; nan has one way to be written, and so it has here."""
    return np.where(np.isnan(array), np.nan, array).tobytes()


def parts(rng, m):
    """Rows by name, as indices of all m."""
    yield "all", np.arange(m)
    yield "shuffled", rng.permutation(m)
    for i in {0, m - 1, *rng.integers(m, size=2).tolist()}:
        yield "one", np.array([i])
    for size in rng.integers(2, m, size=3).tolist():
        start = int(rng.integers(m - size))
        yield "some", np.arange(start, start + size)


def layouts(X):
    yield X
    yield np.asfortranarray(X)
    yield np.repeat(np.repeat(X, 2, axis=0), 3, axis=1)[::2, ::3]


def differences(net, rng):
    """How many comparisons were made, and those that failed."""
    widest = max(net.sizes)
    m = int(rng.integers(300, 6000 if widest < 40 else 700))
    X, k = rng.normal(size=(m, net.sizes[0])) * 10 ** rng.uniform(-1, 1), int(rng.integers(net.sizes[-1]))
    X[rng.integers(m, size=3)] *= rng.choice([1e-310, 1e3, 1e160, 1e308], size=(3, 1))
    count, found = 0, []
    for what, f in questions(net, k).items():
        some = X[: SOME.get(what)]
        whole = answered(f, some)
        if whole is None:
            continue
        value = evaluate(net, some)
        if what in ("value", "jacobian") and bits(whole[0]) != bits(value):
            found.append((what, "value alone"))
        for how, rows in parts(rng, len(some)):
            for order, part in enumerate(layouts(some[rows])):
                for jobs in (1, 2):
                    count += 1
                    if any(bits(a) != bits(b[rows]) for a, b in zip(f(part, jobs), whole, strict=True)):
                        found.append((what, how, len(rows), f"layout {order}", f"-j {jobs}"))
    return count, found


def here(networks, seed):
    finds = count = 0
    for number in range(seed, seed + networks):
        rng = np.random.default_rng(number)
        net = new_network(rng)
        with np.errstate(all="ignore"):
            more, found = differences(net, rng)
        count, finds = count + more, finds + len(found)
        for what in found[:5]:
            print(f"FIND seed {number} {net!r} {what}", flush=True)
    print(f"{networks} networks, {count:,} comparisons, {finds} finds", flush=True)
    return finds


def dispatched():
    """Instructions that numpy chooses by name when it runs."""
    try:
        from numpy._core import _multiarray_umath as umath
    except ImportError:  # numpy 1
        from numpy.core import _multiarray_umath as umath
    return [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]]


def processors():
    """Variables that make this processor another one."""
    yield {}
    for threads in ("1", "2", "8"):
        yield {"OPENBLAS_NUM_THREADS": threads}
    for core_type in filter(can_be, CORE_TYPES):
        yield {"OPENBLAS_CORETYPE": core_type, "OPENBLAS_NUM_THREADS": "2"}
    names = dispatched()
    for some in (names, names[-1:], names[len(names) // 2 :]):
        yield {"NPY_DISABLE_CPU_FEATURES": " ".join(some)}
    yield {"NPY_DISABLE_CPU_FEATURES": " ".join(names), "OPENBLAS_CORETYPE": "Prescott"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=300, help="on each processor")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--here", action="store_true", help="on this processor, as it is")
    said = parser.parse_args()
    if said.here:
        return bool(here(said.networks, said.seed))
    wrong = 0
    for k, env in enumerate(processors()):
        print(env or "as it is", flush=True)
        words = ["--here", f"--networks={said.networks}", f"--seed={said.seed + k * said.networks}"]
        wrong += (
            subprocess.run([sys.executable, __file__, *words], env={**os.environ, **env}, check=False).returncode != 0
        )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
