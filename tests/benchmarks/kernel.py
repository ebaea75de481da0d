"""Value and gradient of a batch: netgrad against torch, JAX and what the hardware allows.

    pip install -e '.[bench,fast]' && python tests/benchmarks/kernel.py [--rounds 7] [--activations sigmoid,relu]

Without the extra `fast`, or with --plain, numpy does it. A row is a network, a column a way to do it; figures are times
as multiples of netgrad's in the same run, the fastest of all rounds each. Peers are given what suits them: torch the
points in one piece and in blocks of several sizes, JAX jit and vmap, both all cores. The limit is what the GEMMs' flops
take at measured GEMM speed plus one exponential for each unit at the measured speed of numpy's, on all cores.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import functools
import time
from collections.abc import Callable
from itertools import pairwise
from threading import Thread

import numpy as np

from netgrad.compiled import ready
from netgrad.core import machine
from netgrad.core.backprop import value_and_grad
from netgrad.core.network import Network

CASES = [
    ((2, 3, 2, 1), 1_000_000),
    ((8, 64, 64, 1), 200_000),
    ((784, 512, 512, 1), 10_000),
    ((100, *[256] * 6, 1), 20_000),
]
BLOCKS = (256, 1024, 4096, 16384)
JOBS = len(os.sched_getaffinity(0))
ACTIVATIONS = ("sigmoid", "relu", "tanh", "gelu")


def network(sizes: tuple[int, ...], dtype: str, activation: str) -> Network:
    rng = np.random.default_rng(1)
    pairs = [(rng.standard_normal((n, k)) / np.sqrt(k), rng.standard_normal(n)) for k, n in pairwise(sizes)]
    return Network.of(pairs, activation).astype(dtype)


def torch_ways(net: Network, X: np.ndarray) -> dict[str, Callable[[], object]]:
    import torch

    sigma = {"gelu": torch.nn.functional.gelu}.get(activation := net.layers[0].activation) or getattr(torch, activation)
    W = [torch.tensor(layer.W) for layer in net.layers]
    b = [torch.tensor(layer.b) for layer in net.layers]
    points = torch.tensor(X)

    def run(size: int) -> None:
        for i in range(0, len(points), size):
            x = points[i : i + size].clone().requires_grad_(True)
            a = x
            for W_l, b_l in zip(W, b, strict=True):
                a = sigma(torch.addmm(b_l, a, W_l.T))
            torch.autograd.grad(a.sum(), x)

    ways = {f"torch in blocks of {size}": lambda size=size: run(size) for size in BLOCKS if size < len(X)}
    return {"torch in one piece": lambda: run(len(X)), **ways}


def jax_ways(net: Network, X: np.ndarray) -> dict[str, Callable[[], object]]:
    import jax

    jax.config.update("jax_enable_x64", True)
    named = getattr(jax.nn, net.layers[0].activation)
    sigma = functools.partial(named, approximate=False) if named is jax.nn.gelu else named
    layers = [(jax.numpy.array(layer.W), jax.numpy.array(layer.b)) for layer in net.layers]

    def a(x):
        for W, b in layers:
            x = sigma(W @ x + b)
        return x[0]

    f = jax.jit(jax.vmap(jax.value_and_grad(a)))
    points = jax.numpy.array(X)
    blocks = {size: [points[i : i + size] for i in range(0, len(X), size)] for size in BLOCKS if size < len(X)}
    for parts in blocks.values():  # compiled before it is timed
        jax.block_until_ready([f(part) for part in parts])
    jax.block_until_ready(f(points))
    ways = {
        f"JAX in blocks of {size}": lambda parts=parts: jax.block_until_ready([f(part) for part in parts])
        for size, parts in blocks.items()
    }
    return {"JAX in one piece": lambda: jax.block_until_ready(f(points)), **ways}


def limit(net: Network, m: int) -> Callable[[], float]:
    """A function that measures the speed of GEMM and exp, and gives the seconds that m points need at that speed."""
    n = 768
    A = np.ones((n, n), net.dtype)
    x = np.linspace(-4, 4, 1 << 15, dtype=net.dtype)
    multiplications = 2 * sum(layer.W.size for layer in net.layers)
    units = sum(net.sizes[1:])

    def on_all_cores(f: Callable[[np.ndarray], object], shape: tuple[int, ...]) -> float:
        outs = [np.empty(shape, net.dtype) for _ in range(JOBS)]
        threads = [Thread(target=f, args=(out,)) for out in outs]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - start

    def seconds() -> float:
        gemm = on_all_cores(lambda out: np.matmul(A, A, out=out), A.shape) / (JOBS * n**3)
        exp = on_all_cores(lambda out: [np.exp(x, out=out) for _ in range(32)], x.shape) / (JOBS * 32 * x.size)
        return m * (multiplications * gemm + units * exp)

    return seconds


def measure(sizes: tuple[int, ...], m: int, dtype: str, activation: str, rounds: int) -> dict[str, float]:
    net = network(sizes, dtype, activation)
    X = np.random.default_rng(2).standard_normal((m, sizes[0])).astype(dtype)
    ways = {f"netgrad, {JOBS} threads": lambda: value_and_grad(net, X, jobs=JOBS)}
    if JOBS > 1:
        ways["netgrad, 1 thread"] = lambda: value_and_grad(net, X)
    ways |= torch_ways(net, X) | jax_ways(net, X)
    best = dict.fromkeys([*ways, "limit"], np.inf)
    fastest_possible = limit(net, m)
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - start)
        best["limit"] = min(best["limit"], fastest_possible())
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--activations", default=",".join(ACTIVATIONS))
    parser.add_argument("--plain", action="store_true", help="by numpy alone")
    given = parser.parse_args()
    if given.plain:
        machine.UNITS = 1 << 60
    else:
        print("layers:", ready.loops("layers", wait=True) and ready.state("layers"), end="; ")
        print("nets:", ready.loops("nets", wait=True) and ready.state("nets"))
    for dtype in ("float64", "float32"):
        for activation in given.activations.split(","):
            for sizes, m in CASES:
                show(
                    f"{activation} {'-'.join(map(str, sizes))}",
                    m,
                    dtype,
                    measure(sizes, m, dtype, activation, given.rounds),
                )


def show(name: str, m: int, dtype: str, best: dict[str, float]) -> None:
    own = best[f"netgrad, {JOBS} threads"]
    print(f"{name}, {m:,} points, {dtype}: netgrad {own:.4f} s with {JOBS} threads; others as multiples of that")
    for peer in ("netgrad, 1 thread", "torch in one piece", "torch in blocks", "JAX", "limit"):
        found = [(t, way) for way, t in best.items() if way.startswith(peer)]
        if found:
            t, way = min(found)
            print(f"    {t / own:5.2f}  {way}", flush=True)


if __name__ == "__main__":
    main()
