"""Make the machine code of loops and keep it: `python -m netgrad.compiled.build units text`.

Several that do so at a time wait for one another, and those that come late find it done.
"""

import os
import re
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

import llvmlite.binding as llvm
from numba import types
from numba.core.ccallback import CFunc

from netgrad.compiled import files
from netgrad.compiled.ready import processor

_LETTERS = {
    types.int64: "q",
    types.uint64: "Q",
    types.float64: "d",
    types.float32: "f",
    types.void: "v",
    types.uint8: "B",
}


def build(module: str, folder: str) -> None:
    """Compile the loops of a module of this package, unless there is a file of them in the folder."""
    import fcntl

    name = files.file_name(module, processor())
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if files.found(name) is None:
            files.keep(folder, name, codes(module))
    finally:
        os.close(lock)


def codes(module: str) -> list[files.Code]:
    """Machine code of the loops of a module of this package."""
    members = vars(import_module(f"netgrad.compiled.{module}"))
    return [_code(name, member) for name, member in members.items() if isinstance(member, CFunc)]


def _code(name: str, loop: Any) -> files.Code:
    text = loop.inspect_llvm()
    if strangers := _called(text):
        raise ValueError(f"{name} calls {strangers}, which are not there without numba")
    kinds = (loop._sig.return_type, *loop._sig.args)
    letters = "".join("p" if isinstance(kind, types.CPointer) else _LETTERS[kind] for kind in kinds)
    triple = llvm.get_process_triple()
    machine = llvm.Target.from_triple(triple).create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        reloc="static" if triple.startswith("x86") else "default",  # as numba does for what is loaded at once
        codemodel="jitdefault",
        jit=True,
    )
    return files.Code(name, loop.native_name, letters, machine.emit_object(llvm.parse_assembly(text)))


def _called(text: str) -> list[str]:
    """Functions that LLVM's assembler text calls and does not have, but for what LLVM itself knows."""
    declared = re.findall(r'^declare .*?@"?([\w.$]+)"?\(', text, re.MULTILINE)
    return [
        name
        for name in declared
        if not name.startswith("llvm.") and len(re.findall(rf'@"?{re.escape(name)}\b', text)) > 1
    ]


def main() -> None:
    """Compile the modules that the command line names, politely."""
    with suppress(OSError):
        os.nice(10)
    folder = files.folder_to_write()
    if folder is not None:
        for module in sys.argv[1:]:
            build(module, folder)


if __name__ == "__main__":
    main()
