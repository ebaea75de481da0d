"""Hessians against jax.hessian on the networks of `kernel.py`: times in one run, as ratios.

    python tests/benchmarks/hessian.py [ROUNDS]

Both compute value and Hessian of one output at each point in float64, on all cores; JAX has jit and vmap, and blocks of
the size that is best for it. More than 1 means that netgrad is quicker.
"""

import os
import sys
import time
from itertools import pairwise

import jax
import numpy as np
from jax import numpy as jnp

from netgrad.core.hessian import hessian
from netgrad.core.network import Network

jax.config.update("jax_enable_x64", True)

NETWORKS = [((2, 3, 2, 1), 1 << 17), ((8, 64, 64, 1), 1 << 14), ((30, 16, 8, 1), 1 << 14), ((784, 512, 512, 1), 16)]
BLOCKS = [16, 128, 1024, 8192, 1 << 17]


def network(sizes):
    rng = np.random.default_rng(1)
    return Network.of([(rng.normal(size=(n, m)) / m**0.5, rng.normal(size=n)) for m, n in pairwise(sizes)])


def of_jax(net):
    layers = [(jnp.array(layer.W), jnp.array(layer.b)) for layer in net.layers]

    def value(x):
        for W, b in layers:
            x = jax.nn.sigmoid(W @ x + b)
        return x[0]

    both = jax.jit(jax.vmap(lambda x: (value(x), jax.hessian(value)(x))))

    def run(X, block):
        return [jax.block_until_ready(both(X[i : i + block])) for i in range(0, len(X), block)]

    return run


def fastest(f, rounds):
    f()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return min(times)


def main(rounds=5):
    jobs = len(os.sched_getaffinity(0))
    for sizes, m in NETWORKS:
        net, X = network(sizes), np.random.default_rng(2).normal(size=(m, sizes[0]))
        run = of_jax(net)
        theirs = min(fastest(lambda run=run, X=X, b=b: run(X, b), rounds) for b in BLOCKS if b // 8 <= m)
        ours = fastest(lambda net=net, X=X: hessian(net, X, 0, jobs), rounds)
        H = hessian(net, X[:16], 0).H
        off = np.abs(H - np.concatenate([np.asarray(h) for _, h in run(X[:16], 16)])).max() / np.abs(H).max()
        times = f"{ours:7.3f} s, JAX {theirs:7.3f} s, ratio {theirs / ours:5.2f}"
        print(f"{'-'.join(map(str, sizes)):16} {m:7} points: {times}; they differ by {off:.1e}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
