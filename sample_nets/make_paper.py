"""Train the network of the paper's section 6 and its sibling with one output, by stochastic gradient.

Higham & Higham, Deep Learning: An Introduction for Applied Mathematicians, SIAM Review 61(4), 2019: ten
points in the plane, five of class A and five of class B; weights and biases start as 0.5 N(0, 1); each step
takes one point at random, with a learning rate of 0.05. From the top of the repository, with netgrad
installed:

    python sample_nets/make_paper.py

writes paper_2_2_3_2.yaml, paper_2_3_3_1.yaml and paper_points.csv beside this file. It needs numpy and
netgrad, and about a minute and a half. A second run on the same machine gives the same bytes; another
processor or another numpy may round differently, and hundreds of thousands of steps make that visible.
"""

import time
from itertools import pairwise
from pathlib import Path

import numpy as np

import netgrad

FOLDER = Path(__file__).parent
X = np.array([[0.1, 0.1], [0.3, 0.4], [0.1, 0.5], [0.6, 0.9], [0.4, 0.2],
              [0.6, 0.3], [0.5, 0.6], [0.9, 0.2], [0.4, 0.4], [0.7, 0.6]])  # fmt: skip
CLASSES = "AAAAABBBBB"
Y = np.array([[c == "A", c == "B"] for c in CLASSES], np.float64)  # targets: A is (1, 0), B is (0, 1)
RATE = 0.05
SEED = 2
# The paper's netbp.m plots the plain sum of the squared errors, without 1/2 and 1/N: that is below 1e-3 too.
GOAL = 1e-3 / (2 * len(X))
CHECK = 1000  # steps between two looks at the cost


def sigma(z):
    """1/(1+exp(-z))."""
    return 1 / (1 + np.exp(-z))


def cost(net, Y):
    """Mean over the ten points of ||y - a[L]||^2 / 2."""
    A = X
    for W, b in net:
        A = sigma(A @ W.T + b)
    return np.mean(np.sum((Y - A) ** 2, axis=1)) / 2


def start(sizes, rng):
    """W[l], b[l] for l = 2, ..., L with entries 0.5 N(0, 1)."""
    return [(rng.normal(0, 0.5, (n, before)), rng.normal(0, 0.5, n)) for before, n in pairwise(sizes)]


def step(net, x, y):
    """Change W[l] and b[l] in place by -RATE times the gradient of ||y - a[L]||^2 / 2 at one point."""
    a = [x]
    for W, b in net:
        a.append(sigma(W @ a[-1] + b))
    above = a[-1] - y
    for (W, b), a_before, a_here in zip(reversed(net), a[-2::-1], a[:0:-1], strict=True):
        delta = a_here * (1 - a_here) * above
        above = W.T @ delta  # with the W of this step, so before it changes
        W -= RATE * np.outer(delta, a_before)
        b -= RATE * delta


def train(sizes, Y):
    """Network of these sizes with a cost below GOAL, that cost, and the number of steps it took."""
    rng = np.random.default_rng(SEED)
    net = start(sizes, rng)
    steps = 0
    while (found := cost(net, Y)) >= GOAL:
        for k in rng.integers(len(X), size=CHECK):
            step(net, X[k], Y[k])
        steps += CHECK
    return net, found, steps


def write_network(sizes, outputs):
    """Train a network, write it as YAML with its origin in a comment, and print what it took."""
    began = time.perf_counter()
    net, found, steps = train(sizes, Y[:, : len(outputs)])
    shape = "-".join(map(str, sizes))
    path = FOLDER / f"paper_{shape.replace('-', '_')}.yaml"
    name = f"Higham & Higham (2019), section 6: {shape}"
    netgrad.save(netgrad.Network.of(net, inputs=("x1", "x2"), outputs=outputs, name=name), path)
    origin = (
        f"# The ten points of paper_points.csv, {steps} steps of stochastic gradient, cost {found:.3g}:\n"
        "# written by make_paper.py. Output A is near 1 in class A"
        f"{', B in class B' if 'B' in outputs else ' and near 0 in class B'}.\n"
    )
    path.write_text(origin + path.read_text("utf-8"), "utf-8")
    print(f"{path.name}: {steps} steps, cost {found:.3g}, {time.perf_counter() - began:.0f} s")


def write_points():
    """Write the ten points with their class, and y = 1 for class A."""
    rows = (f"{x1},{x2},{c},{c == 'A':d}\n" for (x1, x2), c in zip(X, CLASSES, strict=True))
    (FOLDER / "paper_points.csv").write_text("x1,x2,class,y\n" + "".join(rows), "utf-8")


if __name__ == "__main__":
    write_points()
    write_network((2, 2, 3, 2), ("A", "B"))
    write_network((2, 3, 3, 1), ("A",))
