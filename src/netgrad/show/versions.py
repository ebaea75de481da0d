"""Versions of what computes here, and which way it goes."""

import platform
import sys
from importlib import metadata

from rich.console import RenderableType

from netgrad import __version__
from netgrad.compiled import ready
from netgrad.show.table import table
from netgrad.tables.codecs import PAYS

PACKAGES = ("numpy", "numba", "llvmlite")


def versions() -> list[RenderableType]:
    """Versions, and for each kind of loops in machine code whether it is there, and if not, why."""
    rows = [("netgrad", __version__), (platform.python_implementation(), platform.python_version())]
    rows += [(package, _version(package)) for package in PACKAGES]
    rows += [("machine", f"{sys.platform}, {platform.machine()}")]
    rows += [(f"loops: {module}", ready.state(module)) for module in ready.MODULES]
    is_there = ready.state("text") == ready.THERE
    way = f"compiled from {PAYS >> 20} MiB on, numpy below" if is_there else "numpy, whatever the size"
    return table(["what", "here"], [*rows, ("CSV by", way)])


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
