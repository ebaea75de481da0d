"""A fair sample of a file: every row it names is there, and the others are counted."""

import numpy as np
import pytest

from netgrad.errors import PointsError
from netgrad.stream import picking
from netgrad.stream.engine import Points
from netgrad.stream.picking import picked
from netgrad.stream.sources import Source
from netgrad.tables.columns import Choice
from netgrad.tables.records import Dialect
from netgrad.tables.targets import Target

CHOICE = Choice(("u", "v"), is_named=True)


def points(texts, rows=7, block=50, **more):
    choice = CHOICE._replace(**{k: more.pop(k) for k in list(more) if k in ("dialect", "target")})
    sources = [
        Source(f"f{i}", [data[j : j + block] for j in range(0, len(data), block)])
        for i, data in enumerate(text.encode() for text in texts)
    ]
    return Points(sources, choice, rows=rows, **more)


def table(rng, m, eol="\n", comment=""):
    """A table with quotes, line breaks in them, blank lines and comments, and the line of each row."""
    text, lines, X = f"id,v,u{eol}", [], []
    for _ in range(m):
        if rng.random() < 0.2:
            text += eol
        if comment and rng.random() < 0.2:
            text += f'{comment} "said'
            text += eol
        lines.append(text.count("\n") + 1)
        x = rng.normal(size=2).round(3)
        X.append(x)
        name = ['"a,b"', f'"two{eol}lines"', '"a ""b"""', "plain", ""][rng.integers(5)]
        text += f"{name},{x[1]},{x[0]}{eol}"
    return text, lines, np.array(X)


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("comment", ["", "#"])
@pytest.mark.parametrize("size", [5, 1000])
def test_what_is_picked_stands_in_the_line_that_is_said(eol, comment, size):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        made = [table(rng, 40, eol, comment) for _ in range(2)]
        found = picked(points([text for text, _, _ in made], dialect=Dialect(comment=comment.encode())), size)
        assert found.total == 80
        assert found.is_all
        assert len(found.X) == min(size, 80) == len(set(found.places))
        for x, place in zip(found.X, found.places, strict=True):
            _, lines, X = made[int(place.file[1:])]
            assert x.tolist() == X[lines.index(place.line)].tolist()
        assert list(found.places) == sorted(found.places)


def test_a_record_that_cannot_be_read_is_told_with_its_place_or_left_out():
    text = 'u,v\n1,2\n"3","4"\nx,5\n6,7\n'
    with pytest.raises(PointsError, match="'x' is not a number") as raised:
        picked(points([text], rows=100), 10)
    assert (raised.value.line, raised.value.column) == (4, 1)
    left = points([text], policy="skip")
    found = picked(left, 10)
    assert found.X.tolist() == [[1, 2], [3, 4], [6, 7]]
    assert [place.line for place in found.places] == [2, 3, 5]
    assert left.tally.bad == 1


def test_a_quote_that_is_never_closed_ends_the_run():
    with pytest.raises(PointsError, match="never closed") as raised:
        picked(points(['u,v\n1,2\n3,"4\n5,6\n'], policy="skip"), 10)
    assert raised.value.line == 3


def test_targets_come_along():
    found = picked(points(["y,u,v\n9,1,2\n8,3,4\n"], target=Target("y", 1, any_number=True)), 10)
    assert found.y.tolist() == [[9], [8]]


def test_every_row_has_the_same_chance(monkeypatch):
    seen, runs = np.zeros(200), 300
    text = "u,v\n" + "".join(f"{i},0\n" for i in range(200))
    for seed in range(runs):
        monkeypatch.setattr(picking, "SEED", seed)
        seen[picked(points([text], rows=32, block=1000), 20).X[:, 0].astype(int)] += 1
    for tenth in np.split(seen, 10):  # 5 standard deviations of a Poisson number
        assert abs(tenth.sum() - runs * 2) < 5 * np.sqrt(runs * 2)


def test_reading_ends_where_it_is_much(monkeypatch):
    monkeypatch.setattr(picking, "LIMIT", 100)
    found = picked(points(["u,v\n" + "1,2\n" * 1000], rows=10), 5)
    assert (found.is_all, found.total < 60, len(found.X)) == (False, True, 5)


def test_no_points_are_an_error():
    with pytest.raises(PointsError, match="no points"):
        picked(points(["u,v\n\n"]), 5)
