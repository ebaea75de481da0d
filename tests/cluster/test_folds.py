"""Sums over blocks of rows: the same bits for every cut of the points, by here and by tasks."""

import pickle
from functools import partial

import numpy as np
import pytest
from cuttings import NET
from hypothesis import given, settings
from hypothesis import strategies as st

from netgrad.analysis import sensitivity
from netgrad.cluster.driver import Cluster
from netgrad.cluster.engines import Pool
from netgrad.errors import PointsError
from netgrad.results.adding import sensitivities
from netgrad.stream import fold
from netgrad.stream.engine import Points
from netgrad.stream.fold import begun, total
from netgrad.stream.sources import open_source
from netgrad.tables.columns import Choice

POOL = Pool(2)


def tree(values, merge):
    """The tree as it is defined: neighbours are merged, and what has none goes up."""
    while len(values) > 1:
        pairs = [values[i : i + 2] for i in range(0, len(values), 2)]
        values = [merge(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return values[0]


@given(st.integers(1, 70))
def test_the_stack_is_the_tree(n):
    assert total(((0, str(i)) for i in range(n)), "({}{})".format) == tree([str(i) for i in range(n)], "({}{})".format)


def sums(paths, cluster):
    """Sums over the points of the files, as bytes."""
    points = Points([open_source(str(path)) for path in paths], Choice(NET.input_names, columns="a,b"), runner=cluster)
    _, add_up = begun(points)
    return pickle.dumps(add_up(partial(sensitivities, NET, [0], False), sensitivity.merged_parts))


@pytest.mark.slow
@settings(max_examples=10)
@given(rows=st.lists(st.integers(0, 60), min_size=1, max_size=6), split=st.sampled_from([200, 1000, 4000]))
def test_every_cut_of_the_points_gives_the_same_bits(rows, split, tmp_path_factory):
    folder = tmp_path_factory.mktemp("points")
    numbers = iter(np.random.default_rng(sum(rows)).random((sum(rows) + 1, 2)).tolist())
    texts = ["".join("{},{}\n".format(*next(numbers)) for _ in range(n)) for n in (*rows, 1)]
    paths = [folder / f"{i}.csv" for i in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text("a,b\n" + text)
    whole = folder / "whole.csv"
    whole.write_text("a,b\n" + "".join(texts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold, "ROWS", 7)
        here = sums([whole], None)
        assert sums(paths, None) == here
        assert sums(paths, Cluster(POOL, split)) == here


def test_no_points_are_an_error_as_they_are_here(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("a,b\n")
    with pytest.raises(PointsError, match=r"p\.csv: no points"):
        sums([path], Cluster(POOL, 100))
