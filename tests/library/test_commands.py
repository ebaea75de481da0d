"""Each command as one call: what the call gives is what the command prints."""

import csv
import io
import json
import shlex

import numpy as np
import polars as pl
import pytest
import shell

import netgrad
from netgrad.errors import NetgradError

CANCER, PAPER = "sample_nets/breast_cancer", "sample_nets/paper_2_2_3_2.yaml"
NET, TWO = netgrad.load(f"{CANCER}.npz"), netgrad.load(PAPER)
TABLE = pl.read_csv(f"{CANCER}.csv")
POINTS = pl.read_csv("sample_nets/paper_points.csv")


def printed(*command):
    return shell.run(f"netgrad {shlex.join(command)}").out


@pytest.mark.slow
def test_sensitivities_are_those_of_sens():
    said = json.loads(printed("sens", f"{CANCER}.npz", f"{CANCER}.csv", "--json", "-q", "--scaled"))
    found = netgrad.sensitivities(NET, TABLE, scaled=True)
    assert (found.points, found.left_out) == (569, 0)
    for row, line in zip(found.inputs, said["sensitivities"], strict=True):
        assert row.input == line["input"]
        numbers = {name: value for name, value in row._asdict().items() if isinstance(value, float)}
        np.testing.assert_allclose([*numbers.values()], [line[name] for name in numbers], rtol=1e-12)
        assert {"rms", "mean", "positive"} < numbers.keys()


@pytest.mark.slow
@pytest.mark.parametrize("y", [TABLE["diagnosis"], (TABLE["diagnosis"] == "benign").to_numpy()], ids=["names", "bools"])
def test_losses_are_those_of_loss(y):
    said = json.loads(printed("loss", f"{CANCER}.npz", f"{CANCER}.csv", "--target", "diagnosis", "--json", "-q"))
    found = netgrad.losses(NET, TABLE, y)
    assert found.pop("not_finite") == 0
    assert found.keys() == said.keys()
    assert found["accuracy"] == said["accuracy"]
    np.testing.assert_allclose(found["cross_entropy"]["mean"], said["cross_entropy"]["mean"], rtol=1e-12)
    each = netgrad.losses_at(NET, TABLE, y).cost
    np.testing.assert_allclose(each.mean(axis=0)[1], found["cross_entropy"]["mean"], rtol=1e-12)


def test_targets_by_name_by_number_and_by_column_are_the_same():
    X = POINTS[["x1", "x2"]].to_numpy()
    names = POINTS["class"]
    numbers = np.array([TWO.outputs.index(name) for name in names])
    expected = netgrad.losses(TWO, X, names)
    assert netgrad.losses(TWO, X, numbers) == expected
    assert netgrad.losses(TWO, X, np.eye(2)[numbers]) == expected


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([5], "from 0: there are 2 outputs"),
        (["C"], "'C' is no class"),
        ([[1, 2, 3]], r"shape \(1,\) or \(1, 2\)"),
        ([1, 0, 1], r"shape \(1,\) or \(1, 2\)"),
        ([[0.5, 1.5]], "numbers from 0 to 1"),
        ([np.nan], "not finite"),
        ([1j], "numbers or names"),
    ],
)
def test_targets_that_make_no_sense_are_refused(y, message):
    with pytest.raises(NetgradError, match=message):
        netgrad.losses(TWO, [[0.0, 1.0]], y)


@pytest.mark.slow
def test_integrated_gradients_are_those_of_attr():
    lines = list(csv.reader(io.StringIO(printed("attr", PAPER, "--x", "0.2,0.9", "--output", "A"))))
    found = netgrad.integrated_gradients(TWO, [0.2, 0.9], k="A")
    assert [float(cell) for cell in lines[1][2:]] == [float(found.a), *found.ig.tolist(), float(found.gap)]


@pytest.mark.slow
def test_a_picture_is_that_of_plot():
    command = ["plot", PAPER, "sample_nets/paper_points.csv", "--output", "A", "--target", "class"]
    size = ["--format", "picture", "--width", "60", "--height", "20", "--color", "never"]
    picture = netgrad.plot(TWO, POINTS[["x1", "x2"]].to_numpy(), POINTS["class"], "A")
    assert picture.text(60, 20) + "\n" == printed(*command, *size)


@pytest.mark.slow
def test_a_picture_is_saved_and_shown(tmp_path):
    picture = netgrad.plot(TWO, k="B", over="x2", x=[0.5, 0.0], ranges=(-1, 2))
    assert repr(picture) == "Picture(B over x2)"
    assert picture._repr_svg_().startswith("<?xml")
    picture.save(tmp_path / "b.svg")
    assert (tmp_path / "b.svg").read_text() == picture._repr_svg_()
    assert picture.figure().axes[0].get_xlim() == (-1, 2)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "30 inputs: choose one or two"),
        ({"over": "worst aera"}, r"did you mean 'worst area'\?"),
        ({"over": [0, 0]}, "one input or two"),
        ({"over": 30}, "there is no input '30'"),
        ({"over": 0, "ranges": (1, 0)}, "low must be less than high"),
        ({"over": 0, "ranges": [(0, 1), (0, 1)]}, r"\(low, high\) for 1 input"),
        ({"over": 0, "y": [1]}, "y is for the points X"),
    ],
)
def test_pictures_that_make_no_sense_are_refused(given, message):
    with pytest.raises(NetgradError, match=message):
        netgrad.plot(NET, **given)
