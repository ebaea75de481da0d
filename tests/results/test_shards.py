"""Sums that go through JSON come back bit for bit, and what is no sum is refused in one line."""

import json

import numpy as np
import pytest
from nets import random_net, random_points
from oracle import mp, mpf

from netgrad.analysis.moments import merged, moments
from netgrad.analysis.sensitivity import Sums, sums
from netgrad.errors import PointsError
from netgrad.results.partial import record_of, sums_in
from netgrad.results.sens_report import record, report
from netgrad.results.shards import check_inputs, read_shards, subject_of
from netgrad.stream.json_lines import json_line

NET = random_net((2, 3, 1), seed=31)
SUBJECT = subject_of(NET, [0])
INPUTS = ("u", "v")


@pytest.fixture
def document():
    return record(report(NET, SUBJECT, INPUTS, sums(NET, random_points(20, 2), [0])))


def saved(tmp_path, text):
    path = tmp_path / "part.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def same(a, b):
    pairs = zip([*a.gradients, a.inputs, *a.layers], [*b.gradients, b.inputs, *b.layers], strict=True)
    return all(np.array_equal(p, q) for ps, qs in pairs for p, q in zip(ps, qs, strict=True))


def test_sums_come_back_bit_for_bit(tmp_path, document):
    (shard,) = read_shards(saved(tmp_path, json_line(document)), NET, SUBJECT)
    assert same(shard.sums, sums(NET, random_points(20, 2), [0]))
    assert shard.inputs == INPUTS


def test_sums_one_after_another_are_all_read_laid_out_or_not(tmp_path, document):
    text = json.dumps(document) + "\n\n" + json.dumps(document, indent=2) + json.dumps(document)
    assert len(read_shards(saved(tmp_path, text), NET, SUBJECT)) == 3


@pytest.mark.parametrize("shift", [0.0, 1e8, -1e8])
def test_sums_of_shards_are_those_of_all_rows_to_50_digits(shift):
    """Mean 1e8 and standard deviation 1: half of the digits cancel, and none may be lost."""
    V = np.random.default_rng(32).normal(size=(4000, 1)) + shift

    def through_json(part):
        found = Sums((moments(part),), moments(part), (), (moments(part),))
        return sums_in(json.loads(json_line(record_of(found))), (1,)).gradients[0]

    found = through_json(V[:1])
    for i in range(1, len(V), 333):
        found = merged(found, through_json(V[i : i + 333]))
    v = [mpf(x) for x in V[:, 0].tolist()]
    mean = mp.fsum(v) / len(v)
    std = mp.sqrt(mp.fsum((x - mean) ** 2 for x in v) / (len(v) - 1))
    assert abs(mpf(float(found.std[0])) - std) <= 1e-14 * std
    assert abs(mpf(float(found.mean[0])) - mean) <= 2e-16 * max(abs(mean), 1)  # as near as a float64 comes
    assert found.m == len(v)


def without(document, *path):
    *above, last = path
    for key in above:
        document = document[key]
    del document[last]


def put(document, value, *path):
    *above, last = path
    for key in above:
        document = document[key]
    document[last] = value


GRADIENT = ("sums", "gradients", 0)
WRONG = {
    "no sums": lambda d: without(d, "sums"),
    "no subject": lambda d: without(d, "subject"),
    "a missing measure": lambda d: without(d, *GRADIENT, "spread"),
    "text for a number": lambda d: put(d, ["1", "2"], *GRADIENT, "spread"),
    "true for a number": lambda d: put(d, [True, 1.0], *GRADIENT, "spread"),
    "too few numbers": lambda d: put(d, [1.0], *GRADIENT, "spread"),
    "no points": lambda d: put(d, 0, *GRADIENT, "m"),
    "half a point": lambda d: put(d, 20.5, *GRADIENT, "m"),
    "points beyond counting": lambda d: put(d, 10**30, *GRADIENT, "m"),
    "other points": lambda d: put(d, 21, *GRADIENT, "m"),
    "more positive than points": lambda d: put(d, [21, 0], *GRADIENT, "positive"),
    "a number beyond float64": lambda d: put(d, [10**400, 1], *GRADIENT, "spread"),
    "a unit too few": lambda d: put(d, [0, 0], "sums", "layers", 0, "dead"),
    "a layer too few": lambda d: without(d, "sums", "layers", 1),
    "an output too few": lambda d: put(d, [], "sums", "gradients"),
    "an input too few": lambda d: put(d, ["u"], "subject", "inputs"),
    "a list of lists": lambda d: put(d, [[], []], "subject", "inputs"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_sum_is_refused(tmp_path, document, name):
    document = json.loads(json_line(document))
    WRONG[name](document)
    with pytest.raises(PointsError, match=r"part\.json:2: no sums of netgrad sens, expected what --json prints$"):
        read_shards(saved(tmp_path, "\n" + json.dumps(document)), NET, SUBJECT)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", ": empty, expected what netgrad sens --json prints"),
        (b" \n", ": empty, expected what netgrad sens --json prints"),
        (b"x1,x2\n", ":1:1: not JSON"),
        (b'{"sums": ', ":1:10: not JSON"),
        (b"\xff\xfe{", ":1:1: not JSON"),
        (b"[" * 100_000, ": no sums of netgrad sens: nested too deeply, a number too long, or NaN"),
        (b"1" * 5000, ": no sums of netgrad sens: nested too deeply, a number too long, or NaN"),
        (b"[]", ":1: no sums of netgrad sens, expected what --json prints"),
        (b"null", ":1: no sums of netgrad sens, expected what --json prints"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path, text, problem):
    with pytest.raises(PointsError) as error:
        read_shards(saved(tmp_path, text), NET, SUBJECT)
    assert str(error.value).endswith("part.json" + problem)


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (subject_of(random_net((2, 3, 1), seed=99), [0]), "another network, or one that has changed since"),
        (subject_of(NET.astype(np.float32), [0]), "gradients in 'float64', expected float32"),
        (SUBJECT._replace(outputs=("b",)), "output a, expected b"),
    ],
)
def test_sums_of_something_else_are_refused(tmp_path, document, other, problem):
    with pytest.raises(PointsError) as error:
        read_shards(saved(tmp_path, json_line(document)), NET, other)
    assert str(error.value).endswith(f"part.json:1: sums of {problem}")


def test_sums_over_other_inputs_are_refused(tmp_path, document):
    shards = read_shards(saved(tmp_path, json_line(document)), NET, SUBJECT)
    check_inputs(shards, INPUTS)
    with pytest.raises(PointsError, match=r"part\.json: input 2 is 'v', expected 'w'$"):
        check_inputs(shards, ("u", "w"))


def test_what_is_not_finite_comes_back_as_not_a_number():
    V = np.array([[1.0, np.inf], [2.0, 1.0]])
    found = sums_in(json.loads(json_line(record_of(Sums((moments(V),), moments(V), (), (moments(V[:, :1]),))))), (2,))
    assert found.inputs.mean[0] == 1.5
    assert np.isnan(found.inputs.mean[1])
