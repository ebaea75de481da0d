"""A piece and what is done with it pickle, and another process answers as this one does."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from answers import choice
from nets import random_net, random_points

from netgrad.results import attributions, loss_report, values
from netgrad.show.first_rows import table_form
from netgrad.stream.forms import FORMS, form_called
from netgrad.stream.pieces import pieces
from netgrad.stream.sources import Source
from netgrad.stream.tasks import Answer, Task, answer
from netgrad.tables.codecs import Codec
from netgrad.tables.targets import Target

NET = random_net((3, 4, 1), seed=7, inputs=("u", "v", "w"))
ROWS = [",".join(map(repr, row)) for row in random_points(20, 3).tolist()]
TABLE = "".join(f'{row},"é{k}",{k % 2}\n' for k, row in enumerate(["u,v,w", *ROWS])).replace(",1\n", ',"1"\n', 1)
BROKEN = TABLE + '1,x,2,"",1\n' + TABLE.splitlines()[3] + "\n"
OTHER = """
import pickle, sys
from netgrad.stream.tasks import answer
task, pieces = pickle.load(sys.stdin.buffer)
pickle.dump([answer(task, piece) for piece in pieces], sys.stdout.buffer)
"""
RESULTS = {
    "values": values.values(NET),
    "gradients": values.values_and_gradients(NET, prefix="p_"),
    "float32": values.values_and_gradients(NET.astype("float32")),
    "bounds": values.bounded_values_and_gradients(NET),
    "saliency": attributions.saliencies(NET),
    "gradient-x-input": attributions.gradients_times_inputs(NET),
    "smooth": attributions.smooth_gradients(NET, 0.1, 5, 0),
    "integrals": attributions.integrals(NET, lambda: np.ones(3), 1e-9),
    "losses": loss_report.losses_of_points(NET, ["squared_error", "cross_entropy"], True, "", nan=True),
}


def cut(text: str, **said):
    source = Source("p.csv", [text.encode()[:300], text.encode()[300:]])
    return [piece for piece in pieces(source, choice(3, NET.inputs, header=True, **said)) if piece is not None]


def same_elsewhere(task: Task, found: list) -> bool:
    """Whether another process, which knows nothing but their pickles, gives the same answers, byte by byte."""
    ran = subprocess.run([sys.executable, "-c", OTHER], input=pickle.dumps((task, found)), capture_output=True)
    assert ran.stderr == b""
    here, there = [answer(task, piece) for piece in found], pickle.loads(ran.stdout)
    return list(map(plain, here)) == list(map(plain, there))


def plain(one: Answer) -> tuple:
    """An answer whose parts can be compared, arrays bit for bit."""
    contents = one.content if isinstance(one.content, tuple) else (one.content,)
    return one._replace(content=[c.tobytes() if isinstance(c, np.ndarray) else c for c in contents])


@pytest.mark.parametrize("name", RESULTS)
def test_another_process_gives_the_same_answers(name):
    results = RESULTS[name]
    target = Target("5", 1, NET.outputs) if name == "losses" else None
    form = form_called("csv", results.names, None, Codec())
    task = Task(Codec(), "nan", results.f, form.encode, results.note, results.hidden)
    assert same_elsewhere(task, cut(BROKEN.replace("u,v,w,", "u,v,w,t,"), target=target))


@pytest.mark.parametrize("form", [*FORMS, "table"])
def test_every_format_is_encoded_in_any_process(form):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    results = RESULTS["gradients"]
    table = table_form(results, 3, "never", 50) if form == "table" else None
    chosen = table or form_called(form, results.names, 5, Codec())
    found = cut(BROKEN)
    assert len(found) == 3
    assert same_elsewhere(Task(Codec(), "skip", results.f, chosen.encode, None, 0, chosen.most), found)


def test_without_anything_to_compute_an_answer_is_its_points():
    _, *found = cut(TABLE.replace('"1"', "1"), target=Target("5", 1))
    X, Y, rows = (np.concatenate(of) for of in zip(*(answer(Task(), piece).content for piece in found), strict=True))
    assert X.tolist() == random_points(20, 3).tolist()
    assert Y.tolist() == [[k % 2] for k in range(1, 21)]
    assert (np.diff(rows)[rows[1:] > 0] == 1).all()  # from 0 in each piece
    assert same_elsewhere(Task(), found)


def test_only_as_many_rows_as_are_wanted_are_computed():
    seen = []
    task = Task(policy="nan", compute=lambda X, Y, jobs: seen.append(len(X)) or X.copy(), most=2)
    head, *found = cut(BROKEN)
    assert answer(task, head).rows == 0
    assert [answer(task, piece).rows for piece in found] == seen == [2, 2]
