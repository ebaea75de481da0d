"""Train the same networks with squared error and with cross-entropy, and count the epochs that each needs.

The paper's ten points (2-3-3-1, one point a step) and breast cancer (30-16-8-1, 32 rows a step, every fourth row
held out), sigmoid throughout, by plain stochastic gradient and by Adam. Each of SEEDS initial networks is trained with
both losses from two starts: as drawn, where a is near 1/2, and with the output's bias at WRONG, where a is near 0 for
every point, so that each point of class 1 is confidently wrong. Squared error has the smaller gradient and wants the
larger learning rate, so each loss has the rate of RATES that takes it to 99 % in the fewest epochs; a third row shows
squared error at the rate of cross-entropy. From the top of the repository:

    python sample_nets/train_both_losses.py

prints a table in about two minutes (--quick: a small one in seconds). It needs numpy and the two CSV files. Training
amplifies rounding, so nothing is left to a BLAS or a libm: sums have one order, and exp is made of operations that
IEEE 754 rounds in one way. Every processor prints the same table.
"""

import csv
import math
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

FOLDER = Path(__file__).parent
LOSSES = ("cross-entropy", "squared error")
STARTS = ("good", "wrong")
RATES = {
    "gradient": np.array([0.1, 0.3, 1, 3, 10, 30, 100]),
    "Adam": np.array([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]),
}
SEEDS = 9
ROWS = 32  # at once: what fits a cache
WRONG = -10.0  # z[L] of the wrong start, but for what W[L] a[L-1] adds: a = 5e-5
GOALS = (0.90, 0.95, 0.99)
MEAN, SQUARE, TINY = 0.9, 0.999, 1e-8  # beta_1, beta_2 and epsilon of Adam
LN2 = (0.693147180369123816490, 1.90821492927058770002e-10)  # the first has 32 bits, so that k times it is exact


class Task(NamedTuple):
    """Data to learn, X of shape (m, n_1) and y of shape (m,), and how."""

    name: str
    sizes: tuple[int, ...]
    X: np.ndarray
    y: np.ndarray
    held_out: np.ndarray  # (m,), which rows are not trained on
    batch: int
    epochs: int


class Runs(NamedTuple):
    """What became of the networks, for each loss, start, seed and rate."""

    epochs: np.ndarray  # (2, 2, seeds, rates, goals) to each goal, inf where never
    held_out: np.ndarray  # (2, 2, seeds, rates), accuracy on the held-out rows after the last epoch, nan without any


def exp(z):
    """exp(z) for |z| <= 700, within 2 units in the last place, with the same bits everywhere."""
    k = np.rint(z * (1 / LN2[0]))
    r = (z - k * LN2[0]) - k * LN2[1]
    term = np.full_like(r, 1 / math.factorial(13))
    for n in range(12, -1, -1):  # Taylor: |r| < 0.35, and 0.35^14 / 14! < 5e-18
        term *= r
        term += 1 / math.factorial(n)
    return np.ldexp(term, k.astype(np.int32))


def sigma(z):
    """1/(1+exp(-z))."""
    return 1 / (1 + exp(-np.clip(z, -700, 700)))


def product(A, B):
    """A B of each run, (n, k, runs) and (k, m, runs), summed in the order of k."""
    C = A[:, :1] * B[:1]
    term = np.empty_like(C)
    for k in range(1, len(B)):
        C += np.multiply(A[:, k : k + 1], B[k : k + 1], out=term)
    return C


def start(sizes, seeds):
    """W[l], (n_l, n_{l-1}, runs), and b[l], (n_l, 1, runs): runs by loss, start, seed and rate."""
    nets = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)  # uniform, of variance 1/n_{l-1}
        nets += [[(2 * rng.random((n, before)) - 1) * np.sqrt(3 / before) for before, n in pairwise(sizes)]]
    layers = [np.repeat(np.stack(Ws, axis=-1), len(RATES["Adam"]), axis=-1) for Ws in zip(*nets, strict=True)]
    net = [(np.tile(W, 4), np.zeros((len(W), 1, 4 * W.shape[-1]))) for W in layers]
    net[-1][1].reshape(2, 2, -1)[:, STARTS.index("wrong")] = WRONG
    return net


def forward(net, X):
    """a[1], ..., a[L], each of shape (n_l, m, runs), for points X, shape (m, n_1)."""
    a = [X.T[:, :, np.newaxis]]
    for W, b in net:
        a.append(sigma(product(W, a[-1]) + b))
    return a


def gradients(net, X, y):
    """Gradients of the mean loss of the points with respect to W[l] and b[l]; half of the runs have squared error."""
    a = forward(net, X)
    delta = a[-1] - y[:, np.newaxis]  # that of cross-entropy
    squared = np.s_[..., delta.shape[-1] // 2 :]
    delta[squared] *= a[-1][squared] * (1 - a[-1][squared])
    ones = np.ones((len(X), 1, 1))
    found = []
    for (W, _), below in zip(reversed(net), a[-2::-1], strict=True):
        found.append((product(delta, below.transpose(1, 0, 2)) / len(X), product(delta, ones) / len(X)))
        if below is not a[0]:
            delta = product(W.transpose(1, 0, 2), delta) * below * (1 - below)
    return found[::-1]


def gradient(arrays) -> Callable:
    """Steps of plain stochastic gradient: the gradients as they are."""
    return lambda gradients: gradients


def adam(arrays) -> Callable:
    """Steps of Adam (Kingma & Ba 2015, algorithm 1) as a function of gradients, which it remembers."""
    m, v = ([np.zeros_like(array) for array in arrays] for _ in range(2))
    powers = np.ones(2)

    def steps(gradients):
        powers[:] *= (MEAN, SQUARE)
        for mean, square, g in zip(m, v, gradients, strict=True):
            mean += (1 - MEAN) * (g - mean)
            square += (1 - SQUARE) * (g * g - square)
        return [a / (1 - powers[0]) / (np.sqrt(b / (1 - powers[1])) + TINY) for a, b in zip(m, v, strict=True)]

    return steps


def accuracy(net, X, y):
    """Share of the points whose class is right, shape (runs,)."""
    right = 0
    for i in range(0, len(X), ROWS):
        right += ((forward(net, X[i : i + ROWS])[-1][0] > 0.5) == y[i : i + ROWS, np.newaxis]).sum(axis=0)
    return right / len(X)


def train(task, method, seeds):
    """Runs of a task by a method of RATES."""
    net = start(task.sizes, seeds)
    arrays = [array for layer in net for array in layer]
    rates = np.tile(RATES[method], 4 * seeds)
    steps = {"gradient": gradient, "Adam": adam}[method](arrays)
    X, y = task.X[~task.held_out], task.y[~task.held_out]
    needed = np.full((len(rates), len(GOALS)), np.inf)
    rng = np.random.default_rng(0)  # the same order for all
    for epoch in range(1, task.epochs + 1):
        order = rng.permutation(len(X))
        for i in range(0, len(X), task.batch):
            rows = order[i : i + task.batch]
            found = [array for layer in gradients(net, X[rows], y[rows]) for array in layer]
            for array, step in zip(arrays, steps(found), strict=True):
                array -= rates * step
        reached = accuracy(net, X, y)[:, np.newaxis] >= GOALS
        needed[reached & np.isinf(needed)] = epoch
    final = np.full(len(rates), np.nan)
    if task.held_out.any():
        final = accuracy(net, task.X[task.held_out], task.y[task.held_out])
    shape = (2, 2, seeds, len(RATES[method]))
    return Runs(needed.reshape(*shape, len(GOALS)), final.reshape(shape))


def columns(name, inputs, target, one):
    """Points and y = 1 where the target is `one`, of a CSV file in this folder."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    X = np.array([[float(row[header.index(c)]) for c in inputs or header[2:]] for row in rows])
    return X, np.array([row[header.index(target)] == one for row in rows], np.float64)


def scaled(X, rows):
    """X with mean 0 and standard deviation 1 over those rows."""
    for x in X.T:
        x -= math.fsum(x[rows]) / rows.sum()
        x /= np.sqrt(math.fsum(x[rows] * x[rows]) / rows.sum())
    return X


def tasks(quick):
    """The ten points and breast cancer, scaled by the rows that are trained on."""
    X, y = columns("paper_points.csv", ["x1", "x2"], "class", "A")
    points = Task("ten points", (2, 3, 3, 1), X, y, np.zeros(len(y), bool), 1, 100 if quick else 3000)
    X, y = columns("breast_cancer.csv", None, "diagnosis", "benign")
    held_out = np.arange(1, len(y) + 1) % 4 == 0
    return points, Task("breast cancer", (30, 16, 8, 1), scaled(X, ~held_out), y, held_out, ROWS, 2 if quick else 100)


def best(epochs):
    """Number of the rate with the fewest epochs to 99 %, in the median; then to 95 % and 90 %."""
    medians = np.median(epochs, axis=0)
    return min(range(len(medians)), key=lambda k: tuple(medians[k, ::-1]))


def ranged(values, form):
    """Median, and least and largest value, of the seeds; "-" is never."""
    middle, low, high = ("-" if np.isinf(v) else form(v) for v in (np.median(values), values.min(), values.max()))
    return middle if low == high else f"{middle} ({low} to {high})"


def row(task, method, wrong, loss, k, runs):
    """One line of the table, for rate k."""
    epochs, final = runs.epochs[loss, wrong, :, k], runs.held_out[loss, wrong, :, k]
    reached = f"{np.isfinite(epochs[:, -1]).sum()} of {len(epochs)}"
    held_out = ranged(100 * final, "{:.1f}".format) if task.held_out.any() else ""
    counts = [ranged(epochs[:, goal], "{:.0f}".format) for goal in (0, 2)]
    cells = [task.name, method, STARTS[wrong], LOSSES[loss], f"{RATES[method][k]:g}", *counts, reached, held_out]
    return f"| {' | '.join(cells)} |"


def table(quick):
    """Lines of the table in Markdown."""
    head = ["task", "method", "start", "loss", "rate", "epochs to 90 %", "epochs to 99 %", "reach 99 %", "held out, %"]
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for task in tasks(quick):
        for method in RATES:
            runs = train(task, method, 2 if quick else SEEDS)
            for wrong in (0, 1):
                cross, squared = (best(runs.epochs[loss, wrong]) for loss in (0, 1))
                yield row(task, method, wrong, 0, cross, runs)
                yield row(task, method, wrong, 1, squared, runs)
                yield row(task, method, wrong, 1, cross, runs)


if __name__ == "__main__":
    for line in table(quick="--quick" in sys.argv[1:]):
        print(line, flush=True)
