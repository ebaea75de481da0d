"""Dask's distributed scheduler as an engine: one that runs already, on this machine or many."""

import asyncio
import json
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from netgrad.cluster.engines import Handle
from netgrad.cluster.probe import facts, remarks
from netgrad.errors import ClusterError, NetgradError, counted, visible

distributed: Any = import_module("distributed")  # without types of its own

FRESH = 2.0  # seconds, after which the scheduler is asked for its workers again
CONNECTED = 10  # seconds to wait for the scheduler, and then for a first worker
LEFT = 60.0  # seconds to wait for another one when all have gone
LOOPBACK = ("localhost", "127.", "::1")


class Dask:
    """Tasks on the workers of a scheduler, which is left as it was."""

    def __init__(self, address: str) -> None:
        _silence()
        self._name, self._run, self._count = address, os.urandom(4).hex(), count()
        self._known, self._asked = dict[str, Any](), -float("inf")
        with _failures(address):
            at = _address_in(address) if address.endswith(".json") else address
            asyncio.run(_shake_hands(at))
            self._client = distributed.Client(at, timeout=CONNECTED, direct_to_workers=True, set_as_default=False)
            self._client.wait_for_workers(1, timeout=CONNECTED)

    @property
    def slots(self) -> int:
        """Threads of all workers, of which there may be more or fewer at any time."""
        threads: int = sum(worker["nthreads"] for worker in self._workers().values())
        return max(1, threads)

    @property
    def about(self) -> str:
        """Number of workers."""
        return counted(len(self._workers()), "worker")

    def _workers(self) -> dict[str, Any]:
        if time.monotonic() > self._asked + FRESH:
            with _failures(self._name):
                self._known = self._client.scheduler_info(n_workers=-1)["workers"]
            self._asked = time.monotonic()
        return self._known

    def remarks(self) -> list[str]:
        """That nobody is kept from the scheduler, and what `probe.remarks` has to say of the workers."""
        with _failures(self._name):
            address = urlsplit(self._client.scheduler.address)
            found = self._client.run(facts, on_error="return")
        for worker, its in found.items():
            if isinstance(its, Exception):
                raise ClusterError(f"the worker {worker} cannot do it: {_first_line(its)}")
        said = remarks(facts(), found)
        if address.scheme == "tcp" and not (address.hostname or "").startswith(LOOPBACK):
            said.append(
                f"tcp://{address.netloc} is open: who reaches it can read points and run programs there; tls:// is not"
            )
        return said

    def submit(self, function: Callable[..., Any], *args: Any) -> Handle:
        """Begin a task; earlier ones go first."""
        n = next(self._count)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a large network, which is sent once
            key = f"netgrad-{self._run}-{n}"
            return self._client.submit(function, *args, key=key, priority=-n, pure=False)

    def result(self, handle: Handle) -> Any:
        """The value, straight from the worker that has it, unless no worker is left to compute it."""
        alive = time.monotonic()
        while True:
            with _failures(self._name):
                try:
                    return handle.result(timeout=FRESH)
                except TimeoutError:
                    if handle.status == "error":
                        raise  # it is the task's own; a value that is there may be with a worker that is frozen
            if self._workers():
                alive = time.monotonic()
            elif time.monotonic() > alive + LEFT:
                raise ClusterError(f"no worker is left, and none has come for {LEFT:g} s", file=self._name)

    def cancel(self, handles: list[Handle]) -> None:
        """Take them off the scheduler."""
        if self._client.status != "running":
            return  # it has forgotten them with its client
        with _failures(self._name):
            self._client.cancel([handle for handle in handles if not handle.cancelled()], force=True)

    def close(self) -> None:
        """Leave the scheduler."""
        self._client.close(timeout=2)


def _address_in(path: str) -> str:
    """Address that a scheduler has written to the file at `path`."""
    with open(path, "rb") as file:
        try:
            return str(json.load(file)["address"])
        except (ValueError, TypeError, LookupError):
            raise ClusterError("is not what a scheduler writes: an object with its address", file=path) from None


async def _shake_hands(address: str) -> None:
    """See that Dask answers there: its client would wait for ever for another program's greeting."""
    security = distributed.Security().get_connection_args("client")
    greeting = distributed.core.connect(address, timeout=CONNECTED, **security)
    (await asyncio.wait_for(greeting, CONNECTED)).abort()


def _silence() -> None:
    """Have Dask log nothing here: what goes wrong is said once, and by us."""
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextmanager
def _failures(name: str) -> Iterator[None]:
    """Errors of the scheduler, and of workers, become a ClusterError inside."""
    try:
        yield
    except (NetgradError, MemoryError):
        raise
    except distributed.KilledWorker as error:
        tries = (
            f"a task was on {error.allowed_failures + 1} workers when they ended, the last {error.last_worker.address}"
        )
        raise ClusterError(f"{tries}: is memory short? Try a smaller --split", file=name) from None
    except FileNotFoundError:
        raise ClusterError("no such file", file=name) from None
    except TimeoutError:
        raise ClusterError(f"no scheduler with workers answers within {CONNECTED} s", file=name) from None
    except CancelledError as error:
        raise ClusterError(f"it has cancelled a task, or has gone: {_first_line(error)}", file=name) from None
    except OSError:
        raise ClusterError("the scheduler is not there, or not any more", file=name) from None
    except ModuleNotFoundError as error:
        raise ClusterError(f"a worker has no package {error.name}", file=name) from None
    except Exception as error:
        raise ClusterError(f"{type(error).__name__}: {_first_line(error)}", file=name) from None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return visible(lines[0]) if lines else type(error).__name__
