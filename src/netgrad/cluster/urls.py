"""URLs: which file system each is of, by fsspec, and what goes wrong there."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from netgrad.errors import NetgradError, PointsError, UsageError, excerpt, visible
from netgrad.files import reason

PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs", "hdfs": "pyarrow"}
WEB = ("http", "https")


def is_url(path: str) -> bool:
    """True where `path` is one as s3://bucket/key is, and no file that is called so."""
    scheme, found, _ = path.partition("://")
    return bool(found) and scheme.isalnum() and not os.path.exists(path)


def file_system(url: str) -> tuple[Any, str]:
    """File system of fsspec for `url`, on the host that it names, and the file's name there.

    All else is set up as fsspec's own configuration says.

    Raises
    ------
    UsageError
        fsspec, or what it needs for such URLs, is not installed, or it takes more than a URL to set it up.
    """
    scheme = url.partition("://")[0]
    try:
        fsspec = import_module("fsspec")
        at = fsspec.get_filesystem_class(scheme)._get_kwargs_from_urls(url)
        found = _file_system(scheme, frozenset(at.items()), os.getpid())
    except ImportError as error:
        if error.name == "fsspec":
            raise UsageError(f"{scheme}:// needs the extra cluster: pip install 'netgrad[cluster]'") from None
        package = PACKAGES.get(scheme, "aiohttp" if scheme in WEB else f"what fsspec reads {scheme} with")
        raise UsageError(f"{scheme}:// needs another package: pip install {package}") from None
    except ValueError:
        raise UsageError(f"there is no protocol {excerpt(scheme)}: s3, gs, abfs, hdfs and https are some") from None
    except TypeError:
        raise UsageError(f"{scheme}:// needs more than a URL: s3, gs, abfs, hdfs and https do not") from None
    return found, found._strip_protocol(url)


@cache
def _file_system(scheme: str, at: frozenset[tuple[str, Any]], process: int) -> Any:
    """One for each process: connections do not outlive a fork."""
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None  # of one that is taken down half made
    try:
        return import_module("fsspec").filesystem(scheme, **dict(at))
    finally:
        sys.unraisablehook = hook


@contextmanager
def failures(name: str, kind: type[NetgradError] = PointsError) -> Iterator[None]:
    """Errors that a file system raises inside become an error of `kind` about the file called `name`."""
    try:
        yield
    except (NetgradError, MemoryError, BrokenPipeError):
        raise
    except FileNotFoundError as error:
        raise kind(_why_not_found(error.__cause__), file=name) from None
    except Exception as error:  # each of them has errors of its own, and some of many lines
        lines = (reason(error) if isinstance(error, OSError) else str(error)).strip().splitlines()
        raise kind(visible(lines[0]) if lines else type(error).__name__, file=name) from None


def _why_not_found(cause: BaseException | None) -> str:
    """The web's file system says of all that fails, of a server that is not there too, that there is no such file."""
    if isinstance(cause, OSError) and cause.strerror:
        return visible(reason(cause))
    status = getattr(cause, "status", 404)
    return "no such file or directory" if status == 404 else f"the server answers {status}"
