"""The loops as they are made for a processor without AVX-512, on one that has it: the same bits.

    PYTHONPATH=src:tests python tests/torture/registers.py [--processor znver2] [--points 2777]

Compiles for the named processor without keeping anything, and compares networks with numpy's passes.
"""

import argparse
import sys

import llvmlite.binding as llvm
import numpy as np
from nets import random_net, random_points

NETS = (
    ((2, 3, 2, 1), "sigmoid", "sigmoid"),
    ((1, 4, 1), "mish", "identity"),
    ((16, 13, 11, 2), "relu", "exp"),
    ((8, 64, 64, 1), "sigmoid", "sigmoid"),
    ((20, 33, 30, 3), "gelu", "softmax"),
    ((700, 300, 9, 3), "tanh", "identity"),
    ((784, 512, 512, 1), "silu", "sigmoid"),
)


def pretend(processor: str) -> None:
    """Have LLVM take this machine for another, without AVX-512."""
    features = llvm.get_host_cpu_features()
    for name in features:
        features[name] = features[name] and not name.startswith(("avx512", "avx10", "evex"))
    llvm.get_host_cpu_features = lambda: features
    llvm.get_host_cpu_name = lambda: processor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processor", default="znver2")
    parser.add_argument("--points", type=int, default=2777)
    asked = parser.parse_args()
    pretend(asked.processor)
    from netgrad.compiled import build, ready, tiles
    from netgrad.core import machine
    from netgrad.core.backprop import jacobian

    for module in ("layers", "nets"):
        ready._loops[module] = ready.Loops(build.codes(module))
    print(f"panels of {tiles.UNITS} units")
    wrong = 0
    for sizes, hidden, last in NETS:
        for of in ("float64", "float32"):
            net, X = random_net(sizes, activation=hidden, last=last).astype(of), random_points(asked.points, sizes[0])
            found = []
            for machine.UNITS in (1 << 60, 0):
                found.append(jacobian(net, X.astype(of)))
            same = all((a == b).all() for a, b in zip(*found, strict=True))
            nets = ready.loops("nets")
            way = "loop" if max(sizes) <= 16 or machine._has_bits_of_blas(net, nets) else "BLAS"
            print("same" if same else "OTHER BITS", way, sizes, of)
            wrong += not same
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
