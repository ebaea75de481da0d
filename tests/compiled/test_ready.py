"""Loops are found where they are kept, made where they are not, and done without where they cannot be had."""

import os
import threading

import pytest

from netgrad.compiled import files, ready
from netgrad.compiled.files import Code
from netgrad.errors import UsageError
from netgrad.tables.codecs import codec

CODES = [Code("one", "_one", "qp", b"\x00object\n\t"), Code("two", "_two", "v", b"")]
NAME = "netgrad-text-01234567.loops"


@pytest.fixture
def asked_first(monkeypatch, tmp_path):
    """Nobody has asked for loops in this process, and none are kept but in a folder of the test's own."""
    for known in ("_loops", "_states", "_savings", "_makers"):
        monkeypatch.setattr(ready, known, {})
    monkeypatch.setattr(files, "_folders", lambda: iter([str(tmp_path / "made")]))
    monkeypatch.setattr(ready, "processor", lambda: "some processor")
    monkeypatch.setattr(files, "absence", lambda: "")
    return tmp_path / "made"


def test_what_is_kept_is_found(tmp_path):
    files.keep(str(tmp_path), NAME, CODES)
    assert files._loops_in((tmp_path / NAME).read_bytes()) == CODES
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_week_old_files_of_the_same_loops_go(tmp_path):
    for name in (
        "netgrad-text-0000000a.loops",
        "netgrad-text-0000000b.loops.77",
        "netgrad-nets-0000000a.loops",
        "other",
    ):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "netgrad-text-0000000c.loops").write_bytes(b"")
    files.keep(str(tmp_path), NAME, CODES)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {NAME, "netgrad-text-0000000c.loops", "netgrad-nets-0000000a.loops", "other"}


@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "others may write", "absent", "a folder"])
def test_a_file_that_is_damaged_or_foreign_is_as_if_it_were_not_there(asked_first, harm):
    asked_first.mkdir()
    path = asked_first / NAME
    files.keep(str(asked_first), NAME, CODES)
    assert files.found(NAME) == CODES
    data = path.read_bytes()
    if harm == "others may write":
        path.chmod(0o666)
    elif harm in ("absent", "a folder"):
        path.unlink()
        if harm == "a folder":
            path.mkdir()
    else:
        path.write_bytes({"cut": data[:-1], "changed": data.replace(b"object", b"objekt"), "empty": b""}[harm])
    assert files.found(NAME) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_run(asked_first):
    asked_first.mkdir()
    files.keep(str(asked_first), NAME, CODES)
    os.chown(asked_first / NAME, 12345, 12345)
    assert files.found(NAME) is None


def test_the_name_of_a_file_tells_processors_and_modules_apart():
    names = {files.file_name(module, processor) for module in ("text", "nets") for processor in ("one", "two")}
    assert len(names) == 4


def test_who_asks_first_has_them_made_and_does_without(asked_first, monkeypatch):
    started, goes_on = threading.Event(), threading.Event()

    def make(module):
        started.set()
        goes_on.wait(10)
        ready._states[module] = ready._FAILED

    monkeypatch.setattr(ready, "_make", make)
    assert ready.state("text") == "not yet compiled: the first large input sees to that"
    assert ready.loops("text") is None
    assert started.wait(10)
    assert ready.state("text") == "being compiled in the background"
    assert ready.loops("text") is None
    goes_on.set()
    assert ready.loops("text", wait=True) is None
    assert ready.state("text") == ready._FAILED


def test_they_are_looked_for_once_they_pay(asked_first, monkeypatch):
    monkeypatch.setattr(ready, "_make", lambda module: None)
    looked = []
    monkeypatch.setattr(files, "found", lambda name: looked.append(name))
    for _ in range(3):
        assert ready.loops("text", 0.3 * ready.PAYS) is None
    assert looked == []
    ready.loops("text", 0.3 * ready.PAYS)
    assert len(looked) == 1


def test_a_compiler_that_fails_is_no_error(asked_first, monkeypatch):
    monkeypatch.setattr(ready.sys, "executable", "/nonexistent/python")
    assert ready.loops("text", wait=True) is None
    assert ready.state("text").startswith("numba failed to compile them: [Errno 2] No such file")
    assert ready.loops("text") is None


def test_without_a_place_to_keep_them_there_are_none(asked_first, monkeypatch):
    monkeypatch.setattr(files, "_folders", lambda: iter(["/proc/nowhere", "/dev/null/cache"]))
    assert ready.loops("text", wait=True) is None
    with pytest.raises(
        UsageError, match=r"^--codec compiled: there is nowhere to keep them .NUMBA_CACHE_DIR may name a"
    ):
        codec("compiled", None)
    assert codec("auto", 1 << 40).decode(b"1\n", 1, one_column()).X.tolist() == [[1]]


def test_a_file_that_cannot_be_loaded_is_no_error(asked_first, monkeypatch):
    pytest.importorskip("llvmlite")
    asked_first.mkdir()
    monkeypatch.setattr(ready, "_engine", lambda codes: 1 / 0)
    files.keep(str(asked_first), files.file_name("text", "some processor"), CODES)
    assert ready.loops("text") is None
    assert ready.state("text") == "llvmlite cannot load them: division by zero"


def test_they_can_be_switched_off(asked_first, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    for known in ("_loops", "_states"):
        monkeypatch.setattr(ready, known, {})
    assert ready.loops("text", wait=True) is None
    assert ready.state("text") == "switched off by NUMBA_DISABLE_JIT"


def test_folders_are_those_of_numba(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/given")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    beside = os.path.join(os.path.dirname(files.__file__), "__pycache__")
    assert list(files._folders()) == ["/given"]
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert list(files._folders()) == [beside, "/caches/netgrad"]
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "relative")
    assert list(files._folders()) == [beside]


def one_column():
    from netgrad.tables.columns import Layout

    return Layout(1, (0,), ("x1",), None, ("c1",), None)
