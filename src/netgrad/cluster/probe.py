"""Comparison of workers with this process: versions, processors, and the bits of one block computed by all."""

import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from netgrad import __version__
from netgrad.core.backprop import value_and_grad
from netgrad.core.blas import holds_one_thread
from netgrad.core.network import Network
from netgrad.errors import ClusterError, counted

BLAS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
SIZES = (8, 64, 64, 1)  # wide enough for the BLAS to show its kernels
POINTS = 512


class Facts(NamedTuple):
    """Facts that decide bits and speed on one machine."""

    netgrad: str
    numpy: str
    cpu: str
    bits: str  # of the block
    one_thread: bool  # the BLAS starts no threads of its own


def facts() -> Facts:
    """Those of this process."""
    one_thread = holds_one_thread() or any(os.environ.get(name) == "1" for name in BLAS)
    return Facts(__version__, np.__version__, _cpu(), _bits(), one_thread)


def remarks(here: Facts, workers: Mapping[str, Facts]) -> list[str]:
    """Lines that are worth saying of workers, by their addresses, beside this process.

    Raises
    ------
    ClusterError
        One has another version of netgrad or numpy.
    """
    for address, there in workers.items():
        for what in ("netgrad", "numpy"):
            theirs, ours = getattr(there, what), getattr(here, what)
            if theirs != ours:
                raise ClusterError(f"{what} {theirs} on the worker {address}, {ours} here")
    said = []
    others = [address for address, there in workers.items() if there.bits != here.bits]
    if others:
        cpu = workers[others[0]].cpu
        said.append(
            f"{counted(len(others), 'worker')} of {len(workers)} may give other last digits than this machine: "
            f"{cpu} there, {here.cpu} here"
        )
    loose = [address for address, there in workers.items() if not there.one_thread]
    if loose:
        said.append(
            f"{counted(len(loose), 'worker')} of {len(workers)} may start threads for each product: "
            "set OPENBLAS_NUM_THREADS=1 and MKL_NUM_THREADS=1 where they are started"
        )
    return said


def _bits() -> str:
    draw = np.random.default_rng(2019)
    weights = [(draw.standard_normal((n, m)).tolist(), draw.standard_normal(n).tolist()) for m, n in pairwise(SIZES)]
    a, grad = value_and_grad(Network.of(weights), draw.standard_normal((POINTS, SIZES[0])))
    return sha256(a.tobytes() + grad.tobytes()).hexdigest()


def _cpu() -> str:
    with suppress(OSError), open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
