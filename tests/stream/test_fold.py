"""Points in blocks: which points share one depends on their number alone, and nobody reads more than is asked for."""

from contextlib import closing

import numpy as np
import pytest
from answers import choice, cut, same_numbers
from hypothesis import given
from hypothesis import strategies as st

from netgrad.errors import PointsError
from netgrad.stream import engine, fold
from netgrad.stream.engine import Points, answers
from netgrad.stream.fold import blocks
from netgrad.stream.sources import Source, open_source
from netgrad.stream.tasks import Task
from netgrad.tables.targets import Target


def table(m: int) -> bytes:
    return b"a,b,t\n" + b"".join(b"%d,%d.5,%d\n" % (i, i, i % 2) for i in range(m))


def read(parts, policy="fail", target=None, jobs=1):
    sources = [Source(f"p{k}", part) for k, part in enumerate(parts)]
    said = {"columns": "a,b", "target": target}
    return blocks(Points(sources, choice(2, **said), policy=policy, jobs=jobs))


@given(st.integers(1, 40), st.lists(st.integers(0, 400), max_size=8), st.sampled_from([1, 3]))
def test_blocks_are_the_same_however_the_points_arrive(m, places, jobs):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold, "ROWS", 8)
        patch.setattr(engine, "PLENTY", 0)
        layout, found = read([cut(table(m), places)], target=Target("t", 1), jobs=jobs)
        found = list(found)
    assert (layout.names, layout.target_names) == (("a", "b"), ("t",))
    assert [len(block.X) for block in found] == [8] * (m // 8) + [m % 8] * (m % 8 > 0)
    assert np.concatenate([block.rows for block in found]).tolist() == [[i, i + 0.5, i % 2] for i in range(m)]


def test_blocks_go_on_over_files_and_leave_out_bad_records(monkeypatch):
    monkeypatch.setattr(fold, "ROWS", 4)
    _, found = read([[table(3)], [table(2) + b"x,1,1\n"], [table(4)]], policy="skip")
    assert [(block.X[:, 0].tolist(), block.Y) for block in found] == [
        ([0, 1, 2, 0], None),
        ([1, 0, 1, 2], None),
        ([3], None),
    ]


@given(st.lists(st.integers(0, 400), max_size=6), st.sampled_from([1, 3]))
def test_blocks_know_which_records_of_the_files_they_hold(places, jobs):
    broken = table(20).replace(b"7,7.5", b"no,7.5").replace(b"11,11.5,1\n", b"11,,1\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold, "ROWS", 6)
        patch.setattr(engine, "PLENTY", 0)
        _, found = read([cut(broken, places), [table(3)]], policy="skip", jobs=jobs)
        numbers = np.concatenate([block.numbers for block in found]).tolist()
    assert numbers == [i for i in range(23) if i not in (7, 11)]


def test_the_columns_are_known_before_a_point_is_read():
    def parts():
        yield b"a,b,t\n"
        raise AssertionError("read on")

    assert read([parts()])[0].names == ("a", "b")


def test_no_points_at_all_are_an_error_at_the_end():
    _, found = read([[table(0)], [table(0)]])
    with pytest.raises(PointsError, match="p0, p1: no points"):
        next(found)


def test_who_has_enough_stops_and_everything_is_closed(tmp_path, monkeypatch):
    """Threads under way end, the file is closed, and what has not been asked for has not been told."""
    monkeypatch.setattr(engine, "PLENTY", 0)
    path, told = tmp_path / "p.csv", []
    path.write_bytes(table(2000))
    points = Points(
        [open_source(str(path), 512)], choice(2, columns="a,b"), jobs=3, progress=lambda *at: told.append(at)
    )
    with closing(answers(points, Task(compute=same_numbers(2).f))) as found:
        first, second = next(found), next(found)
    assert (first.rows, second.content[0].tolist()) == (0, [0, 0.5])
    assert told == [(0, 0)]
    assert not points.tally.is_complete
    with pytest.raises(StopIteration):
        next(found)
    assert points.sources[0].blocks.gi_frame is None
