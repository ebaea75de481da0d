"""Verdicts of a classifier: whether it is right, and what squared error tells it where it is confidently wrong."""

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgrad.analysis.losses import Output, one_hot, squared_error
from netgrad.core.arrays import Array

STEPS = 1000  # of log10 of a ratio, for the median: within 0.12 %

Classes = NDArray[np.intp]


class Verdicts(NamedTuple):
    """Of m points; those whose target has no class are neither right nor wrong."""

    kinds: Array  # (n_L + 1,) points of each class, then those whose target is no class; (3,) for n_L = 1
    decided: int  # points whose target is nearest to one class
    right: int
    confidently_wrong: int  # another class than the target's, with a high probability
    ratio: float  # sum over those of |delta[L]| of squared error divided by that of cross-entropy
    ratios: Counter[float]  # how many of them have a ratio of 10^(key/STEPS)


class Decision(NamedTuple):
    """The class of the largest output; for n_L = 1 class 1 where a > 1/2, else class 0."""

    k: Classes  # (m,), -2 where a is nan
    p: Array  # (m,), its probability
    target: Classes  # (m,), the class of the target, -1 where it has none


def decision(out: Output) -> Decision:
    """Decision at m points.

    >>> from netgrad.core.activations import activation
    >>> a = np.array([[0.3]])
    >>> decision(Output(activation("sigmoid"), a, a, a, np.array([[1.0]]), a))
    Decision(k=array([0]), p=array([0.7]), target=array([1]))
    """
    a, y = out.a, out.y
    if a.shape[1] == 1:
        k = np.where(np.isnan(a[:, 0]), -2, a[:, 0] > 0.5).astype(np.intp)
        target = np.where(y[:, 0] == 0.5, -1, y[:, 0] > 0.5)
        return Decision(k, np.maximum(a[:, 0], 1 - a[:, 0]), target.astype(np.intp))
    k, target = a.argmax(axis=1), y.argmax(axis=1)
    tied = (y == y.max(axis=1, keepdims=True)).sum(axis=1) > 1
    k = np.where(np.isnan(a).any(axis=1), -2, k)
    return Decision(k, a.max(axis=1), np.where(tied, -1, target))


def verdicts(out: Output, confident: float) -> Verdicts:
    """Verdicts at m points; confidently wrong are those with a probability of at least `confident`.

    The ratio |J^T (a - y)| / |a - y| is sigma'(z) for one output of sigmoid.
    """
    k, p, target = decision(out)
    right, decided = k == target, target >= 0
    wrong = decided & ~right & (p >= confident) & (out.sigma.probability)
    ratio = _lengths(squared_error(out).delta[wrong]) / _lengths(out.error[wrong])
    sums = [int(which.sum()) for which in (decided, right, wrong)]
    return Verdicts(_kinds(out.y), sums[0], sums[1], sums[2], float(ratio.sum()), _counter(ratio))


def merged(a: Verdicts, b: Verdicts) -> Verdicts:
    """Verdicts over the points of both."""
    return Verdicts(
        a.kinds + b.kinds,
        a.decided + b.decided,
        a.right + b.right,
        a.confidently_wrong + b.confidently_wrong,
        a.ratio + b.ratio,
        a.ratios + b.ratios,
    )


def mean(found: Verdicts) -> float | None:
    """Mean of the ratio over the points that are confidently wrong; None where there are none."""
    return found.ratio / found.confidently_wrong if found.confidently_wrong else None


def median(found: Verdicts) -> float | None:
    """Median of the ratio over the points that are confidently wrong, to three digits; None where there are none."""
    if not found.confidently_wrong:
        return None
    keys = sorted(found.ratios)
    ends = np.cumsum([found.ratios[key] for key in keys])
    places = (found.confidently_wrong - 1) // 2, found.confidently_wrong // 2
    middle = [10 ** (keys[int(np.searchsorted(ends, place, side="right"))] / STEPS) for place in places]
    return float(f"{sum(middle) / 2:.3g}")


def _kinds(y: Array) -> Array:
    """Counts of targets that are 1 for one output and 0 for the others, for n_L = 1 of 0 and of 1; the rest last."""
    shares = y if y.shape[1] > 1 else np.column_stack([1 - y, y])
    n = shares.shape[1]
    return np.bincount(np.where(one_hot(shares), shares.argmax(axis=1), n), minlength=n + 1).astype(np.float64)


def _lengths(V: Array) -> Array:
    """Euclidean length of each row of V, shape (m, n); squares would underflow."""
    return np.asarray(np.hypot.reduce(V, axis=1))


def _counter(ratio: Array) -> Counter[float]:
    with np.errstate(divide="ignore"):  # 10^-inf = 0 is right
        keys, counts = np.unique(np.rint(STEPS * np.log10(ratio)), return_counts=True)
    return Counter(dict(zip(keys.tolist(), counts.tolist(), strict=True)))
