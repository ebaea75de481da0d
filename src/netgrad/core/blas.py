"""BLAS held to one thread, so that no product is cut by how many there are.

Only OpenBLAS is told, numpy's own or another that numpy is linked with; other libraries are left as they are. The
command line sets their environment variables before numpy is there.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module

_NAMES = [f"{prefix}openblas_{{}}_num_threads{suffix}" for prefix in ("scipy_", "") for suffix in ("64_", "")]
_MODULES = ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath")  # of numpy 2 and of numpy 1
_lock = threading.Lock()
_held: list[int] = []  # what the number of threads was, once for each who holds it


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold OpenBLAS to one thread inside; afterwards, when nobody holds it any more, it has as many as before."""
    found = _openblas()
    if found is None:
        yield
        return
    get, set_ = found
    with _lock:
        _held.append(_held[0] if _held else get())
        if get() != 1:
            set_(1)
    try:
        yield
    finally:
        with _lock:
            before = _held.pop()
            if not _held and before != 1:
                set_(before)


def holds_one_thread() -> bool:
    """Whether `one_thread` does anything: whether it is OpenBLAS that is there."""
    return _openblas() is not None


@cache
def _openblas() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """Functions that get and set its number of threads; a library finds those of the libraries it is linked with."""
    for module in _MODULES:
        try:
            library = ctypes.CDLL(import_module(module).__file__)
        except (ImportError, OSError):
            continue
        for name in _NAMES:
            if hasattr(library, name.format("set")):
                return getattr(library, name.format("get")), getattr(library, name.format("set"))
    return None
