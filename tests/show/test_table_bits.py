"""A table on a terminal shows the numbers that CSV has, bit for bit."""

import numpy as np
from answers import choice
from nets import random_net

from netgrad.results.values import values_and_gradients
from netgrad.show.console import rendered
from netgrad.show.first_rows import table_form
from netgrad.show.table import ROWS, table
from netgrad.stream.engine import Points, answers
from netgrad.stream.sources import Source
from netgrad.stream.tasks import Task
from netgrad.stream.writers import csv_form


def encoded(data, results, form):
    points = Points([Source("p.csv", [data])], choice(3, header=False))
    task = Task(points.codec, points.policy, results.f, form.encode, results.note, most=form.most)
    return [answer.content for answer in answers(points, task) if answer.rows]


def test_the_rows_of_a_table_are_those_of_csv_whatever_the_network():
    X = np.random.default_rng(7).normal(size=(900, 3))
    data = "".join(",".join(map(repr, row)) + "\n" for row in X.tolist()).encode()
    for sizes in ((3, 2, 1), (3, 64, 64, 1)):
        results = values_and_gradients(random_net(sizes, seed=5))
        (shown,) = encoded(data, results, table_form(results, 17, "never", 50))
        (text,) = encoded(data, results, csv_form(results.names))
        rows = [line.split(",")[3:] for line in text.decode().splitlines()]
        assert len(shown) == ROWS + 1
        assert [list(map(float, row[3:])) for row in shown] == [list(map(float, row)) for row in rows[: ROWS + 1]]


def test_no_cell_is_cut_however_long():
    cell = "a" * 70_000
    assert cell in rendered(*table(["t", "x"], [[cell, "1"]], label="row")).decode()
