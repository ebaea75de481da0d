"""What holds for every test: floating-point errors are raised, and random examples repeat in each run.

With --hypothesis-profile=explore they are new ones, and ten times as many.
"""

import os

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("netgrad", deadline=None, derandomize=True, max_examples=100)
settings.register_profile("explore", deadline=None, derandomize=False, max_examples=1000)
settings.load_profile("netgrad")


def pytest_configure(config: pytest.Config) -> None:
    """One thread for the BLAS of each of several workers: they would wait for each other."""
    if config.getoption("numprocesses", None):
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def floating_point_errors_are_raised():
    with np.errstate(all="raise"):
        yield
