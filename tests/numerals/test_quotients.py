"""Rounded quotients: Python's division of integers, which rounds correctly, is the oracle."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netgrad.numerals.quotients import MOST, quotient

rng = np.random.default_rng(20190401)


def wrong(w, f):
    values, unsure = quotient(np.array(w, np.uint64), np.array(f, np.int64))
    found = zip(w, f, values.tolist(), unsure.tolist(), strict=True)
    return [(w_, f_, v) for w_, f_, v, is_unsure in found if not is_unsure and v != w_ / 10**f_]


def near_the_middle():
    """Integers w and f for which w / 10^f is next to the middle of two floats."""
    pairs = []
    for f in range(MOST + 1):
        for s in range(-126, 12):
            middle = (2 * int(rng.integers(2**52, 2**53)) + 1) * 10**f
            w = middle << s if s >= 0 else middle >> -s
            pairs += [(w + step, f) for step in (-1, 0, 1, 2) if 0 <= w + step < 2**64]
    return pairs


def test_random_quotients_are_rounded_correctly():
    w = [int(rng.integers(0, 2**63)) * 2 + 1 >> shift for shift in rng.integers(0, 64, 20_000).tolist()]
    assert wrong(w, rng.integers(0, MOST + 1, len(w)).tolist()) == []


def test_quotients_near_the_middle_of_two_floats_are_rounded_correctly():
    w, f = zip(*near_the_middle(), strict=True)
    assert len(w) > 1000
    assert wrong(w, f) == []


def test_quotients_near_powers_of_two_are_rounded_correctly():
    pairs = [((10**f << n >> 64) + i, f) for f in range(MOST + 1) for n in range(128) for i in range(-3, 4)]
    w, f = zip(*[(w, f) for w, f in pairs if 0 <= w < 2**64], strict=True)
    assert wrong(w, f) == []


def test_ordinary_quotients_are_sure():
    w = rng.integers(10**15, 10**17, 20_000)
    assert not quotient(w.astype(np.uint64), rng.integers(12, 20, 20_000))[1].any()


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, MOST)), min_size=1))
def test_quotients_are_rounded_correctly(pairs):
    w, f = zip(*pairs, strict=True)
    assert wrong(w, f) == []
