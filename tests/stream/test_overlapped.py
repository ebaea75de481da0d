"""Writes that go on while the next answers are made: in order, one at a time, and no error is lost."""

import threading

import pytest

from netgrad.errors import OutputError, PointsError
from netgrad.stream.overlapped import LARGE, overlapped

WAIT = 30  # seconds, for what comes at once


def test_all_that_is_put_is_written_in_order():
    sizes = [1, LARGE, LARGE + 1, 0, 5, 2 * LARGE, LARGE - 1, LARGE]
    parts = [bytes([i]) * size for i, size in enumerate(sizes)]
    found = []
    with overlapped(found.append) as put:
        for part in parts:
            put(part)
    assert b"".join(found) == b"".join(parts)


def test_who_puts_much_does_not_wait_for_it_and_one_write_is_under_way_at_a_time():
    may_end, at_once, most = threading.Event(), [0], [0]

    def slow(data):
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        assert may_end.wait(WAIT)
        at_once[0] -= 1

    with overlapped(slow) as put:
        put(bytes(LARGE))  # comes back, though it cannot be written yet
        may_end.set()
        for _ in range(20):
            put(bytes(LARGE))
    assert (at_once, most) == ([0], [1])


def failing(data):
    raise OutputError("no space left on device", file="out.csv")


def test_what_goes_wrong_is_raised_by_the_next_write():
    seen = []

    def run():
        with overlapped(failing) as put:
            for data in (bytes(LARGE), b"few"):
                put(data)
                seen.append(len(data))

    with pytest.raises(OutputError, match="no space left"):
        run()
    assert seen == [LARGE]


def test_what_goes_wrong_at_last_is_raised_at_the_end():
    def run():
        with overlapped(failing) as put:
            put(bytes(LARGE))

    with pytest.raises(OutputError, match="no space left"):
        run()


def test_what_was_put_before_an_error_is_written():
    found = []

    def run():
        with overlapped(found.append) as put:
            put(bytes(LARGE))
            raise PointsError("bad", file="in.csv")

    with pytest.raises(PointsError, match="bad"):
        run()
    assert found == [bytes(LARGE)]
