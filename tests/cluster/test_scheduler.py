"""The commands on a real scheduler with two workers, and what becomes of a run when something goes wrong there."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import shell

from netgrad.errors import ClusterError

pytestmark = pytest.mark.slow

NET = shell.ROOT / "sample_nets" / "xor.yaml"
LINES = 200_000


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A folder with a table that takes a worker seconds, and what is computed of it here."""
    folder = tmp_path_factory.mktemp("table")
    rows = b"".join(b'0.%03d,0.5,"%d\n,"\n' % (i % 1000, i) for i in range(1000)) * (LINES // 1000)
    (folder / "points.csv").write_bytes(b"x1,x2,t\n" + rows)
    assert shell.run(f"netgrad grad {NET} points.csv -c x1,x2 -o here.csv", folder).err == ""
    return folder


def start(folder: Path, file: str, split: str = "512K") -> subprocess.Popen[bytes]:
    """Gradients of the table on the cluster, into there.csv."""
    command = f"exec netgrad grad {NET} points.csv -c x1,x2 -o there.csv --cluster {file} --split {split}"
    environment = shell.environment(PYTHONWARNINGS="")
    (folder / "there.csv").unlink(missing_ok=True)
    return subprocess.Popen(["bash", "-c", command], cwd=folder, env=environment, stderr=subprocess.PIPE)


def until_parts(folder: Path, n: int) -> None:
    """Wait until tasks have written so many parts, or begun to."""
    deadline = time.monotonic() + 30
    while len(list(folder.glob(".netgrad-*/0*"))) < n and time.monotonic() < deadline:
        time.sleep(0.01)


def check_same(run: subprocess.Popen[bytes], folder: Path) -> None:
    """The run ends well, with the bytes that it has here, and leaves nothing else."""
    _, err = run.communicate(timeout=60)
    assert (err, run.returncode) == (b"", 0)
    assert (folder / "there.csv").read_bytes() == (folder / "here.csv").read_bytes()
    assert sorted(os.listdir(folder)) == ["here.csv", "points.csv", "there.csv"]


def test_the_same_bytes_as_here(workers, table):
    check_same(start(table, workers.file), table)


def test_a_folder_is_the_one_beside_the_command_whatever_the_workers_folder(workers, table, tmp_path):
    (tmp_path / "p.csv").write_bytes((table / "points.csv").read_bytes()[:20_000].rpartition(b'"\n')[0] + b'"\n')
    found = shell.run(
        f"netgrad grad {NET} p.csv -c x1,x2 -o out/ --cluster {workers.file}", tmp_path, PYTHONWARNINGS=""
    )
    assert (found.err, found.code) == ("", 0)
    assert sorted(os.listdir(tmp_path / "out")) == ["MANIFEST.json", "part-000000.csv"]


def test_sums_have_the_same_bits(workers, table):
    command = f"netgrad sens {NET} points.csv -c x1,x2 --json"
    there = shell.run(f"{command} --cluster {workers.file} --split 1M", table, PYTHONWARNINGS="")
    assert there == shell.run(command, table)


def test_what_is_no_scheduler_is_not_waited_for(tmp_path, monkeypatch):
    scheduler = pytest.importorskip("netgrad.cluster.scheduler")
    monkeypatch.setattr(scheduler, "CONNECTED", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"{address}: no scheduler with workers answers within 0.5 s"):
            scheduler.Dask(address)
    for text in ("", "{}", "[]", "x"):
        (tmp_path / "s.json").write_text(text)
        with pytest.raises(ClusterError, match=r"s\.json: is not what a scheduler writes"):
            scheduler.Dask(str(tmp_path / "s.json"))


def test_results_in_a_pipe_and_a_bad_record(workers, table, tmp_path):
    data = (table / "points.csv").read_bytes().replace(b'\n0.999,0.5,"', b'\nNA,0.5,"', 150)
    at = data.rindex(b"\nNA,") + 1
    (tmp_path / "bad.csv").write_bytes(data[:at].replace(b"\nNA,", b"\n0.9,") + data[at:])
    command = f"netgrad grad {NET} bad.csv -c x1,x2"
    there = shell.run(f"{command} --cluster {workers.file} --split 512K", tmp_path, PYTHONWARNINGS="")
    here = shell.run(command, tmp_path)
    assert (there.err, there.code) == (here.err, 1)
    assert there.out == here.out


def test_a_worker_that_is_killed(workers, table):
    run = start(table, workers.file)
    until_parts(table, 2)
    workers.workers[0].kill()
    workers.workers[0].wait()
    check_same(run, table)


def test_a_worker_that_is_frozen_and_wakes_up(workers, table):
    run = start(table, workers.file)
    until_parts(table, 2)
    os.kill(workers.workers[0].pid, signal.SIGSTOP)
    try:
        check_same(run, table)
    finally:
        os.kill(workers.workers[0].pid, signal.SIGCONT)


def test_an_interrupted_run_leaves_nothing(workers, table):
    run = start(table, workers.file)
    until_parts(table, 2)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=30)
    assert (err, run.returncode) == (b"", -signal.SIGINT)
    assert sorted(os.listdir(table)) == ["here.csv", "points.csv"]
    left = "from distributed import Client; c = Client(scheduler_file=FILE); print(c.run_on_scheduler(len_of))"
    script = f"FILE = {workers.file!r}\ndef len_of(dask_scheduler): return len(dask_scheduler.tasks)\n{left}"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout == "0\n"


def test_a_task_that_ends_its_workers_is_one_line(workers):
    from netgrad.cluster.scheduler import Dask
    from netgrad.errors import ClusterError

    engine = Dask(workers.file)
    try:
        with pytest.raises(ClusterError, match=r"a task was on 2 workers when they ended, the last tcp://.*--split"):
            engine.result(engine.submit(os._exit, 1))
    finally:
        engine.close()


def test_a_task_that_no_worker_is_left_for_is_not_waited_for(workers, monkeypatch):
    from netgrad.cluster import scheduler
    from netgrad.errors import ClusterError

    monkeypatch.setattr(scheduler, "LEFT", 3.0)
    engine = scheduler.Dask(workers.file)
    try:
        for worker in workers.workers:
            worker.kill()
            worker.wait()
        with pytest.raises(ClusterError, match="no worker is left, and none has come for 3 s"):
            engine.result(engine.submit(time.sleep, 600))
    finally:
        engine.close()
