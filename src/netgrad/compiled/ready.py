"""Loops in machine code, where they are there.

Whoever asks first on a machine has them made in the background, by a process that outlives the command if it must, and
does without: nobody waits for a compiler. Whatever goes wrong with that, such as a file that cannot be written or is
not one's own, is no error: there are no loops then, and `state` says why.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from netgrad.compiled import files

MODULES = ("text", "layers", "nets")  # of loops, by those who ask for them
_TYPES = {
    "B": ctypes.c_uint8,
    "q": ctypes.c_int64,
    "Q": ctypes.c_uint64,
    "d": ctypes.c_double,
    "f": ctypes.c_float,
    "v": None,
}
THERE, _BUILDING, _FAILED = "there", "being compiled in the background", "numba failed to compile them"
PAYS = 1e8  # nanoseconds: to load the compiler's library takes about as long
_lock = threading.RLock()
_loops: dict[str, "Loops"] = {}
_states: dict[str, str] = {}  # empty: not yet asked for
_savings: dict[str, float] = {}
_makers: dict[str, threading.Thread] = {}


class Loops:
    """The loops of a module, as attributes that can be called on any thread."""

    def __init__(self, codes: list[files.Code]) -> None:
        self._engine = _engine(codes)  # the code is gone with it
        self._functions = {code.name: self._function(code) for code in codes}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._functions:
            raise AttributeError(name)
        return self._functions[name]

    def _function(self, code: files.Code) -> Callable[..., Any]:
        result, arguments = code.types[0], code.types[1:]
        function = ctypes.CFUNCTYPE(_TYPES[result])(self._engine.get_function_address(code.symbol))
        function.argtypes = [Address if kind == "p" else _TYPES[kind] for kind in arguments]  # type: ignore[misc]
        return function


class Address:
    """Address as ctypes is given it: that of an array's memory, or of bytes."""

    @classmethod
    def from_param(cls, given: Any) -> Any:
        """The address; the caller keeps what is there."""
        if isinstance(given, bytes):
            return given
        if not given.flags.forc:
            raise ValueError("a loop takes arrays that are in one piece of memory")
        return ctypes.c_void_p(given.__array_interface__["data"][0])


def loops(module: str, saving: float = PAYS, wait: bool = False) -> Loops | None:
    """Loops of the module `netgrad.compiled.MODULE`; None while they are not there.

    `saving` is the time in nanoseconds that they would save the caller. They are looked for once all that was asked for
    is `PAYS`. With `wait`, they are made at once where they are not, and None says that they cannot be.
    """
    if module in _loops or (_states.get(module) and not wait):
        return _loops.get(module)
    with _lock:
        _savings[module] = _savings.get(module, 0) + saving
        if _savings[module] < PAYS and not wait:
            return None
        if _find(module) is None and not _states[module]:
            _start(module)
        maker = _makers.get(module)
    if wait and maker is not None:
        maker.join()
    return _loops.get(module)


def state(module: str) -> str:
    """In words, whether the loops of a module are there, and if not, why."""
    with _lock:
        _find(module)
    return _states[module] or "not yet compiled: the first large input sees to that"


@cache
def processor() -> str:
    """Name and features of this processor, as the compiler has them."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def _find(module: str) -> Loops | None:
    """The loops, where there is a file of them; sets their state."""
    if _states.get(module, "").startswith((THERE, _BUILDING, _FAILED)):
        return _loops.get(module)
    if absence := files.absence():
        _states[module] = absence
        return None
    try:
        codes = files.found(files.file_name(module, processor()))
        if codes is not None:
            _loops[module] = Loops(codes)
            _states[module] = THERE
            return _loops[module]
    except Exception as error:  # whatever a foreign version of llvmlite may raise
        _states[module] = f"llvmlite cannot load them: {error}"
        return None
    if files.folder_to_write() is None:
        _states[module] = "there is nowhere to keep them (NUMBA_CACHE_DIR may name a folder)"
    else:
        _states[module] = ""
    return None


def _start(module: str) -> None:
    """Have the loops made by another process."""
    _states[module] = _BUILDING
    _makers[module] = threading.Thread(target=_make, args=(module,), daemon=True)
    _makers[module].start()


def _make(module: str) -> None:
    """Run the compiler, and take what it has made."""
    import subprocess  # takes longer to import than a point takes

    source = f"import sys; sys.path.insert(0, {_root()!r}); import runpy; "
    source += "runpy.run_module('netgrad.compiled.build', run_name='__main__')"
    command = [sys.executable, "-W", "ignore", "-c", source, module]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    try:
        done = subprocess.run(command, start_new_session=True, check=False, **quiet)  # type: ignore[call-overload]
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        failure = f"{_FAILED}: {last or done.returncode}" if done.returncode else ""
    except (OSError, ValueError) as error:
        failure = f"{_FAILED}: {error}"
    with _lock:
        _states[module] = failure
        if not failure and _find(module) is None:
            _states[module] = _states[module] or f"{_FAILED}: nothing is there"


def _root() -> str:
    """The folder that netgrad is imported from."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _engine(codes: list[files.Code]) -> Any:
    import llvmlite.binding as llvm

    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    for code in codes:
        engine.add_object_file(llvm.ObjectFileRef.from_data(code.object))
    engine.finalize_object()
    return engine
