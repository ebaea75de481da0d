"""Time to load 667 k numbers from YAML, against `yaml.load(text, CSafeLoader)`; the promise is a quarter.

python tests/benchmarks/yaml_numbers.py
"""

import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import yaml

import netgrad

ROUNDS = 5


def seconds(f):
    start = time.perf_counter()
    f()
    return time.perf_counter() - start


def main():
    rng = np.random.default_rng(1)
    sizes = (784, 512, 512, 1)
    pairs = [(rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in pairwise(sizes)]
    net = netgrad.Network.of(pairs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.yaml"
        netgrad.save(net, path)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(seconds(lambda: netgrad.load(path)))
            theirs.append(seconds(lambda: yaml.load(path.read_text(), yaml.CSafeLoader)))
    print(f"{net.parameters} numbers: netgrad {min(ours):.2f} s, CSafeLoader {min(theirs):.2f} s")
    print(f"ratio {min(ours) / min(theirs):.3f}, promised 0.250")


if __name__ == "__main__":
    main()
