"""`netgrad convert`: every format, the options of SRC, and what is never overwritten."""

import os

import pytest
import shell
from nets_of_peers import files
from zoo import ZOO, facts

from netgrad.errors import UsageError
from netgrad.formats import load, save
from netgrad.formats.registry import SUFFIXES, WRITABLE

NET = ZOO["named"]
KNOWN = ", ".join(WRITABLE)


@pytest.mark.parametrize("suffix", WRITABLE)
def test_every_format_is_written(suffix, tmp_path):
    save(NET, tmp_path / "net.json")
    assert shell.run(f"netgrad convert net.json out{suffix}", cwd=tmp_path) == ("", "", 0)
    if suffix in SUFFIXES:
        assert facts(load(tmp_path / f"out{suffix}")) == facts(NET)
    save(NET, tmp_path / f"again{suffix}")
    assert (tmp_path / f"again{suffix}").read_text("latin-1").replace("again", "out").replace("AGAIN", "OUT") == (
        tmp_path / f"out{suffix}"
    ).read_text("latin-1")


@pytest.mark.parametrize("source", ["numpy", "torch", "keras"])
def test_sources_are_written_for_what_was_asked(source, tmp_path):
    save(NET, tmp_path / "net.json")
    assert shell.run(f"netgrad convert net.json out.py --source {source}", cwd=tmp_path) == ("", "", 0)
    assert f"import {source}" in (tmp_path / "out.py").read_text()
    with pytest.raises(UsageError, match=r"expected numpy, torch or keras, and a file that ends in \.py$"):
        save(NET, tmp_path / "net.npz", source=source)


def test_what_the_file_does_not_hold_is_given(tmp_path):
    path = files("torch") / "plain.pt"
    command = f"netgrad convert {path} {tmp_path}/out.onnx"
    run = shell.run(command)
    assert (run.code, run.out) == (1, "")
    assert "say --activation" in run.err
    assert not os.listdir(tmp_path)
    assert shell.run(f"{command} --activation tanh --output-activation identity") == ("", "", 0)
    expected = load(path, activation="tanh", output_activation="identity")
    assert facts(load(tmp_path / "out.onnx"))[0] == facts(expected)[0]


def test_the_network_itself_is_never_overwritten(tmp_path):
    save(NET, tmp_path / "net.json")
    before = (tmp_path / "net.json").read_bytes()
    (tmp_path / "soft.yaml").symlink_to("net.json")
    os.link(tmp_path / "net.json", tmp_path / "hard.npz")
    for target in ("net.json", "soft.yaml", "hard.npz"):
        run = shell.run(f"netgrad convert net.json {target}", cwd=tmp_path)
        message = f"{target}: the output is the input net.json: choose another file\n"
        assert (run.code, run.out, run.err) == (1, "", message)
    assert (tmp_path / "net.json").read_bytes() == before


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("out.onxx", f"DST: '.onxx' is no suffix of a network (did you mean '.onnx'?); a network is saved as {KNOWN}"),
        ("out.pt", f"DST: '.pt' is not written; a network is saved as {KNOWN}"),
        ("out", f"DST: no suffix; a network is saved as {KNOWN}"),
        ("out.npz --source torch", "--source is for a DST that ends in .py"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(target, message, tmp_path):
    save(NET, tmp_path / "net.json")
    run = shell.run(f"netgrad convert net.json {target}", cwd=tmp_path)
    assert (run.code, run.out, run.err.splitlines()[0]) == (2, "", f"netgrad: {message}")
