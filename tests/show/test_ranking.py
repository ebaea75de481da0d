"""Bars and how much of a table fits."""

import pytest
from nets import random_net, random_points

from netgrad.analysis.sensitivity import sums
from netgrad.results.sens_report import Sensitivity, report
from netgrad.results.shards import subject_of
from netgrad.show import ranking
from netgrad.show.console import rendered


def row(mean, rms):
    return Sensitivity("a", "x", mean, 0.0, rms, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("mean", "rms", "drawn"),
    [
        (1.0, 1.0, "+" + "█" * 20),
        (-0.5, 1.0, "-" + "█" * 10 + "░" * 10),
        (0.0, 0.5, "+" + "░" * 10),
        (-1e-9, 1e-9, "-▏"),
        (0.0, 0.0, ""),
        (float("nan"), float("nan"), ""),
        (float("inf"), float("inf"), ""),
    ],
)
def test_a_bar_is_the_mean_in_full_blocks_then_shade_to_the_rms(mean, rms, drawn):
    assert ranking.bar(row(mean, rms), 1.0) == drawn


def test_bars_keep_their_lengths_whatever_the_unit():
    drawn = [ranking.bar(row(0.25 * unit, 0.5 * unit), unit) for unit in (5e-324 * 2**20, 1.0, 1e308)]
    assert drawn == [drawn[0]] * 3


def shown(monkeypatch, width, net, digits=None):
    monkeypatch.setenv("COLUMNS", str(width))
    found = sums(net, random_points(9, net.sizes[0]), [0])
    inputs = tuple(f"x{i}" for i in range(1, net.sizes[0] + 1))
    return rendered(*ranking.parts(report(net, subject_of(net, [0]), inputs, found), digits, 50)).decode().splitlines()


@pytest.mark.parametrize("width", [60, 75, 90, 120, 160, 300])
def test_no_line_of_the_inputs_is_wider_than_the_terminal_and_no_number_is_cut(monkeypatch, width):
    net = random_net((3, 4, 1), seed=41)
    lines = shown(monkeypatch, width, net)
    table = lines[1 : lines.index(ranking.LEGEND)]
    assert max(map(len, table)) <= width
    rms = sorted(sums(net, random_points(9, 3), [0]).gradients[0].rms.tolist(), reverse=True)
    assert [float(line.split()[2]) for line in table[2:]] == [float(f"{value:.6g}") for value in rms]


def test_of_many_inputs_the_first_are_shown(monkeypatch):
    lines = shown(monkeypatch, 100, random_net((60, 1), seed=42), digits=3)
    assert "The first 50 of 60 inputs; for more: --rows N, or --format csv." in lines
    assert lines.index("Bars: █ |mean| with its sign, ░ up to rms.") == 3 + 50
