"""Train the same network with squared error and with cross-entropy, and count the epochs that each needs.

The paper's ten points (2-3-3-1, one point a step) and breast cancer (30-16-8-1, 32 rows a step, every fourth row
held out), sigmoid throughout, plain stochastic gradient. Each of SEEDS initial networks is trained with both
losses from two starts: as drawn, where a is near 1/2, and with the output's bias at WRONG, where a is near 0 for
every point, so that each point of class 1 is confidently wrong. Squared error has the smaller gradient and wants the
larger learning rate, so each loss has the rate of RATES that takes it to 99 % in the fewest epochs; a third row shows
squared error at the rate of cross-entropy. From the top of the repository:

    python sample_nets/train_both_losses.py

prints a table in about two minutes (--quick: a small one in seconds). It needs numpy and the two CSV files.
"""

import csv
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

FOLDER = Path(__file__).parent
RATES = np.array([0.03, 0.1, 0.3, 1, 3, 10, 30, 100])
SEEDS = 9
WRONG = -10.0  # z[L] of the wrong start, but for what W[L] a[L-1] adds: a = 5e-5
GOALS = (0.90, 0.95, 0.99)


class Task(NamedTuple):
    """Data to learn, X of shape (m, n_1) and y of shape (m,), and how."""

    name: str
    sizes: tuple[int, ...]
    X: np.ndarray
    y: np.ndarray
    held_out: np.ndarray  # (m,), which rows are not trained on
    batch: int
    epochs: int


def sigma(z):
    """1/(1+exp(-z)); exp may overflow to inf, which is right."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def start(sizes, seeds, wrong):
    """W[l], (runs, n_l, n_{l-1}), and b[l], (runs, n_l, 1): network s of `seeds` once for each rate."""
    nets = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        nets += [[(rng.normal(0, before**-0.5, (n, before)), np.zeros((n, 1))) for before, n in pairwise(sizes)]]
        nets[-1][-1][1][:] = WRONG if wrong else 0
    layers = [[np.stack(arrays) for arrays in zip(*layer, strict=True)] for layer in zip(*nets, strict=True)]
    return [tuple(np.repeat(array, len(RATES), axis=0) for array in layer) for layer in layers]


def forward(net, X):
    """a[1], ..., a[L], each of shape (runs, n_l, m), for points X, shape (m, n_1)."""
    a = [np.broadcast_to(X.T, (len(net[0][0]), *X.T.shape))]
    for W, b in net:
        a.append(sigma(W @ a[-1] + b))
    return a


def step(net, X, y, loss, rates):
    """Change W[l] and b[l] in place by -rate times the gradient of the mean loss of the points."""
    a = forward(net, X)
    delta = a[-1] - y  # that of cross-entropy
    if loss == "squared error":
        delta = delta * a[-1] * (1 - a[-1])
    for (W, b), below in zip(reversed(net), a[-2::-1], strict=True):
        down = W.transpose(0, 2, 1) @ delta * below * (1 - below)  # with the W of this step, so before it changes
        W -= rates * (delta @ below.transpose(0, 2, 1)) / len(X)
        b -= rates * delta.mean(axis=2, keepdims=True)
        delta = down


def accuracy(net, X, y):
    """Share of the points whose class is right, shape (runs,)."""
    return ((forward(net, X)[-1][:, 0] > 0.5) == y).mean(axis=1)


def train(task, loss, wrong, seeds):
    """Epochs to each goal, shape (seeds, rates, goals), inf where never, and the final accuracy on held-out rows."""
    net = start(task.sizes, seeds, wrong)
    rates = np.tile(RATES, seeds)[:, np.newaxis, np.newaxis]
    X, y = task.X[~task.held_out], task.y[~task.held_out]
    needed = np.full((len(rates), len(GOALS)), np.inf)
    rng = np.random.default_rng(0)  # the same order for both losses
    for epoch in range(1, task.epochs + 1):
        order = rng.permutation(len(X))
        for i in range(0, len(X), task.batch):
            rows = order[i : i + task.batch]
            step(net, X[rows], y[rows], loss, rates)
        reached = accuracy(net, X, y)[:, np.newaxis] >= GOALS
        needed[reached & np.isinf(needed)] = epoch
    final = np.full(len(rates), np.nan)
    if task.held_out.any():
        final = accuracy(net, task.X[task.held_out], task.y[task.held_out])
    return needed.reshape(seeds, len(RATES), len(GOALS)), final.reshape(seeds, len(RATES))


def columns(name, inputs, target, one):
    """Points and y = 1 where the target is `one`, of a CSV file in this folder."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    X = np.array([[float(row[header.index(c)]) for c in inputs or header[2:]] for row in rows])
    return X, np.array([row[header.index(target)] == one for row in rows], np.float64)


def tasks(quick):
    """The ten points and breast cancer, scaled by the rows that are trained on."""
    X, y = columns("paper_points.csv", ["x1", "x2"], "class", "A")
    points = Task("ten points", (2, 3, 3, 1), X, y, np.zeros(len(y), bool), 1, 100 if quick else 3000)
    X, y = columns("breast_cancer.csv", None, "diagnosis", "benign")
    held_out = np.arange(1, len(y) + 1) % 4 == 0
    X = (X - X[~held_out].mean(axis=0)) / X[~held_out].std(axis=0)
    return points, Task("breast cancer", (30, 16, 8, 1), X, y, held_out, 32, 3 if quick else 200)


def best(needed):
    """Number of the rate with the fewest epochs to 99 %, in the median; then to 95 % and 90 %."""
    medians = np.median(needed, axis=0)
    return min(range(len(RATES)), key=lambda k: tuple(medians[k, ::-1]))


def row(task, wrong, what, k, needed, final):
    """One line of the table: rate k, medians over the networks, how many reach 99 %, accuracy on held-out rows."""
    epochs = ["-" if np.isinf(n) else f"{n:.0f}" for n in np.median(needed[:, k], axis=0)]
    reached = f"{np.isfinite(needed[:, k, -1]).sum()} of {len(needed)}"
    held_out = f"{np.median(final[:, k]):.1%}" if task.held_out.any() else ""
    cells = [task.name, "wrong" if wrong else "good", what, f"{RATES[k]:g}", *epochs, reached, held_out]
    return f"| {' | '.join(cells)} |"


def table(quick):
    """Lines of the table in Markdown."""
    seeds = 2 if quick else SEEDS
    goals = [f"epochs to {goal:.0%}" for goal in GOALS]
    head = ["task", "start", "loss", "rate", *goals, "reach 99%", "held out"]
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for task in tasks(quick):
        for wrong in (False, True):
            squared, cross = (train(task, loss, wrong, seeds) for loss in ("squared error", "cross-entropy"))
            k = best(cross[0])
            yield row(task, wrong, "cross-entropy", k, *cross)
            yield row(task, wrong, "squared error", best(squared[0]), *squared)
            yield row(task, wrong, "squared error", k, *squared)


if __name__ == "__main__":
    for line in table(quick="--quick" in sys.argv[1:]):
        print(line, flush=True)
