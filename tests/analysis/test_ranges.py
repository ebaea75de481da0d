"""Points outside the scaling's range, by parts and by hand."""

from functools import reduce
from operator import add

import numpy as np

from netgrad.analysis.ranges import Range, range_of
from netgrad.core.network import Scaling

SCALING = Scaling(np.array([10.0, 100.0]), np.array([2.0, 5.0]))
X = np.array([[18.0, 100.0], [10.0, 80.0], [1.5, 100.0], [10.0, 121.25], [np.nan, 200.0]])


def test_rows_are_counted_beyond_k_and_not_at_it():
    assert range_of(SCALING, 4.0, X) == Range(5, 3, 1, 20.0)
    assert range_of(SCALING, 4.0, X[:2]) == Range(2, 0, 0, 4.0)


def test_parts_add_up_to_the_whole():
    parts = [range_of(SCALING, 4.0, X[i : i + 1]) for i in range(len(X))]
    assert reduce(add, parts, range_of(SCALING, 4.0, X[:0])) == range_of(SCALING, 4.0, X)
