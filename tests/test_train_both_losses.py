"""The script that trains with both losses: its arithmetic, its steps, its starts, and the table that is kept of it."""

import importlib.util
import os
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import shell

import netgrad
from netgrad.analysis.risk import risk

FOLDER = shell.ROOT / "sample_nets"


def script():
    spec = importlib.util.spec_from_file_location("train_both_losses", FOLDER / "train_both_losses.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_of(net, i):
    """Run i of the stacked networks, for netgrad."""
    return netgrad.Network.of([(W[..., i].copy(), b[:, 0, i].copy()) for W, b in net])


def moved(module, net, seed):
    """The networks with all weights and biases changed a little, so that no two runs are alike."""
    rng = np.random.default_rng(seed)
    return [tuple(array + rng.normal(0, 0.1, array.shape) for array in layer) for layer in net]


def test_gradients_are_those_of_the_mean_loss():
    module = script()
    net = moved(module, module.start((3, 4, 2, 1), 1), 2)
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(6, 3)), rng.integers(2, size=6).astype(float)
    found = module.gradients(net, X, y)
    runs = net[0][0].shape[-1]
    for i in range(runs):
        loss = "cross_entropy" if i < runs // 2 else "squared_error"
        exact = risk(run_of(net, i), np.column_stack([X, y]), [loss]).layers[0]
        for (W, b), (dW, db) in zip(found, exact, strict=True):
            np.testing.assert_allclose(W[..., i], dW / 6, rtol=1e-11, atol=1e-15)
            np.testing.assert_allclose(b[:, 0, i], db / 6, rtol=1e-11, atol=1e-15)


def test_exp_is_within_2_units_in_the_last_place():
    z = np.concatenate([np.linspace(-700, 700, 1001), np.linspace(-3, 3, 1001)])
    for found, at in zip(script().exp(z).tolist(), z.tolist(), strict=True):
        exact = mpmath.exp(mpmath.mpf(at))
        assert abs(found - exact) <= 2**-51 * exact


def test_products_are_those_of_matrices():
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(3, 5, 4)), rng.normal(size=(5, 2, 4))
    C = script().product(A, B)
    for run in range(4):
        np.testing.assert_allclose(C[..., run], A[..., run] @ B[..., run], rtol=1e-13, atol=1e-15)


def test_adam_steps_are_those_of_its_authors_in_a_loop_over_numbers():
    rng = np.random.default_rng(3)
    gradients = rng.normal(size=(5, 4)) * [1, 1e-3, 10, 1e-7]
    steps = script().adam([np.zeros(4)])
    m, v = [0.0] * 4, [0.0] * 4
    for t, g in enumerate(gradients, start=1):
        (found,) = steps([g])
        for i in range(4):
            m[i] = 0.9 * m[i] + 0.1 * g[i]
            v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2
            exact = m[i] / (1 - 0.9**t) / ((v[i] / (1 - 0.999**t)) ** 0.5 + 1e-8)
            assert found[i] == pytest.approx(exact, rel=1e-10, abs=0)


def test_both_losses_and_all_rates_start_from_the_same_networks():
    module = script()
    net = module.start((2, 3, 1), 2)
    rates = len(module.RATES["Adam"])
    assert rates == len(module.RATES["gradient"])
    for W, _ in net:
        by = W.reshape(*W.shape[:2], 2, 2, 2, rates)
        assert (by == by[:, :, :1, :1, :, :1]).all()
        assert (by[..., 0, :] != by[..., 1, :]).any()
    a = module.forward(net, np.zeros((1, 2)))[-1].reshape(2, 2, -1)
    assert a[:, module.STARTS.index("wrong")].max() < 1e-3
    assert a[:, module.STARTS.index("good")].min() > 0.1


def test_the_best_rate_is_the_one_with_the_fewest_epochs_to_the_last_goal():
    module = script()
    needed = np.full((3, 7, 3), np.inf)
    needed[:, 2] = [1, 2, 9]
    needed[:2, 4] = [3, 4, 8]  # in two of three networks: the median counts
    needed[:1, 5] = [1, 1, 1]
    assert module.best(needed) == 4


@pytest.mark.slow
def test_every_processor_prints_the_same_table_whose_rows_are_kept():
    first, second = _tables(({}, {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": _dispatched()}))
    assert first == second
    kept = [line for line in (FOLDER / "losses.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    kept = kept[kept.index(first[0]) :]
    assert len(kept) == len(first) - 1  # but for the rule, which begins otherwise
    for line, other in zip(kept[1:], first[2:], strict=True):
        assert line.split("|")[1:5] == other.split("|")[1:5]


def _tables(environments):
    """What the script prints in each environment, both at a time."""
    command = [sys.executable, FOLDER / "train_both_losses.py", "--quick"]
    running = [subprocess.Popen(command, env=os.environ | more, stdout=subprocess.PIPE) for more in environments]
    tables = [process.communicate()[0].decode().splitlines() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    return tables


def _dispatched():
    """Names of the instructions that numpy chooses at run time on this processor."""
    try:
        from numpy._core import _multiarray_umath as umath
    except ImportError:  # numpy 1
        from numpy.core import _multiarray_umath as umath
    return " ".join(name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name])
