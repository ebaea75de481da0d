"""What a person at a terminal sees, on a real terminal."""

import json
import re
import shlex
import signal

import pytest
import shell

pytestmark = pytest.mark.slow  # a terminal for each

XOR = "netgrad eval sample_nets/xor.yaml"
ESC, CSI, RLO = "\x1b", "\x9b", "\u202e"


def test_a_table_on_a_terminal_and_csv_in_a_pipe_or_a_file(tmp_path):
    table = shell.terminal(f"{XOR} --x 1,1").out
    csv = "x1,x2,a\n1,1,4.543910487654591e-05\n"
    assert "─" in table
    assert "," not in table
    assert shell.same(shell.terminal(f"{XOR} --x 1,1 | cat").out, csv)
    assert shell.terminal(f"{XOR} --x 1,1 -o {tmp_path}/out.csv").out == ""
    assert shell.same((tmp_path / "out.csv").read_text(), csv)
    assert shell.same(shell.terminal(f"{XOR} --x 1,1 --format csv").out, csv)
    assert "─" in shell.run(f"{XOR} --x 1,1 --format table").out


@pytest.mark.parametrize(
    ("options", "env", "is_coloured"),
    [
        ("", {}, True),
        ("--color never", {}, False),
        ("--color never", {"FORCE_COLOR": "1"}, False),
        ("--color always", {"NO_COLOR": "1", "TERM": "dumb"}, True),
        ("", {"NO_COLOR": "1"}, False),
        ("", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("", {"NO_COLOR": ""}, True),
        ("", {"FORCE_COLOR": "0"}, True),
        ("", {"TERM": "dumb"}, False),
        ("", {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ("", {"TERM": "dumb", "CLICOLOR_FORCE": "1"}, True),
    ],
)
def test_colours_on_a_terminal(options, env, is_coloured):
    assert (ESC in shell.terminal(f"{XOR} --x 1,1 {options}", **env).out) == is_coloured


@pytest.mark.parametrize(
    ("options", "env", "is_coloured"),
    [
        ("", {}, False),
        ("--color always", {}, True),
        ("", {"FORCE_COLOR": "1"}, True),
        ("", {"CLICOLOR_FORCE": "1"}, True),
        ("", {"FORCE_COLOR": "0"}, False),
        ("", {"CLICOLOR_FORCE": "0"}, False),
        ("", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_of_a_table_in_a_pipe(options, env, is_coloured):
    assert (ESC in shell.run(f"{XOR} --x 1,1 --format table {options}", **env).out) == is_coloured


def test_csv_and_json_are_never_coloured():
    forced = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}
    always = f"{XOR} --x 1,1 --color always"
    for command in (always, f"{always} --format jsonl", "netgrad info sample_nets/xor.yaml --json"):
        ran = shell.run(command, **forced)
        assert (ran.code, ESC in ran.out, bool(ran.out)) == (0, False, True)


@pytest.mark.parametrize("width", [10, 30, 200])
def test_no_number_is_shortened_however_narrow_the_terminal(width):
    csv = shell.run("netgrad grad sample_nets/xor.yaml --x 0.1,0.2").out.splitlines()[1].split(",")
    shown = shell.terminal("netgrad grad sample_nets/xor.yaml --x 0.1,0.2", width=width, NO_COLOR="1").out
    assert {*csv[:2], *(f"{float(value):.6g}" for value in csv[2:])} <= set(shown.split())


@pytest.mark.parametrize("command", ["grad", "eval"])
def test_with_neither_points_nor_a_pipe_it_says_how_to_give_them(command):
    ran = shell.terminal(f"netgrad {command} sample_nets/xor.yaml")
    assert ran == (
        f"netgrad: no points: give --x X1,X2,... or POINTS, or pipe them in (see netgrad {command} --help)\n",
        "",
        2,
    )


def test_ctrl_d_ends_points_that_are_typed():
    ran = shell.terminal(f"{XOR} - --format csv", keys=[(b"", b"0,1\n\x04")])
    assert ran.code == 0
    assert "x1,x2,a" in ran.out
    assert re.search(r"^0,1,0\.99", ran.out, re.MULTILINE)


HARMFUL = f"{ESC}[31m{CSI}2J{RLO}\u2066\x07\x08\r[/][bold]:smile:\\"


def harmless(shown):
    return not any(c in shown for c in (ESC, CSI, RLO, "\u2066", "\x07", "\x08", "\r"))


@pytest.mark.parametrize("command", ["eval", "grad"])
def test_text_from_a_table_cannot_harm_a_terminal(command, tmp_path):
    cell = '"' + HARMFUL + '"'
    (tmp_path / "p.csv").write_text(f"x1,x2,{cell}\n1,1,{cell}\n", newline="")
    ran = shell.terminal(
        f"netgrad {command} {shell.ROOT}/sample_nets/xor.yaml p.csv -c 1,2", cwd=tmp_path, width=300, NO_COLOR="1"
    )
    assert ran.code == 0
    assert harmless(ran.out)
    assert ran.out.count(r"\x1b[31m\x9b2J\u202e\u2066\x07\x08\r[/][bold]:smile:") == 2


def test_text_from_a_table_cannot_harm_through_an_error(tmp_path):
    name = "p" + HARMFUL.replace("/", "") + ".csv"
    header = f'x1,"x2{HARMFUL}\n"\n1,'.encode()
    (tmp_path / name).write_bytes(header + b"\x1b[31m\xff\n")
    command = f"netgrad eval {shell.ROOT}/sample_nets/xor.yaml p*.csv -c 1,2 --format csv > out"
    ran = shell.terminal(command, cwd=tmp_path, NO_COLOR="1")
    assert ran.code == 1
    assert harmless(ran.out)
    assert ran.out.count("\n") == 1
    assert re.search(r":3:3: column x2\S*: '\\x1b\[31m\\xff' is not a number\n$", ran.out)


def test_text_from_a_network_cannot_harm_a_terminal(tmp_path):
    net = {"name": HARMFUL, "inputs": [HARMFUL], "layers": [{"W": [[1]], "b": [0]}]}
    (tmp_path / "n.json").write_text(json.dumps(net))
    for command in ("info n.json", "trace n.json --x 1", "grad n.json --x 1"):
        ran = shell.terminal(f"netgrad {command}", cwd=tmp_path, width=300, NO_COLOR="1")
        assert (ran.code, harmless(ran.out)) == (0, True), ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        "grad {} --x 1",
        "{}",
        "grad n --{}",
        "eval sample_nets/xor.yaml --x {},1",
        "eval sample_nets/xor.yaml --x 1,2 --output {}",
        "eval sample_nets/xor.yaml --x 1,2 -o /no/{}",
        "eval sample_nets/xor.yaml {}",
        "eval sample_nets/xor.yaml -d {} /dev/null",
        "eval sample_nets/xor.yaml --color {}",
    ],
)
def test_a_command_line_cannot_harm_a_terminal(arguments):
    ran = shell.run("netgrad " + arguments.format(shlex.quote(HARMFUL)))
    assert ran.code in (1, 2)
    assert ran.out == ""
    assert harmless(ran.err), ran.err
    assert ran.err.count("\n") == 1


def test_a_latin1_terminal_gets_a_table_too():
    ran = shell.terminal(f"{XOR} --x 1,1", PYTHONIOENCODING="latin-1", NO_COLOR="1")
    assert ran.code == 0
    assert "4.54" in ran.out


def test_death_by_sigint_is_what_a_terminal_sees():
    ran = shell.terminal(f"exec {XOR} - --format csv", keys=[(b"", b"0,1\n"), (b"0,1,0.99", b"\x03")])
    assert ran.code == -signal.SIGINT
    assert "Traceback" not in ran.out


SLOW = "(printf 'x1,x2\\n0,1\\n'; sleep 4; echo 1,1)"


@pytest.mark.parametrize("command", [f"{XOR} - -o out.csv", "netgrad sens sample_nets/xor.yaml -"])
def test_a_long_run_shows_its_progress_where_nothing_else_is_written(command, tmp_path):
    (tmp_path / "sample_nets").symlink_to(shell.ROOT / "sample_nets")
    shown = shell.terminal(f"{SLOW} | {command}", cwd=tmp_path).out
    assert re.search(r"1 row, [0-9]+ a second", shown)
    assert re.search(r"2 rows in [0-9.]+ s, [0-9.,]+ a second$", shown, re.MULTILINE)
    assert " a second" not in shell.terminal(f"{SLOW} | {command} -q", cwd=tmp_path).out


def test_results_on_a_terminal_have_no_progress_among_them(tmp_path):
    assert " a second" not in shell.terminal(f"{SLOW} | {XOR} - --format csv").out
