"""A fair sample of rows."""

import numpy as np

from netgrad.stream import sample
from netgrad.stream.sample import begun, sampled

ROWS = np.arange(1000.0)[:, np.newaxis]


def taken(size, blocks):
    found = begun(1)
    for block in blocks:
        found = sampled(found, block, size)
    return found


def test_few_rows_are_all_in_the_sample():
    found = taken(2000, np.split(ROWS, 4))
    assert found.total == 1000
    assert sorted(found.rows[:, 0]) == ROWS[:, 0].tolist()


def test_a_sample_has_no_row_twice_and_is_the_same_each_time():
    found, again = (taken(100, np.split(ROWS, 10)) for _ in range(2))
    assert (found.total, found.rows.shape, len(np.unique(found.rows))) == (1000, (100, 1), 100)
    assert np.array_equal(found.rows, again.rows)


def test_each_row_and_each_beginning_has_the_same_chance(monkeypatch):
    runs, size, first = 400, 100, 20
    seen, early = np.zeros(1000), np.zeros(1000)
    for seed in range(runs):
        monkeypatch.setattr(sample, "SEED", seed)
        rows = taken(size, np.split(ROWS, [10, 300, 301]))[2][:, 0].astype(int)
        seen[rows] += 1
        early[rows[:first]] += 1
    for counts, n in ((seen, size), (early, first)):
        expected = runs * n / 1000
        for tenth in np.split(counts, 10):  # 5 standard deviations of a Poisson number
            assert abs(tenth.sum() - 100 * expected) < 5 * np.sqrt(100 * expected)
