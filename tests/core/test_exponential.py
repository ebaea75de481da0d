"""The table of exponentials against 50 digits."""

from threading import Thread

import numpy as np
import oracle
import pytest

from netgrad.core.exponential import NEAR, STEPS, exp_of_minus

ULPS = 1.8  # half for the table, half for the last subtraction; twice that where exp(-r) crosses a power of two


def points():
    rng = np.random.default_rng(5)
    grid = np.arange(-20, 21) / STEPS
    halfway = (np.arange(-200, 200, 13) + 0.5) / STEPS
    return np.concatenate(
        [rng.uniform(-NEAR, NEAR, 1500), rng.normal(0, 2, 1500), grid, halfway, [-NEAR, NEAR, 0.0, 5e-324]]
    )


def test_exp_of_minus_is_within_1_8_units_in_the_last_place():
    z = points()
    with np.errstate(under="ignore"):
        found = exp_of_minus(z).tolist()
    exact = [oracle.mp.exp(-oracle.mpf(float(v))) for v in z]
    assert max(oracle.ulps(e, x) for e, x in zip(found, exact, strict=True)) <= ULPS


@pytest.mark.parametrize("dtype", [np.float32, np.longdouble])
def test_other_types_are_numpys_exp(dtype):
    z = np.linspace(-40, 40, 1001).astype(dtype)
    assert (exp_of_minus(z) == np.exp(-z)).all()
    assert exp_of_minus(z).dtype == dtype


@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray, lambda z: z[::2, ::3]])
def test_shape_and_values_do_not_depend_on_the_layout(layout):
    z = np.linspace(-5, 5, 60).reshape(6, 10)
    given = layout(z)
    assert exp_of_minus(given).tolist() == [
        [float(exp_of_minus(np.array([v]))[0]) for v in row] for row in given.tolist()
    ]


def test_threads_have_memory_of_their_own():
    z = [np.full(5000, float(k)) for k in range(8)]
    seen = {}

    def run(k):
        for _ in range(50):
            seen[k] = exp_of_minus(z[k]).copy()

    threads = [Thread(target=run, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((seen[k] == exp_of_minus(z[k])[0]).all() for k in range(8))
