"""What a task answers for its span, and what it says where it cannot."""

import pytest
from cuttings import NET

from netgrad import __version__
from netgrad.cluster.spans import spans, table_of
from netgrad.cluster.task import Job, work
from netgrad.stream.sources import open_source
from netgrad.stream.tasks import Task
from netgrad.tables.columns import Choice

CHOICE = Choice(NET.input_names, columns="1,2")


class Counting:
    """An out that counts what it is given."""

    def __init__(self):
        self.rows = 0

    def put(self, one):
        self.rows += one.rows

    def done(self):
        return self.rows

    def drop(self):
        self.rows = -1


def overflowing(X, Y, jobs):
    """Results that are not finite where x2 is 7."""
    R = X.copy()
    R[X[:, 1] == 7] = float("inf")
    return R


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("a,b\n" + "".join(f"{i},{7 if i in (25, 41) else 1}\n" for i in range(60)) + "x,1\n")
    return table_of(open_source(str(path)), CHOICE, 1 << 20)


def test_pieces_of_a_span_are_one_answer_with_rows_counted_through(table):
    (span,) = spans(table, 1 << 20, 0)
    done = work(Job(Task(policy="skip", compute=overflowing), CHOICE, rows=10), span, Counting)
    (one,) = done.answers
    assert (one.content, one.rows, one.odd, len(one.bad)) == (60, 60, (25, 41), 1)
    assert (done.begin, done.end, done.lines, one.bad[0].line) == (4, table.size, 61, 61)


def test_another_version_and_a_file_that_is_gone_are_values(table, tmp_path):
    (span,) = spans(table, 1 << 20, 0)
    job = Job(Task(), CHOICE, 10)
    assert f"netgrad {__version__} on the worker" in str(work(job._replace(version="0.0.7"), span).error)
    (tmp_path / "p.csv").unlink()
    assert str(work(job, span, Counting).error).endswith(" has no such file")
