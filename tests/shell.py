"""The installed command as a person runs it: in a shell, with pipes, and in a terminal."""

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from typing import NamedTuple

LAST_DIGITS = 1e-11  # relative: a BLAS or libm that rounds z otherwise, where sigma saturates; twice that in a square
# Column or key -> absolute tolerance of what is left over there where numbers up to 1 cancel: some of their roundings.
CANCELLED = {"gap": 4e-15, "mean": 2e-16, "offset": 2e-16}
SOME_TIMES = 3.0  # a bound on rounding may be larger or smaller by so many of itself, on another processor
_BLANKS = re.compile(" +|─+|━+")
_FLOAT = re.compile(r"-?[0-9]+\.[0-9]+(?:e[-+][0-9]+)?")
KEPT = ("HOME", "TMPDIR", "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")  # the last two as .ci/processors sets them
ROOT = Path(__file__).parents[1]
BIN = str(Path(sys.executable).parent)


class Ran(NamedTuple):
    out: str
    err: str
    code: int


def environment(**more: str) -> dict[str, str]:
    """A plain environment with the tests' own netgrad first on the path."""
    kept = {k: v for k, v in os.environ.items() if k in KEPT}
    return {
        **kept,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "PYTHONWARNINGS": "error",
        **more,
    }


def run(command: str, cwd: Path = ROOT, stdin: bytes = b"", **env: str) -> Ran:
    """Run `command` in bash; bytes that are not UTF-8 come back as surrogates."""
    done = subprocess.run(
        ["bash", "-c", command],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(**env),
        timeout=60,
        check=False,
    )
    return Ran(*(b.decode("utf-8", "surrogateescape") for b in (done.stdout, done.stderr)), done.returncode)


def terminal(
    command: str, cwd: Path = ROOT, width: int = 100, keys: Sequence[tuple[bytes, bytes]] = (), **env: str
) -> Ran:
    """Run `command` in bash on a terminal of that width; `out` is all that the terminal shows.

    Of each pair of keys the second is typed as soon as the first is on the screen.
    """
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execvpe("bash", ["bash", "-c", command], environment(**{"TERM": "xterm", **env}))
    ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    shown, keys = b"", list(keys)
    while True:
        while keys and keys[0][0] in shown:
            os.write(fd, keys.pop(0)[1])
        if not select.select([fd], [], [], 60)[0]:
            break
        try:
            block = os.read(fd, 1 << 16)
        except OSError:  # the terminal is gone with its last process
            break
        if not block:
            break
        shown += block
    status = _ended(pid)
    os.close(fd)
    if status is None:  # it wanted the terminal still
        _, status = os.waitpid(pid, 0)
    return Ran(
        shown.replace(b"\r\n", b"\n").decode("utf-8", "surrogateescape"),
        "",
        os.waitstatus_to_exitcode(status),
    )


def _ended(pid: int) -> int | None:
    for _ in range(50):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.1)
    return None


def same(found: str, expected: str) -> bool:
    """Whether two texts are equal but for the last digits of numbers that show all of theirs, and blanks beside them.

    Numbers are compared by value. One that is left over where others cancel, in a column or under a key of CANCELLED,
    has the absolute tolerance of what cancelled, and a bound on rounding, named `..._err`, may be some times as large,
    since it covers what was rounded.
    """
    texts, others = (_BLANKS.sub(" ", _FLOAT.sub("#", text)) for text in (found, expected))
    if texts != others:
        return False
    pairs = zip(_FLOAT.finditer(found), _FLOAT.finditer(expected), strict=True)
    return all(a[0] == b[0] or _near(a[0], b[0], _tolerance(expected, b)) for a, b in pairs)


def _near(a: str, b: str, tolerance: float) -> bool:
    """Whether two numbers are equal but for rounding, and show as much as a result shows."""
    x, y = float(a), float(b)
    if abs(x - y) <= tolerance:
        return True
    # 0.7 beside 0.7000000000000001: one of them shows all digits, and the other has no more
    return max(map(_digits, (a, b))) >= 14 and abs(x - y) <= LAST_DIGITS * abs(y)


def _tolerance(text: str, number: re.Match[str]) -> float:
    """Absolute tolerance of a number in the text, by the name of its column, its key, or what stands before it."""
    name = _name(text, number.start())
    return SOME_TIMES * float(number[0]) if name.endswith("_err") else CANCELLED.get(name, 0)


def _name(text: str, start: int) -> str:
    """Name of the column or the key of what starts there, or the word at the start of its line."""
    before = text[:start]
    line = before[before.rfind("\n") + 1 :]
    key = re.search(r'"(\w+)": (?:\[[^\]]*)?$', line) or re.match(r"(\w+)  +$", line)
    if key:
        return key[1]
    header = text.split("\n", 1)[0].split(",")
    return header[line.count(",")] if line.count(",") < len(header) else ""


def _digits(number: str) -> int:
    return len(number.split("e")[0].lstrip("-0.").replace(".", ""))
