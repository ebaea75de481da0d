"""A real scheduler with two workers on loopback, started for the tests that ask for it and ended with them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import shell

QUICK = {
    "OPENBLAS_NUM_THREADS": "1",
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "2s",  # a frozen worker is given up after that
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    "PYTHONWARNINGS": "",
}


class Scheduler:
    """The processes, and where they are."""

    def __init__(self, folder: Path) -> None:
        self.file, self.folder = str(folder / "scheduler.json"), folder
        self.processes = [self._start("scheduler", "--scheduler-file", self.file, "--host", "127.0.0.1", "--port", "0")]
        self.workers = [self._worker(), self._worker()]

    def _start(self, what: str, *args: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *args, "--no-dashboard"]
        with open(self.folder / f"{what}.log", "ab") as log:
            return subprocess.Popen(command, env=shell.environment(**QUICK), stdout=log, stderr=log)

    def _worker(self) -> subprocess.Popen[bytes]:
        found = self._start("worker", "--scheduler-file", self.file, "--nthreads", "1", "--no-nanny")
        self.processes.append(found)
        return found

    def revive(self) -> None:
        """Two workers that the scheduler knows, whatever became of them: one that was frozen may be about to end."""
        from distributed import Client

        deadline = time.monotonic() + 120
        with Client(scheduler_file=self.file, set_as_default=False, timeout=60) as client:
            while time.monotonic() < deadline:
                self.workers = [w if w.poll() is None else self._worker() for w in self.workers]
                known = client.scheduler_info(n_workers=-1)["workers"].values()
                if len(known) == 2:
                    return
                time.sleep(0.2)

    def end(self) -> None:
        """Leave no process."""
        for process in self.processes:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGCONT)
                process.kill()
            process.wait()


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    pytest.importorskip("distributed")
    found = Scheduler(tmp_path_factory.mktemp("dask"))
    try:
        deadline = time.monotonic() + 60
        while not os.path.exists(found.file) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield found
    finally:
        found.end()


@pytest.fixture
def workers(scheduler: Scheduler) -> Scheduler:
    """The scheduler with two living workers."""
    scheduler.revive()
    return scheduler
