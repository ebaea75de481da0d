"""Outputs put together of parts: tasks that run twice, drivers that were killed, a full disk."""

import fcntl
import os
from pathlib import Path

import pytest
import shell
from cuttings import NET, outcome

from netgrad.cluster.driver import Cluster
from netgrad.cluster.engines import Pool
from netgrad.cluster.joining import OWNER, joined_file, parts_folder
from netgrad.cluster.objects import LEAST, Target, Upload, Uploaded, UploadedPart
from netgrad.cluster.spans import Span, Table
from netgrad.errors import OutputError
from netgrad.results.values import values_and_gradients
from netgrad.stream.engine import Points, answers
from netgrad.stream.sources import open_source
from netgrad.stream.tasks import Answer, Task
from netgrad.stream.writers import csv_form
from netgrad.tables.columns import Choice

XOR = shell.ROOT / "sample_nets" / "xor.yaml"


class Twice(Pool):
    """Runs every task two times, as a scheduler may; the second one's value is taken."""

    def submit(self, function, *args):
        super().submit(function, *args)
        return super().submit(function, *args)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes(b"x1,x2,t\n" + b"".join(b'0.%d,0.5,"a\nb"\n' % i for i in range(1000)))
    return path


def test_a_task_that_runs_twice_is_in_the_output_once(table, tmp_path):
    out, results = tmp_path / "out.csv", values_and_gradients(NET)
    form = csv_form(results.names)
    with joined_file(str(out), []) as joined:
        cluster = Cluster(Twice(2), 1000, joined)
        points = Points([open_source(str(table))], Choice(NET.input_names, columns="1,2"), runner=cluster)
        form.write(answers(points, Task(compute=results.f, encode=form.encode)), joined.put)
    assert out.read_bytes() == outcome([str(table)], "fail", b"").out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "p.csv"]


def test_parts_of_a_driver_that_was_killed_go_with_the_next_run(tmp_path):
    path = str(tmp_path / "out.csv")
    with parts_folder(path) as folder:
        left = Path(folder.replace(".parts", "left.parts"))
        left.mkdir()
        (left / OWNER).touch()
        (left / "000001-abc").write_bytes(b"a part")
        with open(left / OWNER, "rb") as owner:
            fcntl.flock(owner, fcntl.LOCK_EX)
            with parts_folder(path):
                assert left.exists()  # its driver lives
        with parts_folder(path):
            assert not left.exists()
            assert os.path.exists(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("out", ["out.csv", "out/"])
def test_a_full_disk_is_one_line_and_leaves_nothing(table, tmp_path, out):
    command = f"ulimit -f 8; netgrad grad {XOR} p.csv -c x1,x2 -o {out} --cluster local --split 20000"
    ran = shell.run(command, tmp_path, PYTHONDONTWRITEBYTECODE="1")
    assert (ran.out, ran.code) == ("", 1)
    assert ran.err.endswith(": file too large\n")
    assert ran.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]


@pytest.fixture
def made(monkeypatch):
    """An upload to nowhere, and what is sent there by number."""
    sent = {}

    def upload(target, number, data):
        sent[number] = bytes(data)
        return f"e{number}"

    monkeypatch.setattr("netgrad.cluster.objects.upload", upload)
    found, calls = Upload(Target("s3://b/k", "b", "k", "id")), []
    monkeypatch.setattr(found, "_call", lambda method, **more: calls.append((method, more)))
    return found, sent, calls


def test_few_bytes_are_never_a_part_but_the_last(made):
    """S3 takes parts of 5 MiB and more; the driver's own stand between those of tasks."""
    upload, sent, calls = made
    head = b"h" * LEAST
    upload.put(b"header\n")
    upload.put(Uploaded(2, "e2", head, b"\n"))  # the first span of a file keeps enough to stand behind few bytes
    upload.put(b"few\n")
    second = Span(1, Table("p", "p", (0, ""), None, "bytes", 9), 4, 9, None)
    again = upload.wanted(second, Uploaded(6, "e6", b"", b"\n"))
    assert again is not None
    upload.put(Uploaded(8, "e8", head, b"\n"))  # as it comes from there
    assert upload.wanted(second, Uploaded(10, "e10", b"", b"\n")) is None
    upload.put(b"the end\n")
    upload.complete()
    assert sent == {1: b"header\n" + head, 3: b"few\n" + head, 9: b"the end\n"}
    parts = [{"PartNumber": n, "ETag": f"e{n}"} for n in (1, 2, 3, 8, 9)]
    assert calls == [("complete_multipart_upload", {"MultipartUpload": {"Parts": parts}})]


def test_a_task_uploads_what_is_enough_for_a_part(made):
    target, sent = Target("s3://b/k", "b", "k", "id"), made[1]

    def done(size, has_head):
        part = UploadedPart(target, 6, has_head)
        part.put(Answer("p", None, content=b"x" * (size - 1) + b"\n"))
        return part.done()

    assert len(done(LEAST - 1, False)) == LEAST - 1
    assert len(done(2 * LEAST - 1, True)) == 2 * LEAST - 1
    assert sent == {}
    assert done(LEAST, False) == Uploaded(6, "e6", b"", b"\n")
    assert done(2 * LEAST + 1, True) == Uploaded(6, "e6", b"x" * LEAST, b"\n")
    assert len(sent[6]) == LEAST + 1


def test_an_upload_of_too_many_parts_is_refused(made):
    made[0]._parts = [(10_000, "e")]
    with pytest.raises(OutputError, match=r"more than the 10,000 parts of an object"):
        made[0].put(bytes(17 << 20))
