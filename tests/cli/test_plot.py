"""`netgrad plot`: what it refuses, and what it writes where."""

import csv
import io
import json
import sys

import numpy as np
import pytest
import shell
from nets import random_net

from netgrad.cli.main import netgrad
from netgrad.core.backprop import value_and_grad
from netgrad.errors import NetgradError
from netgrad.formats import load, save
from netgrad.plot.marks import GLYPHS

pytestmark = pytest.mark.slow  # a process for each

XOR, CANCER, PAPER = (f"sample_nets/{name}" for name in ("xor.yaml", "breast_cancer.npz", "paper_2_2_3_2.yaml"))
POINTS = "sample_nets/paper_points.csv"


def plot(*args):
    with netgrad.make_context("netgrad", ["plot", *args]) as context:
        netgrad.invoke(context)


def grid(text):
    rows = list(csv.reader(io.StringIO(text)))
    return rows[0], np.array(rows[1:], float)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((CANCER,), r"30 inputs: choose one or two with --over.*\(30 in all\)$"),
        ((CANCER, "--over", "1,2,3"), "--over takes one input or two, not '1,2,3'"),
        ((CANCER, "--over", "1,1"), "--over takes one input or two, not '1,1'"),
        ((CANCER, "--over", "31"), "--over: there is no input '31'"),
        ((CANCER, "--over", "worst aera"), r"no input 'worst aera' \(did you mean 'worst area'\?\)"),
        ((XOR, "--over", "x1"), "need values: a point with --x, or POINTS for their mean"),
        ((XOR, "--over", ""), "--over: there is no input ''"),
        ((XOR, "--x", "0,0"), "--x fixes the other inputs, but --over has all of them"),
        ((XOR, "--over", "1", "--x", "1"), "--x:1: 1 number, but the network has 2 inputs"),
        ((XOR, "--range", "1:0"), "LO must be less than HI.*'1:0'"),
        ((XOR, "--range", "1:1"), "LO must be less than HI"),
        ((XOR, "--range", "1e300:1.0000000001e300"), "a float64 needs room"),
        ((XOR, "--range", "-1e308:1e308"), "a float64 needs room"),
        ((XOR, "--range", "0:1,0:b"), "--range: 'b' is not a number"),
        ((XOR, "--range", "0:nan"), "--range: 'nan' is not a number"),
        ((XOR, "--range", "0,1"), "--range takes LO:HI, such as 0:1, not '0'"),
        ((XOR, "--range", "0:1,0:1,0:1"), "--range has 3 ranges, but --over has 2 inputs"),
        ((XOR, "--target", "y"), "--target is for POINTS, and there are none"),
        ((XOR, "-c", "1,2"), "-c is for POINTS"),
        ((XOR, "--rejects", "bad.csv"), "--rejects is for POINTS"),
        ((XOR, POINTS, "-c", "1,2", "--bad-rows", "nan"), "here it takes fail or skip"),
        ((XOR, "-o", "xor.jpeg"), r"ends in \.csv, .*\.txt, or --format, not 'xor.jpeg'"),
        ((XOR, "--format", "picture", "--height", "1001"), "at most 1000 by 1000"),
        ((PAPER,), r"2 outputs \(A, B\)"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_in_one_line(args, message, tmp_path):
    with pytest.raises(NetgradError, match=message) as caught:
        plot(*args)
    assert "\n" not in str(caught.value)


def test_without_matplotlib_the_points_are_not_even_read(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NetgradError, match=r"needs the extra plot: pip install 'netgrad\[plot\]'"):
        plot(XOR, "no_such_points.csv", "-o", str(tmp_path / "x.svg"))
    assert list(tmp_path.iterdir()) == []


def test_the_grid_is_what_grad_gives_at_its_points(tmp_path, capfd):
    net = random_net((3, 4, 1), seed=2, inputs=("u", "v, w", "t"))
    save(net, tmp_path / "net.yaml")
    plot(str(tmp_path / "net.yaml"), "--over", "t,1", "--x", "9,-0.5,9", "--range", "-1:1,0:2", "--width", "3")
    header, rows = grid(capfd.readouterr().out)
    assert header == ["t", "u", "a", "da_dt", "da_du"]
    assert len(rows) == 3 * 41
    assert rows[:4, 0].tolist() == [-1.0, 0.0, 1.0, -1.0]
    X = np.column_stack([rows[:, 1], np.full(len(rows), -0.5), rows[:, 0]])
    a, gradient = value_and_grad(net, X)
    assert rows[:, 2:] == pytest.approx(np.column_stack([a, gradient[:, [2, 0]]]), rel=1e-13)


def test_the_other_inputs_are_at_the_mean_of_all_points(tmp_path, capfd):
    P = np.random.default_rng(4).normal(3.0, 2.0, (20_000, 3))
    np.savetxt(tmp_path / "points.csv", P, delimiter=",", header="u,v,w", comments="")
    net = random_net((3, 4, 1), seed=2)
    save(net, tmp_path / "net.yaml")
    args = (str(tmp_path / "net.yaml"), str(tmp_path / "points.csv"), "--over", "v", "--width", "2")
    plot(*args)
    first = capfd.readouterr().out
    header, rows = grid(first)
    assert header == ["v", "a", "da_dv"]
    low, high = P[:, 1].min(), P[:, 1].max()
    assert rows[:, 0] == pytest.approx([low - 0.05 * (high - low), high + 0.05 * (high - low)])
    X = np.repeat(P.mean(axis=0)[np.newaxis], 2, axis=0)
    X[:, 1] = rows[:, 0]
    assert rows[:, 1] == pytest.approx(value_and_grad(net, X)[0], rel=1e-12)
    plot(*args, "-j", "3", "--codec", "compiled")
    assert capfd.readouterr().out == first


def test_a_network_that_scales_is_drawn_three_deviations_to_both_sides(capfd):
    plot(CANCER, "--over", "worst area", "--width", "2", "--format", "jsonl")
    first, last = map(json.loads, capfd.readouterr().out.splitlines())
    scaling, i = load(CANCER).scaling, load(CANCER).inputs.index("worst area")
    mean, std = scaling.mean[i], scaling.std[i]
    assert [first["worst area"], last["worst area"]] == pytest.approx([mean - 3 * std, mean + 3 * std])


@pytest.mark.parametrize(
    ("target", "others", "these"),
    [
        (("class",), "B", "A"),
        (("class", "--classes", "A,B"), "B", "A"),
        (("y,z",), "not A", "A"),
    ],
)
def test_the_signs_are_those_of_the_output_that_is_drawn(target, others, these, tmp_path, capfd):
    header, *lines = (shell.ROOT / POINTS).read_text().splitlines()
    one_hot = [f"{header},z", *(f"{line},{1 - int(line[-1])}" for line in lines)]
    (tmp_path / "points.csv").write_text("\n".join(one_hot) + "\n")
    plot(PAPER, str(tmp_path / "points.csv"), "--output", "A", "--format", "picture", "--target", *target)
    shown = capfd.readouterr().out
    assert f"{GLYPHS[0]} {others}   {GLYPHS[1]} {these}" in shown
    assert (shown.count(GLYPHS[0]), shown.count(GLYPHS[1])) == (6, 6)  # five of each, and what they mean


@pytest.mark.parametrize(
    ("names", "target", "others", "these"),
    [
        (None, ("y",), "y = 0", "y = 1"),
        (("A",), ("y",), "not A", "A"),
        (None, ("class", "--classes", "B,A"), "B", "A"),
    ],
)
def test_the_signs_of_one_output(names, target, others, these, tmp_path, capfd):
    save(random_net((2, 3, 1), outputs=names), tmp_path / "net.yaml")
    plot(str(tmp_path / "net.yaml"), POINTS, "-c", "x1,x2", "--format", "picture", "--target", *target)
    assert f"{GLYPHS[0]} {others}   {GLYPHS[1]} {these}" in capfd.readouterr().out


def test_of_many_points_a_sample_is_drawn_and_said(tmp_path, capfd):
    P = np.random.default_rng(4).random((5000, 2))
    np.savetxt(tmp_path / "points.csv", P, delimiter=",")
    plot(XOR, str(tmp_path / "points.csv"), "--format", "picture", "--width", "500", "--height", "200")
    assert "• points   2,000 of 5,000 points" in capfd.readouterr().out


def test_a_picture_on_a_terminal_and_the_grid_in_a_pipe():
    shown = shell.terminal(f"netgrad plot {XOR}; netgrad plot {XOR} | head -1", TERM="xterm-256color").out
    assert "\x1b[38;5;124;48;5;124m▀" in shown
    assert shown.endswith("x1,x2,a,da_dx1,da_dx2\n")


@pytest.mark.parametrize(
    ("options", "env", "escape"),
    [
        ((), {"FORCE_COLOR": "1", "COLORTERM": "truecolor"}, "[38;2;"),
        ((), {"FORCE_COLOR": "1", "COLORTERM": "24bit"}, "[38;2;"),
        ((), {"FORCE_COLOR": "1"}, "[38;5;"),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, None),
        (("--color", "always"), {"NO_COLOR": "1"}, "[38;5;"),
        (("--color", "never"), {"FORCE_COLOR": "1"}, None),
        ((), {}, None),
    ],
)
def test_the_palette_is_what_the_terminal_says(options, env, escape, monkeypatch, capfd):
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    plot(XOR, "--format", "picture", *options)
    shown = capfd.readouterr().out
    assert "\x1b" + escape in shown if escape else "\x1b" not in shown


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_a_figure_is_not_for_a_terminal(form, monkeypatch):
    monkeypatch.setattr("os.isatty", lambda fd: True)
    with pytest.raises(NetgradError, match=f"a terminal does not show {form}: say -o FILE"):
        plot(XOR, "--format", form)
