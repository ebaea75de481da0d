"""The script that trains with both losses: its steps, its starts, and the table that is kept of it."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
import shell

import netgrad
from netgrad.analysis.risk import risk

FOLDER = shell.ROOT / "sample_nets"
LOSSES = {"squared error": "squared_error", "cross-entropy": "cross_entropy"}


def script():
    spec = importlib.util.spec_from_file_location("train_both_losses", FOLDER / "train_both_losses.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_of(net, i):
    """Run i of the stacked networks, for netgrad."""
    return netgrad.Network.of([(W[i].copy(), b[i, :, 0].copy()) for W, b in net])


@pytest.mark.parametrize("loss", LOSSES)
def test_a_step_is_the_rate_times_the_gradient_of_the_mean_loss(loss):
    module = script()
    rates = np.tile(module.RATES, 2)
    net = module.start((3, 4, 2, 1), 2, wrong=False)
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(6, 3)), rng.integers(2, size=6).astype(float)
    before = [run_of(net, i) for i in range(len(rates))]
    module.step(net, X, y, loss, rates[:, np.newaxis, np.newaxis])
    for i, rate in enumerate(rates):
        gradients = risk(before[i], np.column_stack([X, y]), [LOSSES[loss]]).layers[0]
        for old, new, (W, b) in zip(before[i].layers, run_of(net, i).layers, gradients, strict=True):
            np.testing.assert_allclose(new.W, old.W - rate * W / 6, rtol=1e-12, atol=1e-14 * rate)
            np.testing.assert_allclose(new.b, old.b - rate * b / 6, rtol=1e-12, atol=1e-14 * rate)


def test_both_losses_and_all_rates_start_from_the_same_networks():
    module = script()
    good, wrong = (module.start((2, 3, 1), 2, wrong) for wrong in (False, True))
    runs = len(module.RATES)
    for W, _ in good:
        assert (W[:runs] == W[0]).all()
        assert (W[runs:] != W[0]).any()
    assert all((a[0] == b[0]).all() for a, b in zip(good, wrong, strict=True))
    a = module.forward(wrong, np.zeros((1, 2)))[-1]
    assert a.max() < 1e-3


def test_the_best_rate_is_the_one_with_the_fewest_epochs_to_the_last_goal():
    module = script()
    needed = np.full((3, len(module.RATES), 3), np.inf)
    needed[:, 2] = [1, 2, 9]
    needed[:2, 4] = [3, 4, 8]  # in two of three networks: the median counts
    needed[:1, 5] = [1, 1, 1]
    assert module.best(needed) == 4


def test_the_readme_keeps_the_table_that_the_script_prints():
    quick = subprocess.run(
        [sys.executable, FOLDER / "train_both_losses.py", "--quick"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    kept = [line for line in (FOLDER / "README.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    kept = kept[kept.index(quick[0]) :]
    assert len(kept) == len(quick) - 1  # but for the rule, which begins otherwise
    for line, other in zip(kept[1:], quick[2:], strict=True):
        assert line.split("|")[1:4] == other.split("|")[1:4]
