import pytest
from extremes import violations


@pytest.mark.parametrize("first", [0, 40, 80, 120])
def test_bounds_hold_where_numbers_overflow_and_underflow_inside(first):
    tried = [violations(seed) for seed in range(first, first + 40)]
    assert [line for _, _, wrong in tried for line in wrong] == []
    count, finite = sum(count for count, _, _ in tried), sum(finite for _, finite, _ in tried)
    assert count > 400
    assert finite > count / 2
