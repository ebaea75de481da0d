"""Signals, vanished readers and trickling pipes, with real processes."""

import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
import shell

pytestmark = pytest.mark.slow  # processes that are waited for

NETGRAD = str(Path(shell.BIN) / "netgrad")
XOR = str(shell.ROOT / "sample_nets" / "xor.yaml")
HANG = 60  # seconds after which a test gives up
ROWS = b"".join(b"%d,0.5,%d\n" % (i, i % 7) for i in range(60_000))
TABLE = b"id,x1,x2\n" + ROWS


def start(*args, cwd=shell.ROOT, **more):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    env = shell.environment()
    return subprocess.Popen([NETGRAD, *args], cwd=cwd, env=env, bufsize=0, **{**pipes, **more})


def read_line(process):
    """One line of its output, as soon as it is there."""
    line = b""
    while not line.endswith(b"\n"):
        assert select.select([process.stdout], [], [], HANG)[0], f"no answer, but {line!r}"
        line += os.read(process.stdout.fileno(), 1)
    return line.decode()


def send(process, data):
    view = memoryview(data)
    while view:
        view = view[process.stdin.write(view) :]


def finish(process):
    _, err = process.communicate(timeout=HANG)
    return process.returncode, err.decode()


def test_each_row_of_a_trickling_pipe_is_answered_before_the_next_is_sent():
    process = start("eval", XOR)
    send(process, b"x1,x2\n")
    assert read_line(process) == "x1,x2,a\n"
    for row in (b"0,1", b"1,1", b'"0",0', b"0.1,0.2"):
        send(process, row + b"\n")
        assert read_line(process).startswith(f"{row.decode()},")
    send(process, b'0,"1')  # a record that is not whole yet
    send(process, b'"\n')
    assert read_line(process).startswith('0,"1",')
    send(process, b"1,x\n")
    process.stdin.close()
    assert process.wait(HANG) == 1
    assert process.stderr.read().startswith(b"<stdin>:7:3: column x2: 'x' is not a number")
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_silently_by_the_signal_itself(number):
    process = start("eval", XOR)
    send(process, b"x1,x2\n1,1\n")
    assert [read_line(process)[:3] for _ in range(2)] == ["x1,", "1,1"]
    process.send_signal(number)
    assert finish(process) == (-number, "")


@pytest.mark.parametrize(("number", "code"), [("INT", 130), ("TERM", 143)])
def test_a_shell_sees_128_and_the_number_of_the_signal(number, code):
    script = (
        f"coproc netgrad eval {XOR}; echo x1,x2 >&${{COPROC[1]}}; read <&${{COPROC[0]}}; kill -{number} $COPROC_PID"
    )
    ran = shell.run(f"set -m; {script}; wait $COPROC_PID; echo $?")
    assert (ran.out, ran.code) == (f"{code}\n", 0)


def test_ctrl_c_in_a_terminal_ends_it():
    ran = shell.terminal(f"netgrad eval {XOR} - --format csv; echo on", keys=[(b"", b"0,1\n"), (b"0,1,0.99", b"\x03")])
    assert ran.out.count("\n") == 3  # what was typed, the header and the answer: bash stops with what it waits for
    assert "on" not in ran.out
    assert ran.code == -signal.SIGINT


def test_a_reader_that_goes_away_ends_it_silently_by_sigpipe():
    process = start("eval", XOR, "-c", "x1,x2")
    send(process, b"id,x1,x2\n1,1,1\n")
    read_line(process)
    process.stdout.close()
    with suppress(BrokenPipeError):
        send(process, ROWS)
    assert process.wait(HANG) == -signal.SIGPIPE
    assert process.stderr.read() == b""
    process.stdin.close()
    process.stderr.close()


def test_a_point_on_the_command_line_leaves_standard_input_alone():
    ours, theirs = os.pipe()
    os.write(theirs, b"not read")
    with start("eval", XOR, "--x", "1,1", stdin=ours) as process:
        assert read_line(process) == "x1,x2,a\n"
        assert process.wait(HANG) == 0
    os.close(theirs)
    assert os.read(ours, 100) == b"not read"
    os.close(ours)


@pytest.fixture(scope="module")
def whole():
    with start("eval", XOR, "-c", "x1,x2") as process:
        out, err = process.communicate(TABLE, timeout=HANG)
        assert (process.returncode, err) == (0, b"")
        return out


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_killed_half_way_leaves_everything_as_it_was(tmp_path, number, exists):
    out = tmp_path / "out.csv"
    if exists:
        out.write_bytes(b"old\n")
    process = start("eval", XOR, "-c", "x1,x2", "-o", "out.csv", cwd=tmp_path)
    send(process, TABLE)  # more than a pipe holds: it is being read
    process.send_signal(number)
    assert finish(process) == (-number, "")
    assert os.listdir(tmp_path) == ["out.csv"] * exists
    assert not exists or out.read_bytes() == b"old\n"


@pytest.mark.parametrize("k", range(6))
def test_a_run_that_is_killed_at_any_moment_leaves_the_old_or_the_new_file(tmp_path, k, whole):
    out, number = tmp_path / "out.csv", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT][k % 3]
    out.write_bytes(b"old\n")
    (tmp_path / "in.csv").write_bytes(TABLE)
    process = start("eval", XOR, "-c", "x1,x2", "in.csv", "-o", "out.csv", cwd=tmp_path)
    while process.poll() is None and len(os.listdir(tmp_path)) == 2:
        time.sleep(0.001)  # until the new file is there
    time.sleep(0.02 * k)
    process.send_signal(number)
    assert finish(process) in ((0, ""), (-number, ""))
    assert sorted(os.listdir(tmp_path)) == ["in.csv", "out.csv"]
    assert out.read_bytes() in (b"old\n", whole)
