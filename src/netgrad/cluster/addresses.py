"""Addresses of engines, as --cluster has them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from netgrad.cluster.engines import Engine, Pool
from netgrad.errors import UsageError, excerpt

SCHEMES = ("tcp", "tls", "ucx", "ws", "wss")  # of Dask


@contextmanager
def engine(address: str, jobs: int) -> Iterator[Engine]:
    """The engine that --cluster names; `jobs` threads for local.

    Raises
    ------
    ClusterError
        It is not there.
    UsageError
        It is no address, or a package is missing.
    """
    found = Pool(jobs) if address == "local" else _dask(address)
    try:
        yield found
    finally:
        found.close()


def _dask(address: str) -> Engine:
    if address == "env":
        address = os.environ.get("DASK_SCHEDULER_ADDRESS", "")
        if not address:
            raise UsageError("--cluster env: DASK_SCHEDULER_ADDRESS is not set")
    if not (_is_address(address) or ("://" not in address and address.endswith(".json"))):
        raise UsageError(
            f"--cluster takes tcp://HOST:PORT, tls://HOST:PORT, FILE.json, env or local, not {excerpt(address)}"
        )
    try:
        from netgrad.cluster.scheduler import Dask
    except ModuleNotFoundError:
        raise UsageError("--cluster needs the extra cluster: pip install 'netgrad[cluster]'") from None
    return Dask(address)


def _is_address(text: str) -> bool:
    """True for SCHEME://HOST:PORT."""
    scheme, _, place = text.partition("://")
    host, _, port = place.rpartition(":")
    return scheme in SCHEMES and bool(host) and port.isascii() and port.isdecimal()
